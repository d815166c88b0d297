// Two lives of a server at one address. Both sides play in one thread: connect returns before accept.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
}

// ANCHOR: step
static int open_listener(const struct sockaddr_in *address) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(listener, "socket");
    int on = 1; // an option's value goes in through a pointer, with its size
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
    check(bind(listener, (const struct sockaddr *)address, sizeof *address), "bind");
    check(listen(listener, 5), "listen");
    return listener;
}
// ANCHOR_END: step

// Serves one client, and closes first.
static void live(int listener, const struct sockaddr_in *server) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    check(client, "socket");
    check(connect(client, (const struct sockaddr *)server, sizeof *server), "connect");
    int stream = accept(listener, NULL, NULL);
    check(stream, "accept");
    close(stream);
    char byte;
    // Only when the server's end has arrived is the client's close the second one.
    check((int)recv(client, &byte, 1, 0), "recv");
    close(client);
    close(listener);
}

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof server;
    int first = open_listener(&server);
    check(getsockname(first, (struct sockaddr *)&server, &length), "getsockname");
    live(first, &server);

    int second = open_listener(&server);
    printf("the second life listens at port %d, too\n", ntohs(server.sin_port));
    close(second);
}
