"""A hand-made latch at work: three bits, each to be held for a hundred steps of other inputs."""

import numpy as np

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures.learner import all_checked, driven, states
from utils.figures.picture import Picture
from utils.figures.style import FAINT, HIDDEN, INPUT, QUIET, axes_in, drawn, ink, sheet, tint

BITS = (1, -1, 1)
WAIT = 100
CLEAR = 0.5  # what counts as still knowing the bit


@driven
def held_bit(lstm_forward: Learner, latch_weights: Learner) -> Picture:
    """Draw what a latch reads and what it says, by the learner's own LSTM and the learner's own weights.

    Parameters
    ----------
    lstm_forward : callable
        ``lstm_forward(x, h0, Wx, Wh, b) -> (h, cache)``; here D = 2 and H = 1.
    latch_weights : callable
        ``latch_weights() -> (Wx, Wh, b)``.

    Returns
    -------
    Picture or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.
    """
    shapes = {"Wx": (2, 4), "Wh": (1, 4), "b": (4,)}
    weights = all_checked(call(latch_weights), shapes, name_of(latch_weights), cache=False)
    x, bit = stream()
    h = states(lstm_forward, x[None], np.zeros((1, 1)), *weights)[0, :, 0]
    title, t = finding(h, bit), np.arange(1, len(x) + 1)
    caption = (
        f"Drawn by your lstm_forward with your latch_weights: D = 2, H = 1, {WAIT} distractor steps after each write, "
        "random ±1, seed 8. Shaded: on the bit's side, at least 0.5 from 0."
    )
    writes = np.flatnonzero(x[:, 1])
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        grid = figure.add_gridspec(2, 1, left=0.075, right=0.97, hspace=0.45, height_ratios=[1, 2.3], **margins)
        above, below = axes_in(grid, sharex=True)
        above.plot(t, x[:, 0], "|", color=tint(INPUT, 0.4), markersize=5, gid="distractors")
        above.plot(t[writes], x[writes, 0], "o", color=INPUT, markersize=8, gid="writes")
        above.set(ylim=(-1.6, 1.6), yticks=[-1, 1])
        above.set_yticklabels(["−1", "+1"])
        above.set_title("the bit that comes in: written ●, not to be written |")
        for start, value in zip(writes.tolist(), BITS, strict=True):
            low, high = sorted((CLEAR * value, 1.0 * value))
            below.fill_between([start + 1, start + WAIT + 1], low, high, color="#F2F2F2", linewidth=0, zorder=0)
            below.axvline(start + 1, color=FAINT, linewidth=0.8, zorder=0)
            above.axvline(start + 1, color=FAINT, linewidth=0.8, zorder=0)
            below.text(start + WAIT / 2, 0, f"hold {value:+d}".replace("-", "−"), color=QUIET, ha="center", va="center")
        below.plot(t, h, color=HIDDEN, linewidth=2.2, gid="h")
        below.set(xlim=(-2, len(x) + 2), ylim=(-1.1, 1.1), yticks=[-1, 0, 1], xlabel="step t")
        below.set_title("h, what the unit says", color=ink(HIDDEN))
    alt = (
        f"{title}. Above, the incoming bits over {len(x)} steps, three of them written; below, h over time, which "
        f"should stay at +, − and + for {WAIT} steps each."
    )
    return Picture(figure, alt)


def stream() -> tuple[Array, Array]:
    """Return x (T, 2), the bit and the write flag at each step, and the bit to be held at each step (T,)."""
    rng = np.random.default_rng(8)
    parts: list[Array] = []
    for bit in BITS:
        parts += [np.array([[bit, 1.0]]), np.stack([rng.choice([-1.0, 1.0], WAIT), np.zeros(WAIT)], axis=1)]
    return np.concatenate(parts), np.repeat(np.array(BITS, dtype=float), WAIT + 1)


def finding(h: Array, bit: Array) -> str:
    """Say whether every bit is held, or which is lost when."""
    clear = h * bit
    if clear.min() >= CLEAR:
        return f"Three bits, each held through {WAIT} distractor steps: |h| is at least {clear.min():.2f}"
    first = int(np.flatnonzero(clear < CLEAR)[0])
    which, waited = divmod(first, WAIT + 1)
    name = ("first", "second", "third")[which]
    if waited == 0:
        return f"The {name} bit is not written: right after it h is {h[first]:+.3f}".replace("-", "−")
    when = "1 step" if waited == 1 else f"{waited} steps"
    return f"The {name} bit is lost {when} after it was written: h is {h[first]:+.3f}".replace("-", "−")
