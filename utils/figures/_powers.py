"""Sizes against steps: the powers of a learner's matrices, and what tanh makes of the same thing in an RNN."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import name_of
from utils.experiments.results import Array, Learner
from utils.figures.labels import at_end, at_exit, spread
from utils.figures.learner import answered, driven
from utils.figures.networks import STD, driven_states, norms, random_network
from utils.figures.picture import Picture
from utils.figures.style import (
    FAINT,
    GRADIENT,
    HIDDEN,
    PLAIN,
    QUIET,
    axes_in,
    drawn,
    ink,
    power_of_ten,
    sheet,
    short,
    tint,
)

STEPS = 60
UNITS, DRAWS, SCALE = 24, 40, 1.2


@driven
def powers(counterexample: Learner, below: float | None = None, above: float | None = None) -> Picture:
    """Draw ‖W^t‖ of the learner's construction for H = 2, 5 and 12, with σ_max^t and the goal.

    Parameters
    ----------
    counterexample : callable
        ``counterexample(H) -> W (H, H)``.
    below, above : float, optional
        The goal: ‖W⁶⁰‖ below it, or some ‖W^t‖ with t ≥ 2 above it.

    Returns
    -------
    Picture or Note
    """
    made = {H: answered(counterexample, {"W": (H, H)}, H) for H in (2, 5, 12)}
    with np.errstate(all="ignore"):
        sizes = {H: np.array([norm_of_power(W, t) for t in range(STEPS + 1)]) for H, W in made.items()}
        stretch = {H: sizes[H][1] for H in made}
        guide = max(stretch.values()) ** np.arange(STEPS + 1)
    if below is not None:
        worst = max(sizes, key=lambda H: sizes[H][-1])
        title = f"H = {worst}: σ_max = {stretch[worst]:.3g}, and ‖W⁶⁰‖ = {_shown(sizes[worst][-1])}"
        goal, text = below, f"goal at t = 60: below {short(below)}"
    elif above is not None:
        worst = min(sizes, key=lambda H: sizes[H][2:].max())
        when = 2 + int(np.argmax(sizes[worst][2:]))
        title = (
            f"H = {worst}: ‖W‖ = {stretch[worst]:.3g}, ‖W{raised(when)}‖ = {_shown(sizes[worst][when])}, "
            f"and ‖W⁶⁰‖ = {_shown(sizes[worst][-1])}"
        )
        goal, text = above, f"goal: reach {short(above)}"
    else:
        raise TypeError("powers() needs a goal: `below` or `above`.")
    caption = (
        f"The matrices of your {name_of(counterexample)}, spectral norms. Dashed: σ_maxᵗ, the most that Wᵗ "
        "could be. This is Wᵗ, not the RNN."
    )
    with drawn():
        figure, margins = sheet(title.replace("e-", "e−"), caption, height=3.8)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.865, **margins))
        t = np.arange(STEPS + 1)
        low, high = (1e-20, 1e12) if below is not None else (1e-2, 1e3)
        axes.plot(t, within(guide, low, high), color=PLAIN, linestyle="dashed", linewidth=1.2, gid="guide")
        axes.axhline(goal, color=FAINT, linewidth=0.9, zorder=0)
        axes.text(STEPS - 0.5, goal, text, color=QUIET, fontsize=10, ha="right", va="bottom")
        for H, width, strength in zip(made, (6.0, 3.4, 1.4), (0.35, 0.65, 1.0), strict=True):
            axes.plot(t, within(sizes[H], low, high), color=tint(GRADIENT, strength), linewidth=width, gid=f"H={H}")
        log_axis(axes, low, high)
        axes.set(xlim=(0, STEPS), xticks=range(0, STEPS + 1, 10), xlabel="t")
        lines = [(text, size, ink(GRADIENT)) for text, size in _together(sizes, low, high).items()]
        at_exit(axes, [(r"$\sigma_{\max}^{\,t}$", guide, QUIET), *lines], least=6)
        axes.set_title("size of $W^t$, log axis")
    return Picture(figure, f"{title}. The norm of W^t against t from 0 to {STEPS}, one line for each of H = 2, 5, 12.")


@driven
def orthogonal_flow(orthogonal: Learner, jacobian_product: Learner, rnn_forward: Learner) -> Picture:
    """Draw the norm of the product against the steps it spans: Q^t, the RNN with Q, the RNN with a Gaussian W.

    Parameters
    ----------
    orthogonal, jacobian_product, rnn_forward : callable
        The learner's.

    Returns
    -------
    Picture or Note
    """
    curves, W = measure_flow(orthogonal, jacobian_product, rnn_forward)
    middle = {name: np.median(curve, axis=0) for name, curve in curves.items()}
    left = {name: short(curve[-1]) for name, curve in middle.items()}
    least, most = short(curves["RNN, W"][:, -1].min()), short(curves["RNN, W"][:, -1].max())
    stays = np.abs(curves["Q^t"] - 1).max() < 1e-6
    title = (
        ("‖Qᵗ‖ stays 1" if stays else f"‖Q⁵⁹‖ is {left['Q^t']}")
        + f". Over 59 steps the RNN with Q keeps {left['RNN, Q']}; "
        + f"with W, whose powers explode, {left['RNN, W']}, in single draws {least} to {most}"
    ).replace("e-", "e−")
    radius, stretch = np.abs(np.linalg.eigvals(W)).max(axis=-1), norms(W)
    caption = (
        f"Spectral norm of ∂h_T/∂h_t by your functions. Thin: draws of seeds 0 to {DRAWS - 1}, bold: their median. H = "
        f"{UNITS}, input N(0, {STD}²) into each unit. W ~ N(0, {SCALE}²/H): ρ {radius.min():.2f} to "
        f"{radius.max():.2f}, σ_max {stretch.min():.2f} to {stretch.max():.2f}."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.0)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.83, **margins))
        back = np.arange(STEPS)
        low, high = 1e-9, 1e3
        looks = {"Q^t": (HIDDEN, "Qᵗ"), "RNN, Q": (GRADIENT, "RNN with Q"), "RNN, W": (PLAIN, "RNN with W")}
        ends = spread([np.log10(np.clip(middle[n][-1], low, high)) for n in curves], 0.8)
        for (name, curve), end in zip(curves.items(), ends, strict=True):
            colour, text = looks[name]
            thin = within(curve, low, high).T
            axes.plot(back, thin, color=tint(colour, 0.5), linewidth=0.6, zorder=1, gid=f"{name} draws")
            axes.plot(back, within(middle[name], low, high), color=colour, linewidth=2.4, gid=name)
            at_end(axes, back[-1], 10**end, text, ink(colour))
        log_axis(axes, low, high)
        axes.set(xlim=(0, STEPS - 1), xticks=[0, 10, 20, 30, 40, 50, 59], xlabel="steps back from T")
        axes.set_title("norm of the product, log axis")
    alt = (
        f"{title}. Three bundles of {DRAWS} thin lines, the norm against steps back on a log axis, and a bold line in "
        "each, the median."
    )
    return Picture(figure, alt)


def measure_flow(
    orthogonal: Learner, jacobian_product: Learner, rnn_forward: Learner
) -> tuple[dict[str, Array], Array]:
    """Return the norms (DRAWS, STEPS), by steps back from T, of the products that `orthogonal_flow` draws, and all W.

    A draw has a seed, and from it a Q, a W and one input sequence, which both RNNs read.
    """
    curves = {name: np.empty((DRAWS, STEPS)) for name in ("Q^t", "RNN, Q", "RNN, W")}
    Ws = np.empty((DRAWS, UNITS, UNITS))
    still = np.zeros((1, STEPS, UNITS))  # where every state is 0 the product is a power
    for seed in range(DRAWS):
        Q = answered(orthogonal, {"Q": (UNITS, UNITS)}, UNITS, np.random.default_rng(seed))
        W, x = random_network(np.random.default_rng(seed), UNITS, SCALE, STEPS)
        Ws[seed] = W
        for name, Wh in (("Q^t", Q), ("RNN, Q", Q), ("RNN, W", W)):
            h = still if name == "Q^t" else driven_states(rnn_forward, Wh, x)
            product = answered(jacobian_product, {"product": (1, STEPS, UNITS, UNITS)}, h, Wh)
            curves[name][seed] = norms(product)[0, ::-1]
    return curves, Ws


def norm_of_power(W: Array, t: int) -> float:
    """Return ‖W^t‖, infinite where it overflows."""
    power = np.linalg.matrix_power(W, t)
    return float(np.linalg.norm(power, 2)) if np.isfinite(power).all() else np.inf


def _together(sizes: Mapping[int, Array], low: float, high: float) -> dict[str, Array]:
    """Return a label for each line, one for all those that end at the same place of the frame."""
    texts: dict[str, list[int]] = {}
    for H, size in sizes.items():
        texts.setdefault(f"{np.clip(size[-1], low, high):.1e}", []).append(H)
    return {f"H = {', '.join(map(str, Hs))}": sizes[Hs[0]] for Hs in texts.values()}


def _shown(size: float) -> str:
    return short(size) if np.isfinite(size) else "beyond 1e308"


def raised(exponent: int) -> str:
    """Write a whole number as a superscript: ``⁶⁰``."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def within(values: Array, low: float, high: float) -> Array:
    """Return `values` with what lies far outside the frame brought near, so that a line leaves it without a jump."""
    near: Array = np.clip(np.nan_to_num(values, posinf=high * 1e6), low * 1e-6, high * 1e6)
    return near


def log_axis(axes: Axes, low: float, high: float) -> None:
    """Give `axes` a log axis from `low` to `high` with few ticks."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    step = 4 if high / low > 1e14 else 2 if high / low > 1e8 else 1
    first = step * np.ceil(np.log10(low) / step)
    axes.yaxis.set_major_locator(FixedLocator((10.0 ** np.arange(first, np.log10(high) + 0.1, step)).tolist()))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
