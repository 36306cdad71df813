"""Write the static pictures: what a page shows where no kernel runs.

``python -m utils.figures.static DIR`` writes ``wirings.png``, ``recurrence.png``, ``backwards.png`` and
``lstm-cell.png``. This package holds no solution, so what a solution draws is left out unless its file is given:
``phase-portrait.png`` with ``--step solutions/01-rnn-forward.py``, ``stepper.png`` and ``blame.png`` if
``--backward solutions/02-bptt.py`` is given too, ``gate-console.png`` with ``--cell solutions/05-lstm.py``,
``highway.png`` and ``two-lanes.png`` with ``--lstm solutions/05-lstm.py solutions/06-highway.py``.
"""

import argparse
import ast
from pathlib import Path

import numpy as np
from matplotlib.patches import FancyArrowPatch

from utils.figures import blame, console, highway_map, lanes, portrait, stepping, unrolling
from utils.figures.cell import lstm_cell
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, HIDDEN, INPUT, OUTPUT, QUIET, WIDTH, drawn, ink, sheet
from utils.figures.wiring import TASKS, Graph, unroll

DPI = 110


def wirings():
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


def recurrence():
    """Return the rolled cell beside the same cell unrolled over four steps, the same W at each."""
    height = 3.1
    with drawn():
        figure, _ = sheet("One cell with a loop is a chain with the same W at every step", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.72 / height))
        unrolling.frame(axes, first=-3.05, last=5.05, bottom=-0.45, top=2.62)
        unrolling.draw(axes, unroll("many to many, aligned", 4))
        for t in range(1, 5):
            _label(axes, t + 0.06, 0.43, "W_{xh}", INPUT, "left")
            _label(axes, t + 0.06, 1.54, "W_{hy}", OUTPUT, "left")
            _label(axes, t - 0.5, 1.26, "W_{hh}", HIDDEN, "center")
        _rolled(axes, -2.2)
        axes.text(-0.55, 1.1, "=", fontsize=20, color=QUIET, ha="center", va="center")
        axes.text(4.5, 1.1, "…", fontsize=16, color=QUIET, va="center")
    return Picture(
        figure,
        "Left, one cell: x_t enters h_t, y_t leaves it, and h_t loops back to itself. Right, the same cell unrolled: "
        "h_0 to h_4 in a row, with W_xh, W_hh and W_hy the same at every step.",
    )


def backwards():
    """Return the unrolled network with a dashed arrow against every solid one."""
    height, T = 3.5, 4
    with drawn():
        figure, _ = sheet("Forward along every arrow, then backward along every arrow", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 3.0 / height))
        unrolling.frame(axes, first=-0.15, last=6.55, bottom=-0.4, top=2.6)
        unrolling.draw(axes, unroll("many to many, aligned", T))
        for t in range(1, T + 1):
            _against(axes, (t + 0.11, 1.93), (t + 0.11, 1.4))
            _against(axes, (t + 0.11, 0.83), (t + 0.11, 0.29))
            _against(axes, (t - 0.29, 0.98), (t - 0.71, 0.98) if t > 1 else (0.42, 0.98))
        axes.text(4.75, 2.2, "each output has a loss", fontsize=9.5, color=ink(OUTPUT), va="center")
        axes.text(4.75, 1.65, "solid: values, with time", fontsize=9.5, color=ink(HIDDEN), va="center")
        axes.text(4.75, 1.1, "dashed: gradients,\nagainst time", fontsize=9.5, color=ink(GRADIENT), va="center")
    return Picture(
        figure,
        "A network unrolled over four steps, x below, h in the middle, y above. Solid arrows run forward; beside each, "
        "a dashed arrow runs back: from every y into its h, from every h to the h before it and to its x.",
    )


def _against(axes, start, end):
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>,head_length=3,head_width=1.8", linestyle=(0, (3, 1.5)), linewidth=1.6,
            color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5,
        )
    )  # fmt: skip


def _rolled(axes, x):
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
    _label(inset, side + 0.47, 1.1, "W_{hh}", HIDDEN, "left")
    _label(inset, 1.06, 0.43, "W_{xh}", INPUT, "left")
    _label(inset, 1.06, 1.54, "W_{hy}", OUTPUT, "left")


def _label(axes, x, y, letters, colour, align):
    axes.text(x, y, f"${letters}$", fontsize=10, color=ink(colour), ha=align, va="center")


def phase_portraits(rnn_step_forward):
    """Return three presets of the phase portrait side by side."""
    shown = ("Spiral in", "Rotate", "Four memories")
    height, side = 3.25, 1.95
    with drawn():
        figure, _ = sheet(
            "The same two units forget, rotate or remember: Wh decides",
            f"x = 0, b = 0, Wh = gain × rotation; 16 starts (white), {portrait.STEPS} steps later (black).",
            height,
        )
        for k, name in enumerate(shown):
            preset = portrait.PRESETS[name]
            axes = figure.add_axes(((0.5 + k * 2.3) / WIDTH, 0.72 / height, side / WIDTH, side / height))
            portrait.draw_plane(axes, portrait.orbits(rnn_step_forward, **preset))
            axes.set_title(f"{name}: gain {preset['gain']:g}, {preset['angle']:g}°", fontsize=9)
            axes.set(xticks=[-1, 1], yticks=[-1, 1])
            axes.set_xlabel("unit 1", labelpad=-8)
            axes.set_ylabel("unit 2" if k == 0 else "", labelpad=-8)
    return Picture(
        figure,
        "Three phase portraits of two hidden units. Gain 0.8 with a turn of 30°: all paths spiral into 0. Gain 1.2: "
        "all end on one ring and keep turning. Gain 1.5 without a turn: each path ends in one of four corners.",
    )


def two_lanes(functions):
    """Return the gradient at the cells of an LSTM for three forget biases, by these functions, side by side."""
    names = ("lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias")
    biases, height = (0.0, 1.0, 5.0), 3.35
    with drawn():
        figure, margins = sheet(
            "The direct path follows the forget bias; what goes through h is added to it",
            f"Of a gradient of 1 at the last cell, what is left at each cell. T = {lanes.T}, D = {lanes.D}, "
            f"H = {lanes.H}, inputs N(0, 1), weights N(0, 1/inputs), seed 1.",
            height,
        )
        panels = figure.add_gridspec(1, 3, left=0.085, right=0.97, wspace=0.12, **margins).subplots(sharey=True)
        for axes, bias in zip(panels, biases, strict=True):
            lanes.cell_lane(axes, lanes.lanes(*(functions[name] for name in names), bias, scale=1.0, seed=1))
            axes.set_title(f"forget bias {bias:g}")
    return Picture(
        figure,
        "Three panels for the forget biases 0, 1 and 5: the gradient at each cell by all paths and by the direct path. "
        "At bias 0 both fall steeply and lie apart, at bias 5 both stay near 1.",
    )


def functions_from(paths):
    """Return all functions that these Python files define, by name, with NumPy as ``np`` and nothing else run."""
    scope = {"np": np}
    for path in paths:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        exec(compile(ast.Module(found, []), str(path), "exec"), scope)
    return scope


def function_from(path, name, scope=None):
    """Return the function `name` defined in the Python file at `path`, with NumPy as ``np`` and nothing else run.

    `scope` holds the names that it may use, and is given its own.

    Raises
    ------
    SystemExit
        If the file does not define it.
    """
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        raise SystemExit(f"{path} does not define {name}.")
    scope = {"np": np} if scope is None else scope
    exec(compile(ast.Module(found[-1:], []), str(path), "exec"), scope)
    return scope[name]


def main(arguments=None):
    """Write the pictures; the command line is described at the top of this file."""
    parser = argparse.ArgumentParser(prog="python -m utils.figures.static", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="where the PNG files go; made if missing")
    parser.add_argument("--step", type=Path, help="a Python file that defines rnn_step_forward, for the phase portrait")
    parser.add_argument("--backward", type=Path, help="one that defines rnn_backward, for who blames whom")
    parser.add_argument("--cell", type=Path, help="a Python file that defines lstm_from_gates, for the gate console")
    parser.add_argument("--lstm", type=Path, nargs="+", help="Python files that define an LSTM, for the two lanes")
    options = parser.parse_args(arguments)
    pictures = {"wirings": wirings(), "recurrence": recurrence(), "backwards": backwards(), "lstm-cell": lstm_cell()}
    if options.step:
        pictures["phase-portrait"] = phase_portraits(function_from(options.step, "rnn_step_forward"))
    if options.step and options.backward:
        scope = {"np": np}
        for path, names in (
            (options.step, ("rnn_step_forward", "rnn_forward")),
            (options.backward, ("rnn_step_backward", "rnn_backward")),
        ):
            for name in names:
                function_from(path, name, scope)
        pictures["blame"] = blame.draw(scope["rnn_backward"], scope["rnn_forward"], gain=0.9, inputs=0.5)
        steps = scope["rnn_step_backward"], scope["rnn_step_forward"]
        pictures["stepper"] = stepping.draw(*steps, position=stepping.LAST - 1, losses="at every step")
        for name in ("blame", "stepper"):
            [caption] = [text for text in pictures[name].figure.texts if text.get_gid() == "caption"]
            caption.set_text(caption.get_text().replace(" your ", " a right ").replace("Your ", "A right "))
    if options.cell:
        pictures["gate-console"] = console.puzzles(function_from(options.cell, "lstm_from_gates"))
    if options.lstm:
        pictures["highway"] = highway_map.draw()
        pictures["two-lanes"] = two_lanes(functions_from(options.lstm))
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        file = options.directory / f"{name}.png"
        file.write_bytes(picture.png(dpi=DPI, compress_level=9))
        print(f"{file}: {picture.alt}")


if __name__ == "__main__":
    main()
