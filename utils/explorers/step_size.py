"""The U-curve explorer: how small a step should be, measured by the learner's own `numerical_gradient`."""

import functools

import ipywidgets

from utils.calling import name_of
from utils.card import Note
from utils.explorers.explorer import Explorer
from utils.figures import u_curve as picture
from utils.figures.learner import driven


def u_curve(numerical_gradient):
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
    measure = picture.remembered(numerical_gradient)

    draw = driven(functools.partial(picture.draw, measure=measure))
    start = picture.PRESETS["Too wide"]
    first = draw(numerical_gradient, **start)
    if isinstance(first, Note):
        return first

    def one_of(options, value, description, width):
        # A slider over names: JupyterLab keeps the arrow keys of a drop-down list to itself.
        return ipywidgets.SelectionSlider(
            options=list(options),
            value=value,
            description=description,
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width=width),
        )

    return Explorer(
        lambda **values: draw(numerical_gradient, **values),
        controls={
            "h": ipywidgets.FloatLogSlider(
                start["h"],
                base=10,
                min=-16,
                max=0,
                step=0.25,
                description="h",
                readout_format=".1e",
                style={"description_width": "initial"},
                layout=ipywidgets.Layout(width="250px"),
            ),
            "precision": one_of(picture.PRECISIONS, start["precision"], "Precision", "200px"),
            "f": one_of(picture.FUNCTIONS, start["f"], "f", "220px"),
        },
        presets=picture.PRESETS,
        words=lambda h, precision, f: words(measure(f, precision), name_of(numerical_gradient), h),
        height=picture.HEIGHT,
    )


def words(found, name, h):
    """Say in words what the curve shows, and what to look at."""
    if found.growth == found.growth:  # not nan
        says = f"Between h = 0.01 and 0.1 the error of `{name}` grows like h to the power {found.growth:.1f}. "
    elif found.errors.max() == found.errors.min():
        says = f"The error of `{name}` does not depend on h. "
    else:
        says = f"At large h `{name}` makes hardly any error here: there is no third derivative to make it. "
    return says + (
        "On the right, is f bent?" if h > 1e-3 else "On the right, does f still look like a line, or like a staircase?"
    )
