"""Run the statements of a learner's file one by one: what fails, ends the program or never ends is passed over."""

import __future__

import ast
import builtins
import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from utils import fixtures
from utils.check_file.file_names import OF_PYTHON_2, bound
from utils.checking import calling
from utils.checking.run_cases import Clock
from utils.checking.wording import listing
from utils.errors import CallFailed

_PLAIN_SECONDS = 1.0  # for a definition, an import or a plain value, once the time is over


class Missing:
    """Replaces an import that failed; raises ImportError only where it is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _complain(self, *args: object, **kwargs: object) -> NoReturn:
        raise ImportError(f"{self._name} could not be imported here")

    __call__ = __getitem__ = _complain

    def __getattr__(self, attribute: str) -> NoReturn:
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        self._complain()


@dataclass
class Run:
    """Runs the statements of a file, and notes what is passed over.

    Attributes
    ----------
    path : Path
    namespace : dict of str to object
        Where they run.
    deadline : Clock
        The wall time for all together.
    notes : list of str
        A sentence about each statement that was passed over, where that may surprise.
    undefined : dict of str to int
        By function of the course that could not be defined: its line.
    lost : dict of str to str
        By name that a statement was to set which failed: a sentence about that statement.
    stars : list of str
        A sentence about each ``from … import *`` that failed.
    """

    path: Path
    namespace: dict[str, Any]
    deadline: Clock
    notes: list[str] = field(default_factory=list)
    undefined: dict[str, int] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def statement(self, node: ast.stmt) -> None:
        """Run one statement."""
        where = f"{self.path.name}, line {node.lineno}"
        if self.deadline.over and not is_plain(node):
            return
        left = max(self.deadline.left, _PLAIN_SECONDS) if is_plain(node) else self.deadline.left
        try:
            error = calling.call_with(lambda: self._raised(node), (), left)
        except CallFailed:
            after = f"{self.deadline.seconds:g} seconds"
            self.notes.append(f"{where} was still running after {after} and was passed over.")
            self._lose(node, f"line {node.lineno}, which was still running after {after}")
            return
        if error is None:
            return
        reason = f"{type(error).__name__}{f': {error}' if str(error) else ''}".splitlines()[0].rstrip(".")
        if isinstance(error, ImportError) and isinstance(node, (ast.Import, ast.ImportFrom)):
            _replace_import(node, self.namespace)
            if node.names[0].name == "*":
                self.stars.append(f"`{ast.unparse(node)}` in line {node.lineno} could not be imported here.")
        elif isinstance(node, ast.FunctionDef) and node.decorator_list:
            decorators = listing([f"`@{ast.unparse(one)}`" for one in node.decorator_list])
            self.notes.append(f"{where}: {decorators} stopped with {reason}. {node.name} was defined without it.")
            plain = copy.copy(node)
            plain.decorator_list = []
            self.statement(plain)
        elif isinstance(node, ast.FunctionDef) and node.name in fixtures.names():
            self.notes.append(f"{where}: {node.name} could not be defined, {reason}.")
            self.undefined[node.name] = node.lineno
        elif isinstance(error, SystemExit):
            self.notes.append(f"{where} ends the program; it was passed over, and all else was checked.")
        else:
            self._lose(node, f"line {node.lineno}, which stopped with {reason}")

    def _lose(self, node: ast.stmt, where: str) -> None:
        for name in bound(ast.Module([node], [])):
            if name not in self.namespace:
                self.lost[name] = f"{name} was to be set in {where}."

    def _raised(self, node: ast.stmt) -> BaseException | None:
        """Run one statement and return what it raised; most that fail are a script's own, and missed by nothing."""
        try:
            # No annotation is evaluated: it may name a package that is not here.
            code = compile(
                ast.Module([node], []), str(self.path), "exec", __future__.annotations.compiler_flag, dont_inherit=True
            )
            exec(code, self.namespace)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return error
        return None


def is_plain(node: ast.stmt) -> bool:
    """Whether a statement defines something, imports something or sets plain values."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
        return True
    return isinstance(node, (ast.Assign, ast.AnnAssign)) and not any(isinstance(n, ast.Call) for n in ast.walk(node))


def _replace_import(node: ast.Import | ast.ImportFrom, namespace: dict[str, Any]) -> None:
    """Bind the names of an import that failed."""
    module = node.module if isinstance(node, ast.ImportFrom) else None
    for alias in node.names:
        if alias.name == "*":
            continue
        bound = alias.asname or alias.name.split(".")[0]
        found: object = OF_PYTHON_2.get(alias.name, getattr(builtins, alias.name, None)) if module else None
        namespace[bound] = Missing(f"{module}.{alias.name}" if module else alias.name) if found is None else found
