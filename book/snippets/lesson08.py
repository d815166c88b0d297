"""Lesson 8: a client says nothing, and then it is gone."""

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

# The longest that a recv on this stream waits, in seconds.
stream.settimeout(0.1)
try:
    received = stream.recv(1024)
    print("server:", len(received), "bytes")
except OSError as error:
    print("server: error", error)
client.close()
received = stream.recv(1024)
print("server:", len(received), "bytes")

stream.close()
listener.close()
