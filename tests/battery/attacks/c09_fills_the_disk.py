"""C9: two gigabytes are written into the working directory, /tmp and home."""

# %% first
import os

written, block = 0, b"x" * 10_000_000
for folder in (".", "/tmp", os.path.expanduser("~"), "/dev/shm"):
    try:
        with open(f"{folder}/unrolled-battery-{len(folder)}", "wb") as file:
            for _ in range(50):
                written += file.write(block)
                file.flush()
    except OSError as error:
        print(type(error).__name__)
print("REACHED the disk" if written >= 1_900_000_000 else "stopped")

# %% last
for folder in (".", "/tmp", os.path.expanduser("~"), "/dev/shm"):
    if os.path.exists(f"{folder}/unrolled-battery-{len(folder)}"):
        os.remove(f"{folder}/unrolled-battery-{len(folder)}")
