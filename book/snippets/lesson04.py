"""A server and two clients in one thread: connect returns before accept."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(("127.0.0.1", 0))
listener.listen(5)

first = socket.socket()
first.connect(listener.getsockname())
second = socket.socket()
second.connect(listener.getsockname())

# ANCHOR: step
stream, peer = listener.accept()
print("a stream to", peer, "at", stream.getsockname())
# ANCHOR_END: step
assert peer == first.getsockname(), "the oldest comes first"

for each in (stream, first, second, listener):
    each.close()
