"""Lesson 7: the server ends, and starts again at the same port."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# Windows has another option under this name: there, leave it out.
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
address = ("127.0.0.1", 0)
listener.bind(address)
listener.listen(5)
server = listener.getsockname()
print("listening at %s:%d" % server)

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(server)
stream, _ = listener.accept()
stream.sendall(b"Welcome to study socket!")
received = client.recv(1024)
print("client:", len(received), "bytes,", received.decode(errors="replace"))
# The server ends first, and so the kernel keeps its side of the connection for a while.
stream.shutdown(socket.SHUT_WR)
received = client.recv(1024)
print("client:", len(received), "bytes")
client.close()
stream.close()
listener.close()

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(server)
listener.listen(5)
print("listening again at %s:%d" % server)
listener.close()
