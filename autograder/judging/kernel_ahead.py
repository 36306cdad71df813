"""Start the next submission's kernel while the present one is judged, in a process that judges one after the other.

Such a process and its kernel take turns: one waits for the other, and so does a processor that has nothing else to do.
A kernel that starts meanwhile uses that time. It is for one submission like any other, and nothing in it can depend on
which: that is not known yet.
"""

from multiprocessing.util import Finalize
from pathlib import Path

from traitlets.config import Config

from autograder.judging.launch import LiveKernel, begun
from autograder.judging.launch import launch as start
from autograder.judging.settings import Settings
from autograder.sandbox.limits import Limits

Wanted = tuple[str, Limits, int, Config]  # what two kernels must have in common to take each other's place

# A process has one kernel ahead at most: set where it begins to judge, and by each `launch`.
_keeps_one = False
_ahead: tuple[Wanted, LiveKernel] | None = None


def keep_one() -> None:
    """Let `launch` start a kernel more than is asked for, in this process, with whose end it ends."""
    global _keeps_one
    if not _keeps_one:
        _keeps_one = True
        Finalize(None, end, exitpriority=0)  # also where `atexit` is not heard: in a worker


def launch(settings: Settings, folder: Path) -> LiveKernel:
    """Return a kernel, as `autograder.judging.launch.launch` does: the one that was started ahead, if there is one."""
    global _ahead
    kernel = _taken(settings) or start(settings, folder)
    if _keeps_one and settings.isolation != "none":  # an ordinary kernel needs the submission's folder
        _ahead = _wanted(settings), begun(settings, folder)
    return kernel


def end() -> None:
    """End the kernel that was started ahead, if there is one."""
    global _ahead
    if _ahead is not None:
        (_, kernel), _ahead = _ahead, None
        kernel.end()


def _taken(settings: Settings) -> LiveKernel | None:
    """Return the kernel that was started ahead if it is one as these settings ask for, and alive; else end it."""
    global _ahead
    if _ahead is None:
        return None
    (wanted, kernel), _ahead = _ahead, None
    ready = False
    try:
        if wanted == _wanted(settings):
            kernel.wait_until_ready()
            ready = kernel.is_alive()
    except Exception:  # one that is started now says why, if that does not start either
        ready = False
    finally:
        if not ready:
            kernel.end()
    return kernel if ready else None


def _wanted(settings: Settings) -> Wanted:
    return settings.isolation, settings.limits, settings.startup_timeout, settings.config
