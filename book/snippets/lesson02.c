// Lesson 2: the socket gets its name, and tells it.
#include <arpa/inet.h>
#include <errno.h>
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
    // Port 0 asks the kernel to choose a port.
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    show("asked for", address);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    struct sockaddr_in server;
    socklen_t length = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    show("bound to", server);

    struct sockaddr_in peer;
    length = sizeof peer;
    if (getpeername(listener, (struct sockaddr *)&peer, &length) == 0)
        show("its peer:", peer);
    else
        printf("its peer: error %s\n", strerror(errno));
    close(listener);
}
