"""The reference the judge compares with: the solution's own functions, and the same with one mistake put in."""

import ast
import functools

import numpy as np

from autograder.errors import BuildError
from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam

# What a notebook's functions find besides each other: its imports.
GIVEN = {"np": np, "PAD": PAD, "START": START, "END": END, "Adam": Adam}


class Reference:
    """The functions of one assignment, taken from its solution's cells.

    Parameters
    ----------
    sources : dict of str to str
        The Python text of each cell that defines a function of the course, by the function's name, in order.
    """

    def __init__(self, sources):
        self.sources = dict(sources)
        self._functions = self._run(self.sources)
        self._calls = {name: self._named_in(source) - {name} for name, source in self.sources.items()}

    def __getitem__(self, name):
        return self._functions[name]

    def __contains__(self, name):
        return name in self.sources

    @functools.lru_cache(maxsize=512)  # noqa: B019 - lives as long as the process, and there are few
    def mistaken(self, exercise, mistake):
        """Return the function of `exercise` with `mistake` in it; all other functions are right."""
        try:
            return self.replaced(exercise, mistake.source(self.sources[exercise]))
        except SyntaxError as error:
            raise BuildError(f"Mistake {mistake.id!r} of {exercise} is not Python: {error}.") from None

    def replaced(self, exercise, source):
        """Return the function of `exercise` with `source` in the place of its text; all other functions are right."""
        return self._run(self.sources | {exercise: source})[exercise]

    def over(self, functions):
        """Return all functions by name, those that call one of `functions` calling these instead.

        Parameters
        ----------
        functions : dict of str to callable
            What stands in the place of some of the solution's functions.
        """
        namespace = self._run(self.sources)
        any_function = next(iter(namespace.values()))
        any_function.__globals__.update(functions)  # one namespace for all of them, and no other's
        return namespace | functions

    def calls(self, name):
        """Return the solution's functions that `name` calls, itself or through others, in the course's order."""
        found, waiting = set(), [name]
        while waiting:
            new = self._calls[waiting.pop()] - found
            found |= new
            waiting += new
        return tuple(called for called in self.sources if called in found)

    def _named_in(self, source):
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} & set(self.sources)

    @staticmethod
    def _run(sources):
        namespace = dict(GIVEN)
        for name, source in sources.items():
            exec(compile(source, f"<solution of {name}>", "exec"), namespace)  # our own text, not a submission's
        return {name: namespace[name] for name in sources}
