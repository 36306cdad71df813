"""Run every edit of an exercise's families, and keep the numbers that come out in one small file."""

import dataclasses
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import autograder.families
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import BuildError
from autograder.families.catalogue import Workshop, sentence
from autograder.families.family import IF, Edit
from autograder.families.scope import VAGUE
from autograder.judging import cases, family_judge, family_scopes
from autograder.judging.family_scopes import scopes_of, widest
from utils.checking import families
from utils.checking.fingerprints import fingerprint
from utils.fixtures import encode

CASES = 3  # ordinary cases that numbers are kept of; all, where the exercise gives its inputs one by one
MOST = 8
VISIBLE = 1e-3  # what a mistake must change, relative to an output's size: less could be rounding
LARGEST = 1e30  # of a projection that is kept as float32
_TIME = (1980, 1, 1, 0, 0, 0)  # of every file in the archive, so that it is the same whenever it is made

Parts = dict[str, tuple[str, families.Numbers]]


def digest(exercise: Exercise, course: Course, drawn: Sequence[cases.Case]) -> str:
    """Return a hash of all that an exercise's table is made from: solutions, inputs and the families' own code."""
    solved = course.reference
    used = {exercise.name, *solved.calls(exercise.name)} | ({exercise.forward} if exercise.forward else set())
    used |= set(solved.calls(exercise.forward)) if exercise.forward else set()
    code = [*Path(*autograder.families.__path__).glob("*.py"), Path(__file__), Path(family_scopes.__file__)]
    content = {
        "projections": families.PROJECTIONS,
        "code": [path.read_text(encoding="utf-8") for path in sorted(code, key=lambda path: path.name)],
        "solutions": [solved.sources[name] for name in solved.sources if name in used],
        "outputs": dict(exercise.outputs),
        "cases": [[k, encode(drawn[k].inputs), encode(drawn[k].upstream)] for k in _places(exercise, drawn)],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def table(exercise: Exercise, course: Course, drawn: Sequence[cases.Case]) -> families.Table:
    """Return the mistakes of an exercise's families, each with its numbers and words; equal ones share a row.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    drawn : list of Case
        The fixture's cases.
    """
    places = _places(exercise, drawn)
    chosen = [drawn[place] for place in places]
    workshop = Workshop(exercise, course, scopes_of(exercise, course, widest(chosen)))
    answers = [cases.answer(exercise, course, case) for case in chosen]
    right = families.parts_of([fingerprint(answer) for answer in answers])
    made = _Made(right, [name for name, axes in exercise.outputs.items() if axes == "choice"], len(chosen))
    for edit in workshop.edits():
        if (outputs := _run(edit, workshop, chosen)) is not None:
            made.add(edit, families.parts_of([fingerprint(one) for one in outputs]))
    return made.table(exercise.name, digest(exercise, course, drawn), places)


def _places(exercise: Exercise, drawn: Sequence[cases.Case]) -> list[int]:
    """Return the places of the ordinary cases that numbers are kept of."""
    most = MOST if isinstance(exercise.inputs, tuple) else CASES
    return [place for place, case in enumerate(drawn) if not case.special][:most]


def write(content: families.Table, path: Path) -> None:
    """Write a table; the same one always gives the same bytes."""
    numbers = {name: getattr(content, name) for name in families.ARRAYS}
    texts = {name: getattr(content, name) for name in families.TEXTS}
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in numbers.items():
            written = io.BytesIO()
            np.save(written, array if name == "values" else _small(array))
            archive.writestr(_entry(f"{name}.npy"), written.getvalue())
        text = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        archive.writestr(_entry("texts.json"), text.encode())


def _run(edit: Edit, workshop: Workshop, chosen: Sequence[cases.Case]) -> list[Mapping[str, Any]] | None:
    """Return an edit's answers to all cases; None where it raises."""
    try:
        return [family_judge.run(edit, workshop, case) for case in chosen]
    except BuildError:  # no mistake of a learner's, but of a family
        raise
    except Exception:  # a mistake that raises has no numbers
        return None


@dataclasses.dataclass(frozen=True)
class _Value:
    """What a part can be: its number among that part's values, the number of its shapes, and its projections."""

    place: int
    shape: int
    numbers: families.Numbers


class _Made:
    """The values and mistakes found so far."""

    def __init__(self, right: Parts, choices: Sequence[str], count: int) -> None:
        self.right, self.choices = right, choices
        self._no_part = families.no_part(count)
        self.shapes: dict[str, int] = {}
        self.values: dict[str, dict[tuple[str, bytes], _Value]] = {}  # by part, then by shape and digits
        self.found: dict[tuple[tuple[str, int], ...], list[Edit]] = {}
        for part, (shape, numbers) in right.items():
            self._value(part, shape, numbers)

    def add(self, edit: Edit, parts: Parts) -> None:
        """Add an edit by its numbers, if they can be recognised at all."""
        changed = []
        for part in {**self.right, **parts}:
            (shape, numbers), (right_shape, right) = parts.get(part, self._no_part), self.right.get(part, self._no_part)
            if shape == right_shape and families.close(numbers, right, families.TOLERANCE):
                continue
            hidden = shape == right_shape and families.close(numbers, right, VISIBLE)
            coarse = families.output_of(part) in self.choices
            if hidden or coarse or families.NOTHING in shape or np.abs(numbers).max() > LARGEST:
                return
            changed.append((part, shape, numbers))
        if changed:
            for part, _, _ in changed:
                self._value(part, *self.right.get(part, self._no_part))  # the first of each part
            key = tuple((part, self._value(part, shape, numbers)) for part, shape, numbers in changed)
            self.found.setdefault(key, []).append(edit)

    def _value(self, part: str, shape: str, numbers: families.Numbers) -> int:
        """Return the number of a value among its part's; equal ones have the same."""
        self.shapes.setdefault(shape, len(self.shapes))
        known = self.values.setdefault(part, {})
        return known.setdefault((shape, _digits(numbers)), _Value(len(known), self.shapes[shape], numbers)).place

    def table(self, name: str, made_from: str, places: Sequence[int]) -> families.Table:
        parts = list(self.values)
        starts = np.cumsum([0, *(len(self.values[part]) for part in parts)])
        offset = dict(zip(parts, starts, strict=False))
        rows: list[tuple[Edit, list[int], tuple[str, str], int]] = []
        words: dict[tuple[str, str], int] = {}
        for changed, edits in self.found.items():
            outputs = list(dict.fromkeys(families.output_of(part) for part, _ in changed))
            if text := _worded(edits, name, outputs):
                places_of = [offset[part] + value for part, value in changed]
                rows.append((min(edits, key=_likelihood), places_of, text, len(edits)))
        rows.sort(key=lambda row: _likelihood(row[0]))
        for _, _, text, _ in rows:
            words.setdefault(text, len(words))
        flat = [value for part in parts for value in self.values[part].values()]
        return families.Table(
            digest=made_from,
            cases=tuple(places),
            parts=tuple(parts),
            shapes=tuple(self.shapes),
            values=np.array([value.numbers for value in flat], dtype=np.float32),
            value_shapes=np.array([value.shape for value in flat], dtype=np.int64),
            part_starts=np.asarray(starts, dtype=np.int64),
            rows=tuple(edit.id for edit, *_ in rows),
            row_starts=np.cumsum([0, *(len(values) for _, values, *_ in rows)]),
            row_values=np.array([value for _, values, *_ in rows for value in values], dtype=np.int64),
            row_words=np.array([words[text] for _, _, text, _ in rows], dtype=np.int64),
            row_edits=np.array([count for *_, count in rows], dtype=np.int64),
            words=tuple(words),
        )


def _worded(edits: Sequence[Edit], name: str, outputs: Sequence[str]) -> tuple[str, str] | None:
    """Return the words for edits that give the same numbers: of the likeliest, or of two that are equally likely.

    Every sentence of a family is about the numbers, so each of them is true of all. One is named of edits that differ
    only in where they are made; of two that are about something else, both are; of more, none is likely enough.
    """
    place = outputs[0] if len(outputs) == 1 else f"{', '.join(outputs[:-1])} and {outputs[-1]}"
    best = min(_likelihood(edit) for edit in edits)
    meant: dict[str, Edit] = {}
    for edit in edits:
        if _likelihood(edit) == best:
            meant.setdefault(edit.slots.get("what", "") or str(sorted(edit.slots.items())), edit)
    texts = [sentence(edit, name, place) for edit in meant.values()]
    sentences = list(dict.fromkeys(text for text, _ in texts))
    if len(sentences) == 1 or not sentences[0].startswith(
        IF
    ):  # what the numbers are: the first word for it is the plainest
        return texts[0]
    if len(sentences) == 2:
        return f"{sentences[0].removesuffix('.')}, or if {sentences[1].removeprefix(IF)}", texts[0][1]
    return None


def _likelihood(edit: Edit) -> tuple[bool, int, bool]:
    """Return what edits are sorted by: own mistakes before inherited ones, likely ones first, then what has a name."""
    return bool(edit.within), edit.family.rank, edit.slots.get("what", "").startswith(VAGUE)


def _digits(numbers: families.Numbers) -> bytes:
    """Return six digits of each projection, relative to the largest of its case: the same for equal numbers."""
    by_case = numbers.reshape(-1, families.PROJECTIONS)
    scale = np.maximum(np.abs(by_case).max(axis=1, keepdims=True), 1e-6)
    digits = np.round(np.concatenate([by_case / scale, np.log10(scale)], axis=1), 6) + 0.0  # no -0
    return digits.tobytes()


def _small(array: np.ndarray) -> np.ndarray:
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
