"""Lesson 2: the socket gets its name, and tells it."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# Port 0 asks the kernel to choose a port.
address = ("127.0.0.1", 0)
print("asked for %s:%d" % address)
listener.bind(address)
server = listener.getsockname()
print("bound to %s:%d" % server)

try:
    print("its peer: %s:%d" % listener.getpeername())
except OSError as error:
    print("its peer: error", error)
listener.close()
