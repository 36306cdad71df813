"""Recognise mistakes that were made from the solutions' own syntax trees, by the numbers that come out.

`autograder build` runs them and keeps, of each exercise, what `Table` holds; no line of a solution is among it.
"""

import functools
import json
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.findings import Fingerprint
from utils.checking.fingerprints import fingerprint
from utils.fixtures import FOLDER

PROJECTIONS = 1  # of each part of an output and case: enough, since all cases must agree
TOLERANCE = 1e-5  # relative to the largest projection of one part in one case
SMALL = 1e-6  # a projection below this counts as 0
NOTHING = "none"  # the shape of a part that holds no finite numbers
MISSING = "-"  # the shape of a part that is not there, as where a list is shorter
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Recognised:
    """A mistake of a family, recognised.

    Attributes
    ----------
    id : str
        The family's, and the number of its edit: ``"turned-over/4"``.
    sentence, question : str
        Levels 1 and 2 of its hints.
    outputs : tuple of str
        The wrong outputs that it explains.
    """

    id: str
    sentence: str
    question: str
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The mistakes of one exercise's families.

    Attributes
    ----------
    digest : str
        Of all that the table was made from.
    cases : tuple of int
        The fixture's cases that the numbers are of; all are ordinary.
    parts : tuple of str
        The parts of all outputs, as a fingerprint names them: "dx", "grads.Wx".
    shapes : tuple of str
        All that occur: the shapes of a part in all cases.
    values : array, (values, projections of all cases)
        What a part can be; the first of each part is the right one.
    value_shapes : array of int, (values,)
        The place in `shapes`.
    part_starts : array of int, (parts + 1,)
        Where each part's values begin.
    rows : tuple of str
        The ids of all mistakes.
    row_starts : array of int, (rows + 1,)
        Where each mistake's values begin in `row_values`.
    row_values : array of int
        The values that a mistake makes; all parts that are not among them are right.
    row_words : array of int, (rows,)
        The place in `words`.
    row_edits : array of int, (rows,)
        How many edits make these numbers: of several, a tie, the likeliest has the row.
    words : tuple of (str, str)
        Sentences and questions.
    """

    digest: str
    cases: tuple[int, ...]
    parts: tuple[str, ...]
    shapes: tuple[str, ...]
    values: NDArray[np.float32]
    value_shapes: NDArray[np.int64]
    part_starts: NDArray[np.int64]
    rows: tuple[str, ...]
    row_starts: NDArray[np.int64]
    row_values: NDArray[np.int64]
    row_words: NDArray[np.int64]
    row_edits: NDArray[np.int64]
    words: tuple[tuple[str, str], ...]


Answers = Mapping[int, Mapping[str, object]]  # outputs by case
Recogniser = Callable[[Answers, Collection[str]], tuple[Recognised, ...]]
ARRAYS = ("values", "value_shapes", "part_starts", "row_starts", "row_values", "row_words", "row_edits")
TEXTS = ("digest", "cases", "parts", "shapes", "rows", "words")


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """Return where the table of an exercise lies."""
    return folder / "families" / f"{name}.npz"


def read(path: Path) -> Table:
    """Read a table."""
    texts = _texts(path)
    with np.load(path) as arrays:
        numbers = {name: arrays[name] for name in ARRAYS}
    words = tuple((sentence, question) for sentence, question in texts.pop("words"))
    content: dict[str, Any] = {name: tuple(texts[name]) for name in TEXTS if name not in ("digest", "words")}
    content |= {name: array.astype(np.int64) for name, array in numbers.items() if name != "values"}
    return Table(digest=texts["digest"], words=words, values=numbers["values"], **content)


def digest(path: Path) -> str:
    """Return the digest of a table, which may be one of an older form."""
    return str(_texts(path)["digest"])


def _texts(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        texts: dict[str, Any] = json.loads(archive.read("texts.json"))
    return texts


@functools.cache  # as long as `utils.fixtures.load`
def load(name: str) -> Table | None:
    """Return the table of the exercise `name`; None where it has none."""
    path = path_of(name)
    return read(path) if path.is_file() else None


def recogniser(name: str) -> Recogniser:
    """Return ``recognise(answers, wrong)`` for the fixture's cases of an exercise."""

    def recognised(answers: Answers, wrong: Collection[str]) -> tuple[Recognised, ...]:
        table = load(name)
        return recognise(table, answers, wrong) if table else ()

    return recognised


def recognises_nothing(answers: Answers, wrong: Collection[str]) -> tuple[Recognised, ...]:
    """Recognise nothing, as where there are no families."""
    return ()


def added(
    mistake: str | None,
    by_output: Mapping[str, tuple[str, ...]],
    wrong: Collection[str],
    recognised: Callable[[], tuple[Recognised, ...]],
) -> tuple[str | None, dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Add what the families explain to what declared mistakes do.

    Parameters
    ----------
    mistake, by_output
        As of `Findings`, of declared mistakes.
    wrong : collection of str
        The wrong outputs.
    recognised : callable
        Returns the families' mistakes; it is called only if they are needed.

    Returns
    -------
    mistake, by_output, family_hints
        As of `Findings`.
    """
    named = dict(by_output)
    left = set(wrong) - {output for outputs in named.values() for output in outputs}
    if mistake is not None or not left:
        return mistake, named, {}
    found = recognised()
    if len(found) == 1 and set(found[0].outputs) == set(wrong):
        return found[0].id, {}, {found[0].id: (found[0].sentence, found[0].question)}
    hints: dict[str, tuple[str, ...]] = {}
    for one in found:
        if outputs := tuple(output for output in one.outputs if output in left):
            named[one.id], hints[one.id] = outputs, (one.sentence, one.question)
    return None, named, hints


def parts_of(prints: Sequence[Fingerprint]) -> dict[str, tuple[str, Numbers]]:
    """Return, by part of the outputs, its shapes in all cases and its projections in all cases."""
    names = list(dict.fromkeys(name for case in prints for name in case))
    found = {}
    for name in names:
        shapes, numbers = [], np.zeros((len(prints), PROJECTIONS))
        for index, case in enumerate(prints):
            entry = case.get(name)
            if entry is None:
                shapes.append(MISSING)
            elif entry["shape"] is None or entry["projections"] is None or "finite" in entry:
                shapes.append(NOTHING)
            else:
                shapes.append("x".join(map(str, entry["shape"])))
                numbers[index] = entry["projections"][:PROJECTIONS]
        found[name] = (" ".join(shapes), numbers.ravel())
    return found


def no_part(count: int) -> tuple[str, Numbers]:
    """Return the shapes and projections of a part that `count` cases do not have."""
    return " ".join([MISSING] * count), np.zeros(count * PROJECTIONS)


def recognise(table: Table, answers: Answers, wrong: Collection[str]) -> tuple[Recognised, ...]:
    """Return the mistakes that these answers show: one that explains all, or some that explain an output each.

    A mistake is named only if it changes nothing that is right, and all that it changes is as it makes it.

    Parameters
    ----------
    table : Table
    answers : dict of int to dict of str to array_like
        The learner's outputs by case.
    wrong : collection of str
        The outputs that are wrong.
    """
    if not table.rows or any(index not in answers for index in table.cases):
        return ()
    own = parts_of([fingerprint(answers[index]) for index in table.cases])
    equal = np.zeros(len(table.values), dtype=bool)
    left = set(own) - set(table.parts)
    for place, part in enumerate(table.parts):
        start, end = table.part_starts[place : place + 2]
        equal[start:end] = _equal(table, start, end, *own.get(part, no_part(len(table.cases))))
        if not equal[start]:
            left.add(part)
    left = {part for part in left if output_of(part) in wrong}
    matching = np.flatnonzero(np.logical_and.reduceat(equal[table.row_values], table.row_starts[:-1]))
    explained = {int(row): _parts(table, int(row)) for row in matching}
    found: list[Recognised] = []
    whole = set(wrong) == {output_of(part) for part in left}
    for row in sorted(explained, key=lambda row: (-len(explained[row]), row)):
        new = explained[row] & left
        outputs = tuple(o for o in wrong if any(output_of(p) == o for p in new) and not _others(left - new, o))
        if not outputs or not explained[row] <= new:
            continue
        sentence, question = table.words[table.row_words[row]]
        found.append(Recognised(table.rows[row], sentence, question, outputs))
        left -= new
        if whole and not left:
            break
    return tuple(found)


def close(one: Numbers, other: Numbers, tolerance: float = TOLERANCE) -> bool:
    """Whether projections are equal, each case by the size of its own."""
    a, b = one.reshape(-1, PROJECTIONS), other.reshape(-1, PROJECTIONS)
    scale = np.maximum(np.maximum(np.abs(a).max(axis=1), np.abs(b).max(axis=1)), SMALL)
    return bool((np.abs(a - b).max(axis=1) <= tolerance * scale).all())


def alike(one: Mapping[str, tuple[str, Numbers]], other: Mapping[str, tuple[str, Numbers]]) -> bool:
    """Whether parts of outputs are equal: by name, shapes and projections, and all of them finite."""
    return one.keys() == other.keys() and all(
        one[part][0] == other[part][0] and NOTHING not in one[part][0] and close(one[part][1], other[part][1])
        for part in one
    )


def output_of(part: str) -> str:
    """Return the output that a part belongs to."""
    return part.partition(".")[0]


def _others(parts: Collection[str], output: str) -> bool:
    return any(output_of(part) == output for part in parts)


def _parts(table: Table, row: int) -> set[str]:
    values = table.row_values[table.row_starts[row] : table.row_starts[row + 1]]
    return {table.parts[place] for place in np.searchsorted(table.part_starts, values, side="right") - 1}


def _equal(table: Table, start: int, end: int, shape: str, numbers: Numbers) -> NDArray[np.bool_]:
    """Return which of a part's values are these numbers, each case by the size of its own."""
    alike = np.zeros(end - start, dtype=bool)
    if shape not in table.shapes:
        return alike
    candidates = np.flatnonzero(table.value_shapes[start:end] == table.shapes.index(shape))
    by_case = len(table.cases), PROJECTIONS
    values = table.values[start:end][candidates].astype(np.float64).reshape(len(candidates), *by_case)
    theirs = numbers.reshape(1, *by_case)
    scale = np.maximum(np.maximum(np.abs(values).max(axis=2), np.abs(theirs).max(axis=2)), SMALL)
    alike[candidates] = (np.abs(values - theirs).max(axis=2) <= TOLERANCE * scale).all(axis=1)
    return alike
