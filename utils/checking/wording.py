"""Put facts into sentences: the words that a learner's card and the grade's feedback share.

Every function here takes facts and returns text. Which text a learner reads where, and in what order, is decided in
`utils.checking.learner_card` and `autograder.judging.feedback`. No sentence of `comparison` holds an
expected value.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from utils.checking import time_axis
from utils.checking.cache_layout import CacheMismatch
from utils.checking.comparison import Comparison, Kind, Shape

_NUMPY_WARNINGS = {
    "overflow": "an overflow",
    "divide by zero": "a division by zero",
    "invalid value": "an invalid value (nan)",
}
_MAY_BITE = {
    "mutates": "That array belongs to whoever called you: `a += b` changes a itself, `a = a + b` makes a new array.",
    "hands-back": "Whoever changes the one changes the other: make a new one.",
    "consumes": "A cache should survive being read: `pop`, `del` and changes in place leave nothing for the next one.",
    "aliases": "Whoever changes the one changes the other: keep a copy.",
    "overflows": "What came of it does not show in the result; still, your formula does not fit some of the numbers "
    "that came in.",
    "chance": "Whoever else draws from it gets other numbers than without you: draw from a generator that you are "
    "given, or from one of your own, `np.random.default_rng(seed)`.",
}
# What an exercise's own words of these kinds are about. Those of the other kinds may be about another array.
_ABOUT = {
    "hands-back": "clipped",
    "whole-numbers": "out",
    "consumes": "cache",
    "aliases": "h",
    "overflows": "overflow",
    "chance": "np.random",
}
_SAME_NUMBERS = {
    "an axis too many": "the numbers are right, the shape has one axis too many",
    "an axis too few": "the numbers are right, the shape has one axis of length 1 too few",
    "another order": "the right numbers, in another order of axes",
    "run together": "the right numbers, with axes that are run together",
    "split": "the right numbers, with an axis that is split",
}
_FEW = 2  # arrays of one dict that are named one by one
_WANTED = {
    "array": "a NumPy array",
    "array of numbers": "a NumPy array of real numbers",
}


def listing(names: Iterable[str]) -> str:
    """Return names as a person lists them: ``"dx, dWx and db"``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: ``"1 value"``, ``"3 values"``."""
    return f"{count} {one if count == 1 else many}"


def with_article(name: str) -> str:
    """Return a noun with its article: ``"a list"``, ``"an int"``, ``"an array"``.

    Examples
    --------
    >>> with_article("int"), with_article("list"), with_article("ndarray")
    ('an int', 'a list', 'an ndarray')
    """
    spoken_with_a_vowel = name.lower().startswith(("a", "e", "i", "o", "u", "ndarray"))
    return f"an {name}" if spoken_with_a_vowel else f"a {name}"


def comparison(found: Comparison, named: bool = False) -> str:
    """Say what is wrong about an output, without any expected value; nothing if it is right.

    With `named`, what a shape tells about the numbers is left out: the mistake that is named says it.

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
        return _choices(found)
    if found.problem == "shape" and found.shape:
        return _shape(name, found.shape, named)
    if found.problem == "shape":
        own, expected = found.lengths
        return f"{name} has {counted(own, 'entry', 'entries')}, expected {expected}."
    if found.problem == "nan":
        if not found.index:
            return f"{name} is {found.yours}."
        count = f"{found.count} of {found.size} entries of {name} {'is' if found.count == 1 else 'are'} not finite"
        return f"{count}; {worst_place_is(found)} {found.yours}."
    are = "is" if found.count == 1 else "are"
    wrong = f"{found.count} of {found.size} entries of {name} {are} wrong." if found.index else f"{name} is wrong."
    return f"{_sides(found)}{wrong}{_narrow(name, found.too_narrow_dtype)}"


def how_many(found: Comparison) -> str:
    """Say in a table how many entries of an output are wrong, and what else there is to say about them.

    Examples
    --------
    >>> how_many(Comparison("db", "value", count=2, size=3, index=(0,)))
    '2 of 3'
    """
    wrong = f"{found.count} of {found.size}" if found.index else "the only one"
    besides = f"{_sides(found)}{_narrow(found.whole, found.too_narrow_dtype)}".strip()
    return f"{wrong}. {besides}" if besides else wrong


def _sides(found: Comparison) -> str:
    """Say which entries of a dict are right and which are wrong."""
    if not (found.right_entries and found.entries):
        return ""
    return f"{found.name}: {listing(found.right_entries)} right, {listing(found.entries)} wrong. "


def _choices(found: Comparison) -> str:
    """Say that choices are not right, and of several not which: they are judged together."""
    if not found.choices:
        return f"{found.whole} = {found.yours:g} is not the one."
    chosen = f"{'choice' if len(found.choices) == 1 else 'choices'} {listing(found.choices)}"
    if found.numbers:
        are = "is" if len(found.numbers) == 1 else "are"
        return f"The {chosen} can be confirmed only when {listing(found.numbers)} {are} right too."
    return f"Of the {chosen}, not all are right."


def remark(found: Comparison) -> str:
    """Say in which form an output came, where that is unusual and its numbers were read all the same; else nothing.

    Examples
    --------
    >>> remark(Comparison("h", None, container="list"))
    'h is a list; it was read as an array.'
    """
    if found.container:
        product = " For a matrix, `*` is the matrix product." if found.container == "matrix" else ""
        return f"{found.whole} is {with_article(found.container)}; it was read as an array.{product}"
    wanted = {"whole numbers": "truth values", "truth values": "numbers", "floats": "whole numbers"}
    return f"{found.whole} holds {found.held}; they were read as {wanted[found.held]}." if found.held else ""


def worst_step(found: Comparison) -> str:
    """Return the step or layer of the worst entry, ``"step t = 3"``; empty where no axis of the output counts any."""
    axis = time_axis.counted(found.axes)
    if axis is None or len(found.axes) != len(found.index):
        return ""
    return time_axis.step(found.axes, found.index[axis])


def worst_place(found: Comparison) -> str:
    """Return the worst entry with its step: ``"h[1, 2, 0], that is step t = 3"``."""
    at = worst_step(found)
    return f"{found.where}, that is {at}" if at else found.where


def worst_place_is(found: Comparison) -> str:
    """Return the beginning of a sentence about the worst entry: ``"h[1, 2, 0], that is step t = 3, is"``."""
    return f"{worst_place(found)}{',' if worst_step(found) else ''} is"


def number(value: float, digits: int) -> str:
    """Return a number with so many digits; a zero has no sign."""
    return f"{value + 0.0:.{digits}g}"


def unwritten(outputs: Sequence[str]) -> str:
    """Say that some numbers of wrong outputs are those that memory held before."""
    return (
        f"Some numbers in {listing(outputs)} are whatever memory held before: `np.empty` makes an array and writes "
        "nothing into it. Here it held large numbers, so that this shows."
    )


def numpy_warnings(kinds: Iterable[str]) -> str:
    """Say what NumPy would have warned of; `kinds` are its own words for it."""
    return f"On the way there was {listing(_NUMPY_WARNINGS[kind] for kind in _NUMPY_WARNINGS if kind in set(kinds))}."


def wrong_below(names: Sequence[str]) -> str:
    """Say that a wrong function calls others of the learner's that are not right either."""
    is_not, which = ("are not", "them") if len(names) > 1 else ("is not", "it")
    return f"It calls your {listing(names)}, which {is_not} right yet: mend {which} first."


def cache_mismatch(found: CacheMismatch) -> str:
    """Say how a cache is made and how it is taken apart, and what to do about it."""
    made = f"`({', '.join(found.made)})`" if found.made else "a list, to which each step appends its own"
    taken = f"; {found.backward} unpacks `({', '.join(found.taken)})`" if found.taken else ""
    return (
        f"The cache of {found.forward} is {made}{taken}. Unpack it as it is made; a backward pass from elsewhere needs "
        "its own forward pass beside it."
    )


def side_effect(kind: str, arrays: Sequence[str], declared: Mapping[str, Sequence[str]], level: int) -> str:
    """Say what else a right answer does, and what that may cause.

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
    which = ", ".join(_by_dict(arrays))
    fact = {
        "mutates": f"The call changed {which}.",
        "hands-back": f"{which} is at times the very object that came in.",
        "whole-numbers": f"Given whole numbers, it returns another {which} than for the same numbers as floats.",
        "consumes": "Called twice with the same cache, the second answer is another one.",
        "aliases": f"The cache and {which} share memory.",
        "upcasts": f"Given float32 arrays, it returns {which} as float64, so some array on the way is float64, here or "
        "in a function that it calls. `np.zeros` makes float64 unless you ask for another dtype; `astype(float)` "
        "always does.",
        "overflows": numpy_warnings(arrays) if kind == "overflows" else "",
        "chance": "The call moved NumPy's global generator, `np.random`.",
    }[kind]
    if kind not in declared:
        return f"{fact} {_MAY_BITE.get(kind, '')}".strip()
    hints = " ".join(declared[kind][:level])
    return hints if _ABOUT.get(kind) in arrays else f"{fact} {hints}"


def _by_dict(arrays: Sequence[str]) -> list[str]:
    """Return arrays as they are named, many of one dict as ``"8 arrays of params"``."""
    dicts = Counter(name.partition("[")[0] for name in arrays if "[" in name)
    wholes = [name.partition("[")[0] for name in arrays]
    named = zip(wholes, arrays, strict=True)
    return [*dict.fromkeys(f"{dicts[w]} arrays of {w}" if dicts[w] > _FEW else name for w, name in named)]


def possibility(pattern: str) -> str:
    """Word a question that was chosen only by which outputs are wrong."""
    return f"A question to begin with: {pattern}"


def arguments(values: Mapping[str, tuple[int, ...] | int | float]) -> str:
    """Say what a call was about: the shapes of its arrays, and its numbers; nothing if there were none."""
    shapes = [f"{name} {value}" for name, value in values.items() if isinstance(value, tuple)]
    numbers = [f"{name} = {value:g}" for name, value in values.items() if not isinstance(value, tuple)]
    parts = [f"the arrays had the shapes {', '.join(shapes)}"] if shapes else []
    parts += [", ".join(numbers)] if numbers else []
    return f"In this call {'; '.join(parts)}." if parts else ""


def _kind(name: str, kind: Kind) -> str:
    wanted = _WANTED.get(kind.wanted) or with_article(kind.wanted)
    return {
        "type": f"{name} is {with_article(kind.name)}, expected {wanted}.",
        "extra": f"{name} has an entry {kind.name} that was not asked for.",
        "objects": f"{name} is an array of Python objects, expected numbers: rows of different lengths do that.",
        "complex": f"{name} holds complex numbers, expected real numbers.",
        "dtype": f"{name} holds {kind.name}, expected real numbers.",
    }[kind.problem]


def _shape(name: str, shape: Shape, named: bool) -> str:
    actual, expected, axes = shape.actual, shape.expected, shape.axes
    yours = f"shape {_tuple(actual)}" if actual else "no axes (it is a single number)"
    end = f": {_SAME_NUMBERS[shape.same_numbers]}." if shape.same_numbers and not named else "."
    if not expected:
        return f"{name} has {yours}, expected a single number{end}"
    if len(axes) != len(expected):
        return f"{name} has {yours}, expected {_tuple(expected)}{end}"
    if not named and [*actual] == [n + (axis == "T") for axis, n in zip(axes, expected, strict=True)]:
        one_more = f"expected {_tuple(axes)} = {_tuple(expected)}"
        return f"{name} has {yours}, {one_more}: one step too many. Does it still hold what it started from?"
    # Where all sizes differ, the learner's axes can be named too: (T, N, H) says more than (5, 2, 3).
    sizes = {**shape.sizes, **dict(zip(axes, expected, strict=True))}
    letters = {n: letter for letter, n in sizes.items()}
    if actual and len(letters) == len(sizes) and all(n in letters for n in actual):
        yours += f" = {_tuple(letters[n] for n in actual)}"
    return f"{name} has {yours}, expected {_tuple(axes)} = {_tuple(expected)}{end}"


def _narrow(name: str, dtype: str) -> str:
    """Say it where the learner's own dtype cannot hold the answer."""
    if dtype == "float16":
        return f" {name} is float16, which carries three digits."
    if dtype == "bool":
        return f" {name} holds truth values, where numbers are asked for."
    return f" {name} is {dtype}: it holds whole numbers only." if dtype else ""


def _tuple(entries: Iterable[object]) -> str:
    texts = [str(entry) for entry in entries]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
