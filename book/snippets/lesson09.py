"""Lesson 9: a server with a thread for each client, and two clients in threads of their own."""

import socket
import threading

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not on Windows
address = ("127.0.0.1", 0)
listener.bind(address)
listener.listen(5)
server = listener.getsockname()


def talk():
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect(server)
    received = client.recv(1024)
    # print writes the line break by itself, and another thread could come between.
    print(f"client: {received.decode(errors='replace')}\n", end="")
    client.sendall("消息收到,over!".encode())
    client.close()


def greet(stream):
    stream.sendall(b"Welcome to study socket!")
    received = stream.recv(1024)
    print(f"server: {received.decode(errors='replace')}\n", end="")
    stream.close()


for _ in range(2):
    threading.Thread(target=talk).start()
for _ in range(2):
    stream, _ = listener.accept()
    threading.Thread(target=greet, args=(stream,)).start()
listener.close()
