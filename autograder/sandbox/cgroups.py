"""Bound what a kernel and everything it starts use together, by a cgroup (version 2) where one was delegated to us.

Other limits hold for each process by itself; a group holds for the sum. A group may be divided by whoever may write to
it [1]_: systemd hands such groups out with ``Delegate=yes`` [2]_, containers are given one as the root that they see.
A divided group must not hold processes itself, so the grader moves into one part, and each kernel gets another::

    the delegated group
      ├─ unrolled-grader         this process, and what it was started from
      └─ unrolled-kernel-PID-N   one kernel; the group goes when the kernel has ended

Kernels join through an open file of their group's: no cgroup file system is visible in the sandbox.

References
----------
.. [1] Linux, Documentation/admin-guide/cgroup-v2.rst, "Delegation"
.. [2] systemd, "Control Group APIs and Delegation"
"""

import contextlib
import functools
import itertools
import os
import time
from io import FileIO
from pathlib import Path

from autograder.sandbox.limits import Limits

CONTROLLERS = ("memory", "pids")
GRADER, KERNEL = "unrolled-grader", "unrolled-kernel"
MOVES = 10  # tries to empty a group; what forks meanwhile has to be moved too
SECONDS = 1.0  # that a group's last processes have to be gone

_numbers = itertools.count(1)


class Group:
    """One kernel's group.

    Parameters
    ----------
    place : Path
        The delegated group.
    limits : Limits

    Raises
    ------
    OSError
        If it cannot be made; nothing is left of it then.
    """

    def __init__(self, place: Path, limits: Limits) -> None:
        self._folder = place / f"{KERNEL}-{os.getpid()}-{next(_numbers)}"
        self._folder.mkdir()
        try:
            for name, value in limits.to_cgroup().items():
                if (self._folder / name).exists():  # memory.swap.max: not where Linux does not count swap
                    (self._folder / name).write_text(str(value), encoding="ascii")
        except OSError:
            self.remove()
            raise

    def door(self) -> FileIO:
        """Return an open file; a process that writes "0" to it joins the group, with all that it starts."""
        return open(self._folder / "cgroup.procs", "wb", buffering=0)

    def ran_out_of_memory(self) -> bool:
        """Whether Linux ended one of its processes because all together took too much memory."""
        with contextlib.suppress(OSError):
            events = dict(line.split() for line in (self._folder / "memory.events").read_text("ascii").splitlines())
            return int(events["oom_kill"]) > 0
        return False

    def remove(self) -> None:
        """Remove the group, once its last process has gone."""
        until = time.monotonic() + SECONDS
        while self._folder.exists():
            try:
                self._folder.rmdir()
            except OSError:
                if time.monotonic() > until:
                    return
                time.sleep(0.005)


@functools.cache
def delegated() -> Path | None:
    """Return the group that was delegated to the grader, divided and ready for kernels, or None.

    It is looked for and divided once, and kept until this process ends: a process that has moved finds another answer.
    """
    try:
        own = folder_of(
            *(Path("/proc/self", name).read_text("utf-8", "surrogateescape") for name in ("cgroup", "mountinfo"))
        )
        if own is None:
            return None
        if own.name == GRADER and _is_divided(own.parent):  # by this run, or by an earlier one of the same shell
            place = own.parent
        elif _is_ours(own):
            place = own
            _divide(place)
        else:
            return None
        _tidy(place)
    except OSError:  # no such files, or not for us
        return None
    return place


def folder_of(cgroup: str, mounts: str) -> Path | None:
    """Return the folder of a process's cgroup, or None if none is visible.

    Parameters
    ----------
    cgroup, mounts : str
        The texts of ``cgroup`` and ``mountinfo`` in the process's folder of ``/proc``; see proc(5), cgroups(7).
    """
    paths = [line.removeprefix("0::") for line in cgroup.splitlines() if line.startswith("0::")]
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if paths and after.split()[0] == "cgroup2":
            root, point = before.split()[3:5]
            path = os.path.relpath(paths[0], root)
            return None if path.startswith("..") else Path(point, path)
    return None


def _is_divided(place: Path) -> bool:
    counted = set((place / "cgroup.subtree_control").read_text("ascii").split())
    return set(CONTROLLERS) <= counted and os.access(place, os.W_OK)


def _is_ours(group: Path) -> bool:
    """Whether a group was delegated to us, with the controllers that we need, and holds only what belongs to this run.

    For an ordinary user, to own it is to have it delegated. Root owns all groups; there it must be marked by systemd,
    or be the root of a namespace, and not of the machine (which has no type).
    """
    if not set(CONTROLLERS) <= set((group / "cgroup.controllers").read_text("ascii").split()):
        return False
    if not all(os.access(group / name, os.W_OK) for name in (".", "cgroup.procs", "cgroup.subtree_control")):
        return False
    if os.getuid() == 0:
        marked = any(_attribute(group, name) == b"1" for name in ("trusted.delegate", "user.delegate"))
        if not marked and not (group.is_mount() and (group / "cgroup.type").exists()):
            return False
    elif group.stat().st_uid != os.getuid():
        return False
    return all(map(_belongs_to_this_run, _processes(group).difference(_ancestors())))


def _belongs_to_this_run(pid: int) -> bool:
    try:
        return os.getpgid(pid) == os.getpgrp()
    except ProcessLookupError:
        return True  # it has ended meanwhile


def _attribute(path: Path, name: str) -> bytes:
    try:
        return os.getxattr(path, name)
    except OSError:
        return b""


def _processes(group: Path) -> set[int]:
    return {int(pid) for pid in (group / "cgroup.procs").read_text("ascii").split()}


def _ancestors() -> set[int]:
    """Return the numbers of the processes that this one was started from."""
    found: set[int] = set()
    pid = os.getppid()
    while pid > 0 and pid not in found:
        found.add(pid)
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
        pid = int(stat.rpartition(")")[2].split()[1])  # a name may hold spaces and brackets
    return found


def _divide(place: Path) -> None:
    """Move this run into a part of its group, and have the controllers count in each part."""
    part = place / GRADER
    part.mkdir(exist_ok=True)
    for _ in range(MOVES):
        for pid in _processes(place):
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                (part / "cgroup.procs").write_text(str(pid), encoding="ascii")
        with contextlib.suppress(OSError):
            wanted = " ".join(f"+{name}" for name in CONTROLLERS)
            (place / "cgroup.subtree_control").write_text(wanted, encoding="ascii")
            return
    raise OSError(f"{place} cannot be divided")


def _tidy(place: Path) -> None:
    """Remove groups of graders that were killed; there is no process left in them."""
    for left in place.glob(f"{KERNEL}-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            with contextlib.suppress(OSError):
                left.rmdir()
