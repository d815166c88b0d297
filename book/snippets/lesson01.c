// Lesson 1: a socket, as the kernel hands it out. What does it have, and what not?
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
    // Named for what it is to be: in lesson 3 it listens.
    int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    // All zeros is no name. Windows says the same with an error.
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    if (getsockname(listener, (struct sockaddr *)&name, &length) == 0)
        show("its name:", name);
    else
        printf("its name: error %s\n", strerror(errno));
    struct sockaddr_in peer;
    length = sizeof peer;
    if (getpeername(listener, (struct sockaddr *)&peer, &length) == 0)
        show("its peer:", peer);
    else
        printf("its peer: error %s\n", strerror(errno));
    close(listener);
}
