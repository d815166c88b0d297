"""Lesson 6: who is done says so, and both sides close."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
client.sendall("消息收到,over!".encode())
received = stream.recv(1024)
print("server:", len(received), "bytes,", received.decode(errors="replace"))

# The server has no more to say. The kernel sends a FIN behind its last byte.
stream.shutdown(socket.SHUT_WR)
received = client.recv(1024)
print("client:", len(received), "bytes")
client.close()
stream.close()
listener.close()
