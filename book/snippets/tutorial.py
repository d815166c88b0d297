"""The usual first socket program, as tutorials have it. It works here, and mostly by luck: see the marks."""

import socket
import threading

# ANCHOR: open
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))  # a tutorial writes its author's address here, and a port such as 9999
server.listen(5)
# ANCHOR_END: open
address = server.getsockname()


# ANCHOR: server
def serve():
    stream, client = server.accept()
    stream.send("Welcome to study socket!".encode())  # luck 1: send takes all of it
    answer = stream.recv(1024)                        # luck 2: one recv brings all of it
    print("server:", answer.decode())                 # luck 3: no character was cut
    stream.close()
    server.close()
# ANCHOR_END: server


serving = threading.Thread(target=serve)
serving.start()

# ANCHOR: client
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(address)
greeting = client.recv(1024)
print("client:", greeting.decode())
client.send("消息收到,over!".encode())
client.close()
# ANCHOR_END: client

serving.join()
