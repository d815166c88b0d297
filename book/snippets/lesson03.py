"""A server that listens and does nothing more, in one thread with its clients: the kernel lets them in."""

import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
address = server.getsockname()

# ANCHOR: step
try:
    socket.create_connection(address).close()
except ConnectionRefusedError:
    print("bound, and refused: nobody listens there")

server.listen(1)
client = socket.create_connection(address)
print("connected to", client.getpeername(), "and nobody has called accept")
# ANCHOR_END: step
assert client.getpeername() == address

for each in (client, server):
    each.close()
