"""Run a learner's plain Python file, statement by statement, and find the functions of the course that it defines."""

import ast
import builtins
import contextlib
import functools
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from utils import fixtures
from utils.check_file import file_names
from utils.check_file.rests_on import names_read
from utils.check_file.source_text import read_source
from utils.check_file.statements import Missing, Run
from utils.checking import calling
from utils.checking.run_cases import Clock
from utils.checking.wording import listing
from utils.errors import UnusableFile

SECONDS = 10.0  # for all statements of a file together
_MODULE = "_file_that_is_checked"


@dataclass(frozen=True)
class PlainFile:
    """What a file defines.

    Attributes
    ----------
    path : Path
    namespace : dict of str to object
        Its top-level names.
    exercises : list of str
        The names of the course's functions that the file defines, in the course's order.
    notes : tuple of str
        A sentence about each statement that was passed over, where that may surprise.
    left_out : dict of str to int
        By function of the course that could not be defined: the line that is to blame.
    lost : dict of str to str
        By name that a statement was to set which failed: a sentence about that statement.
    stars : tuple of str
        A sentence about each ``from … import *`` that failed.
    """

    path: Path
    namespace: dict[str, Any]
    exercises: list[str]
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    stars: tuple[str, ...] = ()

    def function(self, name: str) -> Callable[..., Any]:
        """Return the function of the course that goes by `name`, under this very name.

        A decorator, a lambda or an assignment may have given it another.
        """
        function: Callable[..., Any] = self.namespace[name]
        if calling.name_of(function) == name:
            return function

        def named(*args: object, **keywords: object) -> object:
            return function(*args, **keywords)

        functools.update_wrapper(named, function)
        named.__name__ = named.__qualname__ = name
        return named

    def unset(self, name: str) -> list[str]:
        """Return sentences about what the function `name` reads and nothing in the file has set."""
        known = {*self.namespace, *vars(builtins)}
        missing = sorted(names_read(self.namespace[name]) - known)
        sentences = [self.lost[one] for one in missing if one in self.lost]
        if self.stars and (rest := [one for one in missing if one not in self.lost and one not in self.left_out]):
            verb = "is" if len(rest) == 1 else "are"
            sentences.append(f"{listing(rest)} {verb} not defined in {self.path.name}. {' '.join(self.stars)}")
        return list(dict.fromkeys(sentences))


def load(path: Path | str) -> dict[str, Any]:
    """Return the top-level names that the file at `path` defines; see `read`."""
    return read(path).namespace


def read(
    path: Path | str,
    seconds: float = SECONDS,
    passed_over: Collection[int] = (),
    begin: Callable[[int], None] = lambda line: None,
) -> PlainFile:
    """Run the top-level statements of the file at `path`, one by one.

    Imports that fail are replaced by `Missing`, and names that only Python 2 has by those of Python 3. Other statements
    that fail, end the program or never end are passed over, and so are functions that are not Python 3: a file made for
    another course's folder can be checked where it is, as far as it goes.

    Parameters
    ----------
    path : Path
    seconds : float
        Wall time for all statements together; once it is over, only definitions and plain values are run.
    passed_over : collection of int
        Lines whose statements are not run.
    begin : callable
        Called with a statement's line before it is run.

    Raises
    ------
    UnusableFile
        If there is no such file, it is not text, or nothing in it is Python 3.
    """
    path = Path(path)
    source = read_source(path)
    # Tracebacks and `inspect` find the lines there, whatever the file's encoding.
    linecache.cache[str(path)] = (1, None, [f"{line}\n" for line in source.lines], str(path))
    module = types.ModuleType(_MODULE)
    module.__file__ = str(path)
    tree = _without_relative_imports(source.tree, path.parent)
    module.__dict__.update(file_names.of_python_2(tree))
    run = Run(path, module.__dict__, Clock(seconds))
    with _as_a_script(path, module):
        for node in tree.body:
            if (
                not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
                and node.lineno not in passed_over
            ):
                begin(node.lineno)
                run.statement(node)
    own = file_names.own_names(tree, run.namespace, path.parent)
    exercises = [name for name in exercises_in(run.namespace) if name in own]
    broken = {**source.left_out, **run.undefined}
    left_out = {name: broken[name] for name in fixtures.names() if name in broken and name not in exercises}
    notes = (*source.notes, *run.notes, *file_names.remarks(tree, path, own, {*exercises, *left_out}))
    return PlainFile(path, run.namespace, exercises, notes, left_out, run.lost, tuple(run.stars))


def exercises_in(namespace: Mapping[str, Any]) -> list[str]:
    """Return the names of the course's functions that `namespace` defines, in the course's order."""
    return [
        name
        for name in fixtures.names()
        if callable(namespace.get(name)) and not isinstance(namespace[name], (Missing, type))
    ]


def none_of_ours(file: PlainFile) -> UnusableFile:
    """Return what to say of a file that defines no function of the course, not even a broken one."""
    own = [name for name, value in file.namespace.items() if getattr(value, "__module__", "") == _MODULE]
    classes = [name for name in own if isinstance(file.namespace[name], type)]
    if classes:
        what = f" It defines {listing(classes[:3])}: functions inside a class are not looked at."
    elif own:
        what = f" It defines {listing(own[:6])}."
    else:
        what = " It defines no function at all."
    notes = "".join(f" {note}" for note in file.notes)
    examples = listing(["rnn_step_forward", "rnn_backward", "lstm_forward"])
    return UnusableFile(f"{file.path} defines none of the course's functions, such as {examples}.{what}{notes}")


@contextlib.contextmanager
def _as_a_script(path: Path, module: types.ModuleType) -> Iterator[None]:
    """Run statements as Python runs a script: with its folder to import from, after all else, and without arguments."""
    argv, folders, limit = sys.argv, list(sys.path), sys.getrecursionlimit()
    sys.argv, sys.modules[_MODULE] = [str(path)], module
    folder = path.resolve().parent
    sys.path += [str(folder), str(folder.parent)]
    itself = importlib.machinery.PathFinder.find_spec(path.stem)
    hidden = itself is not None and itself.origin == str(path.resolve()) and path.stem not in sys.modules
    if hidden:  # a file called torch.py does not import itself for torch
        sys.modules[path.stem] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            sys.modules.pop(path.stem, None)
        sys.argv, sys.path[:] = argv, folders
        sys.setrecursionlimit(max(limit, sys.getrecursionlimit()))


def _without_relative_imports(tree: ast.Module, folder: Path) -> ast.Module:
    """Let ``from .layers import x`` import the file beside this one, where there is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module not in sys.stdlib_module_names:
            beside = folder / f"{node.module}.py"  # a dotted name has no such file
            node.level = 0 if beside.exists() else 1
    return tree
