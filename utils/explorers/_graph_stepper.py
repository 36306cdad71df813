"""The graph stepper: forward through four steps and back again, one step at a time, by the learner's own functions."""

import ipywidgets

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _graph_stepper
from utils.figures.learner import driven

START = _graph_stepper.LAST - 1  # two gradients meet here, so the first picture already has the point


@driven
def graph_stepper(rnn_step_backward: Learner, rnn_step_forward: Learner) -> Explorer:
    """Return the explorer of one unit over four steps: play, back and step through both passes.

    Parameters
    ----------
    rnn_step_backward : callable
        ``rnn_step_backward(dnext_h, cache) -> (dx, dprev_h, dWx, dWh, db)``.
    rnn_step_forward : callable
        ``rnn_step_forward(x, prev_h, Wx, Wh, b) -> (next_h, cache)``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    style = {"description_width": "initial"}
    explorer = Explorer(
        lambda position, losses: _graph_stepper.draw(rnn_step_backward, rnn_step_forward, position, losses),
        controls={
            "position": ipywidgets.IntSlider(
                START,
                0,
                _graph_stepper.LAST,
                description="Position",
                style=style,
                layout=ipywidgets.Layout(width="300px"),
            ),
            "losses": ipywidgets.SelectionSlider(
                options=list(_graph_stepper.LOSSES),
                value="at every step",
                description="Losses",
                style=style,
                layout=ipywidgets.Layout(width="360px"),
            ),
        },
        presets={
            "Start": {"position": 0},
            "All forward": {"position": _graph_stepper.T},
            "All back": {"position": _graph_stepper.LAST},
        },
        words=lambda position, losses: words(name_of(rnn_step_backward), position, losses),
        height=_graph_stepper.HEIGHT,
    )
    slider = explorer.controls["position"]
    play = ipywidgets.Play(value=START, min=0, max=_graph_stepper.LAST, interval=1200, show_repeat=False)
    ipywidgets.link((play, "value"), (slider, "value"))
    moves = {"Back": _button("Back", "step-backward", slider, -1), "Step": _button("Step", "step-forward", slider, 1)}
    explorer.buttons = {**moves, **explorer.buttons}
    explorer.children[1].children = (play, *explorer.buttons.values())
    return explorer


def words(name: str, position: int, losses: str) -> str:
    """Say in words which arrow the eye should follow."""
    if position <= _graph_stepper.T:
        return (
            "Solid arrows: the forward pass runs with time, and each step leaves its cache behind. "
            "Where will the first gradient come from?"
        )
    t = _graph_stepper.LAST + 1 - position
    says = f"Dashed arrows: `{name}` takes what arrives at h at step {t} and sends it on, to x, to the state before "
    says += "and, in the table, to the weights. "
    if t == 1:
        return says + "Every step has added its share: the gradient of a weight is their sum."
    return says + f"Step {t - 1} is next: which gradients will meet at its h?"


def _button(text: str, icon: str, slider: ipywidgets.IntSlider, by: int) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, icon=icon, layout=ipywidgets.Layout(width="auto"))

    def move(_: object) -> None:
        slider.value = min(max(slider.value + by, slider.min), slider.max)

    button.on_click(move)
    return button
