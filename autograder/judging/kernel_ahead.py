"""Start the next submission's kernel while the present one is judged, in a process that judges one after the other.

While such a process waits for its kernel, or the kernel for it, a processor may be idle. A kernel that starts meanwhile
uses that time. It is for one submission, like every other, and cannot depend on which: when it starts, that is not
known.
"""

from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path

from traitlets.config import Config

from autograder.judging.launch import LiveKernel, begin_launch
from autograder.judging.launch import launch as start
from autograder.judging.settings import Settings
from autograder.sandbox.limits import Limits

StartSettings = tuple[str, Limits, int, Config]  # only a kernel that was started with equal ones is taken

# Of this process: whether it starts kernels ahead, and the one that it has started, if any.
_keeps_one = False
_ahead: tuple[StartSettings, LiveKernel] | None = None


def keep_one() -> None:
    """From now on let `launch` start a second kernel for the next call, in this process; it ends with the process."""
    global _keeps_one
    if not _keeps_one:
        _keeps_one = True
        Finalize(None, end, exitpriority=0)  # `atexit` would not be called in a worker


def launch(settings: Settings, folder: Path) -> LiveKernel:
    """Return a kernel, as `autograder.judging.launch.launch` does: the one that was started ahead, if there is one."""
    global _ahead
    kernel = _taken(settings) or start(settings, folder)
    if _keeps_one and settings.isolation != "none":  # an ordinary kernel needs the submission's folder
        _ahead = _start_settings(settings), begin_launch(settings, folder)
    return kernel


def end() -> None:
    """End the kernel that was started ahead, if there is one."""
    global _ahead
    if _ahead is not None:
        (_, kernel), _ahead = _ahead, None
        kernel.end()


def _taken(settings: Settings) -> LiveKernel | None:
    """Return the kernel that was started ahead if its settings were equal and it is alive; otherwise end it."""
    global _ahead
    if _ahead is None:
        return None
    (started_with, kernel), _ahead = _ahead, None
    ready = False
    try:
        with suppress(Exception):  # if the kernel that is started instead does not start either, that one says why
            if started_with == _start_settings(settings):
                kernel.wait_until_ready()
                ready = kernel.is_alive()
    finally:
        if not ready:
            kernel.end()
    return kernel if ready else None


def _start_settings(settings: Settings) -> StartSettings:
    return settings.isolation, settings.limits, settings.startup_timeout, settings.config
