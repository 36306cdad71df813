"""Be a good citizen: notice what a right answer does besides its numbers. It costs no points.

Two thirds of correct public solutions change an array of their caller's, return float64 for float32 or keep a cache
that cannot be used twice.
"""

import numpy as np

from utils.checking import run_cases
from utils.checking.compare import compare
from utils.checking.report import listing
from utils.errors import UtilsError
from utils.fixtures import fresh

_GENERIC = {
    "mutates": "That array belongs to whoever called you: `a += b` changes a itself, `a = a + b` makes a new array.",
    "consumes": "A cache should survive being read: `pop`, `del` and changes in place leave nothing for the next one.",
    "aliases": "Whoever changes the one changes the other: keep a copy.",
    "overflows": "What came of it does not show in the result; still, it is a sign that some numbers are beyond what "
    "your formula can hold.",
    "chance": "Whoever else draws from it gets other numbers than without you: draw from a generator that you are "
    "given, or from one of your own, `np.random.default_rng(seed)`.",
}
MET = {"overflow": "an overflow", "divide by zero": "a division by zero", "invalid value": "an invalid value (nan)"}
_MOST_ARRAYS = 10_000  # of one cache; a bound, so that odd objects cannot keep us busy


def warnings(function, forward, exercise, given, hint, clock):
    """Return what a right answer does besides, a sentence by kind.

    The kinds are mutates, consumes, aliases, upcasts, overflows and chance.

    Parameters
    ----------
    function, forward : callable
        The learner's.
    exercise : dict
        The fixture.
    given : list of Answer
        The answers to all its cases.
    hint : int
        Up to which level to tell what the exercise declares.
    clock : Clock
    """
    found = {
        "mutates": list(dict.fromkeys(n for a in given for n in changed(a.before, a.after, a.names))),
        "consumes": ["cache"] if exercise["forward"] and _consumed(function, exercise, given[0], clock) else [],
        # A step that returns next_h and keeps it too is good practice: only where the exercise declares it.
        "aliases": aliased(given[0].outputs, given[0].cache) if "aliases" in exercise["side_effects"] else [],
        "upcasts": _upcast(function, forward, exercise, given[0].case, clock),
        "overflows": list(dict.fromkeys(kind for a in given for kind in a.met)),
        "chance": ["np.random"] if any(a.moved_chance for a in given) else [],
    }
    declared = exercise["side_effects"]
    return {kind: _sentence(kind, names, declared, hint) for kind, names in found.items() if names}


def _consumed(function, exercise, first, clock):
    try:
        second = run_cases.again(function, exercise, first, clock)
    except UtilsError:
        return True
    expected = first.case["expected"]
    return second.outputs is None or not all(compare(n, second.outputs[n], v).ok for n, v in expected.items())


def _upcast(function, forward, exercise, case, clock):
    """Return the names of outputs that come back as float64 arrays although all that went in was float32."""
    if not any(array.dtype.kind == "f" for array in arrays_in(case["inputs"])):
        return []
    try:
        answer = run_cases.answer(function, forward, exercise, case, clock, prepare=as_float32)
    except UtilsError:
        return []
    if answer.outputs is None:
        return []
    if any(array.dtype == np.float64 for array in arrays_in(answer.forward_outputs)):
        return []  # the forward pass did it, and is told so itself
    return [n for n, value in answer.outputs.items() if isinstance(value, np.ndarray) and value.dtype == np.float64]


def changed(before, after, names):
    """Return which of the arrays in `after` differ from those in `before`, by name.

    Parameters
    ----------
    before, after : sequence
        Arguments as they were and as they are: arrays, or dicts, lists and tuples of these; the rest is not looked at.
    names : sequence of str
        What the arguments are called.

    Examples
    --------
    >>> changed([np.zeros(2), {"b": np.ones(2)}], [np.zeros(2), {"b": np.ones(2) / 2}], ["x", "grads"])
    ["grads['b']"]
    """
    found = []
    for name, old, new in zip(names, before, after, strict=True):
        found += _changed(name, old, new)
    return found


def _changed(name, old, new):
    if isinstance(old, np.ndarray):
        same = isinstance(new, np.ndarray) and (old.dtype, old.shape) == (new.dtype, new.shape)
        return [] if same and old.tobytes() == new.tobytes() else [name]
    if isinstance(old, dict):
        if not isinstance(new, dict) or list(old) != list(new):
            return [name]
        return [found for key in old for found in _changed(f"{name}[{key!r}]", old[key], new[key])]
    if isinstance(old, (list, tuple)):
        if not isinstance(new, (list, tuple)) or len(old) != len(new):
            return [name]
        return [found for i, entry in enumerate(old) for found in _changed(f"{name}[{i}]", entry, new[i])]
    return []


def arrays_in(value):
    """Return every array inside `value`: through dicts, lists, tuples and the attributes of plain objects."""
    found, seen, waiting = [], set(), [value]
    while waiting and len(seen) < _MOST_ARRAYS:
        entry = waiting.pop()
        if id(entry) in seen:
            continue
        seen.add(id(entry))
        if isinstance(entry, np.ndarray):
            found.append(entry)
        elif isinstance(entry, dict):
            waiting += entry.values()
        elif isinstance(entry, (list, tuple)):
            waiting += entry
        elif isinstance(getattr(entry, "__dict__", None), dict) and not callable(entry):
            waiting += entry.__dict__.values()
    return found


def aliased(outputs, cache):
    """Return the names of those outputs that share memory with an array in the cache."""
    kept = arrays_in(cache)
    return [
        name
        for name, value in outputs.items()
        if isinstance(value, np.ndarray) and any(_share(value, array) for array in kept)
    ]


def _share(one, other):
    try:
        return np.shares_memory(one, other, max_work=100_000)
    except np.exceptions.TooHardError:
        return np.may_share_memory(one, other)


def as_float32(value):
    """Return a copy of `value` with every floating array in it, or None for no array, as float32."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype.kind == "f" else value.copy()
    if isinstance(value, dict):
        return {key: as_float32(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        entries = [as_float32(entry) for entry in value]
        return entries if isinstance(value, list) else tuple(entries)
    return fresh(value)


def said_of(met):
    """Return the sentence about what NumPy met, given in NumPy's words."""
    return f"On the way NumPy met {listing(MET.get(kind, kind) for kind in met)}."


def _sentence(kind, names, declared, hint):
    which = ", ".join(names)
    fact = {
        "mutates": f"The call changed {which}.",
        "consumes": "Called twice with the same cache, the second answer is another one.",
        "aliases": f"The cache and {which} share memory.",
        "upcasts": f"Given float32 arrays, it returns {which} as float64: arrays made with `np.zeros` or "
        "`np.empty`, here or in a function that you call, are float64 unless they are told otherwise.",
        "overflows": said_of(names),
        "chance": "The call moved NumPy's global generator, `np.random`.",
    }[kind]
    if kind not in declared:
        return f"{fact} {_GENERIC.get(kind, '')}".strip()
    told = " ".join(declared[kind][:hint])
    # The exercise's own words win; they need the fact before them only if they speak of another array.
    return told if any(name in told for name in names) else f"{fact} {told}"
