"""The clip compass: which way a gradient points after three ways of clipping."""

import ipywidgets

from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _clip_compass
from utils.figures.learner import driven


@driven
def clip_compass(clip_grad_norm: Learner) -> Explorer:
    """Return the explorer of clipping: direction of the gradient × limit, one arrow drawn by the learner's function.

    Parameters
    ----------
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``, dicts of arrays.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    narrow = {"description_width": "initial"}
    return Explorer(
        lambda angle, limit: _clip_compass.draw(clip_grad_norm, angle, limit),
        controls={
            "angle": ipywidgets.IntSlider(
                20, 0, 90, step=5, description="Angle in W", style=narrow, layout=ipywidgets.Layout(width="300px")
            ),
            "limit": ipywidgets.FloatSlider(
                2.0, min=0.1, max=6.0, step=0.1, description="max_norm", style=narrow,
                layout=ipywidgets.Layout(width="300px"), readout_format=".1f",
            ),
        },
        presets={
            "Mild": {"angle": 20, "limit": 3.5},
            "Hard": {"angle": 20, "limit": 1.0},
            "Very hard": {"angle": 10, "limit": 0.3},
            "Short enough": {"angle": 20, "limit": 5.5},
        },
        words=lambda angle, limit: words(clip_grad_norm, angle, limit),
        height=_clip_compass.HEIGHT,
    )  # fmt: skip


def words(clip_grad_norm: Learner, angle: float, limit: float) -> str:
    """Say in a sentence or two what each way of clipping leaves of length and direction."""
    grads, found = _clip_compass.ways(clip_grad_norm, angle, limit)
    lengths = ", ".join(f"{way} {_clip_compass.length(own):.2f}" for way, own in found.items())
    over = [way for way, own in found.items() if _clip_compass.length(own) > limit * (1 + 1e-9)]
    are = "is" if len(over) == 1 else "are"
    end = f" Of these, {' and '.join(over)} {are} longer than the limit." if over else " None is longer than the limit."
    return f"The gradient had the length {_clip_compass.length(grads):.2f}; after clipping: {lengths}.{end}"
