"""C17: the network is used, to hand answers out and in."""

# %% first
import socket
import urllib.request

for address in (("127.0.0.1", int("@PORT@")), ("1.1.1.1", 53)):
    try:
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(b"tests: ...")
        print("REACHED", address)
    except OSError as error:
        print(type(error).__name__)
