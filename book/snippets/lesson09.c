/* Lesson 9 in C: an accept loop with a process for each client. Serves two clients on loopback, and ends. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* One conversation: greets, receives to the end. */
static void serve_client(int stream) {
    const char *greeting = "Welcome to study socket!";
    char answer[1024];
    size_t have = 0;
    ssize_t received;
    check(send(stream, greeting, strlen(greeting), 0) == (ssize_t)strlen(greeting), "send");
    while (have < sizeof answer && (received = recv(stream, answer + have, sizeof answer - have, 0)) != 0) {
        check(received > 0, "recv");
        have += (size_t)received;
    }
    printf("answered \"%.*s\"\n", (int)have, answer);
}

/* The other program. */
static void converse(const struct sockaddr_in *server) {
    char greeting[1024];
    int client = socket(AF_INET, SOCK_STREAM, 0);
    check(client >= 0, "socket");
    check(connect(client, (const struct sockaddr *)server, sizeof *server) == 0, "connect");
    check(recv(client, greeting, sizeof greeting, 0) > 0, "recv");
    check(send(client, "over!", 5, 0) == 5, "send");
    close(client);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int on = 1;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    check(listening >= 0, "socket");
    check(setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "setsockopt");
    check(bind(listening, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    check(listen(listening, 1024) == 0, "listen");
    check(getsockname(listening, (struct sockaddr *)&address, &length) == 0, "getsockname");

    for (int client = 0; client < 2; client++) {
        pid_t child = fork();
        check(child >= 0, "fork");
        if (child == 0) {
            close(listening);
            converse(&address);
            return 0;
        }
    }

    /* ANCHOR: step */
    signal(SIGPIPE, SIG_IGN); /* or a send to a client that left ends the process */
    for (int served = 0; served < 2; served++) {
        int stream = accept(listening, NULL, NULL);
        if (stream < 0 && (errno == EINTR || errno == ECONNABORTED)) {
            served--;
            continue;
        }
        check(stream >= 0, "accept");
        pid_t child = fork();
        check(child >= 0, "fork");
        if (child == 0) {
            close(listening); /* this process has one client, and no business at the door */
            serve_client(stream);
            return 0;
        }
        close(stream); /* the child's copy keeps the connection open; ours would keep it from ending */
    }
    /* ANCHOR_END: step */

    while (wait(NULL) > 0) {
    }
    close(listening);
    return 0;
}
