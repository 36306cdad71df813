"""Run the solutions' functions, which the judge compares with: unchanged, with a mistake, or over other functions.

Only the course's own text is run here, in this process. A submission's text never comes here.
"""

import ast
import functools
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import numpy as np

from autograder.course.exercise import Mistake, OtherForm
from autograder.errors import BuildError
from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam

Function = Callable[..., Any]
# The names that a notebook's functions use besides each other: its imports.
IMPORTED = {"np": np, "PAD": PAD, "START": START, "END": END, "Adam": Adam}


class Reference:
    """The solutions' functions by name: ``reference["rnn_forward"]``.

    Parameters
    ----------
    sources : dict of str to str
        The Python text of each cell that defines a function of the course, by the function's name, in order.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = dict(sources)
        self._functions = self._run(self.sources)
        self._calls = {name: self._named_in(text) - {name} for name, text in self.sources.items()}

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    # The cache keeps the reference and its wrong functions until the process ends. A process has one course, of fewer
    # than 512 mistakes, and compares every submission with the same ones.
    @functools.lru_cache(maxsize=512)  # noqa: B019
    def mistaken(self, name: str, mistake: Mistake | OtherForm) -> Function:
        """Return the function called `name` with `mistake` in it, or in another form; all others are the solution's."""
        try:
            return self.replaced(name, mistake.source(self.sources[name]))
        except SyntaxError as error:
            raise BuildError(f"{mistake.id!r} of {name} is not Python: {error}.") from None

    def replaced(self, name: str, text: str) -> Function:
        """Return the function called `name` with `text` in place of its own; all other functions are right."""
        return self._run(self.sources | {name: text})[name]

    def over(self, functions: Mapping[str, Function]) -> dict[str, Function]:
        """Return all functions by name; those that call one of `functions` call these instead.

        Parameters
        ----------
        functions : dict of str to callable
            Functions that take the place of some of the solution's.
        """
        own = self._run(self.sources)
        # All functions of one run share one dict of globals, made by this run: changing it changes what they call. It
        # lives as long as the functions that are returned, and no other run sees it.
        next(iter(own.values())).__globals__.update(functions)
        return own | dict(functions)

    def calls(self, name: str) -> tuple[str, ...]:
        """Return the solution's functions that `name` calls, itself or through others, in the course's order."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = self._calls[waiting.pop()] - found
            found |= new
            waiting += new
        return tuple(called for called in self.sources if called in found)

    def _named_in(self, text: str) -> set[str]:
        return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)} & set(self.sources)

    @staticmethod
    def _run(sources: Mapping[str, str]) -> dict[str, Function]:
        namespace: dict[str, Any] = dict(IMPORTED)
        for name, text in sources.items():
            exec(_compiled(text, f"<solution of {name}>"), namespace)
        return {name: namespace[name] for name in sources}


@functools.lru_cache(maxsize=512)  # every function with a mistake in it is run with all others, which are unchanged
def _compiled(text: str, file: str) -> CodeType:
    return compile(text, file, "exec")
