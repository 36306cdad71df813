"""The half of the wire that runs in the student's kernel: a text, never imported here (see `protocol`).

It finds ``REQUESTS`` and the student's names, ``SPACE``, in a namespace of its own, so that nothing that the student
redefined can stand in its way. It publishes one display message a request, and begins none but the first after
``UNTIL``.
"""

STUB = r'''
import base64, json, signal, sys, time
import numpy as np
from IPython.display import publish_display_data

class Stop(Exception):
    pass

def taken(arg):
    kind = arg["kind"]
    if kind == "plain":
        return arg["value"]
    if kind == "handle":
        return KEPT[arg["slot"]]
    if kind == "rng":
        return np.random.default_rng(arg["seed"])
    if kind == "source":
        space = {"np": np}
        exec(compile(arg["text"], "<given function>", "exec"), space)
        return [value for value in space.values() if type(value) is type(taken)][-1]
    if kind == "array":
        raw = bytearray(base64.b64decode(arg["data"]))
        return np.frombuffer(raw, dtype=arg["dtype"]).reshape(arg["shape"]).copy()
    if kind == "dict":
        return {key: taken(item) for key, item in arg["items"]}
    return (list if kind == "list" else tuple)(taken(item) for item in arg["items"])

def given(value, depth):
    other = {"kind": "other", "type": type(value).__name__}
    if value is None:
        return {"kind": "null"}
    if isinstance(value, (list, tuple, dict)):
        if depth == 0 or len(value) > PLAN["items"]:
            return other
        if isinstance(value, dict):
            if not all(type(key) is str for key in value):
                return other
            return {"kind": "dict", "items": [[key, given(item, depth - 1)] for key, item in value.items()]}
        kind = "list" if isinstance(value, list) else "tuple"
        return {"kind": kind, "items": [given(item, depth - 1) for item in value]}
    try:
        array = np.array(value, order="C", subok=False)
        if array.dtype.str not in PLAN["dtypes"]:
            narrow = {"b": "|b1", "i": "<i8", "u": "<i8", "f": "<f4" if array.dtype.itemsize <= 4 else "<f8"}
            if array.dtype.kind not in narrow:
                return {"kind": "other", "type": "array of " + array.dtype.name} if array.shape else other
            array = array.astype(narrow[array.dtype.kind])
        if array.ndim > 6:
            return other
        data = base64.b64encode(array.tobytes()).decode("ascii")
    except Exception:
        return other
    SPENT.append(len(data))
    if sum(SPENT) > PLAN["budget"]:
        raise Stop({"kind": "too-large"})
    return {"kind": "array", "dtype": array.dtype.str, "shape": list(array.shape), "data": data}

def failed(error, function):
    """Say what was raised, and on which line of the cell that holds the function."""
    line, origin, own, trace = None, "", False, error.__traceback__
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        own = any(trace.tb_frame.f_globals is names for names in (SPACE, getattr(function, "__globals__", None)))
        origin, trace = trace.tb_frame.f_code.co_name, trace.tb_next
    if type(error) is NotImplementedError and own:  # a library, or input(), raises it or its kin for its own reasons
        return {"kind": "not-started", "name": origin}
    try:
        message = (str(error).strip().splitlines() or [""])[0][:300]
    except Exception:
        message = ""
    return {"kind": "exception", "name": type(error).__name__, "message": message, "line": line}

def kept_in(session):
    """Return where results stay: for this request, or for all of a session; a new session forgets the last."""
    if not session:
        return {}
    place = vars(sys.modules.setdefault("_unrolled_kept", type(sys)("_unrolled_kept")))
    if place.get("session") != session:
        place.update(session=session, kept={})
    return place["kept"]

def moved(args, nudge):
    """Yield the arguments with one entry of one array of floats moved up, then down, for each entry in order."""
    for place, arg in enumerate(args):
        if arg["kind"] == "array" and arg["dtype"] == "<f8":
            for entry in range(taken(arg).size):
                for step in (nudge, -nudge):
                    arguments = [taken(other) for other in args]
                    arguments[place].reshape(-1)[entry] += step
                    yield arguments

def called(call):
    name, slots = call["function"], call["slots"]
    if name not in SPACE:
        raise Stop({"kind": "undefined"})
    function = SPACE[name]
    if not callable(function):
        raise Stop({"kind": "not-function", "name": type(function).__name__})
    if call["nudge"]:
        every = [results(call, function, arguments) for arguments in moved(call["args"], call["nudge"])]
        result = [stacked(values) for values in zip(*every)]
    else:
        result = results(call, function, [taken(arg) for arg in call["args"]])
    KEPT.update(zip(slots, result))
    return {slot: given(value, PLAN["depth"]) for slot, value in zip(slots, result) if slot not in call["kept"]}

def bounded(function, arguments, bound):
    """Call the function, and stop it where it costs more than so many of the calls before it."""
    costly, calls = Stop({"kind": "costly"}), []
    counted = [getattr(SPACE.get(name), "__code__", None) for name in bound["counted"]]
    limit = max(bound["seconds"], bound["forwards"] * sum(CLOCKED))

    def watch(frame, event, arg):
        if event == "call" and any(frame.f_code is code for code in counted):
            calls.append(1)
            if len(calls) > bound["forwards"]:
                raise costly

    def ring(number, frame):
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
        if len(calls) > bound["forwards"] or time.process_time() - began > limit:
            raise costly  # also where the function caught it

def stacked(values):
    try:
        return np.stack([np.asarray(value, dtype="<f8") for value in values])
    except Exception:
        return None

def results(call, function, arguments):
    """Call the function and return its results, one a slot."""
    slots, began = call["slots"], time.process_time()
    try:
        result = bounded(function, arguments, call["bound"]) if call["bound"] else function(*arguments)
    except Stop:
        raise
    except BaseException as error:
        raise Stop(failed(error, function))
    CLOCKED.append(time.process_time() - began)
    if len(slots) == 1:
        result = (result,)
    elif not isinstance(result, (tuple, list)):
        raise Stop({"kind": "count", "name": "a " + type(result).__name__})
    elif len(result) != len(slots):
        raise Stop({"kind": "count", "name": str(len(result)) + " values"})
    if call["nudge"]:  # of many calls, only what is sent back
        result = [None if slot in call["kept"] else value for slot, value in zip(slots, result)]
    return result

def carried_out():
    content = {"tag": PLAN["tag"], "calls": []}
    for call in PLAN["calls"]:
        try:
            content["calls"].append(called(call))
        except Stop as stop:
            return {"tag": PLAN["tag"], "failure": dict(stop.args[0], function=call["function"])}
    return content

for number, REQUEST in enumerate(REQUESTS):
    if number and time.monotonic() >= UNTIL:
        break
    PLAN, SPENT, CLOCKED = json.loads(REQUEST), [], []
    KEPT = kept_in(PLAN["session"])
    publish_display_data({PLAN["mime"]: carried_out()})
'''
