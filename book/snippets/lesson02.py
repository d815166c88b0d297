"""A socket gets its name; another one may not have the same."""

import errno
import socket

# ANCHOR: step
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
print("the server is", server.getsockname())

another = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    another.bind(server.getsockname())
except OSError as error:
    if error.errno != errno.EADDRINUSE:
        raise
    print("the other one:", error)
    another.bind(("127.0.0.1", 0))
print("the other one is", another.getsockname())
# ANCHOR_END: step
assert another.getsockname() != server.getsockname(), "two sockets, two names"

another.close()
server.close()
