// An answer goes from one end of a connection to the other, and arrives whole, however it is cut.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

// ANCHOR: step
// 0 when every byte was taken; otherwise -1 and errno.
static int send_all(int stream, const char *bytes, size_t left) {
    while (left > 0) {
        ssize_t taken = send(stream, bytes, left, MSG_NOSIGNAL);
        if (taken == -1 && errno == EINTR) {
            continue; // it took nothing: once more
        }
        if (taken == -1) {
            return -1;
        }
        bytes += taken;
        left -= (size_t)taken;
    }
    return 0;
}

// How many bytes came until the peer was done sending, at most `room`; otherwise -1 and errno.
static ssize_t receive_all(int stream, char *bytes, size_t room) {
    size_t length = 0;
    while (length < room) {
        ssize_t received = recv(stream, bytes + length, room - length, 0);
        if (received == -1 && errno == EINTR) {
            continue;
        }
        if (received == -1) {
            return -1;
        }
        if (received == 0) {
            break; // the end, and nothing else is
        }
        length += (size_t)received;
    }
    return (ssize_t)length;
}
// ANCHOR_END: step

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
    int stream = accept(listener, NULL, NULL);
    check(stream, "accept");

    const char answer[] = "消息收到,over!";
    check(send_all(client, answer, strlen(answer)), "send");
    check(shutdown(client, SHUT_WR), "shutdown");
    char text[1024];
    ssize_t received = receive_all(stream, text, sizeof text);
    if (received == -1) {
        perror("recv");
        return 1;
    }
    printf("%zd bytes: %.*s\n", received, (int)received, text); // no zero byte ends what recv wrote
    if ((size_t)received != strlen(answer) || memcmp(text, answer, strlen(answer)) != 0) {
        fputs("that is not what was sent\n", stderr);
        return 1;
    }
    close(stream);
    close(client);
    close(listener);
    return 0;
}
