"""A greeting and its answer, in one thread: sent bytes wait in the kernel until somebody reads them."""

import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
stream, _ = listener.accept()

# ANCHOR: step
taken = stream.send(b"Welcome to study socket!")  # it may take fewer than it is offered
print("the kernel took", taken, "bytes")
print("client:", client.recv(7), "and then", client.recv(1024))

client.sendall("消息收到,over!".encode())  # sendall is a loop over send: all of the bytes, or an error
client.shutdown(socket.SHUT_WR)  # nothing more will come

pieces = []
while piece := stream.recv(4):  # at most 4 bytes; b"" is the end, and nothing else is
    pieces.append(piece)
print("server:", pieces)
print("server:", b"".join(pieces).decode())  # decoded once, when all of it is there
# ANCHOR_END: step

assert b"".join(pieces).decode() == "消息收到,over!"
for each in (client, stream, listener):
    each.close()
