"""Lesson 4: a client connects, and the listener accepts it."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
address = ("127.0.0.1", 0)
listener.bind(address)
listener.listen(5)
server = listener.getsockname()
print("listening at %s:%d" % server)

# No bind: the kernel chooses a port for the client.
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(server)
name = client.getsockname()
print("the client is %s:%d" % name)

stream, peer = listener.accept()
print("accepted %s:%d" % peer)
name = stream.getsockname()
print("the stream is %s:%d" % name)

client.close()
stream.close()
listener.close()
