"""The gate console: three gates and the candidate by slider, three puzzles and a secret, and the learner's own cell."""

import html

import ipywidgets

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _gate_console
from utils.figures.learner import driven
from utils.figures.style import GATES

_SAYS = {"i": "write", "f": "keep", "o": "reveal", "g": "what"}


@driven
def gate_console(lstm_from_gates: Learner) -> Explorer:
    """Return the explorer of one LSTM cell whose gates are set by hand, driven by the learner's cell.

    Parameters
    ----------
    lstm_from_gates : callable
        ``lstm_from_gates(i, f, o, g, c0) -> (h, c)``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    Notes
    -----
    Four sliders, one more than explorers have elsewhere: an LSTM has i, f, o and g, and to leave one out would hide
    what the other three are for. They stand side by side as one group.
    """
    explorer = Explorer(
        lambda i, f, o, g: _gate_console.draw(lstm_from_gates, i, f, o, g),
        controls={gate: _slider(gate) for gate in "ifog"},
        presets={name: setting for name, (_, setting) in _gate_console.PUZZLES.items()},
        words=lambda i, f, o, g: words(lstm_from_gates, i, f, o, g),
        height=_gate_console.HEIGHT,
    )
    _lay_out(explorer)
    return explorer


def words(lstm_from_gates: Learner, i: float, f: float, o: float, g: float) -> str:
    """Say in words what the gates do, and whether a puzzle is solved."""
    name = _gate_console.solved(*_gate_console.traces(lstm_from_gates, i, f, o, g))
    says = (
        f"Each step keeps {_share(f)} of the cell (f), writes {_share(i)} of what is offered (i), and shows "
        f"{_share(o)} of tanh c (o). "
    )
    if name:
        return says + f"With these gates `{name_of(lstm_from_gates)}` solves a puzzle: {name}."
    return says + "Which puzzle is nearest, and which slider keeps you from it?"


def _share(value: float) -> str:
    return {0.0: "nothing", 1.0: "all"}.get(value, f"{100 * value:.0f} %")


def _slider(gate: str) -> ipywidgets.FloatSlider:
    low, step = (-1.0, 0.1) if gate == "g" else (0.0, 0.05)
    return ipywidgets.FloatSlider(
        _gate_console.START[gate],
        min=low,
        max=1.0,
        step=step,
        description=f"{gate}: {_SAYS[gate]}",
        orientation="vertical",
        readout_format=".2f",
        style={"description_width": "initial", "handle_color": GATES[gate]},
        layout=ipywidgets.Layout(width="76px", height="178px"),
    )


def _lay_out(explorer: Explorer) -> None:
    """Put the sliders on the left and each puzzle's button beside its sentence on the right."""
    rows = []
    for name, button in explorer.buttons.items():
        button.layout = ipywidgets.Layout(width="140px")
        asks = _gate_console.PUZZLES[name][0] if name in _gate_console.PUZZLES else "back to half-open gates, g = 1"
        text = ipywidgets.HTML(f'<span style="line-height:1.3">{html.escape(asks)}</span>')
        text.layout = ipywidgets.Layout(width="258px")
        rows.append(ipywidgets.HBox([button, text], layout=ipywidgets.Layout(align_items="center")))
    sliders = ipywidgets.HBox(list(explorer.controls.values()), layout=ipywidgets.Layout(width="314px"))
    puzzles = ipywidgets.VBox(rows, layout=ipywidgets.Layout(width="400px"))
    room = ipywidgets.Layout(max_width="720px", flex_flow="row wrap", align_items="center")
    top = ipywidgets.HBox([sliders, puzzles], layout=room)
    explorer.children = (top, *explorer.children[2:])
