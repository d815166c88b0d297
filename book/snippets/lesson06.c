// A client that half-closes, and a server that hears it out, answers, and closes.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t check(ssize_t result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
    return result;
}

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof server;
    int listener = (int)check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(bind(listener, (struct sockaddr *)&server, length), "bind");
    check(listen(listener, 5), "listen");
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    int client = (int)check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(client, (struct sockaddr *)&server, length), "connect");
    int stream = (int)check(accept(listener, NULL, NULL), "accept");
    close(listener);

    // ANCHOR: step
    signal(SIGPIPE, SIG_IGN); // else the send that fails below would kill the process
    check(send(client, "over!", 5, 0), "send");
    check(shutdown(client, SHUT_WR), "shutdown");
    if (send(client, "wait!", 5, 0) == -1)
        perror("send after shutdown");

    char buffer[64];
    ssize_t received;
    while ((received = check(recv(stream, buffer, sizeof buffer, 0), "recv")) > 0)
        printf("the server heard %.*s\n", (int)received, buffer);
    check(send(stream, "and out", 7, 0), "send");
    close(stream); // only here; a return above this line would leave it open

    while ((received = check(recv(client, buffer, sizeof buffer, 0), "recv")) > 0)
        printf("the client heard %.*s\n", (int)received, buffer);
    close(client);
    // ANCHOR_END: step
}
