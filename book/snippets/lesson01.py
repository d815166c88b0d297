"""A fresh socket: what there is of it, and what is missing."""

import socket

# ANCHOR: step
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as fresh:
    print("descriptor", fresh.fileno())
    print("its name  ", fresh.getsockname())
    try:
        fresh.getpeername()
    except OSError as error:
        print("its peer  ", error)
print("afterwards", fresh.fileno())
# ANCHOR_END: step
assert fresh.fileno() == -1, "the end of the with block has closed it"
