"""Gather what only the self-study edition holds: answers, which no class's bundle may hold.

Everything has one source: solutions and rubrics stand in ``solutions/``, the whys beside the exercises' declarations.
"""

import json
import lzma
import textwrap
from collections.abc import Sequence
from typing import Any

from autograder.course import Course, rubrics, source
from autograder.errors import BadRequest
from utils.checking.self_study import FILE

_ABOUT = """# Learning alone

This edition holds answers, and shows them after an attempt. In a notebook, in a cell of your own:

- `check.solution("rnn_backward")` shows how the course writes a function, and why, once you have checked yours, right
  or wrong;
- `check.answer()` shows what a good written answer holds, how it is marked, and a tempting wrong one, once yours is
  written and the notebook is saved. Mark your own by it.

An answer that you have read helps less than one that you have found: ask for hints first.
"""


def files(course: Course, assignments: Sequence[str]) -> dict[str, bytes]:
    """Return what `autograder bundle --self-study` adds, by path below the bundle's top folder."""
    text = json.dumps(content(course, assignments), ensure_ascii=False, indent=1)
    return {f"utils/{FILE.name}": lzma.compress(text.encode("utf-8")), "SELF-STUDY.md": _ABOUT.encode("utf-8")}


def content(course: Course, assignments: Sequence[str]) -> dict[str, Any]:
    """Return what `check.solution` and `check.answer` show, of these assignments; JSON's types alone.

    Raises
    ------
    AutograderError
        If an assignment is not built: what a learner found in an answer's place is read from the released notebook.
    """
    solutions = {
        exercise.name: {"source": course.reference.sources[exercise.name], "why": exercise.why}
        for assignment in assignments
        for exercise in course.exercises(assignment)
    }
    answers = {}
    for assignment in assignments:
        released = {source.grade_id(cell): cell.source for cell in course.release(assignment).cells}
        for name, text in rubrics.written(course.sources[assignment]).items():
            answers[name] = {"assignment": assignment, "released": released[name], "text": text}
    return {"solutions": solutions, "answers": answers}


def solution(course: Course, name: str) -> str:
    """Return the reference of an exercise and why it is so, as an instructor reads it in a terminal.

    Raises
    ------
    BadRequest
        If there is no such exercise.
    """
    known = {exercise.name: exercise for assignment in course.assignments for exercise in course.exercises(assignment)}
    if name not in known:
        raise BadRequest(f"There is no exercise {name!r}; there are {', '.join(known)}.")
    why = textwrap.fill(known[name].why, 100, break_long_words=False, break_on_hyphens=False)
    return f"{course.reference.sources[name].strip()}\n\n{why}"
