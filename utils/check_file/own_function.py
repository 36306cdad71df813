"""Take a function out of the learner's own notebook of an earlier assignment, if it is right there.

A bundle made with `autograder bundle --given own` holds no answer of an earlier assignment. Where other notebooks give
a function, its cell says ``rnn_forward = own("rnn_forward")``. The definitions, imports and plain values of the
learner's notebook are run, and nothing else of it; the function is checked as `check` does.
"""

import ast
import functools
import json
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from utils import fixtures
from utils.check_file.statements import is_plain
from utils.checking import calling, check_function, run_cases
from utils.checking.fingerprints import fingerprint, same_fingerprint
from utils.errors import UtilsError

Function = Callable[..., Any]


class NotYours(UtilsError):
    """A function of an earlier assignment is missing, or is not right there yet."""


def own(name: str) -> Function:
    """Return the learner's own function of an earlier assignment.

    Parameters
    ----------
    name : str
        The function's name: ``"rnn_forward"``.

    Returns
    -------
    callable
        Their function if it is right. Otherwise what is missing is printed, and what is returned says it when called.
    """
    assignment = fixtures.load(name)["assignment"]
    try:
        return _right(name)
    except NotYours as problem:
        advice = (
            f"Work on it in your notebook of {assignment} until its check passes, save that notebook, and run this "
        )
        sentence = f"{name}, an exercise of {assignment}, is missing here. {problem} {advice}cell again."
    print(sentence)

    def missing(*args: object, **keywords: object) -> NoReturn:
        raise NotYours(sentence)

    missing.__name__ = missing.__qualname__ = name
    return missing


def _right(name: str) -> Function:
    """Return the learner's function called `name`.

    Raises
    ------
    NotYours
        If there is none, it is wrong, or its cache is not what later assignments take apart.
    """
    exercise = fixtures.load(name)
    function = _defined(name)
    forward = _defined(exercise["forward"]) if exercise["forward"] in fixtures.names() else None
    findings = check_function.found(function, forward)
    if findings.failure and findings.failure.kind == "not-started":
        raise NotYours("It is not written yet.")
    if not findings.ok:
        raise NotYours("It is not right yet.")
    if (layout := exercise.get("layout")) and not _laid_out(function, exercise):
        raise NotYours(f"It is right, but later assignments take apart {layout['is']}.")
    return function


def _laid_out(function: Function, exercise: run_cases.Fixture) -> bool:
    """Whether a function's cache is what later assignments take apart."""
    _, inputs = run_cases.inputs_of(exercise, exercise["cases"][0])
    cache = function(*map(fixtures.fresh, inputs))[-1]
    return same_fingerprint(fingerprint({"cache": cache}), exercise["layout"]["prints"])


def _defined(name: str) -> Function:
    """Return what the notebook of its assignment defines under this name."""
    assignment = fixtures.load(name)["assignment"]
    file = f"{assignment}.ipynb"
    places = [Path.cwd().parent / assignment / file, Path.cwd() / file]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise NotYours(f"There is no notebook {places[0]}.")
    function = _namespace(path, path.stat().st_mtime_ns).get(name)
    if not callable(function):
        raise NotYours(f"{path} does not define it.")
    if calling.name_of(function) != name:
        raise NotYours(f"{path} gives it another name: define it with `def {name}`.")
    return function  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=32)
def _namespace(path: Path, changed: int) -> dict[str, Any]:
    """Return what the cells of a notebook define, the last definition of a name; saved again, it is read again."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotYours(f"{path} cannot be read as a notebook ({type(error).__name__}).") from None
    namespace: dict[str, Any] = {"__name__": path.stem}
    for number, text in enumerate(texts, start=1):
        file = f"<{path.name}, code cell {number}>"
        lines = [f"{'' if line.lstrip().startswith(('%', '!')) else line}\n" for line in text.split("\n")]
        linecache.cache[file] = (len(text), None, lines, file)  # so that tracebacks and `check` find the lines
        try:
            tree = ast.parse("".join(lines), file)
        except SyntaxError:
            continue
        for node in tree.body:
            if brought := _brought(node):  # by a notebook that begins with functions of the learner's own, too
                namespace[brought] = _defined(brought)
            elif is_plain(node):
                try:
                    exec(compile(ast.Module([node], []), file, "exec", dont_inherit=True), namespace)
                except Exception:  # whatever it was to define is missing then
                    continue
    return namespace


def _brought(node: ast.stmt) -> str:
    """Return the name of the function that a statement ``name = own("name")`` brings; "" if it is another one."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        name = ast.unparse(node.targets[0])
        if name in fixtures.names() and ast.unparse(node.value) == f"own({name!r})":
            return name
    return ""
