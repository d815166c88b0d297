// Lesson 8: a client says nothing, and then it is gone.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
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

    // The longest that a recv on this stream waits: 100,000 microseconds.
    struct timeval longest = {.tv_usec = 100000};
    check(setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest), "setsockopt");
    received = recv(stream, buffer, sizeof buffer, 0);
    if (received >= 0)
        printf("server: %d bytes\n", received);
    else
        printf("server: error %s\n", strerror(errno));
    close(client);
    received = check(recv(stream, buffer, sizeof buffer, 0), "recv");
    printf("server: %d bytes\n", received);

    close(stream);
    close(listener);
}
