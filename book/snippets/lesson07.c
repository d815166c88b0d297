// Lesson 7: the server ends, and starts again at the same port.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// What a call returned. -1 says that it failed, and errno says why.
static int check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
    return result;
}

static void show(const char *what, struct sockaddr_in address) {
    printf("%s %s:%d\n", what, inet_ntoa(address.sin_addr), ntohs(address.sin_port));
}

int main(void) {
    int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    // Windows has another option under this name: there, leave it out.
    int on = 1;
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, 5), "listen");
    struct sockaddr_in server;
    socklen_t length = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    show("listening at", server);

    int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(client, (struct sockaddr *)&server, sizeof server), "connect");
    int stream = check(accept(listener, NULL, NULL), "accept");
    const char greeting[] = "Welcome to study socket!";
    check(send(stream, greeting, strlen(greeting), MSG_NOSIGNAL), "send");
    char buffer[1024];
    int received = check(recv(client, buffer, sizeof buffer, 0), "recv");
    printf("client: %d bytes, %.*s\n", received, received, buffer);
    // The server ends first, and so the kernel keeps its side of the connection for a while.
    check(shutdown(stream, SHUT_WR), "shutdown");
    received = check(recv(client, buffer, sizeof buffer, 0), "recv");
    printf("client: %d bytes\n", received);
    close(client);
    close(stream);
    close(listener);

    listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
    check(bind(listener, (struct sockaddr *)&server, sizeof server), "bind");
    check(listen(listener, 5), "listen");
    show("listening again at", server);
    close(listener);
}
