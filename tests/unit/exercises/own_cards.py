"""Answers of learners, made by edits of the solutions, and the text of their cards."""

import linecache

import numpy as np

from autograder.course import open_course
from autograder.course.reference import IMPORTED
from utils.checking import check_function

COURSE = open_course()


def answer(name, *edits, header=None, inner=""):
    """Return the solution of an exercise with edits of its text in it; `inner` is written in a cell of its own too."""
    source = COURSE.reference.sources[name] if header is None else header
    for old, new in edits:
        assert old in source, f"{old!r} is not in {name}"
        source = source.replace(old, new)
    space = {**IMPORTED, "np": np, **{each: COURSE.reference[each] for each in COURSE.reference.sources}}
    for text in filter(None, (COURSE.reference.sources.get(inner), source)):
        file = f"<cell of {name} {len(linecache.cache)}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)  # as IPython keeps a cell
        exec(compile(text, file, "exec"), space)
    return space[name]


def card(function, hint=1):
    """Return the report on a function as one line."""
    exercise = COURSE.exercise(function.__name__)
    forward = COURSE.reference[exercise.forward] if exercise.forward else None
    return " ".join(str(check_function.checked(function, forward=forward, hint=hint)).split())
