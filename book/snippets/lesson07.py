"""Two lives of a server, first without SO_REUSEADDR and then with it. Both sides play in one thread."""

import os
import socket


# ANCHOR: step
def open_listener(address, reuse):
    listener = socket.socket()
    if reuse and os.name == "posix":  # Windows has another option under this name
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(5)
    except OSError:
        listener.close()
        raise
    return listener
# ANCHOR_END: step


def live(listener):
    """Serves one client, and closes first."""
    client = socket.create_connection(listener.getsockname())
    stream, _ = listener.accept()
    stream.close()
    # Only when the server's end has arrived is the client's close the second one.
    assert client.recv(64) == b""
    client.close()
    listener.close()


for reuse in (False, True):
    first = open_listener(("127.0.0.1", 0), reuse)
    address = first.getsockname()
    live(first)
    print("SO_REUSEADDR in both lives:" if reuse else "SO_REUSEADDR in neither life:", end=" ")
    try:
        open_listener(address, reuse).close()
        print("the second one listens")
    except OSError as error:
        print(error)
