"""The five ways to wire a recurrent network to its inputs and outputs, as graphs."""

from dataclasses import dataclass

# Each wiring with the lecture's task for it.
TASKS = {
    "one to one": "an ordinary network",
    "one to many": "image captioning",
    "many to one": "audio prediction",
    "many to many, delayed": "video captioning",
    "many to many, aligned": "frame-level video classification",
}


@dataclass(frozen=True)
class Graph:
    """A network unrolled over T steps.

    Parameters
    ----------
    wiring : str
        A key of `TASKS`.
    T : int
        Number of hidden states, h0 not counted.
    inputs, outputs : tuple of int
        Steps at which an x enters and a y leaves.
    feedback : tuple of int
        Steps whose output is the input of the next step.
    """

    wiring: str
    T: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    feedback: tuple[int, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of all parts, ``x1``, ``h0``, ``h1``, ``y1`` and so on."""
        states = range(self._first, self.T + 1)
        return tuple([f"x{t}" for t in self.inputs] + [f"h{t}" for t in states] + [f"y{t}" for t in self.outputs])

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Pairs of names, each an arrow of the forward pass."""
        return tuple(
            [(f"x{t}", f"h{t}") for t in self.inputs]
            + [(f"h{t}", f"h{t + 1}") for t in range(self._first, self.T)]
            + [(f"h{t}", f"y{t}") for t in self.outputs]
            + [(f"y{t}", f"h{t + 1}") for t in self.feedback]
        )

    @property
    def _first(self) -> int:
        """An ordinary network has no state to begin with."""
        return 1 if self.wiring == "one to one" else 0

    def behind(self, *names: str) -> set[str]:
        """Return the set of parts that reach any of `names` along the arrows, `names` included."""
        found, todo = set(), list(names)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(start for start, end in self.edges if end == name)
        return found


def unroll(wiring: str, T: int) -> Graph:
    """Return the `Graph` of one wiring over T steps.

    In *one to many* each output is the next input. *Many to many, delayed* is an encoder that reads for the first
    ⌈T/2⌉ steps and a decoder that writes for the rest, its first input zeros, each output its next input; at T = 1
    there is nothing to delay. *One to one* is an ordinary network: a single step whatever T, and no h0.

    Parameters
    ----------
    wiring : str
        A key of `TASKS`.
    T : int
        Number of steps, at least 1.

    Returns
    -------
    Graph

    Examples
    --------
    >>> unroll("many to one", 3).outputs
    (3,)
    """
    steps = tuple(range(1, T + 1))
    match wiring:
        case "one to one":
            return Graph(wiring, 1, (1,), (1,), ())
        case "one to many":
            return Graph(wiring, T, (1,), steps, steps[:-1])
        case "many to one":
            return Graph(wiring, T, steps, (T,), ())
        case "many to many, delayed":
            read = (T + 1) // 2
            written = steps[read:] or steps
            return Graph(wiring, T, steps[:read], written, written[:-1])
        case "many to many, aligned":
            return Graph(wiring, T, steps, steps, ())
    raise ValueError(f"{wiring!r} is not a wiring. Choose one of: {'; '.join(TASKS)}.")
