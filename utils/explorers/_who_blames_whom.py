"""Who blames whom: how strongly each loss pulls at each earlier state, by the learner's own functions."""

import ipywidgets

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _who_blames_whom
from utils.figures.learner import driven

START = {"gain": 0.9, "inputs": 0.5}
PRESETS = {
    "Vanishes": {"gain": 0.5, "inputs": 0.1},
    "Survives": {"gain": 1.0, "inputs": 0.1},
    "Explodes": {"gain": 1.4, "inputs": 0.001},
    "Saturated": {"gain": 1.4, "inputs": 3.162},
}


@driven
def who_blames_whom(rnn_backward: Learner, rnn_forward: Learner) -> Explorer:
    """Return the explorer of ‖∂L_t/∂h_τ‖ for every loss and every earlier state.

    Parameters
    ----------
    rnn_backward : callable
        ``rnn_backward(dh, cache) -> (dx, dh0, dWx, dWh, db)``.
    rnn_forward : callable
        ``rnn_forward(x, h0, Wx, Wh, b) -> (h, cache)``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, ICML.
    """
    style, layout = {"description_width": "initial"}, ipywidgets.Layout(width="330px")
    return Explorer(
        lambda gain, inputs: _who_blames_whom.draw(rnn_backward, rnn_forward, gain, _short(inputs)),
        controls={
            "gain": ipywidgets.FloatSlider(
                START["gain"], min=0.1, max=2.0, step=0.05, description="Norm of Wh", style=style, layout=layout
            ),
            "inputs": ipywidgets.FloatLogSlider(
                START["inputs"], base=10, min=-3, max=0.5, step=0.1, description="Inputs", style=style, layout=layout
            ),
        },
        presets=PRESETS,
        words=lambda gain, inputs: words(name_of(rnn_backward), gain, _short(inputs)),
        height=_who_blames_whom.HEIGHT,
    )


def words(name: str, gain: float, inputs: float) -> str:
    """Say how to read the map, and what to look for at these settings."""
    says = f"Drawn by `{name}`: a row is one loss, a column one state, and darker is larger. "
    if gain < 1:
        shrinks = f"Wh shrinks every vector to {gain:g} of its length"
        return f"{says}{shrinks}, so the gradient fades and is never above the grey line."
    if inputs >= 0.5:
        return (
            says + "Large inputs push the units to where tanh is flatter, and a flatter tanh passes less back. Is the "
            "corner pale here?"
        )
    if gain == 1:
        return says + "Wh keeps every length: what is lost is lost in tanh."
    return says + f"Wh stretches every vector {gain:g} times. Is blame as large as the grey line allows?"


def _short(inputs: float) -> float:
    return float(f"{inputs:.2g}")
