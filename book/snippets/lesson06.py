"""A client that half-closes, and a server that hears it out, answers, and closes."""

import socket

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
client = socket.socket()
client.connect(listener.getsockname())
stream, _ = listener.accept()
listener.close()

# ANCHOR: step
client.sendall(b"over!")
client.shutdown(socket.SHUT_WR)  # no more from me; I still listen

heard = b""
while piece := stream.recv(1024):  # b"" is the client's end
    heard += piece
print("the server heard", heard)
stream.sendall(b"and out")  # the other direction is still open
stream.close()

print("the client heard", client.recv(1024), "and then", client.recv(1024))
client.close()
# ANCHOR_END: step
assert heard == b"over!"
