"""The price of a recurrence: its time against T, measured on the learner's own `rnn_forward`."""

import time
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures._trade_offs import network
from utils.figures.labels import at_end, spread
from utils.figures.learner import checked, driven, states
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, PLAIN, QUIET, axes_in, drawn, ink, sheet, short

SECONDS = 1.5  # for all measuring together
ROUNDS = 5
LENGTHS = (100, 200, 400, 800, 1600)
N, D, H = 4, 64, 64


@driven
def time_per_length(rnn_forward: Learner) -> Picture:
    """Draw the measured time against T, beside one matrix product of the same arithmetic.

    Parameters
    ----------
    rnn_forward : callable
        As for `same_parameters`.

    Returns
    -------
    Picture or Note
    """
    lengths, times, rounds = measured(rnn_forward)
    (took, product), top = times, 1.12 * times.max()
    part = product[-1] / took[-1]
    title = (
        f"{lengths[-1] / lengths[0]:.0f} times the steps take {short(took[-1] / took[0])} times as long; "
        f"one call of NumPy takes {'less than 1%' if part < 0.005 else f'{part:.0%}'} of it"
    )
    caption = f"Wall time of your rnn_forward here, least of up to {rounds} runs: N = {N}, D = H = {H}. " + (
        "This machine was busy: a curve falls where T grows, so run the cell once more."
        if falls(times)
        else "Time grows faster than T: this machine was busy, or later steps cost more. Run the cell once more."
        if leaps(took)
        else "One call of NumPy does the same multiplications at once, as a recurrence cannot: step t waits for t − 1."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.5)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.72, **margins))
        ends = spread([took[-1], product[-1]], 0.22 * top)
        # Where both end high, neither label may reach the title; where one ends at 0, it may not lie on the last tick.
        ends -= max(0.0, ends.max() - 0.9 * top)
        ends += max(0.0, 0.1 * top - ends.min())
        for values, end, colour, gid, text in (
            (took, ends[0], HIDDEN, "recurrence", f"your rnn_forward\n{took[-1]:.3g} ms"),
            (product, ends[1], PLAIN, "product", f"all steps in one call\n{product[-1]:.2g} ms"),
        ):
            axes.plot(lengths, values, "o-", color=colour, markersize=4.5, clip_on=False, gid=gid)
            at_end(axes, lengths[-1], end, text, ink(HIDDEN) if gid == "recurrence" else QUIET)
        axes.set(xlim=(0, lengths[-1]), ylim=(0, top), xticks=lengths[1:], xlabel="length T")
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set_title("milliseconds")
    alt = (
        f"{title}. Time in milliseconds against T up to {lengths[-1]}: rnn_forward reaches {took[-1]:.3g}, one matrix "
        f"product of the same arithmetic {product[-1]:.2g}."
    )
    return Picture(figure, alt)


def measured(rnn_forward: Learner) -> tuple[Array, Array, int]:
    """Return lengths, the least times in milliseconds, and how many rounds of measuring there were.

    Round after round over all lengths, recurrence and product in turn, so that a busy moment of the machine does not
    fall on one of them alone. Other programs only ever add to a time, so the least of several is nearest the truth;
    while a curve still falls, or the recurrence leaps, there are more rounds, until `SECONDS` have passed.

    Parameters
    ----------
    rnn_forward : callable

    Returns
    -------
    lengths : ndarray of int, shape (L,)
    times : ndarray, shape (2, L)
        Of the recurrence, and of one call of NumPy with the same arithmetic.
    rounds : int
    """
    began, rounds, inputs = time.perf_counter(), 0, {}
    for T in LENGTHS:
        x, h0, Wx, Wh, b = network(N, T, D, H, norm=1.0, seed=12)
        # One call on a stack of four steps each: small enough for BLAS to stay on one core, where the recurrence runs
        # too. Threads that wait for a busy core would take 30 ms whatever T is.
        steps = np.ones((T // 4, 4 * N, D + H))
        inputs[T] = (x, h0, Wx, Wh, b), (steps, np.concatenate([Wx, Wh]), np.empty((T // 4, 4 * N, H)))
    # Says what is wrong in terms of the learner's own lines, before anything is timed.
    states(rnn_forward, *network(N, 2, D, H, norm=1.0, seed=12))
    best: dict[int, Array] = {}
    times = np.empty((2, 0))
    while rounds < ROUNDS or falls(times) or leaps(times[0]):
        rounds += 1
        for T in best or LENGTHS:
            args, factors = inputs[T]
            loop = _seconds(rnn_forward, *args)
            np.matmul(*factors)  # fetches the operands, which the loop has pushed out of the cache
            product = min(_timed(np.matmul, *factors)[0] for _ in range(3))
            best[T] = np.minimum(best.get(T, np.inf), (1e3 * loop, 1e3 * product))
            passed = time.perf_counter() - began
            # A slow loop is measured too, only not so far; each of its lengths at least once.
            if passed > (SECONDS if rounds > 1 else SECONDS / 3) and len(best) > 1:
                break
        times = np.transpose(list(best.values()))
        if passed > SECONDS:
            break
    return np.array(list(best)), times, rounds


def falls(times: Array) -> bool:
    """Say whether any curve of `times`, shape (curves, L), visibly falls where work only grows."""
    return bool(np.diff(times).min() < -0.02 * times.max())


def leaps(times: Array) -> bool:
    """Say whether a time grows far more than T, which doubles from each length to the next."""
    return bool(np.any(times[1:] > 2.5 * times[:-1]))


def _seconds(rnn_forward: Learner, x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> float:
    """Return the time of one call in seconds, the copying of its arguments left out."""

    def timed(*args: Array) -> tuple[float, Any]:
        return _timed(rnn_forward, *args)

    timed.__name__ = name_of(rnn_forward)
    took: float
    try:
        took, returned = call(timed, x, h0, Wx, Wh, b)
    except CallFailed:
        states(
            rnn_forward, x, h0, Wx, Wh, b
        )  # the same failure, in a sentence about the learner's function instead of `timed`
        raise
    checked(returned, "h", (*x.shape[:2], h0.shape[1]), name_of(rnn_forward))
    return took


def _timed(function: Learner, *args: Array) -> tuple[float, Any]:
    began = time.perf_counter()
    returned = function(*args)
    return time.perf_counter() - began, returned
