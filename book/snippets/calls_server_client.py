"""The course's program in Python: a server greets a client, the client answers. Both run here, on loopback."""

import os
import socket
import threading


# ANCHOR: server
def serve(listener):
    stream, peer = listener.accept()  # 4 accept: a new socket for this client, and its address
    with stream:
        stream.settimeout(5)  # the listener's timeout is not handed on
        stream.sendall(b"Welcome to study socket!")  # 5 send: sendall loops until all is taken
        answer = b""
        while piece := stream.recv(1024):  # 5 receive: up to 1024 bytes; b"" is the end
            answer += piece
        print("server heard:", answer.decode())  # bytes first, text once all is there
    # 6 close: leaving the with block closed the stream
# ANCHOR_END: server


# ANCHOR: client
def visit(address):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:  # 1 create
        stream.settimeout(5)
        stream.connect(address)  # no bind: the kernel names a client
        greeting = b""
        while len(greeting) < 24:  # the greeting's length is known; TCP has no messages
            piece = stream.recv(1024)
            if not piece:
                raise EOFError("the server closed in the middle of its greeting")
            greeting += piece
        print("client heard:", greeting.decode())
        stream.sendall("消息收到,over!".encode())
    # close: the server's recv gives b""
# ANCHOR_END: client


# ANCHOR: main
def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:  # 1 create
        if os.name == "posix":  # on Windows the option is another, under the same name
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # 7 reuse: before bind
        listener.bind(("127.0.0.1", 0))  # 2 bind: loopback, and any free port
        listener.listen(5)  # 3 listen
        listener.settimeout(5)  # 8 a peer that never comes, or falls silent
        client = threading.Thread(target=visit, args=[listener.getsockname()])
        client.start()
        serve(listener)
        client.join()
# ANCHOR_END: main


if __name__ == "__main__":
    main()
