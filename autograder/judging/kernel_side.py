"""Answer the judge's requests inside a student's kernel: this file is sent there as text.

`autograder.judging.protocol` sends the text of this file, and a call of `answer_requests`, into the kernel. There it
runs in a namespace of its own, so that nothing which the student redefined stands in its way. It is trusted with inputs
only: no expected value, reference or mistake ever gets here, so whoever reads or changes it there gains nothing.

What may be changed here: anything that keeps to the answer's form, which `protocol` describes and checks. The file may
import the standard library, NumPy and IPython and nothing of ours, and to import it must do nothing else.
"""

import base64
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

import numpy as np


class Stop(Exception):
    """A plan cannot be carried out; the one argument says why, in the terms of `utils.errors.Failure`."""


def answer_requests(
    requests: Sequence[str], space: dict[str, Any], until: float, look: CodeType, fill: CodeType
) -> None:
    """Publish one display message for each request.

    Parameters
    ----------
    requests : sequence of str
        Plans, as `protocol` writes them.
    space : dict
        The student's names.
    until : float
        No plan but the first is begun when ``time.monotonic()`` has passed this.
    look : code
        That of `utils.checking.crash`, which describes where the student's code stopped.
    fill : code
        That of `utils.checking.unwritten`, which fills the arrays that `np.empty` makes.
    """
    from IPython.display import publish_display_data

    publish: Callable[[dict[str, Any]], None] = publish_display_data
    for number, text in enumerate(requests):
        if number and time.monotonic() >= until:
            break
        request = Request(text, space, look)
        with filling(fill):
            content = request.answer()
        publish({request.plan["mime"]: content})


class Request:
    """One plan, and what is known while it is carried out.

    Attributes
    ----------
    plan : dict
        The calls, and the limits of an answer.
    space : dict
        The student's names.
    look : code or None
        That of `utils.checking.crash`.
    kept : dict
        Results that stay here, by slot.
    sent : int
        Characters of base64 in the answer so far.
    spent : float
        Seconds of processor time that the calls took so far.
    """

    def __init__(self, text: str, space: dict[str, Any], look: CodeType | None = None) -> None:
        self.plan, self.space, self.look = json.loads(text), space, look
        self.kept = kept_results(self.plan["session"])
        self.sent, self.spent = 0, 0.0

    def answer(self) -> dict[str, Any]:
        """Carry out all calls and return the message's content."""
        slots = []
        for call in self.plan["calls"]:
            try:
                slots.append(self.call(call))
            except Stop as stop:
                return {"tag": self.plan["tag"], "failure": dict(stop.args[0], function=call["function"])}
        return {"tag": self.plan["tag"], "calls": slots}

    def call(self, call: dict[str, Any]) -> dict[str, Any]:
        """Make one call of the plan; return what is sent of its results, by slot."""
        name, slots = call["function"], call["slots"]
        if name not in self.space:
            raise Stop({"kind": "undefined"})
        function = self.space[name]
        if not callable(function):
            raise Stop({"kind": "not-function", "name": type(function).__name__})
        if call["nudge"]:
            every = [self.results(call, function, arguments) for arguments in self.nudged(call["args"], call["nudge"])]
            results = [stacked(values) for values in zip(*every, strict=False)]
        else:
            results = self.results(call, function, [self.argument(arg) for arg in call["args"]])
        self.kept.update(zip(slots, results, strict=False))
        depth = self.plan["depth"]
        sent = zip(slots, results, strict=False)
        return {slot: self.encoded(value, depth) for slot, value in sent if slot not in call["kept"]}

    def results(self, call: dict[str, Any], function: Callable[..., Any], arguments: list[Any]) -> list[Any]:
        """Call the function and return its results, one for each slot."""
        slots, began = call["slots"], time.process_time()
        try:
            result = self.bounded(function, arguments, call["bound"]) if call["bound"] else function(*arguments)
        except Stop:
            raise
        except BaseException as error:
            raise Stop(self.failure(error, function)) from None
        self.spent += time.process_time() - began
        if len(slots) == 1:
            result = (result,)
        elif not isinstance(result, (tuple, list)):
            raise Stop({"kind": "count", "name": type(result).__name__, "count": 1})
        elif len(result) != len(slots):
            raise Stop({"kind": "count", "name": type(result).__name__, "count": len(result)})
        if call["nudge"]:  # of many calls, only what is sent back
            return [None if slot in call["kept"] else value for slot, value in zip(slots, result, strict=True)]
        return list(result)

    def bounded(self, function: Callable[..., Any], arguments: list[Any], bound: dict[str, Any]) -> Any:
        """Call the function, and stop it if it costs more than so many of the calls before it."""
        costly, count = Stop({"kind": "costly"}), 0
        counted = [getattr(self.space.get(name), "__code__", None) for name in bound["counted"]]
        limit = max(bound["seconds"], bound["forwards"] * self.spent)

        def watch(frame: FrameType, event: str, arg: object) -> None:
            nonlocal count
            if event == "call" and any(frame.f_code is code for code in counted):
                count += 1
                if count > bound["forwards"]:
                    raise costly

        def ring(number: int, frame: FrameType | None) -> None:
            raise costly

        timed = hasattr(signal, "setitimer")
        before = signal.signal(signal.SIGPROF, ring) if timed else None
        began = time.process_time()
        try:
            if timed:
                signal.setitimer(signal.ITIMER_PROF, limit, limit)
            sys.setprofile(watch)
            return function(*arguments)
        finally:
            sys.setprofile(None)
            if timed:
                signal.setitimer(signal.ITIMER_PROF, 0)
                signal.signal(signal.SIGPROF, before)
            if count > bound["forwards"] or time.process_time() - began > limit:
                raise costly  # also where the function caught it

    def argument(self, arg: dict[str, Any]) -> Any:
        """Return an argument from the request's terms."""
        kind = arg["kind"]
        if kind == "plain":
            return arg["value"]
        if kind == "handle":
            return self.kept[arg["slot"]]
        if kind == "rng":
            return np.random.default_rng(arg["seed"])
        if kind == "source":
            space: dict[str, Any] = {"np": np}
            exec(compile(arg["text"], "<given function>", "exec"), space)
            return [value for value in space.values() if type(value) is FunctionType][-1]
        if kind == "array":
            raw = bytearray(base64.b64decode(arg["data"]))
            return np.frombuffer(raw, dtype=arg["dtype"]).reshape(arg["shape"]).copy()
        if kind == "dict":
            return {key: self.argument(item) for key, item in arg["items"]}
        return (list if kind == "list" else tuple)(self.argument(item) for item in arg["items"])

    def nudged(self, args: list[dict[str, Any]], nudge: float) -> Iterator[list[Any]]:
        """Yield the arguments with one entry of one array of floats moved up, then down, for each entry in order."""
        for place, arg in enumerate(args):
            if arg["kind"] == "array" and arg["dtype"] == "<f8":
                for entry in range(self.argument(arg).size):
                    for step in (nudge, -nudge):
                        arguments = [self.argument(other) for other in args]
                        arguments[place].reshape(-1)[entry] += step
                        yield arguments

    def encoded(self, value: Any, depth: int) -> dict[str, Any]:
        """Return a result in the answer's terms; what is no number goes by the name of its type."""
        other = {"kind": "other", "type": type(value).__name__}
        if value is None:
            return {"kind": "null"}
        few = isinstance(value, (list, tuple, dict)) and depth > 0 and len(value) <= self.plan["items"]
        if isinstance(value, dict):
            if not few or not all(type(key) is str for key in value):
                return other
            return {"kind": "dict", "items": [[key, self.encoded(item, depth - 1)] for key, item in value.items()]}
        if few:
            kind = "list" if isinstance(value, list) else "tuple"
            return {"kind": kind, "items": [self.encoded(item, depth - 1) for item in value]}
        of_an_array = isinstance(value, np.ndarray)
        if isinstance(value, np.ma.MaskedArray) and np.ma.getmaskarray(value).any():
            return other
        try:
            array = np.array(value, order="C", subok=False)
            if array.dtype.str not in self.plan["dtypes"]:
                narrow = {"b": "|b1", "i": "<i8", "u": "<i8", "f": "<f4" if array.dtype.itemsize <= 4 else "<f8"}
                if array.dtype.kind not in narrow:
                    return {"kind": "other", "type": "array of " + array.dtype.name} if of_an_array else other
                array = array.astype(narrow[array.dtype.kind])
            if array.ndim > self.plan["dimensions"]:
                return other
            data = base64.b64encode(array.tobytes()).decode("ascii")
        except Exception:
            return other
        self.sent += len(data)
        if self.sent > self.plan["budget"]:
            raise Stop({"kind": "too-large"})
        sent = {"kind": "array", "dtype": array.dtype.str, "shape": list(array.shape), "data": data}
        # What other containers make numbers of is said in `utils.checking.containers`; here it is the same.
        plain = type(value) is np.ndarray or isinstance(value, (np.generic, bool, int, float))
        return sent if plain else {**sent, "container": type(value).__name__}

    def failure(self, error: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
        """Return what was raised, on which line of the cell that holds the function, and what was to be done there."""
        line, origin, own, trace = None, "", False, error.__traceback__
        frames = []
        file = getattr(getattr(function, "__code__", None), "co_filename", None)
        students = (self.space, getattr(function, "__globals__", None))
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == file:
                line = trace.tb_lineno
            own = any(trace.tb_frame.f_globals is names for names in students)
            frames += [trace] if own else []
            origin, trace = trace.tb_frame.f_code.co_name, trace.tb_next
        if type(error) is NotImplementedError and own:  # a library, or input(), raises it or its kin for other reasons
            return {"kind": "not-started", "name": origin}
        try:
            message = (str(error).strip().splitlines() or [""])[0][:300]
        except Exception:
            message = ""
        unknown = error.name if type(error) is NameError else ""
        about = {"kind": "exception", "name": type(error).__name__, "message": message, "line": line}
        about["unknown"] = unknown if type(unknown) is str else ""
        return {**about, "sites": self.sites(frames)} if frames else about

    def sites(self, frames: list[TracebackType]) -> list[dict[str, Any]]:
        """Return what `utils.checking.crash` says of the student's own frames; nothing where that fails too."""
        tools: dict[str, Any] = {"__name__": "_unrolled"}
        try:
            exec(self.look or "", tools)
            return [tools["site"](frame) for frame in frames] if len(frames) <= tools["DEPTH"] else []
        except Exception:
            return []


def filling(code: CodeType) -> AbstractContextManager[None]:
    """Return what fills the arrays that `np.empty` makes; nothing where a student's NumPy does not let it."""
    tools: dict[str, Any] = {"__name__": "_unrolled"}
    try:
        exec(code, tools)
        fills: AbstractContextManager[None] = tools["filled"]()
        return fills
    except Exception:
        return nullcontext()


def kept_results(session: str) -> dict[str, Any]:
    """Return the dict that keeps results, for this request or for a whole session; a new session empties it.

    They outlive the request in a module of their own, which lives as long as the kernel.
    """
    if not session:
        return {}
    place = vars(sys.modules.setdefault("_unrolled_kept", type(sys)("_unrolled_kept")))
    if place.get("session") != session:
        place.update(session=session, kept={})
    kept: dict[str, Any] = place["kept"]
    return kept


def stacked(values: Sequence[Any]) -> Any:
    """Return the values of one slot as one array, or None where they do not fit."""
    try:
        return np.stack([np.asarray(value, dtype="<f8") for value in values])
    except Exception:
        return None
