"""Read what a learner asked `check` to look at, and say in one helpful sentence why it cannot be looked at."""

import difflib
from collections.abc import Sequence

from utils import fixtures
from utils.checking import calling
from utils.checking.compare import type_name
from utils.checking.newest_code import Outdated
from utils.checking.report import Report
from utils.checking.stages import LEVELS
from utils.checking.wording import with_article


def refusal(function: object, forward: object) -> Report | None:
    """Return a Report that says why `function` cannot be checked, or None if it can."""
    if not callable(function):
        return cannot_check(*_not_a_function("check", function, _example()))
    name = calling.name_of(function)
    if name not in fixtures.names():
        return cannot_check(*_unknown(name))
    needed = fixtures.load(name)["forward"]
    if not needed or (forward is None and calling.is_stub(function)):
        return None
    call = as_typed(name, needed)
    if forward is None:
        return cannot_check(
            f"{name} takes a cache, so hand over the forward pass that makes it too: `{call}`.", name=name
        )
    if not callable(forward):
        return cannot_check(*_not_a_function("forward=", forward, call), name=name)
    other = calling.name_of(forward)
    if other != needed and other in fixtures.names():  # under another name it may well be the right one
        return cannot_check(f"{name} takes the cache of {needed}, but forward= is {other}: `{call}`.", name=name)
    return None


def outdated(name: str, found: Outdated) -> Report:
    """Return the report on a function that is not what was written last."""
    if not found.error:
        return cannot_check(
            f"This is an earlier {found.name}: another one was defined since.",
            f"Nothing was checked. Hand over the newest one: `{found.name}`.",
            name=name,
        )
    where = f" in line {found.line}" if found.line else ""
    message = f": {found.message}" if found.message else ""
    return cannot_check(
        f"Your newest {found.name} is not defined: its cell stopped with {found.error}{where}{message}.",
        f"Python still has the {found.name} from before, so nothing was checked. Mend that cell and run it, or run the "
        "cell with the version you mean; then run this one again.",
        name=name,
    )


def unnamed(name: str) -> Report:
    """Return the report on a call that hands over more than a function without saying what it is."""
    return cannot_check(
        "check takes one function; whatever else you say needs its name.",
        "For a hint, for example, `hint=2`; for the forward pass of a backward pass, `forward=rnn_forward`.",
        name=name,
    )


def hint_level(hint: object) -> tuple[int, Sequence[str]]:
    """Return the hint level to use, and a sentence if that is not the one asked for."""
    if isinstance(hint, int) and hint in LEVELS and not isinstance(hint, bool):
        return hint, ()
    used = LEVELS[-1] if isinstance(hint, int) and hint > LEVELS[-1] else LEVELS[0]
    return used, (f"hint is 1, 2, 3 or 4; {hint!r} was taken as {used}.",)


def cannot_check(title: str, *paragraphs: str, name: str = "") -> Report:
    """Return the report for what cannot be checked."""
    return Report(name, "cannot check", title, paragraphs)


def as_typed(
    name: str, forward: str | None = None, hint: int = 0, anyway: bool = False, call: str = "check", help: bool = False
) -> str:
    """Return a call of `check` as a learner would type it.

    Examples
    --------
    >>> as_typed("affine"), as_typed("affine_backward", "affine", 2)
    ('check(affine)', 'check(affine_backward, forward=affine, hint=2)')
    """
    keywords = (("forward", forward), ("hint", hint), ("anyway", anyway), ("help", help))
    return f"{call}({name}{''.join(f', {key}={value}' for key, value in keywords if value)})"


def _example() -> str:
    return as_typed(next(iter(fixtures.names()), "rnn_step_forward"))


def _not_a_function(taker: str, value: object, example: str) -> tuple[str, str]:
    """Say what was handed over instead of a function, and what to hand over."""
    if isinstance(value, str):
        if value in fixtures.names() and taker == "check":
            example = as_typed(value)
        return f"{taker} was given a name in quotes.", f"Hand over the function itself: `{example}`."
    advice = f"Hand over the function itself: `{example}`, without parentheses after its name."
    if value is None:
        return f"{taker} was given None.", advice
    return f"{taker} was given {with_article(type_name(value))}, which looks like the result of a call.", advice


def _unknown(name: str) -> tuple[str, ...]:
    if name == "<lambda>":
        return (f"check knows a function by its name, and a lambda has none: begin with `def`, then `{_example()}`.",)
    near = difflib.get_close_matches(name, fixtures.names(), n=1)
    if near:
        return f"There is no exercise called {name}.", f"Did you mean `{near[0]}`?"
    return (f"There is no exercise called {name}: check knows a function by the name it was given in the notebook.",)
