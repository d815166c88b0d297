// A fresh socket: what there is of it, and what is missing.
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    // ANCHOR: step
    int fresh = socket(AF_INET, SOCK_STREAM, 0); // 0: whatever protocol belongs to the two before it
    if (fresh == -1) {
        perror("socket");
        return 1;
    }
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    if (getsockname(fresh, (struct sockaddr *)&name, &length) == 0) {
        printf("descriptor %d, name %s:%d\n", fresh, inet_ntoa(name.sin_addr), ntohs(name.sin_port));
    }
    char byte;
    if (recv(fresh, &byte, 1, 0) == -1) {
        perror("recv");
    }
    if (send(fresh, "hello", 5, MSG_NOSIGNAL) == -1) { // without the flag, Linux kills the process here: SIGPIPE
        perror("send");
    }
    close(fresh); // nobody else does
    // ANCHOR_END: step
}
