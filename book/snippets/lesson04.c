// Lesson 4: a client connects, and the listener accepts it.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
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
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, 5), "listen");
    struct sockaddr_in server;
    socklen_t length = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    show("listening at", server);

    // No bind: the kernel chooses a port for the client.
    int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(client, (struct sockaddr *)&server, sizeof server), "connect");
    struct sockaddr_in name;
    length = sizeof name;
    check(getsockname(client, (struct sockaddr *)&name, &length), "getsockname");
    show("the client is", name);

    struct sockaddr_in peer;
    length = sizeof peer;
    int stream = check(accept(listener, (struct sockaddr *)&peer, &length), "accept");
    show("accepted", peer);
    length = sizeof name;
    check(getsockname(stream, (struct sockaddr *)&name, &length), "getsockname");
    show("the stream is", name);

    close(client);
    close(stream);
    close(listener);
}
