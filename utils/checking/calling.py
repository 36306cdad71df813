"""Call a learner's function safely: on copies, with a time limit, every failure an exception with its facts."""

import copy
import dis
import functools
import inspect
import linecache
import os
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import CodeType, FunctionType, TracebackType
from typing import Any

from utils.checking import crash, failure_wording, sites, time_limit, unwritten
from utils.errors import CallFailed, Failure, NotStarted, UtilsError

SECONDS = 10.0

_OURS = f"{Path(__file__).resolve().parents[1]}{os.sep}"
_LIBRARY = tuple({os.path.normcase(sysconfig.get_path(key)) for key in ("stdlib", "platstdlib", "purelib", "platlib")})
_OF_A_STUB = ("RESUME", "NOP", "LOAD_CONST", "LOAD_FAST", "STORE_FAST", "UNPACK", "SWAP", "BUILD_TUPLE", "RETURN")
_LONGEST_MESSAGE = 200  # characters; some exceptions print whole arrays


def call(function: Callable[..., object], *args: object, seconds: float = SECONDS) -> Any:
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
        If the arguments do not fit, the function raised, or it ran longer than `seconds`. What `utils` itself
        raised inside the function is passed on: its sentence is complete.

    Examples
    --------
    >>> call(max, [3, 1])
    3
    """
    return call_with(function, _copies(args), seconds=seconds)


def call_with(
    function: Callable[..., object],
    args: Sequence[object],
    seconds: float = SECONDS,
    signature: str = "",
    limit: float | None = None,
) -> Any:
    """Like `call`, but hand over `args` themselves, so that the caller can see whether they were changed.

    Both other parameters go into sentences. `signature`, for example ``"affine(x, w, b)"``, is the definition to
    restore where the number of parameters is wrong. `limit` is the time limit to name where several calls share one.
    """
    name = name_of(function)
    if _returns_none_only(function):
        raise NotStarted(f"{name} is not started yet.", name)
    _refuse_wrong_count(function, name, args, signature)
    try:
        with unwritten.filled():
            return time_limit.within(seconds, function, args)
    except NotImplementedError as error:
        inner = _stub_within(function, error)
        stub = Failure("not-started", name, inner or name)
        raise NotStarted(" ".join(failure_wording.failed(stub)), stub.name, name if inner else "") from None
    except time_limit.TooLong:
        raise _failed(Failure("timeout", name, seconds=seconds if limit is None else limit)) from None
    except (UtilsError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise _failed(_stopped(name, error)) from None


def _failed(failure: Failure) -> CallFailed:
    return CallFailed(" ".join(failure_wording.failed(failure)), failure)


def name_of(function: object) -> str:
    """Return the name a learner knows the function by."""
    return getattr(function, "__name__", None) or type(function).__name__


def is_stub(function: object) -> bool:
    """Whether a function is not started: nbgrader's stub, or one that returns None in the place of every result.

    It is not called: its instructions are read.
    """
    code = _code(function)
    return code is not None and (code.co_names == ("NotImplementedError",) or _returns_none_only(function))


def _code(function: object) -> CodeType | None:
    return getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None


def _returns_none_only(function: object) -> bool:
    """Whether a function sets names to None, returns them, and does nothing else: the stub of many courses."""
    code = _code(function)
    return code is not None and not code.co_names and _sets_only_none(code)


@functools.lru_cache
def _sets_only_none(code: CodeType) -> bool:
    sets = False
    for step in dis.get_instructions(code):
        values = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if not step.opname.startswith(_OF_A_STUB):
            return False
        if step.opname.startswith("LOAD_FAST") and set(values) & set(code.co_varnames[: code.co_argcount]):
            return False
        if "CONST" in step.opname and any(value is not None for value in values):
            return False
        sets = sets or "STORE" in step.opname or len(values) > 1
    return sets  # with no line at all, it may be `return` that was forgotten


def _copies(args: tuple[object, ...]) -> tuple[object, ...]:
    try:
        return copy.deepcopy(args)
    except Exception:
        # A cache may hold what cannot be copied (a generator, a lock): that one goes as it is.
        return tuple(_copy_or_self(value) for value in args)


def _copy_or_self(value: object) -> object:
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _refuse_wrong_count(function: Callable[..., object], name: str, args: Sequence[object], expected: str) -> None:
    if type(function) is FunctionType and not vars(function) and _takes(function, len(args)):
        return  # what `inspect` finds too, in a twentieth of the time
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*args)
    except TypeError:
        own = f"{name}{signature.replace(return_annotation=inspect.Signature.empty)}"
        raise _failed(Failure("parameters", name, own, count=len(args), signature=expected)) from None


def _takes(function: FunctionType, count: int) -> bool:
    """Whether a function has so many parameters, and no others."""
    code = function.__code__
    return code.co_argcount == count and not code.co_kwonlyargcount


def _stub_within(function: Callable[..., object], error: BaseException) -> str:
    """Return the name of the stub that `function` called, or "" if it is the stub itself."""
    frames = _own_frames(error)
    code = getattr(inspect.unwrap(function), "__code__", None)
    inner = frames[-1].tb_frame.f_code.co_name if frames else ""
    return "" if code is None or inner == code.co_name or inner.startswith("<") else inner


def _stopped(name: str, error: BaseException) -> Failure:
    """Return which exception it was and where it is to be looked at, without a traceback of ours."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # an exception class of the learner's own may fail to print itself
        lines = []
    message = lines[0] if lines else ""
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + " …"
    failure = Failure("exception", name, type(error).__name__, message)
    frames = _own_frames(error)
    if not frames or isinstance(error, SyntaxError):
        return failure
    known = [crash.site(frame) for frame in frames] if len(frames) <= crash.DEPTH else []
    places, called = sites.to_look_at(sites.read_all(known))
    frame = frames[len(places) - 1] if called else frames[-1]
    code = frame.tb_frame.f_code
    inside = code.co_name if code.co_name.isidentifier() and code.co_name != name else ""
    source = linecache.getline(code.co_filename, frame.tb_lineno or 0).strip()
    return replace(
        failure,
        line=frame.tb_lineno,
        file=_file(code.co_filename),
        inside=inside,
        source=source,
        sites=places,
        called=called,
    )


def _own_frames(error: BaseException) -> list[TracebackType]:
    """Return the frames of code the learner wrote: neither ours nor a library's, so not the line inside NumPy."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
            frames.append(trace)
        trace = trace.tb_next
    own = [frame for frame in frames if not _of_a_library(frame.tb_frame.f_code.co_filename)]
    return own or frames[:1]


def _of_a_library(filename: str) -> bool:
    if filename.startswith("<frozen") or "site-packages" in filename or "dist-packages" in filename:
        return True
    if filename.endswith((".pyx", ".pxd", ".pxi")):  # compiled code names its source, not where it is installed
        return True
    return os.path.normcase(filename).startswith(_LIBRARY)


def _file(filename: str) -> str:
    """Return where a line is, as `Failure.file` says it."""
    if "ipykernel_" in filename or filename.startswith("<ipython-input"):
        return "cell"
    return "" if filename.startswith("<") else Path(filename).name
