"""Say where a wrong answer parts from every right solution that the course knows."""

import ast

from utils.checking import operation
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
    name = location.function
    of = {"cell": f"the cell that defines {name}", "": name}.get(location.file, f"{location.file}, in {name}")
    return f"Look at line {location.line} of {of}: `{location.source}`"


def _value(location: Location) -> str:
    expression, output = location.expression, location.output
    what = f"`{expression}`" if len(expression) <= _LONGEST else "the value that it computes"
    rounds = ", ".join(f"`{name} = {value}`" for name, value in location.step.items())
    if location.status == "unknown":
        what += ", as this line leaves it," if _is_changed(location) else ""
        first = f" This first happens with {rounds}." if rounds else ""
        return f"On the way to {output}, {what} is the first value that is in no right solution I know.{first}"
    how = {
        "known": f"is in a right solution too, but not as {output}",
        "rearranged": "has the numbers of a value in a right solution, in another order or shape",
        "opposite": "is the opposite of a value in a right solution",
    }[location.status]
    return f"What becomes {output} there, {what}, {how}."


def _is_changed(location: Location) -> bool:
    """Whether the value is that of a variable that the line changes, so that it has more than one there."""
    statement = operation.parsed(location.source)
    targets = [statement.target] if isinstance(statement, ast.AugAssign) else getattr(statement, "targets", [])
    while targets and isinstance(targets[0], ast.Subscript):
        targets = [targets[0].value]
    return bool(targets) and isinstance(targets[0], ast.Name) and targets[0].id == location.expression


def _operands(location: Location) -> list[str]:
    known = [one for one in location.operands if one.status == "known" and one.name != location.expression]
    other = [one for one in location.operands if one not in known and one.lines]
    sentences = []
    if [one.name for one in location.operands] == [location.expression]:
        lines = set(location.operands[0].lines) - {location.line}
        return [f"It comes {_from(location.operands[0])}."] if lines else []
    if known:
        whose = "whose value is in a right solution" if len(known) == 1 else "whose values are all in right solutions"
        sentences.append(f"It is made from {listing([_origin(one) for one in known])}, {whose}.")
    if other:
        sentences.append(f"It {'also ' if known else ''}uses {listing([_origin(one) for one in other])}.")
    return sentences


def _origin(operand: Operand) -> str:
    if not operand.lines:
        return f"`{operand.name}` (an argument)"
    return f"`{operand.name}` ({_from(operand)})"


def _from(operand: Operand) -> str:
    lines = [str(line) for line in sorted(operand.lines)]
    return f"from line{'s' if len(lines) > 1 else ''} {listing(lines)}"
