"""Fork kernels under users of their own, for places that refuse namespaces but give root: isolation `user`.

It is the program of `fork_server` with other walls. It runs as root, outside any sandbox; for each request::

    this program, root
      └─ warden, root        interrupts or ends the kernel when the grader says so; counts what is begun; at the end it
           │                 kills every process of the user, and removes what the user left in folders open to all
           └─ kernel         a user of its own; limits; no capabilities; no sockets but those it has; where Linux has
                             Landlock, no file but what a submission may read, and its own folder

A process of another user's cannot be signalled, traced or limited, and a file that is closed to others not be read:
`users` on the grader's side sees to it that what must be closed is.

Usage: ``python -I user_server.py FD FOLDER``, as `fork_server`.
"""

import contextlib
import ctypes
import fcntl
import os
import resource
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from autograder.sandbox import fork_server
else:  # this is a program, which imports nothing of `autograder` but what lies beside it
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
    import fork_server
    import kernel_application  # noqa: F401

    del sys.path[0]

SECCOMP = {"x86_64": 317, "aarch64": 277}.get(os.uname().machine)
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls that have these numbers everywhere
SUBREAPER = 36
NEW_LISTENER, CONTINUE = 8, 1
NOTICE, ANSWER = struct.Struct("QIIiIQ6Q"), struct.Struct("QqiI")
RECEIVE, SEND = 0xC0502100, 0xC0182101
EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8  # of Landlock's rights, those that are named here
RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}  # that a version of Landlock knows
SCOPED = 3  # no abstract sockets and no signals beyond its own processes
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue")


def enter(request: fork_server.Request, fds: list[int], warden: socket.socket, walls: list[str]) -> None:
    """Become a kernel under a user of its own, below a warden that stays root."""
    uid, folder = request["uid"], request["folder"]
    fork_server.prctl(SUBREAPER, 1)  # what leaves the kernel's family stays in the warden's
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        walls = [*give_up(request, theirs), *walls]
        theirs.close()
        fork_server.run_kernel(request, fds, warden, walls)
    theirs.close()
    for fd in fds:
        os.close(fd)
    try:
        serve(pid, warden, ours)
    finally:
        end(uid)
        for place in (folder, *left_by(uid)):
            remove(place)
    os._exit(0)


def give_up(request: fork_server.Request, line: socket.socket) -> list[str]:
    """Become the user, for good; return the names of the walls that stand."""
    uid, walls = request["uid"], ["rlimits"]
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # if memory runs out, this goes first
    for name in ("work", "home"):
        path = os.path.join(request["folder"], name)
        os.mkdir(path, 0o700)
        os.chown(path, uid, uid)
    os.chdir(os.path.join(request["folder"], "work"))
    for name, value in request["limits"]["resources"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    rules = landlock(request) if request["landlock"] else None
    fork_server.drop_capabilities(uid)
    if rules is not None:
        call(RESTRICT_SELF, rules, 0)
        os.close(rules)
        walls.append("landlock")
    listener = listen(bytes.fromhex(request["counted"])) if request["counted"] else None
    if listener is not None:
        socket.send_fds(line, [b"listener"], [listener])
        os.close(listener)
    else:
        line.send(b"none")
    fork_server.load_filter(bytes.fromhex(request["filter"]))
    return [*walls, "seccomp"]


def call(number: int, *arguments: object) -> int:
    """Make a system call that the C library has no function for."""
    libc = fork_server.libc
    libc.syscall.restype = ctypes.c_long
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result


def landlock(request: fork_server.Request) -> int:
    """Return the rules of what the kernel may read and write, as a descriptor of Linux's Landlock."""
    version = request["landlock"]
    every = RIGHTS[max(known for known in RIGHTS if known <= version)]
    about = struct.pack("QQQ", every, 0, SCOPED if version >= 6 else 0)
    size = 24 if version >= 6 else 8
    rules = call(CREATE_RULESET, ctypes.create_string_buffer(about, 24), ctypes.c_size_t(size), 0)
    for path in request["readable"]:
        allow(rules, path, EXECUTE | READ | LIST)
    for path in request["listed"]:
        allow(rules, path, LIST)
    for name in DEVICES:
        allow(rules, f"/dev/{name}", READ | WRITE)
    for path in ("/dev/shm", "/dev/pts", "/dev/ptmx", request["folder"]):
        allow(rules, path, every)
    return rules


def allow(rules: int, path: str, rights: int) -> None:
    """Allow this for a file, or for a folder and all in it."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it has gone
        return
    try:
        if not os.path.isdir(path):
            rights &= 0xC007  # what there is for files
        if rights:
            call(ADD_RULE, rules, 1, ctypes.create_string_buffer(struct.pack("=Qi", rights, fd), 12), 0)
    finally:
        os.close(fd)


def listen(program: bytes) -> int | None:
    """Have Linux ask whoever holds the descriptor that is returned before each system call that `program` names."""
    if SECCOMP is None:
        return None
    code = ctypes.create_string_buffer(program)
    about = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    try:
        return call(SECCOMP, 1, NEW_LISTENER, ctypes.create_string_buffer(about, len(about)))
    except OSError:  # an old Linux
        return None


def serve(pid: int, warden: socket.socket, line: socket.socket) -> None:
    """Interrupt the kernel and count what is begun in it, on request, until it or the grader has ended."""
    begun = 0
    _, listeners, _, _ = socket.recv_fds(line, 16, 1)
    line.close()

    def count() -> None:
        nonlocal begun
        notice = bytearray(NOTICE.size)
        with contextlib.suppress(OSError):  # whoever asked has ended
            fcntl.ioctl(listeners[0], RECEIVE, notice)
            begun += 1
            fcntl.ioctl(listeners[0], SEND, ANSWER.pack(NOTICE.unpack(notice)[0], 0, 0, CONTINUE))

    fork_server.watch(pid, warden, lambda: str(begun).encode(), *((fd, count) for fd in listeners))


def end(uid: int) -> None:
    """Kill every process of a user's, and wait until there is none."""
    while any_of(uid):
        pid = os.fork()
        if pid == 0:
            try:
                fork_server.take_number(uid)
                os.kill(-1, signal.SIGKILL)
            finally:
                os._exit(0)
        with contextlib.suppress(ChildProcessError):  # children are not waited for
            os.waitpid(pid, 0)


def any_of(uid: int) -> bool:
    """Whether a process of this user's is left; one that has ended and waits for its parent does not count."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            status = Path("/proc", name, "status").read_text("utf-8", "replace")
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            if str(uid) in fields["Uid"].split() and not fields["State"].strip().startswith(("Z", "X")):
                return True
    return False


def left_by(uid: int) -> Iterable[str]:
    """Yield what a user left in folders that are open to all."""
    for place in OPEN_TO_ALL:
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            yield from [entry.path for entry in entries if entry.stat(follow_symlinks=False).st_uid == uid]


def remove(path: str) -> None:
    """Remove a file or a folder; no link is followed."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.remove(path)


def main() -> NoReturn:
    """Serve as `fork_server` does, and end with the grader."""
    fork_server.main(enter)
    sys.exit()


if __name__ == "__main__":
    main()
