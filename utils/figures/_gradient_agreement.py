"""A backward pass against what was measured: the learner's own three functions, in one picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures._measured_slopes import measured, plain
from utils.figures.learner import counted, driven
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, FAINT, GRADIENT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short

STEP = 1e-5
SAME = 1e-6  # a relative error below this is the instrument's, not the backward pass's
_NAMES = ("x", "w", "b")


@driven
def gradient_agreement(affine_backward: Learner, numerical_gradient: Learner, relative_error: Learner) -> Picture:
    """Draw every entry of dx, dw and db against the slope measured for it.

    Parameters
    ----------
    affine_backward : callable
        ``affine_backward(dout, cache) -> (dx, dw, db)`` with cache (x, w, b).
    numerical_gradient : callable
        ``numerical_gradient(f, x, h) -> grad``.
    relative_error : callable
        ``relative_error(analytic, numeric) -> error``.

    Returns
    -------
    Picture or Note
        A note if one of the three is not written yet, raises, or returns nothing that can be drawn.
    """
    rng = np.random.default_rng(5)
    cache = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    dout = rng.normal(size=(5, 3))
    analytic = _gradients(affine_backward, dout, cache)
    numeric = [_measured(numerical_gradient, dout, cache, place) for place in range(3)]
    errors = []
    for own, slopes in zip(analytic, numeric, strict=True):
        comparable = own.shape == slopes.shape
        error = call(relative_error, own, slopes) if comparable else np.inf
        errors.append(float(plain(error, (), name_of(relative_error), "error")) if comparable else np.inf)
    title = _finding(analytic, numeric, errors)
    caption = (
        "Drawn by your affine_backward, numerical_gradient (h = 1e-5) and relative_error: N = 5, D = 4, M = 3, "
        "N(0, 1), seed 5; the loss is the sum of dout ⊙ out. On the dashed line the two agree."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.5)
        grid = figure.add_gridspec(1, 3, left=0.075, right=0.975, wspace=0.28, **margins)
        for axes, letter, own, slopes, error in zip(axes_in(grid), _NAMES, analytic, numeric, errors, strict=True):
            _panel(axes, f"d{letter}", own, slopes, error)
    return Picture(figure, f"{title}. Three panels, one each for dx, dw and db: your entries against measured ones.")


def _finding(analytic: Sequence[Array], numeric: Sequence[Array], errors: Sequence[float]) -> str:
    off = [f"d{letter}" for letter, error in zip(_NAMES, errors, strict=True) if not error < SAME]
    if not off:
        return f"All {sum(own.size for own in analytic)} entries agree with what was measured, to {short(max(errors))}"
    shapes = [
        f"d{letter} has shape {own.shape}, {letter} has {slopes.shape}"
        for letter, own, slopes in zip(_NAMES, analytic, numeric, strict=True)
        if own.shape != slopes.shape
    ]
    right = [f"d{letter}" for letter in _NAMES if f"d{letter}" not in off]
    says = f"{' and '.join(right)} agree with what was measured; " if right else ""
    says = says.replace("agree", "agrees") if len(right) == 1 else says
    return says + f"{', '.join(off)} {'do' if len(off) > 1 else 'does'} not" + (f": {shapes[0]}" if shapes else "")


def _gradients(affine_backward: Learner, dout: Array, cache: Sequence[Array]) -> list[Array]:
    name, returned = name_of(affine_backward), call(affine_backward, dout, cache)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise CallFailed(f"{name} should return dx, dw and db; yours returned {counted(returned)}.")
    return [plain(value, None, name, f"d{letter}") for letter, value in zip(_NAMES, returned, strict=True)]


def _measured(numerical_gradient: Learner, dout: Array, cache: Sequence[Array], place: int) -> Array:
    def loss(value: Array) -> Any:
        x, w, b = (value if i == place else kept for i, kept in enumerate(cache))
        return np.sum(dout * (x @ w + b))

    return measured(numerical_gradient, loss, cache[place], STEP)


def _panel(axes: Axes, name: str, own: Array, slopes: Array, error: float) -> None:
    if own.shape != slopes.shape:
        axes.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
        axes.text(0.5, 0.5, f"yours {own.shape}\nmeasured {slopes.shape}", ha="center", va="center", color=QUIET)
        axes.set_title(f"{name}: no entry to compare")
        return
    reach = 1.15 * max(np.abs(own).max(initial=0), np.abs(slopes).max(initial=0), 1e-12)
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.plot([-reach, reach], [-reach, reach], color=PLAIN, linewidth=1, linestyle=BACKWARD, zorder=1, gid="equal")
    axes.vlines(slopes.ravel(), slopes.ravel(), own.ravel(), color=GRADIENT, linewidth=0.8, zorder=2)
    axes.plot(
        slopes.ravel(), own.ravel(), "o", color=GRADIENT, markeredgecolor=ink(GRADIENT), markersize=5, zorder=3,
        gid=name,
    )  # fmt: skip
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="measured")
    ticks = _ticks(reach)
    axes.set(xticks=ticks, yticks=ticks)
    if name == "dx":
        axes.set_ylabel("yours", labelpad=0)
    axes.set_title(f"{name}: error {short(error)}")


def _ticks(reach: float) -> list[float]:
    step = 10.0 ** np.floor(np.log10(reach))
    step = next(step * k for k in (0.2, 0.5, 1, 2, 5) if step * k * 2 >= 0.8 * reach or k == 5)
    return [-step, 0, step]
