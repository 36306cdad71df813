"""Turn a parting of ways into facts: the line, the expression, the step, and where its operands were set."""

from collections.abc import Iterator, Sequence

from utils import fixtures
from utils.checking.calling import _file
from utils.checking.locate.location import Location, Operand
from utils.checking.locate.recorder import Event
from utils.checking.locate.slicing import Parting, Slice

_LINES = 3  # of one operand that are named
_DEPTH = 3  # of variables that were set to variables


def location(found: Slice, parting: Parting, output: str) -> Location | None:
    """Return the facts of a place; None where the place would mislead."""
    event, node = parting.event, found.node(parting.event)
    # Numbers that say nothing, and right values in a wrong arrangement: what was left out, or a loop, is elsewhere.
    if parting.status in ("plain", "stacked"):
        return None
    # What is computed number by number, or in a loop within a loop, seldom occurs on ways with whole arrays.
    if len(event.step) > 1:
        return None
    if event.step and _is_number(event) and not any(_is_number(k) and found.status(k) == "known" for k in event.kids):
        return None
    lines = found.recorder.sources[node.file]
    line, sources = node.span[0], [kid for kid in event.kids if kid.node in node.kids]
    operands = []
    if node.kind == "Name" and event.binding is not None:
        if event.binding.before is not None and parting.status != "known":  # several statements made it
            line, sources = event.binding.line, event.binding.sources
        operands.append(_operand(found, event))
    operands += [_operand(found, one) for one in _variables(found, sources)]
    if not line:
        return None
    return Location(
        node.function,
        line,
        lines[line - 1].strip(),
        text(lines, node.span),
        parting.status,
        output,
        event.step,
        tuple({one.name: one for one in operands}.values()),
        _file(node.file),
        node.called if node.kind == "Call" and node.called in fixtures.names() else "",
    )


def _is_number(event: Event) -> bool:
    return any(array.size == 1 for array in event.values)


def _variables(found: Slice, events: Sequence[Event]) -> Iterator[Event]:
    """Yield the variables that expressions use, those in other functions left out."""
    for event in events:
        node = found.node(event)
        if node.name:
            yield event
        yield from _variables(found, [kid for kid in event.kids if kid.node in node.kids])


def _operand(found: Slice, event: Event) -> Operand:
    # Of what holds several values it is not said that they occur on right ways: one may stand under another's name.
    several = isinstance(event.value, (tuple, list, dict))
    return Operand(found.node(event).name, _set_in(found, event), "plain" if several else found.status(event))


def _set_in(found: Slice, variable: Event, depth: int = _DEPTH) -> tuple[int, ...]:
    """Return the lines in which a variable was set or changed, the last first; and those of what it was set to."""
    lines: dict[int, None] = {}
    node, binding = found.node(variable), variable.binding
    handed = [kid for kid in variable.kids if node.iterates is not None]
    if handed:
        lines[found.node(handed[0]).span[0]] = None
    while binding is not None and len(lines) < _LINES:
        if binding.line:
            lines[binding.line] = None
        for source in binding.sources[:1]:  # how often it was set, if that was in a loop which is over
            lines.update({line: None for name, line in found.node(source).loops if (name, line) not in node.loops})
        handed = handed or binding.sources
        binding = binding.before
    if depth and len(handed) == 1 and len(lines) < _LINES:
        if found.node(handed[0]).name:
            lines.update(dict.fromkeys(_set_in(found, handed[0], depth - 1)))
        elif found.is_alone(handed[0]) or found.selects(handed[0]):
            for one in _variables(found, [handed[0]]):
                lines.update(dict.fromkeys(_set_in(found, one, depth - 1)))
    if depth and handed and variable.binding is not None and variable.binding.before is not None:
        for one in _variables(found, handed[:1]):  # what an array or a sum was filled with
            if found.status(one) != "plain":
                lines.update(dict.fromkeys(_set_in(found, one, 0)))
    return tuple(lines)[:_LINES]


def text(lines: Sequence[str], span: tuple[int, int, int, int]) -> str:
    """Return the text of an expression, on one line."""
    first, begin, last, end = span
    found = [line.encode() for line in lines[first - 1 : last]]  # `ast` counts bytes
    found[-1] = found[-1][:end]
    found[0] = found[0][begin:]
    return " ".join(line.decode().strip() for line in found)
