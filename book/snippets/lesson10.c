// Lesson 10: two clients say something, and before it how long it is, in two bytes.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <stdint.h>
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
    socklen_t size = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &size), "getsockname");
    for (int count = 0; count < 2; count++) {
        if (check(fork(), "fork") == 0) {
            int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
            check(connect(client, (struct sockaddr *)&server, sizeof server), "connect");
            const char message[] = "消息收到,over!";
            uint16_t length = htons(strlen(message));
            char frame[sizeof length + sizeof message];
            memcpy(frame, &length, sizeof length);
            memcpy(frame + sizeof length, message, strlen(message));
            check(send(client, frame, sizeof length + strlen(message), MSG_NOSIGNAL), "send");
            return 0;
        }
    }
    for (int count = 0; count < 2; count++) {
        int stream = check(accept(listener, NULL, NULL), "accept");
        if (check(fork(), "fork") == 0) {
            uint16_t length = 0;
            // With MSG_WAITALL it waits for all that it is asked for, or the end.
            check(recv(stream, &length, sizeof length, MSG_WAITALL), "recv");
            char *message = malloc(ntohs(length));
            int received = check(recv(stream, message, ntohs(length), MSG_WAITALL), "recv");
            printf("server: %.*s\n", received, message);
            return 0;
        }
        close(stream);
    }
    close(listener);
    while (wait(NULL) > 0) {
    }
}
