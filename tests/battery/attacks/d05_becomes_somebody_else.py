"""D5: other users' identities, new namespaces, mounts, devices and other processes' memory are tried."""

# %% first
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
tries = {
    "a mount": lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, None) == 0,
    "a user namespace with a mount": lambda: libc.unshare(0x10000000 | 0x20000) == 0
    and libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0,
    "another root": lambda: os.chroot("/tmp") is None,
    "a device": lambda: os.mknod("/tmp/device", 0o60600, os.makedev(8, 0)) is None and open("/tmp/device", "rb").read(1),
    "process 1's memory": lambda: bool(open("/proc/1/mem", "rb")),
    "its parent, traced": lambda: libc.ptrace(16, os.getppid(), 0, 0) == 0,
}
for name, attempt in tries.items():
    try:
        print("REACHED " + name if attempt() else f"refused {name}")
    except Exception as error:
        print(name, type(error).__name__)
