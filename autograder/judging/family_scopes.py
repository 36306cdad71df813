"""Run a solution once on an ordinary case, so that its families of mistakes know what its expressions are."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import IMPORTED
from autograder.errors import BuildError
from autograder.families.scope import Scope
from autograder.judging import cases


def scopes_of(exercise: Exercise, course: Course, case: cases.Case) -> dict[str, Scope]:
    """Return what is known of an exercise's solution, and of each function of the course that it calls itself.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    case : Case
        An ordinary one.
    """
    scopes = {exercise.name: _scope(exercise, course, case)}
    for name in _called(exercise, course):
        try:
            inner = course.exercise(name)
        except BuildError:  # a function that learners are given
            continue
        drawn = cases.draw(inner, course, np.random.default_rng(0), shown=True)
        if inner.properties is None:
            scopes[name] = _scope(inner, course, next(one for one in drawn if not one.special))
    return scopes


def _called(exercise: Exercise, course: Course) -> list[str]:
    """Return the course's functions that a solution names itself, in the course's order."""
    tree = ast.parse(course.reference.sources[exercise.name])
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [name for name in course.reference.sources if name in named and name != exercise.name]


def _scope(exercise: Exercise, course: Course, case: cases.Case) -> Scope:
    sources = course.reference.sources

    def run(tree: ast.Module, extra: Mapping[str, Any]) -> None:
        namespace = {**IMPORTED, **{name: course.reference[name] for name in sources}, **extra}
        exec(compile(ast.fix_missing_locations(tree), "<solution>", "exec"), namespace)
        cases.answer(exercise, course, case, namespace[exercise.name])

    documented = [_docstring(sources[name]) for name in (exercise.name, exercise.forward) if name]
    axes = {name: tuple(exercise.axes(name)) for name in exercise.outputs}
    if exercise.forward:
        forward = course.exercise(exercise.forward)
        axes |= {f"d{name}": tuple(forward.axes(name)) for name in forward.outputs}
    return Scope(
        exercise.name,
        sources[exercise.name],
        documented,
        run,
        {**case.inputs, **case.upstream},
        cases.answer(exercise, course, case),
        list(case.upstream if exercise.forward else case.inputs),
        axes,
        list(sources),
    )


def _docstring(source: str) -> str:
    function = ast.parse(source).body[0]
    return (ast.get_docstring(function) or "") if isinstance(function, ast.FunctionDef) else ""


def widest(drawn: Sequence[cases.Case]) -> cases.Case:
    """Return the case whose arrays have the most axes: where inputs differ in kind, it tells most about a solution."""

    def axes(case: cases.Case) -> int:
        return sum(value.ndim for value in {**case.inputs, **case.upstream}.values() if isinstance(value, np.ndarray))

    return max(drawn, key=axes)
