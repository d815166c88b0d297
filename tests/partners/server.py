"""A server that we did not write, for one client: create, bind, listen, accept, send, one recv, close."""

import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
server.listen(5)
print("%s:%d" % server.getsockname(), flush=True)
client, address = server.accept()
client.send("Welcome to study socket!".encode())
print(client.recv(1024).decode())
client.close()
server.close()
