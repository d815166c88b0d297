"""The four states that pass too quickly in the lessons, held still so that one can look at them.

Linux only: TCP_INFO, TCP_DEFER_ACCEPT and /proc are its own.
"""

import socket
import sys
import time

if not sys.platform.startswith("linux"):
    print("this system does not show its states in this way")
    sys.exit(0)

# ANCHOR: state
# In the order of their numbers, which /proc/net/tcp and TCP_INFO share.
STATES = (
    "ESTABLISHED SYN_SENT SYN_RECEIVED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT "
    "CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING"
).split()


def state(stream):
    """What the kernel says: TCP_INFO's first byte is the state."""
    info = stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return STATES[info[0] - 1]
# ANCHOR_END: state


def states_at(port):
    """The states of all connections whose local port this is, also of those that no program has: /proc/net/tcp."""
    found = []
    with open("/proc/net/tcp") as table:
        next(table)  # the headings
        for row in table:
            local, _peer, number = row.split()[1:4]
            if int(local.split(":")[1], 16) == port:
                found.append(STATES[int(number, 16) - 1])
    return found


def show(look, expected):
    """Waits until the kernel shows this state: a segment takes a moment, even on loopback."""
    deadline = time.monotonic() + 5
    while look() != expected:
        if time.monotonic() > deadline:
            sys.exit(f"{expected} was not seen, but {look()}")
        time.sleep(0.001)
    print(expected)


def meet():
    """A connection on loopback, both of its ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    return client, server


def clog(stream):
    """Sends until nothing more fits: the peer does not read, so a FIN has to queue behind these bytes."""
    stream.setblocking(False)
    try:
        while True:
            stream.send(bytes(65536))
    except BlockingIOError:
        pass


# ANCHOR: rare
# A listener that wants to see data first: until then Linux keeps the connection in SYN_RECEIVED.
with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5)
    client = socket.create_connection(listener.getsockname())
    port = listener.getsockname()[1]
    show(lambda: sorted(states_at(port)), ["LISTEN", "SYN_RECEIVED"])
    client.close()

# We close first, but our FIN waits behind bytes that the server does not read.
client, server = meet()
clog(client)
client.shutdown(socket.SHUT_WR)
show(lambda: state(client), "FIN_WAIT_1")

# Now the server's FIN comes, and ours is still not acknowledged.
server.shutdown(socket.SHUT_WR)
show(lambda: state(client), "CLOSING")

# A new connection, and here we close second. Our FIN has to wait as before.
client, server = meet()
server.shutdown(socket.SHUT_WR)
show(lambda: state(client), "CLOSE_WAIT")
clog(client)
client.shutdown(socket.SHUT_WR)
show(lambda: state(client), "LAST_ACK")
# ANCHOR_END: rare
