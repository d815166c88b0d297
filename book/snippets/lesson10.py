"""Lesson 10: two clients say something, and before it how long it is, in two bytes."""

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
    message = "消息收到,over!".encode()
    length = len(message).to_bytes(2, "big")
    client.sendall(length + message)
    client.close()


def serve(stream):
    # Its read waits for all that it is asked for, or the end; recv does not.
    with stream, stream.makefile("rb") as file:
        length = int.from_bytes(file.read(2), "big")
        message = file.read(length)
        print(f"server: {message.decode(errors='replace')}\n", end="")


for _ in range(2):
    threading.Thread(target=talk).start()
for _ in range(2):
    stream, _ = listener.accept()
    threading.Thread(target=serve, args=(stream,)).start()
listener.close()
