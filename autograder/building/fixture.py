"""Make the fixture of an exercise: the numbers and hints that `utils.check` compares with, and not a line of code."""

import ast
import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.course import Course, source
from autograder.course.exercise import Exercise
from autograder.errors import BuildError
from autograder.judging import cases
from utils.checking import run_cases
from utils.checking.fingerprints import fingerprint, same_fingerprint
from utils.fixtures import encode

Prints = dict[str, Any]  # the fingerprint of each output, by its name


def fixture(
    exercise: Exercise, course: Course, assignment: str, position: int, points: float, drawn: Sequence[cases.Case]
) -> dict[str, Any]:
    """Return the fixture of `exercise` as a dict of JSON's types; `docs/architecture.md` describes its form.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    assignment : str
    position : int
        The exercise's place in its assignment.
    points : float
        What its graded cell is worth.
    drawn : list of Case
        What `shown_cases` returned.

    Raises
    ------
    BuildError
        If an edit does not apply, a mistake gives the right numbers or those of another mistake, or an output has other
        axes than are declared.
    """
    where = f"{assignment}, exercise {exercise.name!r}"
    value_mistakes = [mistake for mistake in exercise.mistakes if mistake.side_effect is None]
    written: list[dict[str, Any]] = []
    rights: list[Prints] = []  # of ordinary cases, if they are compared with numbers
    for case in drawn:
        right, followed = cases.answer(exercise, course, case), cases.followed(exercise, course, case)
        _check_axes(where, exercise, right)
        prints = {}
        numeric = exercise.properties is None and not case.special
        rights += [fingerprint(right)] if numeric else []
        for mistake in value_mistakes if numeric else ():
            wrong = course.reference.mistaken(exercise.name, mistake)
            prints[mistake.id] = fingerprint(cases.answer(exercise, course, case, wrong))
        written.append(
            {
                "special": case.special,
                "edge": case.edge,
                "inputs": {key: encode(value) for key, value in case.inputs.items()},
                "upstream": {key: encode(value) for key, value in case.upstream.items()},
                "expected": {key: encode(_shown(exercise, value)) for key, value in right.items()},
                "mistakes": prints,
                **_in_other_form(exercise, course, case),
                "followed": encode({name: value() if callable(value) else value for name, value in followed.items()}),
            }
        )
    ordinary = [case for case in written if not case["special"]]
    if exercise.properties is None:
        _all_different(where, ordinary, rights, [mistake.id for mistake in value_mistakes])
    for mistake in exercise.mistakes:
        if mistake.side_effect is not None:
            mistake.source(course.reference.sources[exercise.name])
        if len(mistake.hints) != 3 or not all(mistake.hints):
            raise BuildError(f"{where}: mistake {mistake.id!r} needs three hints.")
    return _only_some(exercise) | {
        "name": exercise.name,
        "assignment": assignment,
        "position": position,
        "points": points,
        "counterpart": exercise.counterpart,
        "signature": source.signature(course.reference.sources[exercise.name], exercise.name),
        "forward": exercise.forward,
        "cache": exercise.cache,
        **({"layout": _layout(exercise, course, drawn[0])} if exercise.cache and _is_given(exercise, course) else {}),
        "properties": exercise.properties,
        "outputs": {name: exercise.axes(name) for name in exercise.outputs},
        "patterns": dict(exercise.patterns),
        "mistakes": {mistake.id: list(mistake.hints) for mistake in value_mistakes},
        "question": exercise.question or exercise.patterns.get("all", ""),
        "worked_example": exercise.worked_example.text if exercise.worked_example else "",
        "side_effects": {m.side_effect: list(m.hints) for m in exercise.mistakes if m.side_effect},
        "cases": [
            case | {"mistakes": {name: _rounded(prints) for name, prints in case["mistakes"].items()}}
            for case in written
        ],
    }


def _only_some(exercise: Exercise) -> dict[str, Any]:
    """Return what only some fixtures have."""
    form = exercise.other_form
    return ({"unaided": exercise.unaided} if exercise.unaided else {}) | ({"other_form": form.words} if form else {})


def _in_other_form(exercise: Exercise, course: Course, case: cases.Case) -> dict[str, Any]:
    """Return what `check` knows of a case in the exercise's other form: its sign, and what is right then."""
    if exercise.other_form is None:
        return {}
    other = cases.in_other_form(exercise, course, case)
    return {"other": {"sign": encode(dict(other.sign)), "expected": encode(dict(other.expected))}}


def shown_cases(exercise: Exercise, course: Course) -> list[cases.Case]:
    """Return the cases that `check` asks about; they are the same in every build."""
    return cases.draw(exercise, course, np.random.default_rng(_seed(exercise.name)), shown=True)


def text(content: Mapping[str, Any]) -> str:
    """Return the text of a fixture's file: JSON, the numbers of one array on one line, outputs in their order."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"') + "\n"


def _check_axes(where: str, exercise: Exercise, right: Mapping[str, Any]) -> None:
    """Refuse an output that has another number of axes than are declared, where they are."""
    for name, value in right.items():
        axes = exercise.axes(name)
        if axes and isinstance(value, np.ndarray) and value.ndim != len(axes):
            raise BuildError(
                f"{where}: outputs says that {name} has the axes {' '.join(axes)}, but the solution's has "
                f"{value.ndim}, in shape {value.shape}."
            )


def _all_different(
    where: str, written: Sequence[Mapping[str, Any]], rights: Sequence[Prints], ids: Sequence[str]
) -> None:
    by_id = {name: [case["mistakes"][name] for case in written] for name in ids} | {"the solution": rights}
    names = list(by_id)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if all(same_fingerprint(a, b) for a, b in zip(by_id[one], by_id[other], strict=True)):
                raise BuildError(f"{where}: {one!r} and {other!r} give the same numbers, so neither could be named.")


def _shown(exercise: Exercise, value: Any) -> Any:
    """Return what `check` may know of an expected output; if there are many right answers, its shape at most."""
    if not exercise.properties:
        return value
    return None if isinstance(value, dict) else np.zeros_like(value) if isinstance(value, np.ndarray) else value


def _is_given(exercise: Exercise, course: Course) -> bool:
    """Whether a later assignment gives this function."""
    return any(source.gives(cell) == exercise.name for notebook in course.sources.values() for cell in notebook.cells)


def _layout(exercise: Exercise, course: Course, case: cases.Case) -> dict[str, Any]:
    """Return what a cache is, in words and as a fingerprint of the first case's: what later assignments rely on."""
    tree = ast.parse(course.reference.sources[exercise.name])
    made = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _names_cache(node)]
    entries = ast.unparse(made[0]) if made and isinstance(made[0], ast.Tuple) else ""
    what = f"a cache `{entries}`, in this order" if entries else "a list of its steps' caches, in order of time"
    order = run_cases.parameters(source.signature(course.reference.sources[exercise.name], exercise.name))
    cache = course.reference[exercise.name](*(copy.deepcopy(case.inputs[name]) for name in order))[-1]
    return {"is": what, "prints": _rounded(fingerprint({"cache": cache}))}


def _names_cache(node: ast.Assign) -> bool:
    return [ast.unparse(target) for target in node.targets] == ["cache"]


def _rounded(prints: Prints) -> Prints:
    return {
        name: {
            key: value and ([float(f"{v:.8g}") for v in value] if key != "shape" else value) for key, value in p.items()
        }
        for name, p in prints.items()
    }


def _seed(name: str) -> int:
    """Return a seed that depends on the exercise's name alone, so that exercises can be added and moved freely."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
