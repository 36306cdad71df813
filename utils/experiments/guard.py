"""Answer with a note that says why, where an experiment or a figure cannot use a learner's function.

A new kind of work on a learner's functions gets a decorator like `guarded`, with its own words for what waits.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from utils.checking.calling import call
from utils.checking.card import Note
from utils.errors import NotStarted, UtilsError

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 120.0  # wall time after which a training is stopped


def or_note(work: Callable[P, R], waits: str) -> Callable[P, R | Note]:
    """Make `work` return a `Note` where one of the learner's functions is not written yet or fails.

    Parameters
    ----------
    work : callable
        Raises `UtilsError` then.
    waits : str
        What waits for the function, such as "this figure is drawn by it".
    """

    @functools.wraps(work)
    def work_or_note(*args: P.args, **kwargs: P.kwargs) -> R | Note:
        try:
            return work(*args, **kwargs)
        except NotStarted as stub:
            return Note(f"Write `{stub.function}` above first; {waits}.")
        except UtilsError as reason:
            sentence = str(reason) if str(reason).endswith((".", "?", "!")) else f"{reason}."
            return Note(f"{sentence} {waits[0].upper()}{waits[1:]}, so it waits until that is repaired.")

    return work_or_note


def guarded(experiment: Callable[P, R]) -> Callable[P, R | Note]:
    """Make an experiment stop after `SECONDS`, and return a `Note` where one of the learner's functions is at fault."""

    @functools.wraps(experiment)
    def within_the_time(*args: P.args, **kwargs: P.kwargs) -> R:
        def the_training() -> R:
            return experiment(*args, **kwargs)

        the_training.__name__ = "The training"
        found: R = call(the_training, seconds=SECONDS)  # once for all steps: a guarded call copies its arguments
        return found

    return or_note(within_the_time, "this training needs it")
