// Lesson 9: a server with a process for each client, and two clients in processes of their own.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// What a call returned. -1 says that it failed, and errno says why.
static int check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
    return result;
}

int main(void) {
    int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    int on = 1; // not on Windows
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, 5), "listen");
    struct sockaddr_in server;
    socklen_t length = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    const char greeting[] = "Welcome to study socket!";
    const char answer[] = "消息收到,over!";
    char buffer[1024];
    for (int count = 0; count < 2; count++) {
        if (check(fork(), "fork") == 0) {
            int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
            check(connect(client, (struct sockaddr *)&server, sizeof server), "connect");
            int received = check(recv(client, buffer, sizeof buffer, 0), "recv");
            printf("client: %.*s\n", received, buffer);
            check(send(client, answer, strlen(answer), MSG_NOSIGNAL), "send");
            return 0;
        }
    }
    for (int count = 0; count < 2; count++) {
        int stream = check(accept(listener, NULL, NULL), "accept");
        if (check(fork(), "fork") == 0) {
            check(send(stream, greeting, strlen(greeting), MSG_NOSIGNAL), "send");
            int received = check(recv(stream, buffer, sizeof buffer, 0), "recv");
            printf("server: %.*s\n", received, buffer);
            return 0;
        }
        // The child has a copy of it. The connection stays open until both are closed.
        close(stream);
    }
    close(listener);
    while (wait(NULL) > 0) {
    }
}
