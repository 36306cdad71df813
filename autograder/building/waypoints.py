"""Collect the values on right ways: those of all expressions of the solution and of the right variants, as hashes."""

import ast
import contextlib
import hashlib
import json
import linecache
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignments import variants
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import IMPORTED
from utils.checking.locate import waypoints
from utils.checking.locate.recorder import Recorder, TooMany
from utils.checking.locate.source import recorded
from utils.checking.locate.waypoints import NAME, Found, keys, leaf, leaves, slices
from utils.fixtures import FOLDER, decode, encode, fresh

CASES = 2  # of an exercise: a place is shown where two agree
MOST = 200_000  # events on one way

# Exercises whose wrong answers are located: those in which `autograder audit` finds the place to be right.
LOCATED = (
    "affine_backward",
    "encode_decode",
    "forget_bias",
    "gradient_norms",
    "lstm_backward",
    "lstm_backward_full",
    "lstm_forward",
    "lstm_forward_full",
    "lstm_step_backward",
    "lstm_step_forward",
    "many_to_many",
    "many_to_one",
    "norm_bound",
    "numerical_gradient",
    "relative_error",
    "rescale",
    "rnn_backward",
    "rnn_forward",
    "rnn_step_backward",
    "rnn_step_forward",
    "sigmoid",
    "step_jacobian",
    "temporal_affine_backward",
    "temporal_affine_forward",
    "temporal_softmax_loss",
    "truncated_bptt",
    "word_embedding_backward",
)

Namespace = Mapping[str, Any]
Inputs = tuple[dict[str, Any], dict[str, Any]]  # of a case, and its upstream gradients
_MAKERS = (Path(waypoints.__file__).parent, Path(__file__))  # what decides which hashes there are, besides the ways


def write(course: Course, folder: Path) -> None:
    """Write the waypoints of all exercises whose wrong answers are located, beside their fixtures in `folder`.

    What was found before from the same sources is not sought again: that takes a minute.
    """
    path = FOLDER / NAME
    before = waypoints.read(path) if path.is_file() else {}
    ways = Ways(course)
    found: Found = {}
    for exercise in (exercise for assignment in course.assignments for exercise in course.exercises(assignment)):
        if exercise.name in LOCATED:
            content = json.loads((folder / f"{exercise.name}.json").read_text(encoding="utf-8"))
            cases = {
                index: (
                    {key: decode(value) for key, value in inputs.items()},
                    {key: decode(value) for key, value in upstream.items()},
                )
                for index, (inputs, upstream) in ordinary(content["cases"]).items()
            }
            digest = ways.digest(exercise, cases)
            found[exercise.name] = before.get(exercise.name, ("", {}))
            if found[exercise.name][0] != digest:
                namespaces = list(ways.of(exercise).values())
                found[exercise.name] = (
                    digest,
                    {index: on(exercise, namespaces, case, ways.atomic(exercise)) for index, case in cases.items()},
                )
    waypoints.write(folder / NAME, found)


def ordinary(cases: Sequence[Mapping[str, Any]]) -> dict[int, Inputs]:
    """Return the first ordinary cases among those of a fixture, by index."""
    found: dict[int, Inputs] = {}
    for index, case in enumerate(cases):
        if not case.get("special") and len(found) < CASES:
            found[index] = case["inputs"], case["upstream"]
    return found


class Ways:
    """The right ways of a course: its solution, and the variants.

    Parameters
    ----------
    course : Course
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._texts = {path: path.read_text(encoding="utf-8") for path in variants()}
        self._run: dict[str, dict[str, Any]] = {}

    def of(self, exercise: Exercise) -> dict[str, dict[str, Any]]:
        """Return the namespaces that define an exercise's function: the solution's under ``""``, variants' by path."""
        reference = self._course.reference
        if not self._run:
            solution = {f"<solution of {name}>": text for name, text in reference.sources.items()}
            self._run[""] = run(solution, dict(IMPORTED))
        known = {**IMPORTED, **{name: reference[name] for name in reference.sources}, "xrange": range}
        for path in self._defining(exercise):
            if str(path) not in self._run:
                self._run[str(path)] = run({str(path): self._texts[path]}, dict(known))
        return {"": self._run[""], **{str(path): self._run[str(path)] for path in self._defining(exercise)}}

    def atomic(self, exercise: Exercise) -> set[str]:
        """Return the functions of other assignments: learners of this one call them, and write them out nowhere."""
        own = next(a for a in self._course.assignments if exercise in self._course.exercises(a))
        near = {one.name for one in self._course.exercises(own)} | {exercise.forward}
        if exercise.forward:
            near |= set(self._course.reference.calls(exercise.forward))
        return set(self._course.reference.sources) - near

    def text(self, way: str) -> str:
        """Return the text of a variant, by its path."""
        return self._texts[Path(way)]

    def digest(self, exercise: Exercise, cases: Mapping[int, Inputs]) -> str:
        """Return a digest of all that an exercise's waypoints are made from."""
        reference = self._course.reference
        names = {exercise.name, exercise.forward or exercise.name}
        names |= {called for name in list(names) for called in reference.calls(name)}
        parts = [
            json.dumps([[encode(part) for part in case] for case in cases.values()]),
            *(reference.sources[name] for name in sorted(names)),
        ]
        parts += [self._texts[path] for path in self._defining(exercise)]
        for maker in _MAKERS:
            files = sorted(maker.glob("*.py")) if maker.is_dir() else [maker]
            parts += [file.read_text(encoding="utf-8") for file in files]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def _defining(self, exercise: Exercise) -> list[Path]:
        return [path for path, text in self._texts.items() if f"\ndef {exercise.name}(" in text]


def run(texts: Mapping[str, str], made: dict[str, Any]) -> dict[str, Any]:
    """Run the imports and functions of Python files, given by name, in a namespace, and return it.

    Their texts are put where `linecache` finds them.
    """
    for file, text in texts.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        for node in ast.parse(text).body:
            # What is of Python 2 cannot be imported, and is not needed.
            with contextlib.suppress(ImportError):
                if getattr(node, "module", "") != "__future__":
                    exec(compile(ast.Module([node], []), file, "exec", dont_inherit=True), made)
    return made


def on(exercise: Exercise, ways: Iterable[Namespace], case: Inputs, atomic: Collection[str] = ()) -> set[int]:
    """Return the hashes of all values that occur in one case on some ways: in the arguments, on the way, in the end.

    Functions called `atomic` are not looked into.
    """
    return set().union(*(_on_one(exercise, way, *case, atomic) for way in ways))


@np.errstate(all="ignore")
def _on_one(
    exercise: Exercise,
    way: Namespace,
    inputs: Mapping[str, Any],
    upstream: Mapping[str, Any],
    atomic: Collection[str],
) -> set[int]:
    record = Recorder(most=MOST)
    function = recorded(way[exercise.name], record, atomic)
    arguments, above = fresh(tuple(inputs.values())), fresh(tuple(upstream.values()))
    values: list[object] = [fresh(arguments), above]
    with contextlib.suppress(TooMany):
        if exercise.forward:
            cache = recorded(way[exercise.forward], record, atomic)(*arguments)[-1]
            values += [fresh(cache), function(*above, cache)]
        else:
            values.append(function(*arguments))
    arrays = [array for value in values for array in leaves(value)]
    # What is computed in a loop within a loop is not looked at in an answer either.
    arrays += [array for event in record.events if len(event.step) < 2 for array in event.values]
    different = list({(array.shape, array.tobytes()): array for array in arrays}.values())
    parts = (part for array in different for part in slices(array) if leaf(part) is not None)
    return keys([*different, *map(np.ascontiguousarray, parts)])
