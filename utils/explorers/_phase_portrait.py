"""The phase portrait explorer: two units, a rotation and a gain, and the learner's own step."""

import ipywidgets

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _phase_portrait
from utils.figures.learner import driven


@driven
def phase_portrait(rnn_step_forward: Learner) -> Explorer:
    """Return the explorer of a two-unit network that runs on without input, driven by the learner's step.

    Parameters
    ----------
    rnn_step_forward : callable
        ``rnn_step_forward(x, prev_h, Wx, Wh, b) -> (next_h, cache)``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    Notes
    -----
    Wh = gain × rotation, so the gain is its spectral norm. The learner's step contains tanh; it is "off" where states
    are 2^20 times smaller, since tanh(z) = z there to 3 parts in 10^13.

    References
    ----------
    Sussillo & Barak (2013), Opening the black box: low-dimensional dynamics in high-dimensional recurrent neural
    networks, Neural Computation 25.
    """
    start = _phase_portrait.PRESETS["Spiral in"]
    style = {"description_width": "initial"}
    width = ipywidgets.Layout(width="270px")
    return Explorer(
        lambda angle, gain, tanh: _phase_portrait.draw(rnn_step_forward, angle, gain, tanh),
        controls={
            "angle": ipywidgets.IntSlider(
                start["angle"], -180, 180, 5, description="Rotation °", style=style, layout=width
            ),
            "gain": ipywidgets.FloatSlider(
                start["gain"], min=0, max=4, step=0.05, description="Gain", style=style, layout=width
            ),
            "tanh": ipywidgets.Checkbox(
                start["tanh"], description="tanh", indent=False, layout=ipywidgets.Layout(width="80px")
            ),
        },
        presets=_phase_portrait.PRESETS,
        words=lambda angle, gain, tanh: words(name_of(rnn_step_forward), angle, gain, tanh),
        height=_phase_portrait.HEIGHT,
    )


def words(name: str, angle: float, gain: float, tanh: bool) -> str:
    """Say in words what the controls set, and what to look for."""
    pull = "shrinks" if gain < 1 else "keeps" if gain == 1 else "stretches"
    says = f"Wh turns a state by {angle}° and {pull} it (gain {gain:g}). "
    says += (
        f"Does `{name}` keep each unit between −1 and 1, and where do 16 starts end?"
        if tanh
        else f"So near to 0 tanh changes almost nothing, and `{name}` is Wh alone."
    )
    return says.replace(" -", " −")
