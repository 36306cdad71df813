"""Fork a kernel for every submission: this program runs inside bubblewrap and imports nothing of `autograder`.

It imports once what every kernel needs, and then waits for requests from the grader, on a socket that it inherited. For
each it forks. The child enters namespaces of its own, gives up every right, and only then becomes a kernel::

    fork server
      └─ child            own cgroup where there is one; own user, mount, pid, net, ipc and uts namespaces; limits; no
           │              capabilities; filter; then exits
           └─ warden      process 1 of the new pid namespace: interrupts or ends the kernel when the grader says so
                └─ kernel the submission's; when the warden goes, so does every process that the submission started

The kernel's sockets come from the grader, already bound: no path of theirs is visible in here, and the connection key
is the kernel's own. Neither the fork server's socket nor the warden's is open in the kernel.

This file and `kernel_application` are all of `autograder` that the sandbox shows. A submission may read them.

Usage: ``python -I fork_server.py FD FOLDER``, where FD is the socket and FOLDER holds the package `utils`. Where there
are no namespaces, `user_server` does the same with other walls.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import random
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

CHANNELS = ("shell", "iopub", "stdin", "control")
LONGEST = 1 << 18  # bytes of a request
NAMESPACES = 0x10000000 | 0x20000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000  # user, mount, pid, net, ipc, uts
NOSUID, NODEV, NOEXEC, READ_ONLY, BIND, REC, PRIVATE = 2, 4, 8, 1, 4096, 16384, 1 << 18
DUMPABLE, CAPBSET_DROP, SECCOMP, SECUREBITS, NO_NEW_PRIVS, AMBIENT = 4, 24, 22, 28, 38, 47
ALL_SECUREBITS_LOCKED = 0xEF  # no root, no setuid fix-up, no ambient capabilities, nothing kept; and all that for good
CAPABILITY_VERSION_3 = 0x20080522
Request = dict[str, Any]  # as `autograder.sandbox.provisioner` makes it
# Raises walls, becomes a kernel in them and its warden: enter(request, channels, warden, walls that stand already).
Enter = Callable[[Request, list[int], socket.socket, list[str]], None]

libc = ctypes.CDLL(None, use_errno=True)


def system(name: str, *args: object) -> None:
    """Call a function of the C library; raise OSError if it fails."""
    if getattr(libc, name)(*args) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def prctl(option: int, *values: int) -> None:
    """Call prctl with up to four arguments; the others are 0."""
    system("prctl", option, *(ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]))


def main(enter: Enter) -> None:
    """Import, then serve until the grader closes the socket."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    preload(sys.argv[2])
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"{threads} threads run after the imports; a process with threads must not be forked.")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    channel.send(b"ready")
    while True:
        data, fds, _, _ = socket.recv_fds(channel, LONGEST, len(CHANNELS) + 2)
        if not data:
            return
        if os.fork() == 0:
            channel.close()
            become(data, fds, enter)
        for fd in fds:
            os.close(fd)


def preload(folder: str) -> None:
    """Import what kernels and notebooks import, so that no kernel has to."""
    sys.path.insert(0, folder)
    # What comes first decides matplotlib's backend; a kernel would say the same a little later.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", "matplotlib.pyplot", "ipywidgets"):
        importlib.import_module(name)
    for module in pkgutil.walk_packages(importlib.import_module("utils").__path__, "utils."):
        importlib.import_module(module.name)
    for name in rehearsed():
        with contextlib.suppress(Exception):  # not a module that can be imported by its name
            importlib.import_module(name)


def rehearsed() -> list[str]:
    """Return the names of the modules that a kernel imports while it starts and runs a first cell."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            sockets = [socket.socket(socket.AF_UNIX) for _ in CHANNELS]
            for one in sockets:
                one.bind("")  # to a name that Linux chooses
                one.listen()
            kernel = application("", [one.fileno() for one in sockets])
            kernel.shell.run_cell("%matplotlib inline\nimport numpy\nnumpy.zeros(2)\n1/0", store_history=True)
            theirs.sendall("\n".join(sorted(sys.modules)).encode())
        finally:
            os._exit(0)
    theirs.close()
    names = ours.makefile().read().split()
    ours.close()
    os.wait()
    return [name for name in names if name not in sys.modules]


def become(data: bytes, fds: list[int], enter: Enter) -> NoReturn:
    """Become a kernel, or tell the grader why not; never return."""
    channels, (line, *group) = fds[: len(CHANNELS)], fds[len(CHANNELS) :]
    warden = socket.socket(fileno=line)
    try:
        request = json.loads(data)
        walls = [name for fd in group for name in join(fd)]
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(nowhere, fd)
        enter(request, channels, warden, walls)
    except BaseException as error:
        warden.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
    os._exit(1)


def enter_namespaces(request: Request, fds: list[int], warden: socket.socket, walls: list[str]) -> None:
    """Become a kernel in namespaces of its own, below a warden that is process 1 there."""
    numbers = os.open("/proc/loadavg", os.O_RDONLY)  # before /proc is hidden; see `guard`
    walls = [*isolate(request), *walls]
    if os.fork():
        os._exit(0)
    guard(request, fds, warden, walls, numbers)


def join(group: int) -> list[str]:
    """Join the cgroup behind an open file, for good: the file is closed. Return the name of the wall, if it stands."""
    with open(group, "wb", buffering=0) as door, contextlib.suppress(OSError):
        door.write(b"0")  # Linux before 5.16 asks whether we, and not the grader, may do so
        return ["cgroup"]
    return []


def isolate(request: Request) -> list[str]:
    """Enter fresh namespaces and give up every right; return the names of the walls that stand."""
    uid, gid = os.getuid(), os.getgid()
    if request["uid"] is not None:  # not root's own number, though without root's rights
        uid = gid = request["uid"]
        take_number(uid)
        prctl(DUMPABLE, 1)  # else /proc/self belongs to root, and the next lines cannot write there
    system("unshare", NAMESPACES)
    about = {"setgroups": "deny", "uid_map": f"1000 {uid} 1", "gid_map": f"1000 {gid} 1"}
    about["oom_score_adj"] = "1000"  # if memory runs out, this goes first
    for name, text in about.items():
        Path("/proc/self", name).write_text(text, encoding="ascii")
    with contextlib.suppress(OSError):  # where it cannot be written, the filter alone refuses further ones
        Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    mounts(request["folder"].encode(), request["limits"]["disk"], request["limits"]["files"])
    for name, value in request["limits"]["resources"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    drop_capabilities()
    walls = ["namespaces", "rlimits"]
    if request["filter"]:
        load_filter(bytes.fromhex(request["filter"]))
        walls.append("seccomp")
    return walls


def mounts(folder: bytes, megabytes: int, files: int) -> None:
    """Mount a private, bounded folder to write in and private terminals, and hide /proc, which shows others."""
    system("mount", b"none", b"/", None, REC | PRIVATE, None)
    plain = NOSUID | NODEV | NOEXEC
    system("mount", b"tmpfs", folder, b"tmpfs", plain, f"size={megabytes}m,nr_inodes={files},mode=700".encode())
    for name in (b"work", b"home", b"shm"):
        os.mkdir(folder + b"/" + name, 0o700)
    system("mount", folder + b"/shm", b"/dev/shm", None, BIND, None)
    system("mount", b"devpts", b"/dev/pts", b"devpts", NOSUID | NOEXEC, b"newinstance,mode=600,ptmxmode=666")
    system("mount", b"tmpfs", b"/proc", b"tmpfs", plain | READ_ONLY, b"size=4k,nr_inodes=2,mode=555")
    os.chdir(folder + b"/work")


def drop_capabilities(uid: int | None = None) -> None:
    """Empty all five sets of capabilities, for this process and for all that come of it, and become a user if asked."""
    for capability in range(64):
        if libc.prctl(CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break  # the kernel's last
    prctl(SECUREBITS, ALL_SECUREBITS_LOCKED)
    prctl(AMBIENT, 4)
    if uid is not None:
        take_number(uid)
    system("capset", (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)())
    prctl(NO_NEW_PRIVS, 1)


def take_number(uid: int) -> None:
    """Become another user, and a member of no group but that user's."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def load_filter(program: bytes) -> None:
    """Let the kernel refuse the system calls that `program`, in BPF, refuses."""
    code = ctypes.create_string_buffer(program)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    system("prctl", SECCOMP, ctypes.c_ulong(2), ctypes.byref(Program(len(program) // 8, ctypes.addressof(code))), 0, 0)


def guard(request: Request, fds: list[int], warden: socket.socket, walls: list[str], numbers: int) -> NoReturn:
    """Be process 1 of the submission's namespace: start the kernel, interrupt it and count on request, end with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a process 1 gets no signal from inside that it does not handle
    prctl(DUMPABLE, 0)
    pid = os.fork()
    if pid == 0:
        os.close(numbers)
        run_kernel(request, fds, warden, walls)
    for fd in fds:
        os.close(fd)
    # The last number that this namespace has handed out. A process or thread that was begun in between took one, so it
    # is noticed, however short its life.
    watch(pid, warden, lambda: os.pread(numbers, 128, 0).split()[-1])
    os._exit(0)  # and with process 1 every other process of the namespace is killed


def watch(pid: int, warden: socket.socket, census: Callable[[], bytes], *also: tuple[int, Callable[[], None]]) -> None:
    """Do what the grader asks of a kernel's warden, until one of them has ended; serve other descriptors meanwhile."""
    kernel, others = os.pidfd_open(pid), dict(also)
    waiting = select.poll()
    for fd in (kernel, warden.fileno(), *others):
        waiting.register(fd, select.POLLIN)
    while True:
        ready = {fd for fd, _ in waiting.poll()}
        if kernel in ready:
            return
        for fd in ready.intersection(others):
            others[fd]()
        asked = warden.recv(16) if warden.fileno() in ready else None
        if asked == b"interrupt":
            signal.pidfd_send_signal(kernel, signal.SIGINT)
        elif asked == b"census":
            warden.send(census())
        elif asked is not None:
            return


def run_kernel(request: Request, fds: list[int], warden: socket.socket, walls: list[str]) -> NoReturn:
    """Run an IPython kernel on the sockets that the grader made."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.umask(0o077)
    random.seed()  # a fork begins with its parent's random numbers
    sys.modules["numpy"].random.seed()
    kernel = application(request["key"], fds)
    sys.path.append("")  # a module written by `%%writefile` is found in the working directory, after all that is ours
    warden.send(json.dumps({"walls": walls}).encode())
    warden.close()  # from here on it may read what the submission says
    kernel.start()
    os._exit(0)


def application(key: str, fds: list[int]) -> Any:
    """Return ipykernel's application on these sockets."""
    return importlib.import_module("kernel_application").application(key, fds)


if __name__ == "__main__":
    main(enter_namespaces)
