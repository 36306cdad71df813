"""Read a file of answers to exercises, as strangers might write them."""

import json
import linecache
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, Literal, get_args

from autograder.course import Course
from autograder.course.reference import IMPORTED
from autograder.errors import BadInput

Expect = Literal["right", "wrong", "either"]


@dataclass(frozen=True)
class Attempt:
    """One answer to an exercise.

    Attributes
    ----------
    exercise : str
    label : str
        What whoever wrote it calls it.
    expect : {"right", "wrong", "either"}
        The fair verdict; "either" where both are.
    texts : tuple of str
        What is run, in order: what was given, then the answer, which defines the exercise's function.
    """

    exercise: str
    label: str
    expect: Expect
    texts: tuple[str, ...]

    def compiled(self) -> list[CodeType]:
        """Return the texts compiled, their lines kept where tracebacks and `inspect.getsource` look for them."""
        codes = []
        for text in self.texts:
            file = f"<answer {zlib.crc32(text.encode()):x}>"
            codes.append(compile(text, file, "exec"))
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        return codes

    def namespace(self, course: Course) -> dict[str, Any]:
        """Run the texts where NumPy and the solutions' other functions are, and return all names."""
        others = {name: course.reference[name] for name in course.reference.sources if name != self.exercise}
        space = {**IMPORTED, **others, "__name__": "answer"}
        for code in self.compiled():
            exec(code, space)
        return space


def read(path: Path, course: Course) -> list[Attempt]:
    """Return the attempts in a file of the form ``{"given": [text], "attempts": [{...}]}``.

    An attempt has ``exercise``, ``label``, ``expect``, ``code`` and, where it builds on a given text, ``given``, the
    text's place in the list.

    Raises
    ------
    BadInput
        If there is no such file, or it is not of this form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None
    given, listed = (content.get("given", []), content.get("attempts")) if isinstance(content, dict) else (None, None)
    if not (isinstance(given, list) and all(isinstance(text, str) for text in given) and isinstance(listed, list)):
        raise BadInput(f'{path} is not of the form {{"given": [text, …], "attempts": [{{…}}, …]}}.')
    names = {exercise.name for assignment in course.assignments for exercise in course.exercises(assignment)}
    return [_attempt(entry, given, names, f"{path}, attempt {number}") for number, entry in enumerate(listed, start=1)]


def _attempt(entry: object, given: list[str], names: set[str], where: str) -> Attempt:
    """Return one attempt of a file, or raise `BadInput` with what is wrong about it."""
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(key), str) for key in ("exercise", "label", "expect", "code")
    ):
        raise BadInput(f"{where} needs the texts exercise, label, expect and code.")
    if entry["exercise"] not in names:
        raise BadInput(f"{where}: this course has no exercise {entry['exercise']!r}.")
    if entry["expect"] not in get_args(Expect):
        raise BadInput(f"{where}: expect is {entry['expect']!r}, not one of {', '.join(get_args(Expect))}.")
    place = entry.get("given")
    if place is not None and not (type(place) is int and 0 <= place < len(given)):
        raise BadInput(f"{where}: given is {place!r}, but there are {len(given)} given texts, counted from 0.")
    before = () if place is None else (given[place],)
    found = Attempt(entry["exercise"], entry["label"], entry["expect"], (*before, entry["code"]))
    try:
        found.compiled()
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise BadInput(f"{where} is not Python 3{line}: {getattr(error, 'msg', error)}.") from None
    return found
