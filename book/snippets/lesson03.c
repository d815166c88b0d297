// A listener in three calls, and a client that is let in by the kernel alone.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

// ANCHOR: step
// A listener's descriptor, or -1 and errno.
static int open_listener(const struct sockaddr *address, socklen_t length, int backlog) {
    int listener = socket(address->sa_family, SOCK_STREAM, 0);
    if (listener == -1) {
        return -1;
    }
    if (bind(listener, address, length) == -1 || listen(listener, backlog) == -1) {
        int why = errno; // close may set errno as well
        close(listener);
        errno = why;
        return -1;
    }
    return listener;
}
// ANCHOR_END: step

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof server;
    int listener = open_listener((struct sockaddr *)&server, length, 5);
    if (listener == -1 || getsockname(listener, (struct sockaddr *)&server, &length) == -1) {
        perror("open_listener");
        return 1;
    }
    int passive = 0;
    socklen_t size = sizeof passive;
    if (getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &passive, &size) == -1 || passive != 1) {
        perror("SO_ACCEPTCONN");
        return 1;
    }
    printf("listening at %s:%d\n", inet_ntoa(server.sin_addr), ntohs(server.sin_port));

    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client == -1 || connect(client, (struct sockaddr *)&server, length) == -1) {
        perror("connect");
        return 1;
    }
    puts("connected, and nobody has called accept");

    // The first listener lives on, so its address is taken.
    if (open_listener((struct sockaddr *)&server, length, 5) != -1 || errno != EADDRINUSE) {
        fputs("a second listener should get EADDRINUSE\n", stderr);
        return 1;
    }
    perror("a second listener there");
    close(client);
    close(listener);
    return 0;
}
