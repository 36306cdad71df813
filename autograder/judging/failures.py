"""Say to a student why there is no answer, with their own words quoted as code.

What a learner's card says too is worded in `utils.checking.failure_wording`; the rest is what only a grade can meet.
"""

import ast
import dataclasses
import platform
import re
import sys
from dataclasses import dataclass

from autograder.collecting.definitions import PARSED
from autograder.course.exercise import Exercise
from utils.checking import failure_wording
from utils.errors import Failure

PACKAGES = "The grader has NumPy, Matplotlib, IPython and ipywidgets beside Python's standard library."

_F_STRINGS = "F-strings that hold quotes of their own kind"
_NEWER = (  # what is said of it, the first Python that knows it, a line that has it
    (_F_STRINGS, (3, 12), r"\bf(['\"]).*\{[^}]*\1"),
    ("`type` statements", (3, 12), r"^\s*type\s+\w+.*="),
    ("Functions and classes with type parameters", (3, 12), r"^\s*(?:async def|def|class)\s+\w+\["),
    ("T-strings", (3, 14), r"\bt['\"]"),
    ("`except` clauses that name several exceptions without parentheses", (3, 14), r"^\s*except\s+[\w.]+\s*,"),
)


@dataclass(frozen=True)
class Stop:
    """Where a cell of the student's stopped.

    Attributes
    ----------
    number : int
        What the student calls the cell.
    line : int
        0 if it is not known.
    text : str
        That line.
    error : str
        The name of the exception; empty where the kernel ended, or the time was up.
    """

    number: int
    line: int
    text: str
    error: str


def quoted(text: object) -> str:
    """Return a student's words as code, so that they are shown and nothing else, wherever they are shown."""
    words = " ".join(str(text).replace("`", "'").split())
    return f"`{words}`" if words else ""


def failed(exercise: Exercise, failure: Failure | None, seconds: float | None) -> str:
    """Say why an exercise got no answer; None stands for one that was not asked."""
    if failure is None:
        return f"`{exercise.name}` was not checked."
    sentence = _sentence(exercise, failure, seconds or 0.0)
    if failure.function != exercise.name:
        sentence = f"`{exercise.name}` could not be checked, since it needs `{failure.function}`. {sentence}"
    return sentence


def _sentence(exercise: Exercise, failure: Failure, seconds: float) -> str:
    name = f"`{failure.function}`"
    only_in_a_grade = {
        "undefined": f"{name} is not defined: is its cell there, and does it run without an error?",
        "not-function": f"{name} is not a function, it is {quoted(failure.name)}: was the name used for something "
        "else?",
        "too-large": f"{name} returned far more numbers than were asked for.",
        "died": f"The kernel stopped while {name} was checked: does it end the process, or run out of memory?",
        "no-answer": f"No answer came back from {name}: something in the notebook keeps its cells from running.",
        "malformed": f"No answer that can be read came back from {name}.",
        "costly": f"{name} was not checked.",
    }
    if failure.kind in only_in_a_grade:
        return only_in_a_grade[failure.kind]
    slots = exercise.slots if failure.function == exercise.name else ()
    fact, *advice = failure_wording.failed(dataclasses.replace(failure, seconds=seconds), slots, quoted)
    if failure.kind == "timeout":  # here the machine is not busy, and there is no second try
        advice = ["Is there a loop that never ends? If not, it is too slow: the arrays that it was given are small."]
    stop = "." if fact.endswith("`") else ""  # a learner's card ends with the error's own words
    return " ".join([fact + stop, *advice, *failure_wording.explained(failure)])


def stopped(stop: Stop) -> str:
    """Say where a cell stopped, and which packages there are if that was an import."""
    error = f" with {quoted(stop.error)}" if stop.error else ""
    where = f" in line {stop.line}, {quoted(stop.text)}" if stop.line else ""
    sentence = f"Your cell {stop.number} stopped{where}{',' * bool(where and error)}{error}."
    return f"{sentence} {PACKAGES}" if stop.error in ("ModuleNotFoundError", "ImportError") else sentence


def newer_python(version: str, text: str) -> str:
    """Say that a cell which Python cannot read may be written for a newer one than the grader's; nothing if not.

    Parameters
    ----------
    version : str
        By which Python the notebook says that it was run; empty if it does not say.
    text : str
        The cell.
    """
    runs = f"the grader runs Python {platform.python_version()}"
    if version and tuple(map(int, version.split(".")[:2])) > sys.version_info[:2]:
        return f"The notebook says that Python {version} ran it; {runs}, which does not know all of the newer syntax."
    try:
        ast.parse(text[:PARSED])
    except SyntaxError as error:
        line = (text.split("\n")[error.lineno - 1 : error.lineno] if error.lineno else [""])[-1:]
        for what, needs, pattern in _NEWER:
            found = re.search(pattern, "".join(line)[:500]) or (
                what == _F_STRINGS and str(error.msg).startswith("f-string")
            )
            if found and needs > sys.version_info[:2]:
                return f"{what} need Python {needs[0]}.{needs[1]}; {runs}."
    except (ValueError, RecursionError, MemoryError):
        return ""
    return ""
