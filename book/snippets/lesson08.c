// Three clients go in three ways, and the server's recv tells which.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
}

// ANCHOR: step
static const char *how_it_went(int stream) {
    struct timeval silence = {.tv_usec = 100000}; // what we bear: 100 ms; {0, 0} would be for ever
    check(setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence), "setsockopt");
    char buffer[1024];
    for (;;) {
        ssize_t received = recv(stream, buffer, sizeof buffer, 0);
        if (received > 0)
            continue; // here a server would answer
        if (received == 0)
            return "closed";
        if (errno == ECONNRESET)
            return "reset";
        if (errno == EAGAIN || errno == EWOULDBLOCK) // one number on Linux, POSIX allows two
            return "silent";
        if (errno != EINTR)
            check(-1, "recv");
    }
}
// ANCHOR_END: step

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof server;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(listener, "socket");
    check(bind(listener, (struct sockaddr *)&server, length), "bind");
    check(listen(listener, 5), "listen");
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");

    const char *ways[] = {"closes", "breaks off", "falls silent"};
    for (int way = 0; way < 3; way++) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        check(client, "socket");
        check(connect(client, (struct sockaddr *)&server, length), "connect");
        int stream = accept(listener, NULL, NULL);
        check(stream, "accept");
        if (way == 1) {
            struct linger at_once = {.l_onoff = 1, .l_linger = 0};
            check(setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "setsockopt");
        }
        if (way < 2)
            close(client);
        printf("%s: %s\n", ways[way], how_it_went(stream));
        close(stream);
        if (way == 2)
            close(client);
    }
    close(listener);
}
