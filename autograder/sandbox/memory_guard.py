"""Bound how far this process may grow because of what a submission's kernel sends it.

ZeroMQ bounds the size of a part of a message and the number of messages that wait, but not the number of parts: a
message whose last part never comes is kept in the memory of its reader, however long it gets.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

GROWTH = 1_000_000_000  # bytes; the longest answers and outputs that are kept take a tenth of it
EVERY = 0.02  # seconds; a local socket carries some ten megabytes in that time
_PAGE = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096
_ABOUT_US = Path("/proc/self/statm")


class Guard:
    """Calls `end` as soon as this process has grown by `growth` bytes; to be stopped when there is nothing to end.

    Where the system does not tell how large a process is, it does nothing.
    """

    def __init__(self, end: Callable[[], object], growth: int = GROWTH) -> None:
        self._end, self._most = end, resident() + growth
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(EVERY):
            if resident() > self._most:
                self._end()
                return


def resident() -> int:
    """Return the memory in bytes that this process holds; 0 where that is not known."""
    try:
        return int(_ABOUT_US.read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0
