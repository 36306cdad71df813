"""Write the static pictures: what a page shows where no kernel runs.

``python -m utils.figures.static DIR --step solutions/01-rnn-forward.py`` writes ``wirings.png``, ``recurrence.png`` and
``phase-portrait.png``. The last is drawn by the `rnn_step_forward` of the file given with ``--step``, and left out
without it: this package holds no solution. So is ``spectrum-fan.png`` without the files given with ``--flow``.
"""

import argparse
import ast
from pathlib import Path

import numpy as np
from matplotlib.patches import FancyArrowPatch

from utils.figures import fan, portrait, unrolling
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, GRADIENT, HIDDEN, INPUT, OUTPUT, QUIET, WIDTH, drawn, ink, sheet
from utils.figures.wiring import TASKS, Graph, unroll

DPI = 110


def wirings():
    """Return all five wirings in one picture, each with the lecture's task."""
    rows = (
        (("one to one", 1), ("one to many", 4), ("many to one", 4)),
        (("many to many, delayed", 6), ("many to many, aligned", 4)),
    )
    unit, high, left = 0.585, 2.28, 0.12  # inches: of a step, of a row, of the margin
    height = 2 * high + 0.62
    with drawn():
        figure, _ = sheet("Five ways to wire inputs to outputs through a state", height=height)
        for r, row in enumerate(rows):
            start = left
            for wiring, T in row:
                wide = (T + 0.85) * unit + (0.55 if wiring == "one to one" else 0)
                axes = figure.add_axes(
                    (start / WIDTH, 1 - (0.5 + (r + 1) * high) / height, wide / WIDTH, high / height)
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
    height = 3.3
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
    height, side = 3.35, 1.95
    with drawn():
        figure, _ = sheet(
            "The same two units forget, rotate or remember: Wh decides",
            f"x = 0, b = 0, Wh = gain × rotation; 16 starts, {portrait.STEPS} steps. ○ start, ● after the last step.",
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


def gradient_flow():
    """Return the unrolled chain with the gradient on its way back from the loss, one Jacobian at each step."""
    height, T = 3.3, 5
    with drawn():
        figure, _ = sheet("One loss, one way back: every step multiplies the gradient by its Jacobian", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.72 / height))
        unrolling.frame(axes, first=-0.85, last=6.9, bottom=-0.45, top=2.62)
        graph = unroll("many to one", T)
        unrolling.draw(axes, graph, lit=[name for name in graph.nodes if name[0] in "hy"])
        top = unrolling.ROWS["h"] + unrolling.HIGH / 2
        for t in range(T, 1, -1):
            width = 0.8 + 2.2 * (t - 1) / (T - 1)  # the message grows fainter on its way
            _backward(axes, (t - 0.1, top + 0.03), (t - 0.9, top + 0.03), "arc3,rad=0.55", width)
            _label(axes, t - 0.5, top + 0.42, f"J_{{{t}}}", GRADIENT, "center")
        _backward(axes, (T + 0.14, 1.93), (T + 0.14, top + 0.03), "arc3,rad=0", 3.0)
        _label(axes, T + 0.28, 1.64, r"\partial L/\partial h_5", GRADIENT, "left")
        axes.text(
            -0.55, top + 0.9,
            r"$\frac{\partial L}{\partial h_1} = (J_5 J_4 J_3 J_2)^\top\, \frac{\partial L}{\partial h_5}$",
            fontsize=12, color=ink(GRADIENT), va="center",
        )  # fmt: skip
    return Picture(
        figure,
        "An unrolled network over five steps with a loss at the last. Dashed arrows run back from the loss to h5, h4, "
        "h3, h2 and h1, one Jacobian J at each step, and grow fainter.",
    )


def _backward(axes, start, end, style, width):
    axes.add_patch(
        FancyArrowPatch(
            start, end, connectionstyle=style, arrowstyle="-|>,head_length=3.6,head_width=2.1", linewidth=width,
            linestyle=BACKWARD, color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5, gid="backward",
        )
    )  # fmt: skip


def spectrum_fans(jacobian_product, rnn_forward):
    """Return three settings of the spectrum fan: W^t above, the RNN below."""
    shown = ("Gaussian", "Orthogonal", "tanh saves")
    height = 5.0
    with drawn():
        figure, _ = sheet(
            "σ_max alone does not decide: not for Wᵗ, and not for the RNN",
            f"All {fan.UNITS} singular values of the product over t steps (the largest dark). H = {fan.UNITS}, seed "
            f"{fan.SEED}, input N(0, 0.5²). Dashed σ_maxᵗ, dotted ρᵗ. Above Wᵗ, below the RNN.",
            height,
        )
        grid = figure.add_gridspec(
            2, 3, left=0.085, right=0.975, bottom=0.98 / height, top=1 - 0.72 / height, hspace=0.38, wspace=0.16
        ).subplots()
        for column, name in zip(grid.T, shown, strict=True):
            preset = fan.PRESETS[name]
            fans = fan.measure(jacobian_product, rnn_forward, **preset)
            heading = f"Wᵗ: σ_max {fans.sigma:.2f}, ρ {fans.rho:.2f}"
            fan.draw_fan(column[0], fans.power, fans, heading, "power", labels=False)
            fan.draw_fan(column[1], fans.rnn, fans, "the RNN", "rnn", labels=False)
            column[0].set_xlabel("")
            for axes in column:
                axes.tick_params(labelleft=name == shown[0])
    return Picture(
        figure,
        "Six fans of singular values. Gaussian with σ_max 1.67: W^t vanishes, the RNN faster. Orthogonal: W^t stays 1, "
        "the RNN vanishes. Gaussian with σ_max 2.3: W^t explodes, the RNN vanishes slowly.",
    )


def functions_from(paths):
    """Return all functions defined in the Python files at `paths`, in one scope with NumPy, and nothing else run."""
    scope = {"np": np}
    for path in paths:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        exec(compile(ast.Module(found, []), str(path), "exec"), scope)
    return scope


def function_from(path, name):
    """Return the function `name` defined in the Python file at `path`, with NumPy as ``np`` and nothing else run.

    Raises
    ------
    SystemExit
        If the file does not define it.
    """
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        raise SystemExit(f"{path} does not define {name}.")
    scope = {"np": np}
    exec(compile(ast.Module(found[-1:], []), str(path), "exec"), scope)
    return scope[name]


def main(arguments=None):
    """Write the pictures; the command line is described at the top of this file."""
    parser = argparse.ArgumentParser(prog="python -m utils.figures.static", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="where the PNG files go; made if missing")
    parser.add_argument("--step", type=Path, help="a Python file that defines rnn_step_forward, for the phase portrait")
    parser.add_argument(
        "--flow", type=Path, nargs="+", help="Python files that define rnn_forward and jacobian_product, for the fans"
    )
    options = parser.parse_args(arguments)
    pictures = {"wirings": wirings(), "recurrence": recurrence(), "gradient-flow": gradient_flow()}
    if options.step:
        pictures["phase-portrait"] = phase_portraits(function_from(options.step, "rnn_step_forward"))
    if options.flow:
        own = functions_from(options.flow)
        pictures["spectrum-fan"] = spectrum_fans(own["jacobian_product"], own["rnn_forward"])
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        file = options.directory / f"{name}.png"
        file.write_bytes(picture.png(dpi=DPI, compress_level=9))
        print(f"{file}: {picture.alt}")


if __name__ == "__main__":
    main()
