// A socket gets its name; a typo in an address is noticed only by who looks.
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server == -1) {
        perror("socket");
        return 1;
    }

    // ANCHOR: step
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(0)};
    if (inet_pton(AF_INET, "192.168.22.888", &name.sin_addr) != 1) {
        printf("192.168.22.888 is no address, and the structure still says %s\n", inet_ntoa(name.sin_addr));
    }
    if (inet_pton(AF_INET, "127.0.0.1", &name.sin_addr) != 1) {
        return 1;
    }
    if (bind(server, (struct sockaddr *)&name, sizeof name) == -1) {
        perror("bind");
        return 1;
    }
    socklen_t length = sizeof name;
    if (getsockname(server, (struct sockaddr *)&name, &length) == -1) {
        perror("getsockname");
        return 1;
    }
    printf("the server is %s:%d\n", inet_ntoa(name.sin_addr), ntohs(name.sin_port));
    // ANCHOR_END: step

    close(server);
}
