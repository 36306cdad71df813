"""The static pictures of assignment 01."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.experiments.results import Learner
from utils.figures import _phase_portrait, unrolling
from utils.figures._wirings import TASKS, Graph, unroll
from utils.figures.labels import letters_at
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INPUT, QUIET, WIDTH, drawn, sheet


def wirings() -> Picture:
    """Return all five wirings in one picture, each with the lecture's task."""
    rows = (
        (("one to one", 1), ("one to many", 4), ("many to one", 4)),
        (("many to many, delayed", 6), ("many to many, aligned", 4)),
    )
    unit, high, left = 0.585, 2.28, 0.12  # inches: of a step, of a row, of the margin
    height = 2 * high + 0.5
    with drawn():
        figure, _ = sheet("Five ways to wire inputs to outputs through a state", height=height)
        for r, row in enumerate(rows):
            start = left
            for wiring, T in row:
                wide = (T + 0.85) * unit + (0.55 if wiring == "one to one" else 0)
                axes = figure.add_axes(
                    (start / WIDTH, 1 - (0.38 + (r + 1) * high) / height, wide / WIDTH, high / height)
                )
                first = 0.65 if wiring == "one to one" else 0.02
                unrolling.frame(axes, first, first + wide / unit, bottom=-0.45, top=high / unit - 0.45)
                unrolling.draw(axes, unroll(wiring, T), fontsize=10.5)
                edge = 1 - unrolling.WIDE / 2
                axes.text(edge, 3.12, wiring, fontsize=9.5, fontweight="bold", va="center")
                axes.text(
                    edge,
                    2.78,
                    TASKS[wiring] + (": encoder, then decoder" if "delayed" in wiring else ""),
                    fontsize=8.5,
                    color=QUIET,
                    va="center",
                )
                start += wide
    return Picture(
        figure,
        "Five unrolled networks, x below, h in the middle, y above: "
        + "; ".join(f"{wiring} ({task})" for wiring, task in TASKS.items())
        + ". In one to many, and in the decoder of the delayed wiring, each output is the next input.",
    )


def recurrence() -> Picture:
    """Return the rolled cell beside the same cell unrolled over four steps, the same W at each."""
    height = 3.1
    with drawn():
        figure, _ = sheet("One cell with a loop is a chain with the same W at every step", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.72 / height))
        unrolling.frame(axes, first=-3.05, last=5.05, bottom=-0.45, top=2.62)
        unrolling.draw(axes, unroll("many to many, aligned", 4))
        for t in range(1, 5):
            letters_at(axes, t + 0.06, 0.43, "W_{xh}", INPUT, "left")
            letters_at(axes, t + 0.06, 1.54, "W_{hy}", HIDDEN, "left")
            letters_at(axes, t - 0.5, 1.26, "W_{hh}", HIDDEN, "center")
        _rolled(axes, -2.2)
        axes.text(-0.55, 1.1, "=", fontsize=20, color=QUIET, ha="center", va="center")
        axes.text(4.5, 1.1, "…", fontsize=16, color=QUIET, va="center")
    return Picture(
        figure,
        "Left, one cell: x_t enters h_t, y_t leaves it, and h_t loops back to itself. Right, the same cell unrolled: "
        "h_0 to h_4 in a row, with W_xh, W_hh and W_hy the same at every step.",
    )


def _rolled(axes: Axes, x: float) -> None:
    """Draw x_t, h_t, y_t at abscissa `x`, h_t with its loop."""
    cell = Graph("rolled", 1, (1,), (1,), ())
    # Drawn as the cell of step 1 in axes of its own, so that boxes and arrows are those of the chain.
    low, high = axes.get_ylim()
    inset = axes.inset_axes((x - 1.0, low, 2.2, high - low), transform=axes.transData)
    unrolling.frame(inset, 0.0, 2.2, low, high)
    drawing = unrolling.draw(inset, cell, lit=("x1", "h1", "y1"))
    drawing.boxes["h0"].remove()
    drawing.arrows["h0", "h1"].remove()
    names = {"$x_{1}$": "$x_{t}$", "$h_{1}$": "$h_{t}$", "$y_{1}$": "$y_{t}$", "$h_{0}$": ""}
    for text in inset.texts:
        text.set_text(names[text.get_text()])
    side = 1 + unrolling.WIDE / 2
    loop = unrolling.elbows([(side, 1.22), (side + 0.4, 1.22), (side + 0.4, 0.98), (side + 0.035, 0.98)], 0.12)
    inset.add_patch(
        FancyArrowPatch(
            path=loop, arrowstyle="-|>,head_length=3.2,head_width=1.9", linewidth=1.5, color=HIDDEN, capstyle="butt"
        )
    )
    letters_at(inset, side + 0.47, 1.1, "W_{hh}", HIDDEN, "left")
    letters_at(inset, 1.06, 0.43, "W_{xh}", INPUT, "left")
    letters_at(inset, 1.06, 1.54, "W_{hy}", HIDDEN, "left")


def phase_portraits(rnn_step_forward: Learner) -> Picture:
    """Return three presets of the phase portrait side by side."""
    shown = ("Spiral in", "Rotate", "Four memories")
    height, side = 3.4, 1.95
    with drawn():
        figure, _ = sheet(
            "The same two units forget, rotate or remember: Wh decides",
            f"x = 0, b = 0, Wh = gain × rotation. White: 16 starts; green: their paths, one of them thick; black: "
            f"where they are {_phase_portrait.STEPS} steps later. Grey arrows: from other states towards the next, "
            "shortened.",
            height,
        )
        for k, name in enumerate(shown):
            preset = _phase_portrait.PRESETS[name]
            axes = figure.add_axes(((0.5 + k * 2.3) / WIDTH, 0.87 / height, side / WIDTH, side / height))
            _phase_portrait.draw_plane(axes, _phase_portrait.orbits(rnn_step_forward, **preset))
            axes.set_title(f"{name}: gain {preset['gain']:g}, {preset['angle']:g}°", fontsize=9)
            axes.set(xticks=[-1, 1], yticks=[-1, 1])
            axes.set_xlabel("unit 1", labelpad=-8)
            axes.set_ylabel("unit 2" if k == 0 else "", labelpad=-8)
    return Picture(
        figure,
        "Three phase portraits of two hidden units. Gain 0.8 with a turn of 30°: all paths spiral into 0. Gain 1.2: "
        "all end on one ring and keep turning. Gain 1.5 without a turn: each path ends in one of four corners.",
    )


PICTURES = {
    "wirings": (wirings, ()),
    "recurrence": (recurrence, ()),
    "phase-portrait": (phase_portraits, ("rnn_step_forward",)),
}
