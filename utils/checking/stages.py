"""Decide which levels of help a learner may see now, by the course's setting and what the learner has tried.

Level 1 says what the numbers are, 2 asks a question, 3 works an example, 4 shows the place. Levels 3 and 4 open once
the function has changed since the last level was shown: whoever tries first learns more.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from utils import fixtures
from utils.checking import progress, reached

LEVELS = (1, 2, 3, 4)
FREE = 2  # up to this level nothing has to be tried first


@dataclass(frozen=True)
class Stages:
    """Which levels are open; by default all of them.

    Attributes
    ----------
    seen : int
        The highest level that was shown before.
    changed : bool
        Whether the function has changed since then.
    last : int
        The last level that the course gives.
    anyway : bool
        Whether the learner asked for a level in spite of all.
    unaided : bool
        Whether even the first level waits until the learner asks for help; see `utils.checking.unaided`.
    """

    seen: int = LEVELS[-1]
    changed: bool = True
    last: int = LEVELS[-1]
    anyway: bool = False
    unaided: bool = False

    @property
    def open_to(self) -> int:
        """The highest level that is open now."""
        tried = self.anyway or (self.changed and self.seen > 0)
        return min(self.last, LEVELS[-1] if tried else max(self.seen, FREE))

    def opens(self, level: int, shown: int) -> bool:
        """Whether `level` is open to the same function, once a card has shown the level `shown`."""
        return level <= max(FREE, self.seen) or (self.changed and self.seen > 0 and shown <= self.seen)


ALL, NONE = Stages(), Stages(last=1)


def stages(name: str, code: str, asked: int, anyway: bool) -> Stages:
    """Return which levels of the exercise `name` are open.

    Parameters
    ----------
    name : str
        The exercise, or whatever the learner's function is called.
    code : str
        The `digest` of the learner's code; empty where it has none.
    asked : int
        The level that is asked for.
    anyway : bool
    """
    setting = fixtures.hints()
    if setting == "none":
        return NONE
    if setting == "all" or not code or name not in fixtures.names():
        return ALL
    seen, before = progress.seen(name)
    found = Stages(seen, code != before, anyway=anyway)
    # What cannot be kept closes nothing: a learner would find it closed every time.
    return found if asked <= found.open_to or progress.can_keep(name) else ALL


def digest(*functions: object) -> str:
    """Return a text that changes when the code of a function changes, or that of one which it calls.

    Comments, docstrings and the names of local variables are not code. Functions of libraries do not count. The text is
    empty if there is no Python code.
    """
    seen: dict[str, list[str]] = {}
    for function in functions:
        for inner in reached.functions(function):
            seen.setdefault(inner.__name__, []).extend(_parts(inner.__code__, docstring=True))
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()[:16] if seen else ""


def _parts(code: CodeType, docstring: bool = False) -> Iterator[str]:
    constants = (
        code.co_consts[1:] if docstring and isinstance(next(iter(code.co_consts), None), str) else code.co_consts
    )
    yield code.co_code.hex()
    yield repr(code.co_names)
    for constant in constants:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
        elif not (docstring and constant is None):
            yield repr(sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant)
