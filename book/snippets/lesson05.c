// Lesson 5: a greeting and its answer.
#include <arpa/inet.h>
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
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, 5), "listen");
    struct sockaddr_in server;
    socklen_t length = sizeof server;
    check(getsockname(listener, (struct sockaddr *)&server, &length), "getsockname");
    show("listening at", server);

    int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(client, (struct sockaddr *)&server, sizeof server), "connect");
    struct sockaddr_in peer;
    length = sizeof peer;
    int stream = check(accept(listener, (struct sockaddr *)&peer, &length), "accept");
    show("accepted", peer);

    const char greeting[] = "Welcome to study socket!";
    // MSG_NOSIGNAL: a send that fails gives -1, and raises no signal that ends the process.
    int sent = check(send(stream, greeting, strlen(greeting), MSG_NOSIGNAL), "send");
    printf("server: %d bytes sent\n", sent);
    char buffer[1024];
    // What one recv brings is a piece of the stream, not a message.
    int received = check(recv(client, buffer, sizeof buffer, 0), "recv");
    printf("client: %d bytes, %.*s\n", received, received, buffer);

    const char answer[] = "消息收到,over!";
    sent = check(send(client, answer, strlen(answer), MSG_NOSIGNAL), "send");
    printf("client: %d bytes sent\n", sent);
    received = check(recv(stream, buffer, sizeof buffer, 0), "recv");
    printf("server: %d bytes, %.*s\n", received, received, buffer);

    close(client);
    close(stream);
    close(listener);
}
