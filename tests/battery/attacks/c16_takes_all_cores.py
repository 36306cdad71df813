"""C16: many busy threads, so that other people's kernels starve."""

# %% first
import hashlib
import threading


def burn():
    while True:
        hashlib.sha256(b"x" * 10_000_000).digest()


for _ in range(16):
    threading.Thread(target=burn, daemon=True).start()
