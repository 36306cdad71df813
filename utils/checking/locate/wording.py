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
    inside = f" of {location.file}" if location.file and location.file != "cell" else ", counted in its cell"
    return f"Look at line {location.line} of {location.function}{inside if location.file else ''}: `{location.source}`"


def _value(location: Location) -> str:
    expression = location.expression
    what = f"`{expression}`" if len(expression) <= _LONGEST and expression != location.source else "what it computes"
    rounds = ", ".join(f"`{name} = {value}`" for name, value in location.step.items())
    at = f", first with {rounds}" if rounds else ""
    if location.status == "unknown":
        way = f"on the way to {location.output} that occurs on no right way I know"
        return f"There {what} is the first value {way}{at}."
    how = {
        "known": "a value that occurs on a right way, but not as this output",
        "rearranged": "a value that occurs on a right way, in another order or shape",
        "opposite": "the opposite of a value that occurs on a right way",
        "stacked": "made of values that occur on a right way",
        "plain": "a plain number",
    }[location.status]
    return f"There {what} becomes {location.output}: it is {how}{at}."


def _operands(location: Location) -> list[str]:
    known = [one for one in location.operands if one.status != "plain"]
    plain = [one for one in location.operands if one.status == "plain" and one.lines]
    sentences = []
    if known:
        sentences.append(f"It is made from {listing([_set(one) for one in known])}: values that occur on a right way.")
    if plain:
        sentences.append(f"It also uses {listing([_set(one) for one in plain])}.")
    return sentences


def _set(operand: Operand) -> str:
    if not operand.lines:
        return f"`{operand.name}` (an argument)"
    lines = [str(line) for line in sorted(operand.lines)]
    return f"`{operand.name}` (set in line{'s' if len(lines) > 1 else ''} {listing(lines)})"
