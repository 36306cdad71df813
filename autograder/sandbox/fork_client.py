"""Start the fork server when it is first needed, one per process, restart it if it ended, and ask it for kernels.

A process may lend its own to the processes that it starts: each kernel enters namespaces of its own, whoever asks.
"""

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal, Self

from autograder.errors import InfrastructureError
from autograder.sandbox import bubblewrap, cgroups, processes, users

Isolation = Literal["sandbox", "user"]
START_SECONDS = 60.0  # for the imports, on a slow disk


@dataclass
class Lent:
    """Another process's fork server; an argument of a process that is being started may be one.

    Attributes
    ----------
    isolation : {"sandbox", "user"}
    uid : int or None
        The number that kernels take where its owner is root, and there is another user.
    channel : socket
        Where it takes requests.
    """

    isolation: Isolation
    uid: int | None
    channel: socket.socket

    @property
    def usable(self) -> bool:
        """Whether it still runs."""
        waiting = select.poll()
        waiting.register(self.channel, 0)
        return not waiting.poll(0)  # its end is closed when it has ended

    def lend(self) -> "Lent":
        """Return it as a process that this one starts may use it."""
        return Lent(self.isolation, self.uid, self.channel)

    def ask(self, request: dict[str, object], sockets: Sequence[socket.socket | FileIO]) -> None:
        """Send a request for a kernel, with the sockets that are to be its own."""
        socket.send_fds(self.channel, [json.dumps(request).encode()], [one.fileno() for one in sockets])

    def close(self) -> None:
        """Use it no longer."""
        self.channel.close()


class ForkServer(Lent):
    """A preloaded process that forks kernels; it ends with the thread that started it, however that one ends.

    Parameters
    ----------
    isolation : {"sandbox", "user"}
        Whether it runs in a bubblewrap, or as root, to give each kernel a user of its own.

    Raises
    ------
    InfrastructureError
        If it cannot be started; the message says why, and what to do.
    """

    def __init__(self, isolation: Isolation = "sandbox") -> None:
        bwrap = bubblewrap.find() if isolation == "sandbox" else ""
        cgroups.delegated()  # before there is a process more that would have to move
        self._owner = os.getpid()
        channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.settimeout(START_SECONDS)
        super().__init__(isolation, None, channel)
        with theirs, tempfile.TemporaryFile() as complaints:
            with _Gate() if bwrap and has_other_user() else contextlib.nullcontext() as gate:
                passed = [theirs.fileno(), *(gate.fds if gate else ())]
                self._process = subprocess.Popen(
                    bubblewrap.command(bwrap, *passed) if bwrap else users.command(*passed),
                    env=None if bwrap else users.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=complaints,
                    pass_fds=passed,
                )
                try:
                    self.uid = gate.open() if gate else None
                    theirs.close()
                    ready = self._ready()
                except BaseException:  # an interrupt, too, leaves no process behind
                    self.close()
                    raise
            if not ready:
                self.close()
                complaints.seek(0)
                lines = complaints.read().decode(errors="replace").strip().splitlines()
                reason = (
                    lines[-1].removesuffix(".") if lines else f"{'bubblewrap' if bwrap else 'it'} ended without a word"
                )
                raise InfrastructureError((bubblewrap if bwrap else users).refusal(reason))

    def _ready(self) -> bool:
        try:
            return self.channel.recv(16) == b"ready"
        except OSError:
            return False

    @property
    def usable(self) -> bool:
        """Whether it runs, and belongs to this process and not to the one that this was forked from."""
        return self._owner == os.getpid() and self._process.poll() is None

    def close(self) -> None:
        """End it, with every kernel that is left."""
        if self._owner == os.getpid():
            super().close()
            self._process.kill()
            self._process.wait()


# Kept until the process ends, when they are closed; a process that was forked from this one starts its own.
_fork_servers: dict[Isolation, Lent] = {}


def borrow(lent: Lent) -> None:
    """Take what the process that started this one lends, as long as it runs."""
    lent.channel.settimeout(START_SECONDS)
    _fork_servers[lent.isolation] = lent


def current(isolation: Isolation = "sandbox") -> Lent:
    """Return this process's fork server for an isolation, or the one that it was lent."""
    found = _fork_servers.get(isolation)
    if found is None or not found.usable:
        if found is not None:
            found.close()
        found = _fork_servers[isolation] = ForkServer(isolation)
    return found


def refused() -> str:
    """Return the sentence that says why submissions cannot be isolated on this machine; "" if they can."""
    try:
        current()
    except InfrastructureError as error:
        return str(error)
    return ""


@atexit.register
def _close() -> None:
    for fork_server in _fork_servers.values():
        fork_server.close()


class _Gate:
    """Where root says which users there are in bwrap's namespace; until then bwrap waits.

    A kernel must not have root's number, even without root's rights: root's processes are not counted.
    """

    def __init__(self) -> None:
        (block, go), (about, info) = os.pipe(), os.pipe()
        self._go, self._about = os.fdopen(go, "wb", 0), os.fdopen(about, "rb")
        self._theirs = os.fdopen(block, "rb"), os.fdopen(info, "wb", 0)
        self.fds = block, info

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for file in (self._go, self._about, *self._theirs):
            file.close()

    def open(self) -> int | None:
        """Write the maps; return the number for kernels, or None where bwrap has ended."""
        for file in self._theirs:
            file.close()
        answer = self._about.read()
        if not answer:
            return None  # `ForkServer` says why
        other = bubblewrap.UNPRIVILEGED
        child = processes.folder(json.loads(answer)["child-pid"])
        for kind in ("uid_map", "gid_map"):
            try:
                (child / kind).write_text(f"0 0 1\n{other} {other} 1\n", encoding="ascii")
            except OSError as error:
                reason = f"the {kind} of a user namespace could not be written ({error.strerror})"
                raise InfrastructureError(bubblewrap.refusal(reason)) from None
        self._go.write(b"\n")
        return other


def has_other_user() -> bool:
    """Whether this process is root, and may give another user's number away: a namespace may have no user but root."""
    return os.getuid() == 0 and all(
        any(
            int(first) <= bubblewrap.UNPRIVILEGED < int(first) + int(count) for first, _, count in map(str.split, lines)
        )
        for lines in (Path(f"/proc/self/{kind}").read_text("ascii").splitlines() for kind in ("uid_map", "gid_map"))
    )
