"""The spectrum fan explorer: size, non-normality and input against all singular values, once a prediction is made."""

import ipywidgets

from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.explorers.prediction import Prediction
from utils.figures import _spectrum_fan
from utils.figures.learner import driven
from utils.figures.style import short

ANSWERS = ("above 10", "between 0.1 and 10", "below 0.1")


@driven
def spectrum_fan(jacobian_product: Learner, rnn_forward: Learner) -> Prediction:
    """Return a question about W^60, and behind it the explorer of the spectrum fan.

    Parameters
    ----------
    jacobian_product : callable
        ``jacobian_product(h, Wh) -> (N, T, H, H)``: draws both fans, W^t where all states are 0.
    rnn_forward : callable
        ``rnn_forward(x, h0, Wx, Wh, b) -> (h, cache)``: gives the states of the RNN.

    Returns
    -------
    Prediction or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Trefethen & Embree (2005), Spectra and pseudospectra, Princeton: what non-normality does to powers.
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, ICML.
    """
    start = _spectrum_fan.PRESETS["Gaussian"]
    size = _spectrum_fan.measure(jacobian_product, rnn_forward, **start).power[-1, 0]

    def measured() -> tuple[int, str]:
        which = 0 if size > 10 else 1 if size >= 0.1 else 2
        return (
            which,
            f"Measured by your `jacobian_product`: ‖W^60‖ = {short(size)}, while σ_max^60 = {short(1.67**60)}.",
        )

    return Prediction(
        f"W is Gaussian (H = {_spectrum_fan.UNITS}, seed {_spectrum_fan.SEED}), scaled to σ_max = 1.67: some direction "
        "grows by two thirds in one step. After 60 steps, ‖W^60‖ is …",
        ANSWERS,
        measured,
        lambda: _explorer(jacobian_product, rnn_forward, start),
    )


def _explorer(jacobian_product: Learner, rnn_forward: Learner, start: dict[str, float]) -> Explorer:
    draw = driven(_spectrum_fan.draw)  # a note, since what a button's callback raises is lost
    style = {"description_width": "initial"}

    def slider(value: float, low: float, high: float, step: float, text: str, width: str) -> ipywidgets.FloatSlider:
        layout = ipywidgets.Layout(width=width)
        return ipywidgets.FloatSlider(value, min=low, max=high, step=step, description=text, style=style, layout=layout)

    return Explorer(
        lambda sigma, skew, drive: draw(jacobian_product, rnn_forward, sigma, skew, drive),
        controls={
            "sigma": slider(start["sigma"], 0.5, 5.0, 0.01, "σ_max", "220px"),
            "skew": slider(start["skew"], 0.0, 1.0, 0.05, "Non-normality", "270px"),
            "drive": slider(start["drive"], 0.0, 2.0, 0.05, "Input", "210px"),
        },
        presets=_spectrum_fan.PRESETS,
        words=words,
        height=_spectrum_fan.HEIGHT,
    )


def words(sigma: float, skew: float, drive: float) -> str:
    """Say in words what the controls set, and what to look for."""
    kind = "orthogonal times σ_max" if skew == 0 else "Gaussian" if skew == 1 else "between orthogonal and Gaussian"
    power = "W^t is sure to vanish" if sigma < 1 else "W^t cannot grow" if sigma == 1 else "W^t may grow, or not"
    if skew == 0:
        power = "W^t vanishes" if sigma < 1 else "W^t keeps its norm" if sigma == 1 else "W^t grows"
    if drive == 0:
        return f"W is {kind}: {power}. Without input every state of the RNN stays 0, every slope is 1, and it is W^t."
    rnn = "the RNN cannot grow" if sigma <= 1 else "σ_max leaves open whether the RNN grows"
    return f"W is {kind}: {power}. The input moves the RNN's states away from 0, so every slope is below 1; {rnn}."
