/* The course's program in C: a server greets a client, the client answers. The client runs in a child process. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* A call that fails returns -1, and errno says why. */
static int check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(EXIT_FAILURE);
    }
    return result;
}

/* 8: a recv or an accept that waits for more than 5 s fails, with EAGAIN. */
static void limit_silence(int fd) {
    struct timeval patience = {.tv_sec = 5};
    check(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "setsockopt");
}

// ANCHOR: loops
/* send may take only some of the bytes, and a signal may interrupt it before it takes any. */
static void send_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t taken = send(fd, bytes, length, 0);
        if (taken == -1 && errno == EINTR)
            continue;
        check(taken == -1 ? -1 : 0, "send");
        bytes += taken;
        length -= (size_t)taken;
    }
}

/* Receives until the peer is done sending, or the room is used up; returns how many bytes came. */
static size_t receive(int fd, char *bytes, size_t room) {
    size_t got = 0;
    while (got < room) {
        ssize_t came = recv(fd, bytes + got, room - got, 0);
        if (came == -1 && errno == EINTR)
            continue;
        check(came == -1 ? -1 : 0, "recv");
        if (came == 0) /* the end of the stream */
            break;
        got += (size_t)came;
    }
    return got;
}
// ANCHOR_END: loops

// ANCHOR: server
static void serve(int listener) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    int stream = check(accept(listener, (struct sockaddr *)&peer, &size), "accept"); /* 4 accept */
    limit_silence(stream);

    const char *greeting = "Welcome to study socket!";
    send_all(stream, greeting, strlen(greeting)); /* 5 send */

    char answer[1024];
    size_t length = receive(stream, answer, sizeof answer); /* 5 receive */
    printf("server heard: %.*s\n", (int)length, answer); /* bytes: no 0 at their end */

    check(close(stream), "close"); /* 6 close */
}
// ANCHOR_END: server

// ANCHOR: client
static void visit(const struct sockaddr_in *server) {
    int stream = check(socket(AF_INET, SOCK_STREAM, 0), "socket"); /* 1 create */
    limit_silence(stream);
    /* No bind: the kernel names a client. */
    check(connect(stream, (const struct sockaddr *)server, sizeof *server), "connect");

    char greeting[24]; /* its length is known: TCP has no messages */
    size_t length = receive(stream, greeting, sizeof greeting);
    printf("client heard: %.*s\n", (int)length, greeting);
    fflush(stdout);

    const char *answer = "消息收到,over!";
    send_all(stream, answer, strlen(answer));
    check(close(stream), "close"); /* the server's recv gives 0 */
}
// ANCHOR_END: client

// ANCHOR: main
int main(void) {
    signal(SIGPIPE, SIG_IGN); /* or a send to a peer that is gone kills the process */

    int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket"); /* 1 create */
    limit_silence(listener);
    int on = 1;
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt"); /* 7 reuse: before bind */

    struct sockaddr_in address = {.sin_family = AF_INET}; /* port 0: any that is free */
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* network byte order */
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind"); /* 2 bind */
    check(listen(listener, 5), "listen"); /* 3 listen */

    socklen_t size = sizeof address;
    check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname"); /* the port it is */

    pid_t child = check(fork(), "fork");
    if (child == 0) {
        close(listener); /* the child inherited it */
        visit(&address);
        return EXIT_SUCCESS;
    }
    serve(listener);
    check(close(listener), "close");

    int status;
    check(waitpid(child, &status, 0), "waitpid");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
// ANCHOR_END: main
