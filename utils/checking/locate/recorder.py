"""Record what the expressions of a running function are: the hooks that rewritten code calls, and what they keep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from utils.checking.locate.waypoints import Array, leaves

# Functions whose values anybody may use, or that return what happens to stand in memory.
_SAY_NOTHING = {"empty", "empty_like", "eye", "identity", "arange", "linspace", "full"}
MOST = 20_000  # events; a function that has more is not looked into


class TooMany(BaseException):
    """More happened than is looked at. Not an Exception, so that a learner's `except Exception` does not keep it."""


@dataclass(frozen=True)
class Node:
    """An expression of the learner's that is recorded.

    Attributes
    ----------
    kind : str
        Its class in `ast`.
    function : str
        The function it stands in.
    file : str
        The file name its function was compiled with.
    span : tuple of int
        Line, column, last line, last column, as in `ast`.
    kids : tuple of int
        The recorded expressions inside it, outermost ones only.
    elements : tuple of int or None
        Of a tuple: each of its elements, None where that is not recorded.
    name : str
        The variable, if it is one.
    loops : tuple of (str, int)
        The variables of the loops around it, and the loops' lines.
    called : str
        The function, method or attribute, by its last name, if it is a call or an attribute.
    iterates : int or None
        Of a comprehension's variable: what it runs through; -1 where that is not recorded.
    whole : bool
        Whether it is evaluated by a statement of its own, not inside another expression.
    base : bool
        Whether it is the variable in ``variable[...]`` or ``variable.attribute``.
    inner : bool
        Whether it is a part of a sum, or of a product: another way may have its terms in another order.
    """

    kind: str
    function: str
    file: str
    span: tuple[int, int, int, int]
    kids: tuple[int, ...] = ()
    elements: tuple[int | None, ...] = ()
    name: str = ""
    loops: tuple[tuple[str, int], ...] = ()
    called: str = ""
    iterates: int | None = None
    whole: bool = False
    base: bool = False
    inner: bool = False


@dataclass(eq=False, slots=True)
class Event:
    """One evaluation of an expression.

    Attributes
    ----------
    node : int
    order : int
        Among all events and bindings.
    values : list of array
        What it was, as far as that says anything.
    kids : list of Event
        The evaluations inside it, those in a function that it called among them.
    binding : Binding or None
        Of a variable: what set it.
    step : dict of str to int
        The variables of the loops around it.
    value : object
        The value itself.
    """

    node: int
    order: int
    values: list[Array]
    kids: list["Event"]
    binding: "Binding | None"
    step: dict[str, int]
    value: object


@dataclass(eq=False, slots=True)
class Binding:
    """One time that a variable was set or changed.

    Attributes
    ----------
    order : int
    line : int
        Where; 0 for a parameter.
    sources : list of Event
        What it was set to, or changed by.
    before : Binding or None
        What it was before, where it was changed and not set.
    """

    order: int
    line: int
    sources: list[Event]
    before: "Binding | None" = None


@dataclass(eq=False)
class Frame:
    """One call of a recorded function."""

    name: str
    outer: "Frame | None"  # that of the function around it, in the text
    pending: dict[int, list[Event]] = field(default_factory=dict)  # evaluations that no other has taken in yet
    bindings: dict[str, Binding] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    called: list[Event] = field(default_factory=list)  # what the functions returned that were called meanwhile

    def binding(self, name: str) -> Binding | None:
        """Return what set a variable last, here or in a function around this one."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.bindings:
                return frame.bindings[name]
            frame = frame.outer
        return None


class Recorder:
    """What happens in rewritten functions.

    Parameters
    ----------
    before_cache : callable
        ``before_cache(name)``: how many results of a function of the course come before its cache, which is its own
        business; 0 where it returns none.
    most : int
        How many events there may be.
    """

    def __init__(self, before_cache: Callable[[str], int] = lambda name: 0, most: int = MOST) -> None:
        self.nodes: list[Node] = []
        self.sources: dict[str, list[str]] = {}  # by file name, its lines
        self._before_cache = before_cache
        self._most = most
        self.log: list[Event | Binding]  # all that happened, in order
        self.returned: Event | None  # by the outermost call
        self._hidden: dict[int, object]  # by id, the caches of the course's functions
        self._stack: list[Frame]
        self.recursive: bool  # whether a function called itself
        self.clear()

    def clear(self) -> None:
        """Forget what happened, but not the expressions."""
        self.log, self.returned, self._hidden, self._stack, self.recursive = [], None, {}, [], False

    @property
    def events(self) -> list[Event]:
        """All evaluations, in order."""
        return [one for one in self.log if isinstance(one, Event)]

    def _next(self) -> int:
        if len(self.log) >= self._most:
            raise TooMany
        return len(self.log)

    def enter(self, name: str, arguments: Mapping[str, object], outer: Frame | None) -> Frame:
        """Begin a call."""
        frame = Frame(name, outer)
        self.recursive |= any(one.name == name for one in self._stack)
        caller = self._stack[-1] if self._stack else None
        for argument, value in arguments.items():
            handed = _handed_over(caller, value) if caller else None
            frame.bindings[argument] = self._bound(0, [handed] if handed else [])
        self._stack.append(frame)
        return frame

    def leave(self, frame: Frame) -> None:
        """End a call, by whatever way it ends."""
        while self._stack and self._stack.pop() is not frame:
            pass

    def value(self, frame: Frame, number: int, value: Any) -> Any:
        """Record what an expression is, and return it."""
        node = self.nodes[number]
        kids = [kid for inner in node.kids for kid in frame.pending.pop(inner, ())]
        if node.kind == "Call":
            kids += frame.called
            frame.called = []
            self._hide(node, value)
        if node.iterates is not None:
            kids += frame.pending.get(node.iterates, [])[-1:]  # it is not taken in before all is run through
            if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
                frame.loops[node.name] = int(value)
        says = node.called not in _SAY_NOTHING
        values = leaves(value, self._hidden) if says else []
        binding = frame.binding(node.name) if node.name and node.iterates is None else None
        step = {name: frame.loops[name] for name, _ in node.loops if name in frame.loops}
        event = Event(number, self._next(), values, kids, binding, step, value)
        if node.whole:
            frame.pending[number] = [event]
        else:
            frame.pending.setdefault(number, []).append(event)
        self.log.append(event)
        return value

    def bind(
        self,
        frame: Frame,
        name: str,
        line: int,
        source: int | None,
        inside: Sequence[int],
        changed: bool,
        element: int | None = None,
    ) -> None:
        """Record that a variable was set, or changed, to what the expression `source` was.

        `inside` are expressions in the target, such as indices; `element` is the place in a tuple that is taken apart.
        """
        found = frame.pending.get(source, [])[-1:] if source is not None else []
        if found and element is not None:
            node = self.nodes[found[0].node]
            kids = {kid.node: kid for kid in found[0].kids}
            if element < len(node.elements) and node.elements[element] in kids:
                found = [kids[node.elements[element]]]  # type: ignore[index]  # it is one of the keys
        indices = [event for number in inside for event in frame.pending.pop(number, ())]
        before = frame.binding(name) if changed else None
        frame.bindings[name] = self._bound(line, [*found, *indices], before)

    def _bound(self, line: int, sources: list[Event], before: Binding | None = None) -> Binding:
        binding = Binding(self._next(), line, sources, before)
        self.log.append(binding)
        return binding

    def bound(self, frame: Frame, name: str, line: int, source: int | None, value: Any) -> Any:
        """Record that ``name := value``, and return the value."""
        self.bind(frame, name, line, source, (), False)
        return value

    def loop(self, frame: Frame, name: str, line: int, source: int | None, value: object) -> None:
        """Record that the variable of a loop is set."""
        self.bind(frame, name, line, source, (), False)
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            frame.loops[name] = int(value)

    def result(self, frame: Frame, number: int, value: Any) -> Any:
        """Record what a call returns, and return it."""
        event = frame.pending[number][-1]
        place = next((i for i, open_frame in enumerate(self._stack) if open_frame is frame), 0)
        if place:
            self._stack[place - 1].called.append(event)
        else:
            self.returned = event
        return value

    def _hide(self, node: Node, value: object) -> None:
        """Note the cache that a function of the course returned: its values are no waypoints."""
        before = self._before_cache(node.called)
        if before and isinstance(value, tuple) and len(value) == before + 1:
            self._hidden[id(value[-1])] = value[-1]


def _handed_over(caller: Frame, value: object) -> Event | None:
    """Return the evaluation in the caller that an argument comes from: that of the very same object."""
    if isinstance(value, (np.ndarray, np.floating, list, tuple, dict)):
        waiting = [event for events in caller.pending.values() for event in events if event.value is value]
        return max(waiting, key=lambda event: event.order, default=None)
    return None
