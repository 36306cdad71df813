"""The U-curve explorer: how small a step should be, measured by the learner's own `numerical_gradient`."""

from typing import Any

import ipywidgets
import numpy as np

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _u_curve
from utils.figures._u_curve import Curve
from utils.figures.learner import driven


@driven
def u_curve(numerical_gradient: Learner) -> Explorer:
    """Return the explorer of the error against the step h, driven by the learner's function.

    Parameters
    ----------
    numerical_gradient : callable
        ``numerical_gradient(f, x, h) -> grad``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Press et al., Numerical Recipes, section 5.7: the best step is about eps^(1/3).
    """
    measure = _u_curve.remembered(numerical_gradient)
    start = _u_curve.PRESETS["Too wide"]

    # Sliders for names too: JupyterLab takes the arrow keys of a closed dropdown (ipywidgets issue 3912).
    def slider(kind: type[ipywidgets.Widget], width: int, **settings: Any) -> ipywidgets.Widget:
        layout = ipywidgets.Layout(width=f"{width}px", margin="2px 12px 2px 2px")
        return kind(style={"description_width": "initial"}, layout=layout, **settings)

    return Explorer(
        lambda **values: _u_curve.draw(numerical_gradient, **values, measure=measure),
        controls={
            "h": slider(
                ipywidgets.FloatLogSlider,
                400,
                value=start["h"],
                base=10,
                min=-16,
                max=0,
                step=0.25,
                description="Step h",
                readout_format=".1e",
            ),
            "precision": slider(
                ipywidgets.SelectionSlider,
                270,
                options=_u_curve.PRECISIONS,
                value=start["precision"],
                description="Precision",
            ),
            "f": slider(
                ipywidgets.SelectionSlider, 400, options=list(_u_curve.FUNCTIONS), value=start["f"], description="f"
            ),
        },
        presets=_u_curve.PRESETS,
        words=lambda h, precision, f: words(measure(f, precision), name_of(numerical_gradient), h),
        height=_u_curve.HEIGHT,
    )


def words(found: Curve, name: str, h: float) -> str:
    """Say in words what the curve shows, and what to look at."""
    if np.ptp(found.errors) == 0:
        says = f"The error of `{name}` does not depend on h. "
    elif np.isfinite(found.growth):
        says = f"Between h = 0.01 and 0.1 the error of `{name}` grows like h to the power {found.growth:.1f}. "
    else:
        says = f"At large h `{name}` makes hardly any error here: the third derivative, which makes it, is 0. "
    return says + (
        "On the right, is f bent?" if h > 1e-3 else "On the right, does f still look like a line, or like a staircase?"
    )
