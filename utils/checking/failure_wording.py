"""Say why a call of a learner's function gave no answer."""

from collections.abc import Callable, Sequence

from utils.checking.wording import counted, listing
from utils.errors import Failure


def failed(failure: Failure, slots: Sequence[str] = (), quote: Callable[[str], str] = str) -> tuple[str, ...]:
    """Say why a call gave no answer: a sentence, and perhaps one of advice.

    Parameters
    ----------
    failure : Failure
    slots : sequence of str
        What the function should return; empty where that is not to be said.
    quote : callable
        ``quote(words) -> text``: how the learner's own words and names are shown.
    """
    name = quote(failure.function)
    if failure.kind == "not-started":
        calls = "" if failure.name in ("", failure.function) else f"calls {quote(failure.name)}, which "
        return (f"{name} {calls}is not started yet.",)
    if failure.kind == "timeout":
        limit = f"{failure.seconds:g} seconds" if failure.seconds else "the time limit"
        return (
            f"{name} was still running after {limit} and was stopped.",
            "Is there a loop that never ends? If not, the machine may be busy: try once more.",
        )
    if failure.kind == "parameters":
        defined = f": `def {failure.signature}:`" if failure.signature else " as it was given"
        return (
            f"{name} is called with {counted(failure.count, 'argument', 'arguments')}, but yours is defined as "
            f"`{failure.name}`.",
            f"Restore the first line of the function{defined}.",
        )
    if failure.kind == "count":
        return _returned(failure, name, slots)
    message = f": {quote(failure.message)}" if failure.message else "."
    return (f"{name} stopped with {quote(failure.name)}{_line(failure)}{message}",)


def _returned(failure: Failure, name: str, slots: Sequence[str]) -> tuple[str, ...]:
    expected = f", expected {len(slots)}: {listing(slots)}." if slots else "."
    if failure.name == "NoneType":
        return f"{name} returns None{expected}", "Did you forget `return`?"
    if failure.name == "coroutine":
        return (f"{name} is defined with `async def`; plain `def` is meant.",)
    if failure.name == "generator":
        return (f"{name} holds a `yield`, which makes it a generator; end it with `return`.",)
    if failure.name in ("list", "dict", "set") and failure.count == 1:
        return f"{name} returns a {failure.name}{expected}", "Return them with commas between, in no brackets."
    return (f"{name} returns {counted(failure.count, 'value', 'values')}{expected}",)


def _line(failure: Failure) -> str:
    """Say on which of the learner's lines it stopped."""
    if failure.line is None:
        return ""
    if failure.file == "cell":
        cell = f"the cell that defines {failure.inside}" if failure.inside else "its cell"
        where = f"line {failure.line} of {cell}"
    elif failure.file:
        where = f"line {failure.line} of {failure.file}"
    else:
        where = f"line {failure.line}" + (f", in {failure.inside}" if failure.inside else "")
    return f" in {where}" + (f", `{failure.source}`" if failure.source else "")
