// A server and one client in one thread: connect returns before accept.
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

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof server;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(listener, "socket");
    check(bind(listener, (struct sockaddr *)&server, length), "bind");
    check(listen(listener, 5), "listen");
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    int client = socket(AF_INET, SOCK_STREAM, 0);
    check(client, "socket");
    check(connect(client, (struct sockaddr *)&server, length), "connect");

    // ANCHOR: step
    struct sockaddr_in peer;
    socklen_t peer_length = sizeof peer; // in: the room there is; out: the room that was used
    int stream = accept(listener, (struct sockaddr *)&peer, &peer_length);
    if (stream == -1) {
        perror("accept");
        return 1;
    }
    printf("a stream to %s:%d\n", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));
    // ANCHOR_END: step

    close(stream);
    close(client);
    close(listener);
}
