"""Say where a wrong answer parts from every right way."""

from utils.checking.locate.location import Location, Operand
from utils.checking.wording import listing

_LONGEST = 80  # characters of an expression; the line is shown anyway


def where(location: Location) -> list[str]:
    """Return what a learner reads who asks to be shown where: a few sentences, the place first.

    Parameters
    ----------
    location : Location

    Returns
    -------
    list of str
    """
    return [_place(location), _value(location), *_operands(location)]


def _place(location: Location) -> str:
    inside = {"cell": ", counted in its cell", "": ""}.get(location.file, f" of {location.file}")
    return f"Look at line {location.line} of {location.function}{inside}: `{location.source}`"


def _value(location: Location) -> str:
    expression, output = location.expression, location.output
    what = f"`{expression}`" if len(expression) <= _LONGEST else "the value that it computes"
    rounds = ", ".join(f"`{name} = {value}`" for name, value in location.step.items())
    if location.status == "unknown":
        first = f", with {rounds}" if rounds else ""
        return f"On the way to {output}, {what} is the first value that occurs on no right way I know{first}."
    how = {
        "known": f"occurs on a right way, but not as {output}",
        "rearranged": "holds the numbers of a value on a right way, in another order or shape",
        "opposite": "is the opposite of a value on a right way",
    }[location.status]
    return f"What becomes {output} there, {what}, {how}."


def _operands(location: Location) -> list[str]:
    known = [one for one in location.operands if one.status == "known"]
    other = [one for one in location.operands if one.status != "known" and one.lines]
    sentences = []
    if known:
        whose = "whose value occurs on a right way" if len(known) == 1 else "whose values all occur on right ways"
        sentences.append(f"It is made from {listing([_origin(one) for one in known])}, {whose}.")
    if other:
        sentences.append(f"It {'also ' if known else ''}uses {listing([_origin(one) for one in other])}.")
    return sentences


def _origin(operand: Operand) -> str:
    if not operand.lines:
        return f"`{operand.name}` (an argument)"
    lines = [str(line) for line in sorted(operand.lines)]
    return f"`{operand.name}` (from line{'s' if len(lines) > 1 else ''} {listing(lines)})"
