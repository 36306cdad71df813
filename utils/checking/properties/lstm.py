"""Judge a hand-made latch by what it does: one unit, two inputs, any weights that hold a bit."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import compare
from utils.checking.comparison import Comparison
from utils.checking.properties import Values, first_output
from utils.checking.wording import listing

Array = NDArray[np.float64]
Weights = tuple[Array, ...]  # Wx (2, 4), Wh (1, 4), b (4,)

WAIT = 100  # distractor steps between two writes
SOON = 12  # steps after which most weights that do not hold a bit have lost the first one
CLEAR = 0.5  # how far from 0 the unit must speak, on the side of the bit
_AXES = {"Wx": ("D", "4H"), "Wh": ("H", "4H"), "b": ("4H",)}
_SHAPES = {"Wx": (2, 4), "Wh": (1, 4), "b": (4,)}
_I, _F, _O, _G = range(4)


def latch(inputs: Values, outputs: Values, lstm_forward: Callable[..., Any]) -> dict[str, Comparison]:
    """Judge Wx (2, 4), Wh (1, 4) and b (4,) by whether they hold every bit through `WAIT` distractor steps.

    A unit may hold its bit in any way: by an open forget gate, or by telling itself the bit through Wh.

    Parameters
    ----------
    inputs : dict
        Empty.
    outputs : dict
        ``Wx``, ``Wh`` and ``b``: whatever came back.
    lstm_forward : callable
        ``lstm_forward(x, h0, Wx, Wh, b) -> (h, cache)``, which runs the unit.

    Returns
    -------
    dict of str to Comparison
    """
    found = {name: compare(name, outputs[name], np.zeros(_SHAPES[name]), axes) for name, axes in _AXES.items()}
    if any(c.problem not in (None, "value") for c in found.values()):
        # Zeros were expected only for their shape, so a "value" problem means nothing. Wrong kinds and shapes do count;
        # while there are any, the other outputs cannot be judged.
        others = listing(n for n, c in found.items() if c.problem not in (None, "value"))
        return {
            n: c
            if c.problem not in (None, "value")
            else Comparison(n, "property", f"{n} cannot be judged before {others} can: they act together.")
            for n, c in found.items()
        }
    x, bit = streams()

    def run(weights: Weights, steps: int = x.shape[1]) -> Array:
        h0 = np.zeros((len(x), 1))
        return first_output(lstm_forward, "lstm_forward", (len(x), steps, 1), x[:, :steps], h0, *weights)[..., 0]

    def would_hold(weights: Weights) -> bool:
        return all(_holds(run(weights, steps), bit[:, :steps]) for steps in (SOON, x.shape[1]))

    weights = tuple(np.asarray(outputs[name], dtype=np.float64) for name in ("Wx", "Wh", "b"))
    h = run(weights)
    if _holds(h, bit):
        return {name: Comparison(name, None) for name in found}
    message = _first_failure(h, bit)
    written = bool((_clearness(h, bit)[:, 1 :: WAIT + 1] >= CLEAR).all())
    mistake = _mistake(weights, would_hold, _pre_activations(weights, x, h), written)
    return {name: Comparison(name, "property", message, mistake=mistake) for name in found}


def streams() -> tuple[Array, Array]:
    """Return x (K, T, 2) and the bit to be held (K, T): three writes a stream, `WAIT` distractors after each."""
    rng = np.random.default_rng(0)
    drawn = []
    for bits in itertools.product((-1, 1), repeat=3):
        for noise in ("against", "with", "random"):
            stream = []
            for bit in bits:
                factor = {"against": -1, "with": 1}.get(noise)
                other = rng.choice([-1, 1], WAIT) if factor is None else np.full(WAIT, factor * bit)
                stream += [(bit, 1), *((o, 0) for o in other)]
            drawn.append(stream)
    x = np.array(drawn, dtype=np.float64)
    return x, np.repeat(x[:, :: WAIT + 1, 0], WAIT + 1, axis=1)


def _clearness(h: Array, bit: Array) -> Array:
    """Return how far h (K, T) is on the side of the bit; infinite at the writes, where nothing is asked of it."""
    clearness: Array = np.where(np.arange(h.shape[1]) % (WAIT + 1) == 0, np.inf, h * bit)
    return clearness


def _holds(h: Array, bit: Array) -> bool:
    return bool((_clearness(h, bit) >= CLEAR).all())


def _first_failure(h: Array, bit: Array) -> str:
    """Say at which bit h (K, T) is first not on the right side, and when."""
    good = _clearness(h, bit) >= CLEAR
    where = int(np.flatnonzero(~good.all(axis=0))[0])
    stream = int(np.flatnonzero(~good[:, where])[0])
    write, waited = divmod(where, WAIT + 1)
    when = f"{waited} step{'s' * (waited > 1)} after the write"
    wanted = CLEAR * bit[stream, where]
    message = f"Bit {write + 1} of a stream is {bit[stream, where]:+.0f}, but {when} h is "
    message += f"{round(float(h[stream, where]), 3) + 0.0:.3f}"  # a zero has no sign
    message += f"; it should be {wanted:+g} or further from 0."
    return message.replace("-", "−")


@np.errstate(all="ignore")
def _pre_activations(weights: Weights, x: Array, h: Array) -> Array:
    """Return what the gates of the unit were made of, shape (K, T, 4): its h is known, so nothing is run."""
    Wx, Wh, b = weights
    before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
    pre_activations: Array = x @ Wx + before[..., None] * Wh[0] + b
    return pre_activations


def _mistake(weights: Weights, holds: Callable[[Weights], bool], z: Array, written: bool) -> str | None:
    """Return the known mistake that these weights are, judged by which change of them `holds`, else by the gates.

    `written` is whether the bit is there one step after every write.
    """

    def nearly(columns: list[int]) -> bool:
        return holds(tuple(w * columns for w in weights))

    # What would hold if one thing were otherwise; g comes first, since 8 times everything mends it, too.
    at_write = np.arange(z.shape[1]) % (WAIT + 1) == 0
    writing, waiting = z[:, at_write], z[:, ~at_write]
    if np.abs(writing[..., _G]).min() < 1 and nearly([1, 1, 1, 8]):
        return "bit-unread"
    if nearly([8, 8, 8, 8]):
        return "weights-too-small"
    if nearly([1, -1, 1, 1]):
        return "keeps-and-erases-swapped"
    for order in itertools.permutations(range(4)):
        if holds(tuple(w[..., list(order)] for w in weights)):
            return "gate-order"
    # What is said of "the flag is 1" or of the output holds at every write, or at every step.
    # A bit that was written in full, and that nothing writes over, may be lost at the very first step.
    held_back = written or (writing[..., _I].min() > 4 and waiting[..., _I].max() < -4)
    always_open = written or (waiting[..., _I].min() > 0 and waiting[..., _F].min() >= 4)
    checks = {
        "never-writes": writing[..., _I].max() < 0,
        "bit-unread": np.abs(writing[..., _G]).max() < 0.5,
        "old-bit-stays": writing[..., _F].min() > 0,
        "output-closed": z[..., _O].max() < 0,
        "half-open-while-waiting": np.abs(waiting[..., :_G]).max() < 0.1,
        "forgets": held_back and waiting[..., _F].min() < 4,  # open for 98 %: of a bit, 0.98^100 = 0.13 is left
        "always-writes": always_open and waiting[..., _I].max() > -4,
    }
    return next((name for name, so in checks.items() if so), None)
