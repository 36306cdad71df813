"""Read from ``/proc`` which processes there are, also where it shows them under other numbers than ours.

Whoever enters a PID namespace and does not mount ``/proc`` again (``unshare --pid --fork``) sees there the numbers of
the namespace outside. Then the numbers are translated: ``/proc`` says of each process how every namespace calls it.
"""

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def running() -> Iterator[tuple[int, int]]:
    """Yield the number of each process that this one may see, and its parent's, as this process calls them.

    A process that this one has no number for is left out; a parent of that kind is 0.
    """
    if os.readlink(PROC / "self") == str(os.getpid()):
        for name in _names():
            with contextlib.suppress(OSError):
                # A process may have any name, but it ends here.
                yield int(name), int(_stat(name).rpartition(b")")[2].split(maxsplit=2)[1])
        return
    ours = {name: number for name in _names() if (number := _ours(name)) is not None}
    for name, number in ours.items():
        with contextlib.suppress(OSError):
            yield number, ours.get(_field(name, "PPid")[0], 0)


def folder(number: int) -> Path:
    """Return the folder of a process in ``/proc``.

    Raises
    ------
    ProcessLookupError
        If there is none.
    """
    if os.readlink(PROC / "self") == str(os.getpid()):
        return PROC / str(number)
    found = next((name for name in _names() if _ours(name) == number), None)
    if found is None:
        raise ProcessLookupError(f"There is no process {number}.")
    return PROC / found


def _stat(name: str) -> bytes:
    """Return what ``/proc`` says of a process, read with as little as possible: there may be a thousand processes."""
    fd = os.open(f"{PROC}/{name}/stat", os.O_RDONLY)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)


def _names() -> list[str]:
    return [name for name in os.listdir(PROC) if name.isdigit()]


def _ours(name: str) -> int | None:
    """Return the number of a process in this process's namespace, or None if it has none."""
    depth = _depth()
    with contextlib.suppress(OSError):
        numbers = _field(name, "NSpid")
        if len(numbers) > depth and (len(numbers) > depth + 1 or _namespace(name) == _namespace("self")):
            return int(numbers[depth])
    return None


@functools.cache
def _depth() -> int:
    return len(_field("self", "NSpid")) - 1


def _namespace(name: str) -> str:
    return os.readlink(PROC / name / "ns" / "pid")


def _field(name: str, field: str) -> list[str]:
    """Return the words of a line of a process's status."""
    for line in (PROC / name / "status").read_text("utf-8", "replace").splitlines():
        if line.startswith(f"{field}:"):
            return line.split()[1:]
    raise OSError(f"{name} has no {field}.")
