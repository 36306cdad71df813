"""The two lanes explorer: what the forget bias does to a gradient's way back through an LSTM."""

import ipywidgets

from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _two_lanes
from utils.figures.learner import driven


@driven
def two_lanes(
    lstm_forward_full: Learner, lstm_backward_full: Learner, cell_highway: Learner, forget_bias: Learner
) -> Explorer:
    """Return the explorer of the gradient at every cell and hidden state, driven by the learner's functions.

    Parameters
    ----------
    lstm_forward_full : callable
        ``lstm_forward_full(x, h0, c0, Wx, Wh, b) -> (h, h_T, c_T, cache)``.
    lstm_backward_full : callable
        ``lstm_backward_full(dh, dc_T, cache) -> (dx, dh0, dc0, dWx, dWh, db)``.
    cell_highway : callable
        ``cell_highway(f) -> highway``, both (N, T, H).
    forget_bias : callable
        ``forget_bias(b, value) -> b`` with its forget block set.

    Returns
    -------
    Explorer or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    CS231n, lecture on recurrent networks: LSTM gradient flow. Jozefowicz, Zaremba & Sutskever (2015), An empirical
    exploration of recurrent network architectures.
    """
    functions = lstm_backward_full, lstm_forward_full, cell_highway, forget_bias
    start = _two_lanes.PRESETS["Bias 1"]
    style = {"description_width": "initial"}
    return Explorer(
        lambda bias, scale, seed: _two_lanes.draw(*functions, bias, scale, seed),
        controls={
            "bias": ipywidgets.FloatSlider(
                start["bias"], min=-2, max=6, step=0.25, description="Forget bias", style=style,
                layout=ipywidgets.Layout(width="280px"), readout_format=".2f",
            ),
            "scale": ipywidgets.SelectionSlider(
                options=[(f"{scale:g}", scale) for scale in _two_lanes.SCALES], value=start["scale"],
                description="Weights ×", style=style, layout=ipywidgets.Layout(width="220px"),
            ),
            "seed": ipywidgets.IntSlider(
                start["seed"], 0, 9, description="Seed", style=style, layout=ipywidgets.Layout(width="180px")
            ),
        },
        presets=_two_lanes.PRESETS,
        words=words,
        height=_two_lanes.HEIGHT,
    )  # fmt: skip


def words(bias: float, scale: float, seed: int) -> str:
    """Say in words what the controls set, and what to look for."""
    gate = "mostly shut" if bias < -0.5 else "half open" if bias < 0.5 else "mostly open" if bias < 2.5 else "wide open"
    says = f"Without other input, forget bias {bias:g} holds the forget gates {gate}. ".replace(" -", " −")
    if scale <= 0.1:
        return says + "Weights this small hardly move the gates, so every unit forgets at the pace of its bias."
    if scale >= 2:
        return says + "With weights this large h moves the gates strongly: most may come through h."
    return says + "The direct path follows the forget gates. The rest goes through h, where weights and gates join in."
