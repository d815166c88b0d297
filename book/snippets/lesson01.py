"""Lesson 1: a socket, as the kernel hands it out. What does it have, and what not?"""

import socket

# Named for what it is to be: in lesson 3 it listens.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# All zeros is no name. Windows says the same with an error.
try:
    print("its name: %s:%d" % listener.getsockname())
except OSError as error:
    print("its name: error", error)
try:
    print("its peer: %s:%d" % listener.getpeername())
except OSError as error:
    print("its peer: error", error)
listener.close()
