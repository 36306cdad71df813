"""Time a parallel scan against the learner's own loop over the same linear recurrence, on the machine in use."""

import functools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from utils.checking import card
from utils.checking.calling import call
from utils.experiments.guard import or_note
from utils.experiments.results import Array, Learner

SIZES = ((1, 1, 4096), (1, 16, 1024), (8, 256, 256))  # N, H, T: from few numbers a step to many
REPEATS = 5
_HEADER = ("numbers a step", "steps", "rounds", "loop", "scan", "loop ÷ scan", "largest difference")


@dataclass(frozen=True)
class Timed:
    """One size, timed: medians of `REPEATS` calls each.

    Attributes
    ----------
    width, T, rounds : int
        N · H, the steps of the loop, and how many rounds reach as far as they do.
    loop, scan : float
        Seconds.
    apart : float
        The largest difference between any two states.
    """

    width: int
    T: int
    rounds: int
    loop: float
    scan: float
    apart: float


class ScanTimes:
    """What was timed, as text in a terminal and as a card in a notebook."""

    def __init__(self, timed: tuple[Timed, ...]) -> None:
        self.timed = timed
        self.title = f"Your loop and the scan, timed here (medians of {REPEATS})"

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table's rows."""
        return [
            (
                str(one.width),
                str(one.T),
                str(one.rounds),
                f"{1e3 * one.loop:.3g} ms",
                f"{1e3 * one.scan:.3g} ms",
                f"{one.loop / one.scan:.3g}",
                f"{one.apart:.0e}",
            )
            for one in self.timed
        ]

    def __repr__(self) -> str:
        table = [_HEADER, *self.rows()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(f"{text:>{width}}" for text, width in zip(row, widths, strict=True)) for row in table]
        return "\n".join([f"{self.title}:", "", *lines])

    def _repr_html_(self) -> str:
        return card.card("note", f"{self.title}.", card.table("Each row is one size:", _HEADER, self.rows()))


def scan_against_loop(diagonal_forward: Learner, scan: Learner) -> ScanTimes | card.Note:
    """Time both on the same drawn inputs, and say how far their states are apart.

    Parameters
    ----------
    diagonal_forward : callable
        ``diagonal_forward(x, h0, lam) -> (h, cache)``: the loop.
    scan : callable
        ``scan(a, b) -> h``: all states of h_t = a_t h_{t-1} + b_t from 0, for a and b of shape (N, T, H).
    """
    found: ScanTimes | card.Note = or_note(_timed, "this cell times it")(diagonal_forward, scan)
    return found


def inputs(N: int, H: int, T: int) -> tuple[Array, Array, Array]:
    """Return x (N, T, H), h0 (N, H), lam (H,): the same each time, with lam from 0.9 to 0.999."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((N, T, H)), rng.standard_normal((N, H)), rng.uniform(0.9, 0.999, H)


def _timed(diagonal_forward: Learner, scan: Learner) -> ScanTimes:
    found = []
    for N, H, T in SIZES:
        x, h0, lam = inputs(N, H, T)
        a, b = np.broadcast_to(lam, x.shape).copy(), x.copy()
        b[:, 0] += lam * h0
        states, scanned = call(diagonal_forward, x, h0, lam)[0], call(scan, a, b)
        loop = _seconds(functools.partial(diagonal_forward, x, h0, lam))
        rounds = _seconds(functools.partial(scan, a, b))
        apart = float(np.abs(np.asarray(states) - np.asarray(scanned)).max())
        found.append(Timed(N * H, T, (T - 1).bit_length(), loop, rounds, apart))
    return ScanTimes(tuple(found))


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return max(statistics.median(taken), 1e-9)
