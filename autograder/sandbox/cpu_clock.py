"""Read the processor time of a kernel and all its processes from outside, where no submission can reach.

Linux keeps a clock for every process, which runs while any of its threads does; whoever knows the process's number may
read it. Which processes to ask is read from ``/proc``. One that was begun and has ended between two readings leaves
nothing there; but the numbers that the namespace hands out have then gone on, and the kernel's warden reports
them (`autograder.sandbox.provisioner.SandboxProvisioner.census`).
"""

import contextlib
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from autograder.errors import InfrastructureError
from autograder.sandbox import processes

SCHEDULER_CLOCK = 2  # CPUCLOCK_SCHED of Linux: nanoseconds, of all threads of a process, those that ended included


@dataclass(frozen=True)
class Reading:
    """The clocks of a kernel and of what descends from it, at one moment; empty where the kernel has ended.

    Attributes
    ----------
    seconds : dict of int to float
        Processor time so far by process.
    last : int or None
        The number of the process or thread that was begun last; None where there is no sandbox that could tell.
    """

    seconds: dict[int, float]
    last: int | None = None


@dataclass(frozen=True)
class Spent:
    """What was taken between two readings.

    Attributes
    ----------
    seconds : float
        Processor time of all processes that are left. One that was not seen before counts from its beginning.
    steady : bool
        Whether no process and no thread was begun and no process ended: only then are `seconds` all that was taken.
    """

    seconds: float
    steady: bool


def read(provisioner: KernelProvisionerBase, earlier: Reading | None = None) -> Reading | None:
    """Read the clocks of a kernel and of all that it started.

    Parameters
    ----------
    provisioner : jupyter_client.provisioning.KernelProvisionerBase
        The kernel's. Unless it is the sandbox's, a process that has left the kernel's family is not seen.
    earlier : Reading, optional
        An earlier one of the same kernel. Where nothing was begun since, ``/proc`` is not searched again: no process
        can be there that was not there before.

    Returns
    -------
    Reading or None
        None where there are no such clocks: not Linux, or a kernel whose process is not known.

    Raises
    ------
    InfrastructureError
        If the sandbox does not answer, or ``/proc`` does not show its processes.
    """
    if sys.platform != "linux":
        return None
    if not hasattr(provisioner, "census"):
        root = getattr(provisioner, "pid", None)
        return None if root is None else Reading(_clocks({root, *_descendants(root)}))
    try:
        warden, last = provisioner.census()
        known = earlier.seconds if earlier and earlier.last == last else {}
        if seconds := _clocks(known or _descendants(warden)):
            return Reading(seconds, last)
        provisioner.census()  # a kernel that has ended meanwhile, as it may at any time, is not hidden
    except ProcessLookupError:
        return Reading({})
    raise InfrastructureError(
        "What a submission takes of the processor cannot be seen: /proc does not show the sandbox's processes "
        "(is it mounted with hidepid?)."
    )


def spent(before: Reading, after: Reading) -> Spent:
    """Return the `Spent` between two readings."""
    seconds = sum(now - before.seconds.get(process, 0.0) for process, now in after.seconds.items())
    return Spent(seconds, before.last == after.last and before.seconds.keys() == after.seconds.keys())


def _clocks(numbers: Iterable[int]) -> dict[int, float]:
    """Return processor time by process, without those that have ended."""
    found: dict[int, float] = {}
    for process in numbers:
        with contextlib.suppress(OSError):
            found[process] = time.clock_gettime(~process << 3 | SCHEDULER_CLOCK)
    return found


def _descendants(root: int) -> set[int]:
    """Return the processes that descend from `root`, without itself."""
    children: dict[int, list[int]] = {}
    for process, parent in processes.running():
        children.setdefault(parent, []).append(process)
    found: set[int] = set()
    waiting = [root]
    while waiting:
        new = children.get(waiting.pop(), [])
        found.update(new)
        waiting += new
    return found
