"""The gate console's picture: one cell, four fixed gates, two pulses, and what the learner's own cell makes of them."""

import math

import numpy as np

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures.labels import at_end, spread
from utils.figures.learner import all_checked
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, axes_in, drawn, ink, sheet, short, tint

T = 30
C0 = 1.0
UP, DOWN = range(7, 9), range(19, 21)  # the steps, counted from 1, at which something arrives
HEIGHT = 4.3
START = {"i": 0.5, "f": 0.5, "o": 0.5, "g": 1.0}
# What each puzzle asks for, and one setting that does it.
PUZZLES = {
    "Latch": ("keep c at 1, and h above 0.5", {"i": 0.0, "f": 1.0, "o": 1.0, "g": 1.0}),
    "Leaky integrator": (
        "write, show, lose half in 5–10 steps",
        {"i": 0.5, "f": 0.9, "o": 1.0, "g": 1.0},
    ),
    "Reset the cell": ("empty it at once, and let nothing in", {"i": 0.0, "f": 0.0, "o": 1.0, "g": 1.0}),
    "Secret": ("keep c at 1, and show nothing of it", {"i": 0.0, "f": 1.0, "o": 0.0, "g": 1.0}),
}  # fmt: skip
_SOLVED = {
    "Latch": "c keeps its 1 through both pulses",
    "Reset the cell": "c is empty from the first step on",
    "Secret": "c keeps its 1, and h shows nothing",
}


def arrivals() -> Array:
    """Return what arrives at steps 1 ... T, shape (T,): +1 for two steps, later −1 for two steps, else 0."""
    steps = np.arange(1, T + 1)
    return np.isin(steps, UP).astype(float) - np.isin(steps, DOWN)


def traces(lstm_from_gates: Learner, i: float, f: float, o: float, g: float) -> list[Array]:
    """Return h and c, each of shape (T,), from the learner's cell with these gates at every step.

    Raises
    ------
    utils.errors.UtilsError
        If the learner's function is not written or cannot be drawn.
    """
    gates = [np.full((1, T, 1), float(value)) for value in (i, f, o)]
    returned = call(lstm_from_gates, *gates, g * arrivals()[None, :, None], np.full((1, 1), C0))
    shapes = {"h": (1, T, 1), "c": (1, T, 1)}
    return [trace[0, :, 0] for trace in all_checked(returned, shapes, name_of(lstm_from_gates), cache=False)]


def solved(h: Array, c: Array) -> str | None:
    """Return the puzzle that these traces solve, or None; judged by the traces alone."""
    quiet = [t for t in range(1, T) if not arrivals()[t] and abs(c[t - 1]) > 1e-3]
    kept = np.array([c[t] / c[t - 1] for t in quiet])
    moved = max(abs(c[t - 1] - c[t - 2]) for t in (*UP, *DOWN))
    if np.abs(c - C0).max() < 0.05:
        if np.abs(h).max() < 0.02:
            return "Secret"
        return "Latch" if np.abs(h).min() > 0.5 else None
    if np.abs(c).max() < 0.05:
        return "Reset the cell"
    fades = kept.size and np.ptp(kept) < 1e-6 and 5 <= half_life(kept[0]) <= 10
    return "Leaky integrator" if fades and moved > 0.1 and np.abs(h).max() > 0.05 else None


def half_life(kept: float) -> float:
    """Return after how many steps half is left, if each step leaves the share `kept`."""
    return math.log(0.5) / math.log(kept) if 0 < kept < 1 else math.inf if kept >= 1 else 0.0


def finding(h: Array, c: Array) -> str:
    """Say in a sentence what the cell did, from the measured traces."""
    name = solved(h, c)
    if name == "Leaky integrator":
        return f"{name}: pulses are written, and fade to half in {_steps(half_life(c[1] / c[0]))}"
    if name:
        return f"{name}: {_SOLVED[name]}"
    kept, written = c[0] / C0, np.abs(np.diff(c))[[t - 2 for t in (*UP, *DOWN)]].max()
    if kept > 1 + 1e-6 or kept < -1e-6:
        says = f"One quiet step turns c = 1 into {short(c[0])}: no forget gate does that"
    elif kept > 1 - 1e-6:
        says = "Nothing is forgotten: " + (
            f"c adds up what is written, up to {short(c.max())}" if written > 1e-6 else "c stays as it is"
        )
    elif kept < 1e-6:
        says = "Nothing is kept: c is what was written in this very step"
    else:
        half = half_life(kept)
        says = f"A step keeps {short(100 * kept)} % of c, so half is gone after {_steps(half)}"
    return says + (", and nothing shows" if np.abs(h).max() < 1e-6 < np.abs(c).max() else "")


def _steps(number: float) -> str:
    return "1 step" if f"{number:.2g}" == "1" else f"{short(number)} steps"


def draw(lstm_from_gates: Learner, i: float, f: float, o: float, g: float) -> Picture:
    """Return the `Picture` of one setting: c and h over time, and what is offered and written below."""
    h, c = traces(lstm_from_gates, i, f, o, g)
    title, offered = finding(h, c), g * arrivals()
    steps = np.arange(0, T + 1)
    caption = (
        f"Drawn by your lstm_from_gates, N = H = 1, c₀ = 1, the gates the same at all {T} steps. g is what the slider "
        "says at steps 7 and 8, its opposite at steps 19 and 20, and 0 else."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        grid = figure.add_gridspec(2, 1, left=0.075, right=0.93, hspace=0.36, height_ratios=[2.5, 1], **margins)
        above, below = axes_in(grid, sharex=True)
        for axes in (above, below):
            axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
            for pulse in (UP, DOWN):
                axes.axvspan(pulse[0] - 0.5, pulse[-1] + 0.5, color=tint(GATES["g"], 0.08), linewidth=0, zorder=0)
        above.plot(steps, np.append(C0, c), ".-", color=INK, linewidth=2.2, markersize=6, gid="c")
        above.plot(steps[1:], h, ".-", color=HIDDEN, linewidth=2.2, markersize=6, gid="h")
        low, high = min(-1.3, 1.1 * c.min(), 1.1 * h.min()), max(3.3, 1.08 * c.max(), 1.08 * h.max())
        above.set(ylim=(low, high))
        if (low, high) == (-1.3, 3.3):
            above.set_yticks(range(-1, 4))
        places = spread([c[-1], h[-1]], 0.17 * (high - low) / 1.6)
        for place, text, colour in zip(places, "ch", (INK, ink(HIDDEN)), strict=True):
            at_end(above, T, place, text, colour)
        above.set_title("c, what the cell holds, and h, what it shows")
        # Thick lines, not bars: a patch a step would double the time of an update.
        shown = np.flatnonzero(arrivals())
        for size, colour, gid in ((offered, tint(GATES["g"], 0.22), "offered"), (i * offered, GATES["i"], "written")):
            lines = below.vlines(shown + 1, 0, size[shown], color=colour, linewidth=13, gid=gid)
            lines.set_capstyle("butt")
        below.set(xlim=(-0.4, T + 0.4), ylim=(-1.1, 1.1), yticks=[-1, 0, 1], xticks=[0, *range(5, T + 1, 5)])
        below.set_xlabel("step t")
        below.set_title("offered, g (pale), and written, i · g (full)")
    alt = (
        (
            f"{title}. Above, c and h over {T} steps with i = {i:g}, f = {f:g}, o = {o:g}, g = {g:g}: c ends at "
            f"{c[-1]:.2f}, h at {h[-1]:.2f}. Below, two pulses, and how much of them is written."
        )
        .replace(" -", " −")
        .replace("= -", "= −")
    )
    return Picture(figure, alt)


def puzzles(lstm_from_gates: Learner) -> Picture:
    """Return what three of the puzzles ask for side by side, where no kernel runs; not how they are solved."""
    shown, height = ("Latch", "Leaky integrator", "Reset the cell"), 3.0
    pieces = []
    with drawn():
        figure, margins = sheet(
            "The same cell holds, fades or forgets: its gates decide",
            "c₀ = 1, gates the same at all 30 steps; shaded: g = +1, later g = −1. Black: c, what the cell holds. "
            "Green: h, what it shows.",
            height,
        )
        axes_of = axes_in(figure.add_gridspec(1, 3, left=0.06, right=0.985, wspace=0.14, **margins | {"top": 0.74}))
        for place, (name, axes) in enumerate(zip(shown, axes_of, strict=True)):
            h, c = traces(lstm_from_gates, **PUZZLES[name][1])
            axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
            for pulse in (UP, DOWN):
                axes.axvspan(pulse[0] - 0.5, pulse[-1] + 0.5, color=tint(GATES["g"], 0.12), linewidth=0, zorder=0)
            axes.plot(range(T + 1), np.append(C0, c), color=INK, linewidth=2.2)
            axes.plot(range(1, T + 1), h, color=HIDDEN, linewidth=2.2)
            axes.set(xlim=(-0.4, T + 0.4), ylim=(-0.8, 1.6), yticks=[0, 1], xticks=[0, 10, 20, 30], xlabel="step t")
            axes.tick_params(labelleft=place == 0)
            axes.set_title(name)
            pieces.append(f"{name}: c ends at {c[-1]:.2f}")
    return Picture(figure, f"Three small plots of c and h over {T} steps. {'; '.join(pieces)}.".replace(" -", " −"))
