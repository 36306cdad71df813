"""What the third hints say comes of a small example, and how to compute it: the form of the tables beside this file."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from worked_examples import numbers, rounds_to, value

from autograder.course import open_course

COURSE = open_course()
REFERENCE = COURSE.reference
_NUMBER = re.compile(r"(?<![\w.])(?:[−-]?\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan)(?![\w])(?!\.\d)")
_ALL_BUT_EXACT = 1e-6  # a gate that 20 opens is 2e-9 from 1


@dataclass(frozen=True)
class Example:
    """A call that a hint describes, and the parts of the hint that say what comes of it.

    Attributes
    ----------
    call : callable or tuple
        ``call(function)`` returns numbers, from the solution and from the mistake in turn; or both results as they are,
        where the hint follows a part of what the function does.
    right, wrong : str
        The hint's words for what should come and for what the learner's function gives. Their numbers are compared.
    other : dict of str to float
        The hint's further numbers, with three digits or more behind the point, and what each is.
    """

    call: Callable[[Any], Any] | tuple[Any, Any] = ((), ())
    right: str = ""
    wrong: str = ""
    other: dict[str, float] = field(default_factory=dict)


def complaints(example, mistake, exercise):
    """Return a sentence for everything that the third hint of `mistake` says and that does not come out so."""
    text, found = mistake.hints[2], []
    results = example.call
    if callable(results):
        functions = REFERENCE[exercise.name], REFERENCE.mistaken(exercise.name, mistake)
        with np.errstate(all="ignore"):
            results = tuple(example.call(function) for function in functions)
    for part, result in zip((example.right, example.wrong), results, strict=True):
        shown, computed = _NUMBER.findall(part), numbers(result)
        if part not in text:
            found.append(f"{part!r} does not stand in the hint")
        elif len(shown) != len(computed) or not all(map(agree, shown, computed)):
            found.append(f"{part!r} should be {computed}")
    for shown, computed in example.other.items():
        if shown not in _NUMBER.findall(text):
            found.append(f"{shown} does not stand in the hint")
        elif not rounds_to(computed, shown):
            found.append(f"{shown} should be {computed:.8g}")
    known = {*_NUMBER.findall(f"{example.right} {example.wrong}"), *example.other}
    long = [number for number in _NUMBER.findall(text) if re.search(r"\.\d{3}", number)]
    return found + [f"{number} is not computed" for number in long if number not in known]


def agree(text, number):
    """Return whether a number is what a text shows: all but exactly, or rounded to three digits or more."""
    if text == "nan":
        return bool(np.isnan(number))
    digits = re.sub(r"e.*|[−.-]", "", text).lstrip("0")
    close = abs(value(text) - number) <= _ALL_BUT_EXACT * max(1.0, abs(number))
    return bool(close or (len(digits) >= 3 and rounds_to(number, text)))


def one(number):
    """Return a number as an array of one row and one column."""
    return np.full((1, 1), float(number))


def row(*entries):
    """Return numbers as the one row of an array."""
    return np.array([entries], dtype=float)


def steps(*entries):
    """Return numbers as the steps of one unit in one sequence, shape (1, T, 1)."""
    return np.array(entries, dtype=float).reshape(1, -1, 1)


def sigmoid(number):
    """Return how far a gate is open."""
    return 1 / (1 + np.exp(-number))
