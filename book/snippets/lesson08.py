"""Three clients go in three ways, and the server's recv tells which."""

import socket
import struct

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


# ANCHOR: step
def how_it_went(stream):
    stream.settimeout(0.1)  # the silence that we bear, in seconds
    try:
        while stream.recv(1024):
            pass  # here a server would answer
        return "closed"  # recv gave b"", the end
    except ConnectionResetError:
        return "reset"
    except socket.timeout:  # from Python 3.10 on another name for TimeoutError
        return "silent"
# ANCHOR_END: step


def closes(client):
    client.close()


def breaks_off(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def falls_silent(client):
    client.sendall(b"one moment")


farewells = []
for leave in (closes, breaks_off, falls_silent):
    client = socket.socket()
    client.connect(listener.getsockname())
    stream, _ = listener.accept()
    leave(client)
    farewells.append(how_it_went(stream))
    print(leave.__name__, "->", farewells[-1])
    stream.close()
    client.close()
listener.close()
assert farewells == ["closed", "reset", "silent"]
