"""Go back from an output that is known to be wrong to the first values on the way that occur on no right way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from utils.checking.locate.location import Status
from utils.checking.locate.recorder import Binding, Event, Node, Recorder
from utils.checking.locate.waypoints import Waypoints

# Attributes and functions whose results do not depend on the numbers in an array.
_SHAPES = {"shape", "ndim", "size", "dtype", "len", "zeros", "ones", "zeros_like", "ones_like", "empty", "empty_like"}


# Functions, methods and attributes whose results hold numbers of their arguments, and no others.
_SELECTIONS = {
    "T", "transpose", "swapaxes", "moveaxis", "reshape", "ravel", "flatten", "squeeze", "expand_dims", "flat", "copy",
    "array", "asarray", "ascontiguousarray", "stack", "vstack", "hstack", "concatenate", "split", "flip", "tile",
    "repeat", "broadcast_to", "reversed", "list", "tuple", "zip", "enumerate", "dict", "items", "values", "iter",
    "next", "append", "take", "astype", "float", "get", "pop", "view", "atleast_2d", "roll",
}  # fmt: skip
_CONTAINERS = {
    "Subscript",
    "Tuple",
    "List",
    "Dict",
    "Starred",
    "ListComp",
    "GeneratorExp",
    "DictComp",
    "NamedExpr",
    "IfExp",
}
_MOST_ROUNDS = 12  # of finding values that are right in their own way
_DEPTH = 6  # of expressions that change one value each
_MOST_LOOKED = 400  # values that one such search looks at


@dataclass(eq=False)
class Parting:
    """A value that occurs on no right way, made from values that do.

    Attributes
    ----------
    event : Event
        The evaluation whose value it is.
    status : str
        What is known of that value.
    """

    event: Event
    status: Status


class Slice:
    """What an output was made from, and what is known of each value.

    Parameters
    ----------
    recorder : Recorder
    waypoints : Waypoints
    right : iterable of Event
        Outputs that are right: what they were made from is, too.
    """

    def __init__(self, recorder: Recorder, waypoints: Waypoints, right: Iterable[Event] = ()) -> None:
        self.recorder = recorder
        self._waypoints = waypoints
        self._statuses: dict[int, Status] = {}  # by order
        self._bases: dict[int, int] = {}  # by order
        self._made_of: dict[int, list[int]] = {}  # by order, orders
        self._innocent = self._behind(right)  # orders

    def node(self, event: Event) -> Node:
        """Return the expression that an event evaluates."""
        return self.recorder.nodes[event.node]

    def status(self, event: Event) -> Status:
        """Return what is known of a value; of a tuple or list, what is known of the worst of its parts."""
        if event.order not in self._statuses:
            found = [self._waypoints.status(array) for array in event.values]
            worst: Status = "plain"
            for status in ("known", "stacked", "rearranged", "opposite", "unknown"):
                if status in found:
                    worst = status
            self._statuses[event.order] = worst
        return self._statuses[event.order]

    def partings(self, output: Event) -> list[Parting]:
        """Return where the way to `output`, which is wrong, parts from the right ways; the first place first."""
        for _ in range(_MOST_ROUNDS):
            found = self._partings(output)
            leads = next((known for one in found if (known := self._leads_to(one.event))), None)
            if leads is None:
                return found
            self._innocent |= self._behind([leads])
        return []

    def _partings(self, output: Event) -> list[Parting]:
        root = self._where_set(output)
        spoilt: dict[int, bool] = {}
        found = []
        for one in self._reached(root):
            if one is not root and self._ends(one):
                spoilt[one.order] = False
                continue
            below = any(spoilt.get(inner.order, False) for inner in self._inside(one))
            parts = isinstance(one, Event) and (one is root or (not below and self._parts(one)))
            spoilt[one.order] = below or parts
            if parts and not below:
                assert isinstance(one, Event)
                found.append(Parting(one, self.status(one)))
        return found

    def _leads_to(self, event: Event) -> Event | None:
        """Return a value that occurs on a right way and was made from this one, which is then right in its own way."""
        made = {event.order}
        looked = 0
        for one in self.recorder.log[event.order + 1 :]:
            if not made.isdisjoint(self._orders_inside(one)):
                made.add(one.order)
                if isinstance(one, Event) and one.values and not self.selects(one):
                    looked += 1
                    if self.status(one) == "known":
                        return one
            if looked > _MOST_LOOKED:
                break
        return None

    def is_sound(self, event: Event) -> bool:
        """Whether all that a value was made from occurs on right ways, says nothing, or is one such value changed."""
        return all(self._is_settled(kid, _DEPTH) for kid in self._operands(event))

    def _is_settled(self, event: Event, depth: int) -> bool:
        if self.status(event) != "unknown" or event.order in self._innocent:
            return True
        if self.node(event).kind == "Subscript":
            return False  # read at a finer grain than right ways do
        handed_on = event.binding is not None and event.binding.before is None and len(event.binding.sources) == 1
        if not depth or not (handed_on or self.node(event).inner or self.is_alone(event)):
            return False
        return all(self._is_settled(one, depth - 1) for one in self._operands(event))

    def _operands(self, event: Event) -> Iterator[Event]:
        """Yield what an expression was made from: the values inside it, and what a variable was set to."""
        for kid in event.kids:
            if not self._is_partial(kid):
                yield kid
        binding = event.binding
        while binding is not None:
            yield from binding.sources
            binding = binding.before

    def _behind(self, right: Iterable[Event]) -> set[int]:
        """Return all that right outputs were made from; what only comes in a tuple with it is left out."""
        found: set[int] = set()
        waiting: list[Event | Binding] = list(right)
        while waiting:
            one = waiting.pop()
            if one.order in found or (isinstance(one, Event) and self.node(one).kind in ("Tuple", "Dict")):
                continue
            found.add(one.order)
            waiting += self._inside(one)
        return found

    def _reached(self, root: Event) -> list[Event | Binding]:
        """Return what a value depends on, as far back as values that occur on right ways, in order."""
        reached: dict[int, Event | Binding] = {root.order: root}
        waiting: list[Event | Binding] = [root]
        while waiting:
            one = waiting.pop()
            if one is not root and self._ends(one):
                continue
            for inner in self._inside(one):
                if inner.order not in reached:
                    reached[inner.order] = inner
                    waiting.append(inner)
        return [reached[order] for order in sorted(reached)]

    def _ends(self, one: Event | Binding) -> bool:
        """Whether a slice need not look at what this value was made from."""
        if one.order in self._innocent:
            return True
        return isinstance(one, Event) and not self._is_partial(one) and self.status(one) not in ("unknown", "plain")

    def _parts(self, event: Event) -> bool:
        if self._is_partial(event) or self.status(event) != "unknown" or self.selects(event):
            return False
        return not self.node(event).inner and not self.is_alone(event)

    def is_alone(self, event: Event) -> bool:
        """Whether an expression changes one value and brings nothing else in: another way may do so elsewhere."""
        if self.node(event).kind == "Name":
            return False
        telling = [kid for kid in event.kids if kid.values and self.node(kid).called not in _SHAPES]
        if any(kid.node not in self.node(event).kids or len(kid.values) > 1 for kid in telling):
            return False
        return len({self._base(kid) for kid in telling}) == 1

    def _base(self, event: Event) -> int:
        """Return the id of the one value that an expression changes; of its own where it is made from several."""
        if event.order not in self._bases:
            telling = [kid for kid in event.kids if kid.values] if self.is_alone(event) else []
            self._bases[event.order] = self._base(telling[0]) if telling else id(event.value)
        return self._bases[event.order]

    def selects(self, event: Event) -> bool:
        """Whether a value holds numbers of other values and no others, such as a row, a transpose or a list."""
        node = self.node(event)
        if node.kind in _CONTAINERS or node.iterates is not None:
            return True
        if node.kind == "Name":
            return event.binding is None or event.binding.before is None
        return node.kind in ("Call", "Attribute") and node.called in _SELECTIONS

    def _is_partial(self, event: Event) -> bool:
        """Whether this is an array or list that is still being filled, of which only a part is read."""
        return self.node(event).base and event.binding is not None and event.binding.before is not None

    def _inside(self, one: Event | Binding) -> Iterator[Event | Binding]:
        if isinstance(one, Binding):
            yield from one.sources
            if one.before is not None:
                yield one.before
            return
        if self.node(one).called in _SHAPES:
            return
        yield from one.kids
        if one.binding is not None:
            yield one.binding

    def _orders_inside(self, one: Event | Binding) -> Sequence[int]:
        if one.order not in self._made_of:
            self._made_of[one.order] = [inner.order for inner in self._inside(one)]
        return self._made_of[one.order]

    def _where_set(self, event: Event) -> Event:
        """Return the expression that a variable was set to, if it was not changed after."""
        binding = event.binding
        if binding is None or binding.before is not None or len(binding.sources) != 1:
            return event
        source = binding.sources[0]
        known = self.status(source) == "known"  # a right value in the wrong place
        return event if known or self.node(source).kind in ("Tuple", "List", "Dict") else source


def outputs_of(recorder: Recorder, count: int) -> Sequence[Event | None]:
    """Return the evaluation of each of `count` results of the outermost call; None where there is none of its own."""
    event = recorder.returned
    if event is None or count == 1:
        return [event] * count
    while not recorder.nodes[event.node].elements and event.binding is not None:
        binding = event.binding
        if binding.before is not None or len(binding.sources) != 1:
            return [None] * count
        event = binding.sources[0]
    elements = recorder.nodes[event.node].elements
    if len(elements) != count:
        return [None] * count
    kids = {kid.node: kid for kid in event.kids}
    return [kids.get(element) if element is not None else None for element in elements]
