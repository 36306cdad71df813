"""Call a learner's function safely: on copies, with a time limit, every failure told in one sentence."""

import _thread
import copy
import inspect
import linecache
import os
import signal
import sysconfig
import threading
import time
import traceback
from pathlib import Path

from utils.errors import CallFailed, NotStarted

SECONDS = 10.0

_OURS = str(Path(__file__).resolve().parents[1])
_LIBRARY = tuple({os.path.normcase(sysconfig.get_path(key)) for key in ("stdlib", "platstdlib", "purelib", "platlib")})
_LONGEST_MESSAGE = 200  # characters; some exceptions print whole arrays


def call(function, *args, seconds=SECONDS):
    """Call ``function(*args)`` on deep copies of `args` and return what it returns.

    Parameters
    ----------
    function : callable
        A learner's function.
    *args : object
        Its positional arguments; arrays inside lists, tuples and dicts are copied too.
    seconds : float
        Wall time in seconds after which the call is stopped (only in the main thread, where it can be).

    Raises
    ------
    NotStarted
        If the function raised `NotImplementedError`: nbgrader's stub is still there.
    CallFailed
        If the arguments do not fit, the function raised, or it ran longer than `seconds`.

    Examples
    --------
    >>> call(max, [3, 1])
    3
    """
    return call_with(function, _copies(args), seconds=seconds)


def call_with(function, args, seconds=SECONDS, signature="", told=None):
    """Like `call`, but hand over `args` themselves, so that the caller can see whether they were changed.

    `signature`, for example ``"affine(x, w, b)"``, is what the sentence about a wrong number of parameters asks for;
    `told` is the time limit that the sentence names, where several calls share one.
    """
    name = name_of(function)
    _refuse_wrong_count(function, name, args, signature)
    try:
        return _within(seconds, function, args)
    except NotImplementedError as error:
        inner = _stub_within(function, error)
        told = f"{name} calls {inner}, which is not started yet." if inner else f"{name} is not started yet."
        raise NotStarted(told, inner or name) from None
    except _TooLong:
        raise CallFailed(
            f"{name} was still running after {seconds if told is None else told:g} seconds and was stopped. "
            "Is there a loop that never ends? If not, the machine may be busy: try once more."
        ) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise CallFailed(_sentence(name, error)) from None


def name_of(function):
    """Return the name a learner knows the function by."""
    return getattr(function, "__name__", None) or type(function).__name__


def _copies(args):
    try:
        return copy.deepcopy(args)
    except Exception:
        # A cache may hold what cannot be copied (a generator, a lock): that one goes as it is.
        return tuple(_copy_or_self(value) for value in args)


def _copy_or_self(value):
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _refuse_wrong_count(function, name, args, expected):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*args)
    except TypeError:
        taken = signature.replace(return_annotation=inspect.Signature.empty)
        count = f"{len(args)} argument" + ("" if len(args) == 1 else "s")
        line = f": `def {expected}:`" if expected else " as it was given"
        raise CallFailed(
            f"{name} is called with {count}, but yours is defined as `{name}{taken}`. "
            f"Restore the first line of the function{line}."
        ) from None


def _stub_within(function, error):
    """Return the name of the stub that `function` called, or "" if it is the stub itself."""
    frames = _own_frames(error)
    code = getattr(inspect.unwrap(function), "__code__", None)
    inner = frames[-1].name if frames else None
    return "" if code is None or inner is None or inner == code.co_name or inner.startswith("<") else inner


def _sentence(name, error):
    """Say which exception it was and on which of the learner's lines, without a traceback of ours."""
    frames = _own_frames(error)
    where = "" if not frames or isinstance(error, SyntaxError) else _place(name, frames[-1])
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # an exception class of the learner's own may fail to print itself
        lines = []
    message = lines[0] if lines else ""
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + " …"
    return f"{name} stopped with {type(error).__name__}{where}" + (f": {message}" if message else ".")


def _own_frames(error):
    """Return the frames of code the learner wrote: neither ours nor a library's, so not the line inside NumPy."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(_OURS)]
    own = [f for f in frames if not _of_a_library(f.filename)]
    return own or frames[:1]


def _of_a_library(filename):
    if filename.startswith("<frozen") or "site-packages" in filename or "dist-packages" in filename:
        return True
    if filename.endswith((".pyx", ".pxd", ".pxi")):  # compiled code names its source, not where it is installed
        return True
    return os.path.normcase(filename).startswith(_LIBRARY)


def _place(name, frame):
    line = linecache.getline(frame.filename, frame.lineno).strip()
    inside = frame.name.isidentifier() and frame.name != name
    if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input"):
        place = f"line {frame.lineno} of " + (f"the cell that defines {frame.name}" if inside else "its cell")
    elif frame.filename.startswith("<"):
        place = f"line {frame.lineno}" + (f", in {frame.name}" if inside else "")
    else:
        place = f"line {frame.lineno} of {Path(frame.filename).name}"
    return f" in {place}" + (f", `{line}`" if line else "")


class _TooLong(BaseException):
    """The time limit passed. Not an Exception, so that a learner's `except Exception` cannot keep it."""


def _within(seconds, function, args):
    """Call, and interrupt the main thread if it takes longer than `seconds` (works on every platform)."""
    if threading.current_thread() is not threading.main_thread():
        return function(*args)
    # A process started in the background ignores Ctrl-C, and some programs handle it in their own way.
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    watch = _Watch(seconds)
    try:
        try:
            return function(*args)
        finally:
            watch.end()
    except KeyboardInterrupt:
        watch.end()
        if watch.fired:
            raise _TooLong from None
        raise
    finally:
        if handler is not None and handler is not signal.default_int_handler:
            signal.signal(signal.SIGINT, handler)


class _Watch:
    """Interrupts the main thread after `seconds`, and again every half second if that was swallowed."""

    def __init__(self, seconds):
        self.fired = False
        self._over = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._wait, args=(seconds,), daemon=True).start()

    def end(self):
        with self._lock:
            self._over.set()
        if self.fired:
            time.sleep(0.05)  # an interrupt that was sent but has not landed lands here

    def _wait(self, seconds):
        while not self._over.wait(seconds):
            with self._lock:
                if self._over.is_set():
                    return
                self.fired = True
                _interrupt()
            seconds = 0.5


def _interrupt():
    # A real signal also ends a sleep or a read; Windows has none to send to a thread.
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()
