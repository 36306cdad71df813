"""Read a learner's plain Python file and check every function of the course that it defines."""

import ast
import builtins
import dataclasses
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from autograder.auditing.rests_on import rests_on
from autograder.errors import BadInput
from utils import fixtures
from utils.checking import calling
from utils.checking.arguments import cannot_check
from utils.checking.check_function import checked
from utils.checking.report import Report
from utils.checking.run_cases import Clock
from utils.checking.wording import listing
from utils.errors import CallFailed

SECONDS = 10.0  # for all statements of a file together

# What files of the Python 2 era import from `past`, `future` and `six`, and what it is in Python 3.
_SHIMS = {"xrange": range, "unicode": str, "basestring": str, "long": int, "raw_input": input, "unichr": chr}
_MOST_SYNTAX_ERRORS = 50


@dataclass(frozen=True)
class PlainFile:
    """What a file defines.

    Attributes
    ----------
    namespace : dict of str to object
        Its top-level names.
    notes : tuple of str
        A sentence about each statement that was passed over, where that may surprise.
    left_out : tuple of str
        Functions of the course whose text is not Python 3.
    """

    namespace: dict[str, Any]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def exercises(self) -> list[str]:
        """The names of the course's functions that the file defines, in the course's order."""
        return exercises_in(self.namespace)


class Missing:
    """Replaces an import that failed; raises ImportError only where it is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _complain(self, *args: object, **kwargs: object) -> NoReturn:
        raise ImportError(f"{self._name} could not be imported here")

    __call__ = __getitem__ = _complain

    def __getattr__(self, attribute: str) -> NoReturn:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self._complain()


def load(path: Path | str) -> dict[str, Any]:
    """Return the top-level names that the file at `path` defines; see `read`."""
    return read(path).namespace


def read(path: Path | str, seconds: float = SECONDS) -> PlainFile:
    """Run the top-level statements of the file at `path`, one by one.

    Imports that fail are replaced by `Missing`. Other statements that fail, end the program or never end are passed
    over, and so are functions that are not Python 3: a file made for another course's folder can be checked where it
    is, as far as it goes.

    Parameters
    ----------
    path : Path
    seconds : float
        Wall time for all statements together.

    Raises
    ------
    BadInput
        If there is no such file, it is not text, or nothing in it is Python 3.
    """
    path = Path(path)
    text = _text(path)
    tree, syntax = _parsed(text, path)
    run = _Run(path, {"__name__": path.stem, "__file__": str(path)}, Clock(seconds))
    for node in tree.body:
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            run.statement(node)
    known = set(fixtures.names())
    return PlainFile(run.namespace, (*syntax.notes, *run.notes), tuple(n for n in syntax.names if n in known))


def exercises_in(namespace: dict[str, Any]) -> list[str]:
    """Return the names of the course's functions that `namespace` defines, in the course's order."""
    return [name for name in fixtures.names() if callable(namespace.get(name))]


def reports(file: PlainFile, hint: int = 1) -> Iterator[Report]:
    """Check all functions of the course in a file; for a backward pass, the file's own forward pass makes the cache.

    A wrong one that calls others which are wrong says so.
    """
    wrong: list[str] = []
    for name in file.exercises:
        report = _report(file, name, hint)
        if report.status == "wrong":
            if beneath := rests_on(file.namespace[name], wrong):
                are = "are" if len(beneath) > 1 else "is"
                report = report.noting([f"{name} rests on {listing(beneath)}, which {are} wrong above."])
            wrong.append(name)
        yield report


def _report(file: PlainFile, name: str, hint: int) -> Report:
    needed = fixtures.load(name)["forward"]
    forward = file.namespace.get(needed) if needed else None
    if needed and not callable(forward) and not calling.is_stub(file.namespace[name]):
        return cannot_check(f"{name} takes the cache of {needed}, which this file does not define.", name=name)
    report = checked(file.namespace[name], forward=forward, hint=hint)
    # What to do about a stub is said of a notebook's cell.
    return dataclasses.replace(report, paragraphs=()) if report.status == "not started" else report


def _text(path: Path) -> str:
    """Return a file's text, by the encoding that it declares."""
    try:
        content = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError, SyntaxError, LookupError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None


@dataclass
class _Syntax:
    """What was left out because it is not Python 3."""

    notes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def _parsed(text: str, path: Path) -> tuple[ast.Module, _Syntax]:
    """Return the tree of all that is Python 3; what is not is blanked, from one line at the margin to the next."""
    lines, left_out = text.split("\n"), _Syntax()
    for _ in range(_MOST_SYNTAX_ERRORS):
        try:
            tree = ast.parse("\n".join(lines), filename=str(path))
        except SyntaxError as error:
            line, reason = min(error.lineno or 1, len(lines)), f"{error.msg}".rstrip("?.")
            first = next((n for n in range(line - 1, -1, -1) if _begins(lines[n])), 0)
            last = next((n for n in range(line, len(lines)) if _begins(lines[n])), len(lines))
            name = re.match(r"(?:async )?def\s+(\w+)", lines[first])
            left_out.names += [name[1]] if name else []
            what = f"{name[1]} was left out" if name else "it was passed over"
            left_out.notes.append(f"{path.name}, line {line} is not Python 3: {reason}. So {what}.")
            lines[first:last] = [""] * (last - first)
            if not any(map(str.strip, lines)):
                raise BadInput(f"{path}, line {line} is not Python 3: {reason}.") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise BadInput(f"{path} is not Python 3: {error}.") from None
        else:
            return tree, left_out
    raise BadInput(f"{path} is not Python 3: more than {_MOST_SYNTAX_ERRORS} of its statements are not.")


def _begins(line: str) -> bool:
    """Whether a statement begins in this line, at the margin."""
    return line[:1].isidentifier() or line[:1] == "@"


@dataclass
class _Run:
    """Runs the statements of a file, and notes what is passed over."""

    path: Path
    namespace: dict[str, Any]
    deadline: Clock
    notes: list[str] = field(default_factory=list)

    def statement(self, node: ast.stmt) -> None:
        """Run one statement."""
        where = f"{self.path.name}, line {node.lineno}"
        is_definition = isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom))
        if self.deadline.over and not is_definition:
            return
        try:
            error = calling.call_with(lambda: self._raised(node), (), self.deadline.left)
        except CallFailed:
            self.notes.append(f"{where} was still running after {self.deadline.seconds:g} seconds and was passed over.")
            return
        if isinstance(error, ImportError):
            _replace_import(node, self.namespace)
        elif isinstance(error, SystemExit):
            self.notes.append(f"{where} ends the program; it was passed over, and all else was checked.")
        elif error is not None and isinstance(node, ast.FunctionDef) and node.name in fixtures.names():
            self.notes.append(f"{where}: {node.name} could not be defined, {type(error).__name__}: {error}.")

    def _raised(self, node: ast.stmt) -> BaseException | None:
        """Run one statement and return what it raised; most that fail are a script's own, and missed by nothing."""
        try:
            exec(compile(ast.Module([node], []), str(self.path), "exec"), self.namespace)
        except (Exception, SystemExit) as error:
            return error
        return None


def _replace_import(node: ast.stmt, namespace: dict[str, Any]) -> None:
    """Bind the names of an import that failed; a statement that fails by using such a name binds nothing."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return
    module = node.module if isinstance(node, ast.ImportFrom) else None
    for alias in node.names:
        if alias.name == "*":
            continue
        bound = alias.asname or alias.name.split(".")[0]
        found = _SHIMS.get(alias.name, getattr(builtins, alias.name, None)) if module else None
        namespace[bound] = Missing(f"{module}.{alias.name}" if module else alias.name) if found is None else found
