"""Lesson 5: a greeting and its answer."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
address = ("127.0.0.1", 0)
listener.bind(address)
listener.listen(5)
server = listener.getsockname()
print("listening at %s:%d" % server)

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(server)
stream, peer = listener.accept()
print("accepted %s:%d" % peer)

sent = stream.send(b"Welcome to study socket!")
print("server:", sent, "bytes sent")
# What one recv brings is a piece of the stream, not a message.
received = client.recv(1024)
print("client:", len(received), "bytes,", received.decode(errors="replace"))

sent = client.send("消息收到,over!".encode())
print("client:", sent, "bytes sent")
received = stream.recv(1024)
print("server:", len(received), "bytes,", received.decode(errors="replace"))

client.close()
stream.close()
listener.close()
