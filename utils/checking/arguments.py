"""What a learner asked `check` to look at, and the one sentence that helps if that cannot be looked at."""

import difflib

from utils import fixtures
from utils.checking import calling
from utils.checking.compare import a
from utils.checking.report import Report, headline

LEVELS = (1, 2, 3)


def refusal(function, forward):
    """Return a Report that says why `function` cannot be checked, or None if it can."""
    if not callable(function):
        return _refused(_not_a_function("check", function, _example()))
    name = calling.name_of(function)
    if name not in fixtures.names():
        return _refused(_unknown(name))
    needed = fixtures.load(name)["forward"]
    if not needed:
        return None
    call = f"`check({name}, forward={needed})`"
    if forward is None:
        return _refused(f"{name} takes a cache, so hand over the forward pass that makes it too: {call}.", name=name)
    if not callable(forward):
        return _refused(_not_a_function("forward=", forward, f"check({name}, forward={needed})"), name=name)
    given = calling.name_of(forward)
    if given != needed and given in fixtures.names():  # under another name it may well be the right one
        return _refused(f"{name} takes the cache of {needed}, but forward= is {given}: {call}.", name=name)
    return None


def level(hint):
    """Return the hint level to use, and a sentence if that is not the one asked for."""
    if hint in LEVELS and not isinstance(hint, bool):
        return hint, ()
    used = LEVELS[-1] if isinstance(hint, int) and hint > LEVELS[-1] else LEVELS[0]
    return used, (f"hint is 1, 2 or 3; {hint!r} was taken as {used}.",)


def call(exercise, hint):
    """Return the call that asks for `hint` on this exercise, as the learner would type it."""
    forward = f", forward={exercise['forward']}" if exercise["forward"] else ""
    return f"check({exercise['name']}{forward}, hint={hint})"


def cannot(title, *said, name=""):
    """Return the report for what cannot be checked."""
    return Report(name, "cannot check", title, said)


def _refused(sentences, name=""):
    title, said = headline(sentences)
    return cannot(title, *said, name=name)


def _example():
    return f"check({next(iter(fixtures.names()), 'rnn_step_forward')})"


def _not_a_function(taker, value, example):
    if isinstance(value, str):
        if value in fixtures.names() and taker == "check":
            example = f"check({value})"
        return f"{taker} was given a name in quotes. Hand over the function itself: `{example}`."
    if value is None:
        return (
            f"{taker} was given None. Hand over the function itself: `{example}`, without parentheses behind its name."
        )
    return (
        f"{taker} was given {a(value)}, which looks like the result of a call. "
        f"Hand over the function itself: `{example}`, without parentheses behind its name."
    )


def _unknown(name):
    if name == "<lambda>":
        return f"check knows a function by its name, and a lambda has none: begin with `def`, then `{_example()}`."
    near = difflib.get_close_matches(name, fixtures.names(), n=1)
    if near:
        return f"There is no exercise called {name}. Did you mean `{near[0]}`?"
    return f"There is no exercise called {name}: check knows a function by the name it was given in the notebook."
