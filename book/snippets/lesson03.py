"""Lesson 3: the socket listens."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
address = ("127.0.0.1", 0)
listener.bind(address)
# 5 is the backlog, by custom.
listener.listen(5)
server = listener.getsockname()
print("listening at %s:%d" % server)
listener.close()
