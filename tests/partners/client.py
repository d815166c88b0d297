"""A client that we did not write: create, connect, one recv, send, close. The server's address is host and port."""

import socket
import sys

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((sys.argv[1], int(sys.argv[2])))
print(client.recv(1024).decode())
client.send("消息收到,over!".encode())
client.close()
