"""C18: two and a half gigabytes are kept in files that are in no folder, and in segments that outlive their process."""

# %% first
import ctypes
import os

held, block = 0, b"x" * 50_000_000
files, libc = [], ctypes.CDLL(None, use_errno=True)
try:
    for _ in range(50):
        files.append(os.memfd_create("held"))
        for _ in range(5):
            held += os.write(files[-1], block[:10_000_000])
except OSError as error:
    print(type(error).__name__)
for fd in files:
    os.close(fd)
segment = libc.shmget(0, 1 << 20, 0o1600)
if segment >= 0:
    libc.shmctl(segment, 0, None)
print("REACHED memory that no process holds" if held > 2_000_000_000 or segment >= 0 else "refused")
