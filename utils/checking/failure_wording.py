"""Say why a call of a learner's function gave no answer."""

from collections.abc import Callable, Mapping, Sequence

from utils.checking.crash_causes import Cause, cause
from utils.checking.operation import operands
from utils.checking.sites import misused
from utils.checking.wording import counted, listing, with_article
from utils.errors import Failure, Value

_SHOWN = 5  # expressions; more would bury the one that counts


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


def explained(failure: Failure) -> tuple[str, ...]:
    """Say what an exception was about: the operation that failed, what it was given, and the cause where one is proved.

    The learner's own words stand in it as code.
    """
    if not failure.sites or not failure.sites[-1].text:
        return ()
    site, found, parts = failure.sites[-1], cause(failure), operands(failure.sites[-1])
    if failure.called:
        sentences = [_about_the_call(failure.called.function, misused(failure.called), failure.called.arguments)]
        parts = {}
    else:
        sentences = [_operands(site.text, parts)]
    if found and not (found.kind == "none" and sentences[0]):  # which has said it
        sentences.append(_cause(found, [*parts][:_SHOWN]))
    if failure.inside and len(failure.sites) > 1 and failure.sites[-2].text:
        outer = failure.sites[-2]
        sentences.append(_operands(outer.text, operands(outer), f"{_code(outer.function)} called it as"))
    return tuple(filter(None, sentences))


def _code(text: str) -> str:
    return "`" + text.replace("`", "'") + "`"


def _operands(text: str, values: Mapping[str, Value], before: str = "In") -> str:
    parts = [f"{_code(name)} {_is(value)}" for name, value in values.items()][:_SHOWN]
    if before != "In":
        return f"{before} {_code(text)}{f', where {listing(parts)}' if parts else ''}."
    return f"In {_code(text)}, {listing(parts)}." if parts else ""


def _about_the_call(function: str, names: Sequence[str], arguments: Mapping[str, Value | None]) -> str:
    parts = [f"its {_code(name)} {_is(value)}" for name in names if (value := arguments[name])]
    return f"{_code(function)} is called with arguments that do not fit together: {listing(parts[:_SHOWN])}."


def _is(value: Value) -> str:
    """Return what a value is, with its verb: ``"has shape (2, 3)"``."""
    if value.shape is not None:
        return f"has shape {_shape(value)}" if value.shape else "is a single number"
    if value.number is not None:
        return f"is {value.number:g}" if value.number % 1 or value.type == "int" else f"is {value.number:.1f}"
    if value.length is not None:
        return f"is {_of_length(value)}"
    return "is None" if value.type == "NoneType" else f"is {with_article(value.type)}"


def _of_length(value: Value) -> str:
    noun = {"list": "list", "tuple": "tuple", "dict": "dict"}.get(value.type, value.type)
    return f"{with_article(noun)} of {counted(value.length or 0, 'entry', 'entries')}"


def _shape(value: Value | None) -> str:
    return str(value.shape if value else ())


def _cause(found: Cause, known: Sequence[str] = ()) -> str:
    """Say why it failed; what the `known` parts are has been said."""
    text = _code(found.text)
    value = found.values[0] if found.values else None
    match found.kind:
        case "time first":
            shape, array = value.shape if value else (), found.names[0]
            assert shape
            return (
                f"{text} takes the time axis first, but {_code(array)} is (N, T, …): here N = {shape[0]} and "
                f"T = {shape[1]}."
            )
        case "batch row":
            assert value and value.shape
            return (
                f"{_code(found.names[0])} is (N, T, …) = {_shape(value)}, so {text} is a row of the batch: one "
                "sequence with all its steps, not one step of all sequences."
            )
        case "true division":
            about = f": {_code(found.names[0])} {_is(value)}" if value and found.names else ""
            return f"{text} divides with `/`, which always gives a float{about}; a whole number comes from `//`."
        case "float":
            return f"{text} is a float; an index or a size must be a whole number."
        case "tuple":
            called, *slots = found.names
            both = f"{listing(slots)} together" if slots else f"{found.numbers[0]} values together"
            return f"{text} holds all that {_code(called)} returns: {both}, as one tuple."
        case "truth":
            return f"One truth value is needed there; an array of shape {_shape(value)} has one for each entry."
        case "unpacked":
            assert value
            names, length = found.numbers
            differ = length == len(value.parts) and len({part.type for part in value.parts}) > 1
            differ = differ or any(part.shape for part in value.parts)
            parts = f": {listing(map(_part, value.parts))}" if differ else ""
            wanted = counted(names, "name stands", "names stand")
            return f"{text} has {counted(length, 'entry', 'entries')}{parts}; {wanted} on the left."
        case "past the end":
            return _past_the_end(found, known)
        case "beyond an axis":
            assert value and value.shape
            largest, length, axis = found.numbers
            which = "" if found.text in known else f", which has shape {_shape(value)},"
            return (
                f"{_code(found.names[0])} holds indices up to {largest}, but axis {axis} of {text}{which} has "
                f"{counted(length, 'entry', 'entries')}."
            )
        case "nan":
            return f"{text} is nan there, which no whole number is."
        case "kept axis":
            assert value
            return (
                f"{text} has one axis of length 1 more than {_code(found.names[0])}: "
                f"{_shape(value)} does not fit into {_shape(found.values[1])} (keepdims?)."
            )
        case "row numbers":
            assert value and value.shape
            column = Value("array", (*value.shape, 1))
            return (
                f"NumPy lines shapes up from their last axis. {text} holds one number for each row; to meet the rows "
                f"of {_code(found.names[0])} it needs the shape {_shape(column)} (keepdims?)."
            )
        case "transpose":
            return f"In the place of {text}, {_code(found.names[0])} would fit: its shape is {_shape(value)}."
        case "made":
            return f"{_code(found.names[0])} was made by {text}."
        case "none":
            return f"{text} is None there."


def _part(value: Value) -> str:
    return f"{_shape(value)}" if value.shape is not None else with_article(value.type)


def _past_the_end(found: Cause, known: Sequence[str]) -> str:
    number, length, axis = found.numbers
    whole, index = found.values[0], found.names[0]
    where = (
        f"axis {axis} of {_code(found.text)}" if whole.shape is not None and len(whole.shape) > 1 else _code(found.text)
    )
    here = "" if index in (str(number), *known) else f"{_code(index)} is {number} here; "
    where = where if here else where[:1].upper() + where[1:]
    if length == 0:
        return f"{here}{where} is empty."
    last = f"the last index is {length - 1}"
    return f"{here}{where} has {counted(length, 'entry', 'entries')}, so {last}: indices count from 0."
