"""The learner's measured gradient beside the course's three ways to measure one: how far each is off."""

from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from utils.checking.calling import name_of
from utils.experiments.results import Array, Learner
from utils.figures.learner import answered, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, INK, PLAIN, axes_in, drawn, power_of_ten, sheet, short

STEP, SEED = 1e-5, 3
METHODS = ("central", "richardson", "complex")
_LEAST = 1e-18  # where an error of 0 is drawn


@driven
def instruments(numerical_gradient: Learner, numeric_gradient: Learner) -> Picture:
    """Draw how far the learner's gradient is off, and how far those of `utils.gradients.numeric_gradient` are.

    Parameters
    ----------
    numerical_gradient : callable
        ``numerical_gradient(f, x, h) -> grad``, the learner's.
    numeric_gradient : callable
        ``numeric_gradient(f, x, method=method) -> grad``, the course's.

    Returns
    -------
    Picture or Note
    """
    x = np.random.default_rng(SEED).normal(size=(3, 4))
    exact = np.exp(x) * (np.sin(x) + np.cos(x))

    def f(x: Array) -> Any:
        return np.sum(np.exp(x) * np.sin(x))

    yours = answered(numerical_gradient, {"grad": x.shape}, f, x, STEP)
    gradients = {f"yours, h = {short(STEP)}": yours}
    gradients |= {f'method="{method}"': numeric_gradient(f, x, method=method) for method in METHODS}
    errors = {name: _error(gradient, exact) for name, gradient in gradients.items()}
    own, course = (errors[name] for name in list(errors)[:2])
    title = f"Your slopes are off by {short(own)}, the course’s central differences by {short(course)}"
    caption = (
        f"f = Σ exp(x) sin(x) at 12 numbers from N(0, 1), seed {SEED}; error ‖a − n‖ / (‖a‖ + ‖n‖) against the exact "
        f"slopes. Top: your {name_of(numerical_gradient)}; below: gradients.numeric_gradient, which chooses h itself."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.0)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.24, right=0.93, **margins))
        for place, (name, error) in enumerate(errors.items()):
            colour = GRADIENT if place == 0 else PLAIN
            at = max(error, _LEAST)
            axes.plot([_LEAST, at], [place, place], color=FAINT, linewidth=1, zorder=1)
            axes.plot([at], [place], "o", color=colour, markersize=8, gid=name)
            axes.annotate(
                short(error),
                (at, place),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=10,
                color=INK,
            )
        axes.set_xscale("log")
        axes.set(xlim=(_LEAST, max(1.0, 10 * own)), ylim=(len(errors) - 0.5, -0.5), yticks=range(len(errors)))
        axes.set_yticklabels(list(errors))
        axes.xaxis.set_major_locator(LogLocator(numticks=9))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
        axes.tick_params(axis="y", length=0)
        axes.set_title("error, log axis")
    sizes = "; ".join(f"{name}: {short(error)}" for name, error in errors.items())
    return Picture(figure, f"{title}. Four errors as dots on a logarithmic axis. {sizes}.")


def _error(one: Array, other: Array) -> float:
    size = np.linalg.norm(one) + np.linalg.norm(other)
    return float(np.linalg.norm(one - other) / size)
