"""The wirings explorer: where x enters, where y leaves, and which hidden states an output rests on."""

from collections.abc import Collection, Sequence
from typing import Any

import ipywidgets

from utils.explorers.explorer import Explorer
from utils.figures import unrolling
from utils.figures._wirings import TASKS, Graph, unroll
from utils.figures.picture import Picture
from utils.figures.style import QUIET, drawn, sheet

LONGEST = 8
EVERY, FIRST, LAST = "every output", "the first output", "the last output"
_HEIGHT = 3.3
# What the lecture's task reads and writes, in words beside the drawing, so that boxes have a meaning.
_MEANING = {
    "one to one": "one input in, one output out, no time: what a network without a state does",
    "one to many": "one image goes in, a word comes out at each step and goes in as the next input",
    "many to one": "a stretch of audio goes in piece by piece, one prediction comes out at the end",
    "many to many, delayed": "first all frames go in (encoder), then words come out, each the next input (decoder)",
    "many to many, aligned": "a frame goes in and its class comes out at every step, before later frames are seen",
}


def wirings() -> Explorer:
    """Return the explorer of the five wirings: structure × T, and what an output rests on.

    Returns
    -------
    Explorer

    References
    ----------
    CS231n, lecture on recurrent networks: the five ways to process sequences, and their tasks.
    """

    # Sliders for all three: JupyterLab takes the arrow keys of a closed dropdown (ipywidgets issue 3912).
    def slider(kind: type[ipywidgets.Widget], width: int, **settings: Any) -> ipywidgets.Widget:
        layout = ipywidgets.Layout(width=f"{width}px", margin="2px 12px 2px 2px")
        return kind(style={"description_width": "initial"}, layout=layout, **settings)

    return Explorer(
        draw,
        controls={
            "wiring": slider(
                ipywidgets.SelectionSlider,
                400,
                # A dash, since a slider cuts off what is wider than 148 px; the title below has the words in full.
                options=[(wiring.replace(" to ", "–"), wiring) for wiring in TASKS],
                value="many to many, aligned",
                description="Wiring",
            ),
            "T": slider(ipywidgets.IntSlider, 270, value=5, min=1, max=LONGEST, description="T"),
            "light": slider(
                ipywidgets.SelectionSlider,
                400,
                options=[EVERY, FIRST, LAST],
                value=EVERY,
                description="Light what feeds",
            ),
        },
        presets={
            TASKS[wiring].capitalize(): {"wiring": wiring, "T": T, "light": light}
            for wiring, T, light in (
                ("one to many", 5, EVERY),
                ("many to one", 6, EVERY),
                ("many to many, delayed", 6, FIRST),
                ("many to many, aligned", 6, FIRST),
            )
        },
        words=words,
        height=_HEIGHT,
    )


def draw(wiring: str, T: int, light: str) -> Picture:
    """Return the `Picture` of one wiring over T steps, with what feeds the chosen outputs lit."""
    graph = unroll(wiring, T)
    lit = feeding(graph, light)
    title = f"{wiring.capitalize()}: {finding(graph, light, lit)}"
    with drawn():
        figure, _ = sheet(title, height=_HEIGHT)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.98 / _HEIGHT))
        unrolling.frame(axes, first=-0.1, last=8.6, bottom=-0.95)
        unrolling.draw(axes, graph, lit)
        if wiring == "one to one":
            axes.text(
                1.6, unrolling.ROWS["h"], "no step before, none after:\nno state to carry", color=QUIET, va="center"
            )
            return Picture(figure, f"Ordinary network. {title}. {words(wiring, T, light)}")
        axes.annotate(
            "", (8.5, -0.52), (0.55, -0.52), arrowprops={"arrowstyle": "-|>", "color": QUIET, "linewidth": 0.8}
        )
        for t in range(1, LONGEST + 1):
            axes.text(t, -0.72, str(t), ha="center", va="center", fontsize=8.5, color=QUIET)
        axes.text(0.25, -0.72, "step", ha="center", va="center", fontsize=8.5, color=QUIET)
    return Picture(figure, f"Unrolled network over {graph.T} steps. {title}. {words(wiring, T, light)}")


def feeding(graph: Graph, light: str) -> set[str]:
    """Return the names of all parts that reach the chosen outputs, these included."""
    chosen = {EVERY: graph.outputs, FIRST: graph.outputs[:1], LAST: graph.outputs[-1:]}[light]
    return graph.behind(*(f"y{t}" for t in chosen))


def finding(graph: Graph, light: str, lit: Collection[str]) -> str:
    """Say where x enters and y leaves, or how many inputs the chosen output rests on."""
    if light == EVERY:
        back = " and feeds back" if graph.feedback else ""
        enters, leaves = (_steps(steps).replace(" to ", "–") for steps in (graph.inputs, graph.outputs))
        return f"x enters at {enters}, y leaves at {leaves.split()[-1]}{back}"
    seen = sum(f"x{t}" in lit for t in graph.inputs)
    step = graph.outputs[0] if light == FIRST else graph.outputs[-1]
    return f"y at step {step} rests on {seen} of {len(graph.inputs)} inputs"


def words(wiring: str, T: int, light: str) -> str:
    """Say in a sentence or two what the drawing shows, with the lecture's task for it."""
    graph = unroll(wiring, T)
    live = sorted(int(name[1:]) for name in feeding(graph, light) if name[0] == "h" and name != "h0")
    task = TASKS[wiring]
    says = f"{task[0].upper()}{task[1:]}: {_MEANING[wiring]}. "
    if graph.T == 1:
        return says + "With a single step there is nothing to unroll: one x, one h, one y."
    whose = "some output" if light == EVERY else light
    if len(live) == graph.T:
        return says + f"All hidden states, h at steps 1 to {graph.T}, reach {whose}."
    return says + f"Of h at steps 1 to {graph.T}, only h at {_steps(live)} reaches {whose}."


def _steps(steps: Sequence[int]) -> str:
    """Write consecutive steps short: ``step 3``, ``steps 1 to 4``."""
    return f"step {steps[0]}" if len(steps) == 1 else f"steps {steps[0]} to {steps[-1]}"
