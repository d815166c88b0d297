"""The same program without the luck: a message ends with a line break, and each side reads up to there."""

import socket
import threading


# ANCHOR: fixed
def say(stream, text):
    stream.sendall((text + "\n").encode())  # sendall goes on until every byte is taken


def hear(lines):
    line = lines.readline()                 # as many recvs as it takes to the line break
    if not line.endswith(b"\n"):
        raise ConnectionError("the peer ended in the middle of a message")
    return line[:-1].decode()               # a whole message, so no character is cut
# ANCHOR_END: fixed


def serve(server):
    stream, _ = server.accept()
    with stream, stream.makefile("rb") as lines:
        say(stream, "Welcome to study socket!")
        print("server:", hear(lines))


def main():
    # create_server sets SO_REUSEADDR where that is right: on Unix, not on Windows.
    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve, args=(server,))
        serving.start()
        with socket.create_connection(server.getsockname()) as client, client.makefile("rb") as lines:
            print("client:", hear(lines))
            say(client, "消息收到,over!")
        serving.join()


if __name__ == "__main__":
    main()
