"""Put facts into sentences: the words that a learner's card and the grade's feedback share.

Every function here takes facts and returns text. Which text a learner reads where, and in what order, is decided in
`utils.checking.learner_card` and `autograder.judging.feedback`. No sentence of `comparison` or `likeness` holds an
expected value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from utils.checking import steps
from utils.checking.comparison import Comparison, Kind, Shape
from utils.checking.resemblance import Resemblance
from utils.errors import Failure

_NUMPY_WARNINGS = {
    "overflow": "an overflow",
    "divide by zero": "a division by zero",
    "invalid value": "an invalid value (nan)",
}
_MAY_BITE = {
    "mutates": "That array belongs to whoever called you: `a += b` changes a itself, `a = a + b` makes a new array.",
    "consumes": "A cache should survive being read: `pop`, `del` and changes in place leave nothing for the next one.",
    "aliases": "Whoever changes the one changes the other: keep a copy.",
    "overflows": "What came of it does not show in the result; still, it is a sign that some numbers are beyond what "
    "your formula can hold.",
    "chance": "Whoever else draws from it gets other numbers than without you: draw from a generator that you are "
    "given, or from one of your own, `np.random.default_rng(seed)`.",
}
_WANTED = {
    "plain array": "a plain NumPy array",
    "array": "a NumPy array",
    "array of numbers": "a NumPy array of real numbers",
}


def listing(names: Iterable[str]) -> str:
    """Return names as a person lists them: ``"dx, dWx and db"``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def a(name: str) -> str:
    """Return a noun with its article: ``"a list"``, ``"an int"``, ``"an array"``.

    Examples
    --------
    >>> a("int"), a("list")
    ('an int', 'a list')
    """
    return f"an {name}" if name[:1].lower() in ("a", "e", "i", "o", "u") else f"a {name}"


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: ``"1 value"``, ``"2 values"``."""
    return f"{count} {one if count == 1 else many}"


def comparison(found: Comparison) -> str:
    """Say what is wrong about an output, without any expected value; nothing if it is right.

    Examples
    --------
    >>> comparison(Comparison("db", "shape", shape=Shape((2, 3), (3,), ("H",))))
    'db has shape (2, 3), expected (H,) = (3,).'
    """
    if found.message or found.ok:  # a judge of properties has its own words
        return found.message
    name = found.whole
    if found.problem == "missing":
        return f"{name} has no entry {found.key}." if found.key else f"{name} is None."
    if found.problem == "kind" and found.kind:
        return _kind(name, found.kind)
    if found.problem == "choice":
        return f"{name} = {found.yours:g} is not the one."
    if found.problem == "shape" and found.shape:
        return _shape(name, found.shape)
    if found.problem == "shape":
        own, expected = found.lengths
        return f"{name} has {counted(own, 'entry', 'entries')}, expected {expected}."
    if found.problem == "nan":
        if not found.index:
            return f"{name} is {found.yours}."
        comma = "," if step(found) else ""
        return (
            f"{found.count} of {found.size} entries of {name} are not finite; {place(found)}{comma} is {found.yours}."
        )
    sides = ""
    if found.right_entries and found.entries:
        sides = f"{found.name}: {listing(found.right_entries)} right, {listing(found.entries)} wrong. "
    wrong = f"{found.count} of {found.size} entries of {name} are wrong." if found.index else f"{name} is wrong."
    return f"{sides}{wrong}{_narrow(name, found.narrow)}"


def step(found: Comparison) -> str:
    """Return the step or layer of the worst entry, ``"step t = 3"``; empty where no axis of the output counts any."""
    axis = steps.counted(found.axes)
    if axis is None or len(found.axes) != len(found.index):
        return ""
    return steps.step(found.axes, found.index[axis])


def place(found: Comparison) -> str:
    """Return the worst entry with its step: ``"h[1, 2, 0], that is step t = 3"``."""
    at = step(found)
    return f"{found.where}, that is {at}" if at else found.where


def likeness(name: str, found: Resemblance, axes: Sequence[str] = ()) -> str:
    """Say what an output called `name` resembles.

    Examples
    --------
    >>> likeness("db", Resemblance("factor", factor=0.25, letter="N", power=-1, size=4))
    'db is 0.25 times what it should be, everywhere: that is 1/N (here N = 4).'
    >>> likeness("mask", Resemblance("wrong at", "T", 0), ["T"])
    'mask is wrong at step t = 1, `mask[0]`, only.'
    """

    def at(index: int) -> str:
        return steps.place(name, axes, index)

    if found.kind == "factor":
        letter = f"1/{found.letter}" if found.power < 0 else found.letter
        named = f": that is {letter} (here {found.letter} = {found.size})" if found.letter else ""
        return f"{name} is {found.factor:.4g} times what it should be, everywhere{named}."
    if found.kind == "reversed":
        return f"{name} is right, but in reverse order" + (" of time." if "depth" not in axes else ".")
    if found.kind == "wrong from":
        return f"{name} is right up to {at(found.index - 1)}, and wrong from {at(found.index)}, on."
    if found.kind == "wrong until":
        return f"{name} is wrong up to {at(found.index)}, and right from {at(found.index + 1)}, on."
    if found.kind == "wrong at":
        return f"{name} is wrong at {at(found.index)}, only."
    if found.kind == "wrong at the last":
        return f"{name} is wrong at {steps.last(name, axes)}, only."
    if found.kind == "right at the last":
        return f"{name} is right at {steps.last(name, axes)}, only."
    return {
        "zeros": f"Every entry of {name} is 0.",
        "sign": f"{name} has the opposite sign everywhere.",
        "transposed": f"{name} is the transpose of what it should be.",
        "places": f"{name} holds the right numbers in the wrong places: look at each reshape, transpose and index.",
    }[found.kind]


def failed(failure: Failure, slots: Sequence[str] = (), quote: Callable[[str], str] = str) -> tuple[str, ...]:
    """Say why a call gave no answer: a sentence, and perhaps one of advice.

    Parameters
    ----------
    failure : Failure
    slots : sequence of str
        What the function should return; empty where that is not to be said.
    quote : callable
        ``quote(words) -> text``: how the learner's own words and names are shown.
    """
    name = quote(failure.function)
    if failure.kind == "not-started":
        inner = failure.name not in ("", failure.function)
        which = f"calls {quote(failure.name)}, which is not started yet." if inner else "is not started yet."
        return (f"{name} {which}",)
    if failure.kind == "timeout":
        limit = f"{failure.seconds:g} seconds" if failure.seconds else "the time limit"
        return (
            f"{name} was still running after {limit} and was stopped.",
            "Is there a loop that never ends? If not, the machine may be busy: try once more.",
        )
    if failure.kind == "parameters":
        defined = f": `def {failure.signature}:`" if failure.signature else " as it was given"
        return (
            f"{name} is called with {counted(failure.count, 'argument', 'arguments')}, but yours is defined as "
            f"`{failure.name}`.",
            f"Restore the first line of the function{defined}.",
        )
    if failure.kind == "count":
        return _returned(failure, name, slots)
    message = f": {quote(failure.message)}" if failure.message else "."
    return (f"{name} stopped with {quote(failure.name)}{_line(failure)}{message}",)


def numpy_warnings(kinds: Iterable[str]) -> str:
    """Say what NumPy met on the way, given in NumPy's words."""
    return f"On the way NumPy met {listing(_NUMPY_WARNINGS[kind] for kind in _NUMPY_WARNINGS if kind in set(kinds))}."


def side_effect(kind: str, arrays: Sequence[str], declared: Mapping[str, Sequence[str]], level: int) -> str:
    """Say what a right answer does besides, and what may come of it.

    Parameters
    ----------
    kind : str
        One of `utils.checking.side_effects`.
    arrays : sequence of str
        What is concerned.
    declared : dict of str to sequence of str
        The exercise's own hints, by kind.
    level : int
        How many of them are given.
    """
    which = ", ".join(arrays)
    fact = {
        "mutates": f"The call changed {which}.",
        "consumes": "Called twice with the same cache, the second answer is another one.",
        "aliases": f"The cache and {which} share memory.",
        "upcasts": f"Given float32 arrays, it returns {which} as float64: arrays made with `np.zeros` or `np.empty`, "
        "here or in a function that you call, are float64 unless you ask for another dtype.",
        "overflows": numpy_warnings(arrays) if kind == "overflows" else "",
        "chance": "The call moved NumPy's global generator, `np.random`.",
    }[kind]
    if kind not in declared:
        return f"{fact} {_MAY_BITE.get(kind, '')}".strip()
    hints = " ".join(declared[kind][:level])
    # The exercise's own words need the fact before them only if they speak of another array.
    return hints if any(name in hints for name in arrays) else f"{fact} {hints}"


def sizes(letters: Mapping[str, int]) -> str:
    """Say what is special about a case: the sizes that are 1, else all.

    Examples
    --------
    >>> sizes({"N": 1, "T": 1, "H": 3})
    'N = 1 and T = 1'
    """
    special = {letter: n for letter, n in letters.items() if n == 1} or letters
    return listing(f"{letter} = {n}" for letter, n in special.items())


def arguments(values: Mapping[str, tuple[int, ...] | int | float]) -> str:
    """Say what a call was about: the shapes of its arrays, and its numbers; nothing if there were none."""
    shapes = [f"{name} {value}" for name, value in values.items() if isinstance(value, tuple)]
    numbers = [f"{name} = {value:g}" for name, value in values.items() if not isinstance(value, tuple)]
    parts = [f"the arrays had the shapes {', '.join(shapes)}"] if shapes else []
    parts += [", ".join(numbers)] if numbers else []
    return f"In this call {'; '.join(parts)}." if parts else ""


def _returned(failure: Failure, name: str, slots: Sequence[str]) -> tuple[str, ...]:
    expected = f", expected {len(slots)}: {listing(slots)}." if slots else "."
    if failure.name == "NoneType":
        return f"{name} returns None{expected}", "Did you forget `return`?"
    if failure.name == "coroutine":
        return (f"{name} is defined with `async def`; plain `def` is meant.",)
    if failure.name == "generator":
        return (f"{name} holds a `yield`, which makes it a generator; end it with `return`.",)
    if failure.name in ("list", "dict", "set") and failure.count == 1:
        return f"{name} returns a {failure.name}{expected}", "Return them with commas between, in no brackets."
    return (f"{name} returns {counted(failure.count, 'value', 'values')}{expected}",)


def _line(failure: Failure) -> str:
    """Say on which of the learner's lines it stopped."""
    if failure.line is None:
        return ""
    if failure.file == "cell":
        where = f"line {failure.line} of " + (
            f"the cell that defines {failure.inside}" if failure.inside else "its cell"
        )
    elif failure.file:
        where = f"line {failure.line} of {failure.file}"
    else:
        where = f"line {failure.line}" + (f", in {failure.inside}" if failure.inside else "")
    return f" in {where}" + (f", `{failure.source}`" if failure.source else "")


def _kind(name: str, kind: Kind) -> str:
    wanted = _WANTED.get(kind.wanted) or a(kind.wanted)
    return {
        "type": f"{name} is {a(kind.name)}, expected {wanted}.",
        "extra": f"{name} has an entry {kind.name} that was not asked for.",
        "matrix": f"{name} is a matrix, expected {wanted}: for a matrix `*` is the matrix product.",
        "subclass": f"{name} is {a(kind.name)}, a special kind of array; expected {wanted}.",
        "objects": f"{name} is an array of Python objects, expected numbers: rows of different lengths do that.",
        "complex": f"{name} holds complex numbers, expected real numbers.",
        "dtype": f"{name} holds {kind.name}, expected real numbers.",
    }[kind.trait]


def _shape(name: str, shape: Shape) -> str:
    actual, expected, axes = shape.actual, shape.expected, shape.axes
    yours = f"shape {_tuple(actual)}" if actual else "no axes (it is a single number)"
    if not expected:
        return f"{name} has {yours}, expected a single number."
    if len(axes) != len(expected):
        return f"{name} has {yours}, expected {_tuple(expected)}."
    if [*actual] == [n + (axis == "T") for axis, n in zip(axes, expected, strict=True)]:
        one_more = f"expected {_tuple(axes)} = {_tuple(expected)}"
        return f"{name} has {yours}, {one_more}: one step too many. Does it still hold what it started from?"
    # Where all sizes differ, the learner's axes can be named too: (T, N, H) says more than (5, 2, 3).
    sizes = {**shape.sizes, **dict(zip(axes, expected, strict=True))}
    letters = {n: letter for letter, n in sizes.items()}
    if actual and len(letters) == len(sizes) and all(n in letters for n in actual):
        yours += f" = {_tuple(letters[n] for n in actual)}"
    return f"{name} has {yours}, expected {_tuple(axes)} = {_tuple(expected)}."


def _narrow(name: str, dtype: str) -> str:
    """Say it where the learner's own dtype cannot hold the answer."""
    if dtype == "float16":
        return f" {name} is float16, which carries three digits."
    return f" {name} is {dtype}, which cuts off all that stands behind the point." if dtype else ""


def _tuple(entries: Iterable[object]) -> str:
    texts = [str(entry) for entry in entries]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
