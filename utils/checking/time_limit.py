"""Stop a call in the main thread when its time is over. One thread watches all calls, however many there are.

A thread for each call would cost more than most calls do: the caller waits until it has begun, on a busy machine for
longer than the call takes.
"""

import _thread
import contextlib
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

_AGAIN = 0.5  # seconds until a call that swallowed an interrupt is interrupted again
_LANDING = 0.05  # seconds in which an interrupt that was sent is received
_LATE = 0.01  # seconds by which an interrupt may come too late


class TooLong(BaseException):
    """The time limit passed. Not an Exception, so that a learner's `except Exception` cannot keep it."""


def within(seconds: float, function: Callable[..., object], args: Sequence[object]) -> object:
    """Return ``function(*args)``, or interrupt the main thread after a time; this works on every platform.

    Parameters
    ----------
    seconds : float
        Wall time. In any other thread the call is not limited.
    function : callable
    args : sequence

    Raises
    ------
    TooLong
        If the call took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*args)
    # A process started in the background ignores Ctrl-C, and some programs handle it in their own way.
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    limit: _Limit | None = None
    try:
        limit = _Limit(seconds)
        try:
            _watch.begin(limit)  # on a busy machine it may interrupt before the call
            return function(*args)
        finally:
            _watch.end(limit)
    except KeyboardInterrupt:
        if limit is not None:
            _watch.end(limit)
            if limit.passed:
                raise TooLong from None
        raise
    finally:
        if handler is not None and handler is not signal.default_int_handler:
            signal.signal(signal.SIGINT, handler)


class _Limit:
    """When a call is to be interrupted next, on the monotonic clock, and whether it was."""

    def __init__(self, seconds: float) -> None:
        self.at, self.passed = time.monotonic() + seconds, False


class _Watch:
    """A thread that sleeps until the next limit of a call that is under way; a call may be made within a call.

    It sleeps on when a call ends, since the next call has most often the same limit: to wake it costs more than a call.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._limits: list[_Limit] = []
        self._thread: threading.Thread | None = None
        self._wakes_at = math.inf

    def begin(self, limit: _Limit) -> None:
        """Watch a call. The thread is woken only if it would sleep for too long."""
        with self._condition:
            self._limits.append(limit)
            if self._thread is None:
                thread = threading.Thread(target=self._sleep_and_look, daemon=True)
                thread.start()
                self._thread = thread
            if limit.at < self._wakes_at - _LATE:
                self._wakes_at = limit.at
                self._condition.notify()

    def end(self, limit: _Limit) -> None:
        """Watch the call no longer."""
        with self._condition, contextlib.suppress(ValueError):  # in a forked process there is none
            self._limits.remove(limit)
        if limit.passed:
            time.sleep(_LANDING)

    def _sleep_and_look(self) -> None:
        with self._condition:
            while True:
                now = time.monotonic()
                over = [limit for limit in self._limits if limit.at <= now]
                for limit in over:
                    limit.at, limit.passed = now + _AGAIN, True
                if over:
                    _interrupt()
                if now >= self._wakes_at:
                    self._wakes_at = min((limit.at for limit in self._limits), default=math.inf)
                self._condition.wait(None if self._wakes_at == math.inf else self._wakes_at - now)


def _interrupt() -> None:
    # A real signal also ends a sleep or a read; Windows has none to send to a thread.
    ident = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and ident is not None:
        signal.pthread_kill(ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


_watch = _Watch()


def _begin_again() -> None:
    """Make a new watch: a forked process has only the thread that forked."""
    global _watch
    _watch = _Watch()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)
