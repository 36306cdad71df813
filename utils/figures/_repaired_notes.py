"""Four statements of popular notes on gradient flow, measured by the learner's own repairs."""

import numpy as np

from utils.experiments.results import Learner
from utils.figures._powers import log_axis, within
from utils.figures.labels import at_end, spread
from utils.figures.learner import answered, driven, states
from utils.figures.networks import STD, gaussian, random_network
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, HIDDEN, PLAIN, QUIET, axes_in, drawn, ink, sheet, short, tint

SIZES, DRAWS, STEPS, SCALE = (1, 2, 4, 8, 16), 40, 16, 1.5
LENGTHS = (1, 2, 4, 8, 16, 32)


@driven
def repaired_products(repair_products: Learner, rnn_forward: Learner) -> Picture:
    """Draw the error of the notes' product against H, and the share of the path through h_1 against T.

    Parameters
    ----------
    repair_products : callable
        ``repair_products(dh_T, h0, h, Wh) -> (formula, error, paths, share)``.
    rnn_forward : callable

    Returns
    -------
    Picture or Note
    """
    functions, seeds = (repair_products, rnn_forward), range(DRAWS)
    error = np.array([[measure(*functions, H, STEPS, seed, 0.0)[0] for H in SIZES] for seed in seeds])
    share = np.array([[measure(*functions, 8, T, seed, 0.9)[1] for T in LENGTHS] for seed in seeds])
    error = np.maximum(np.abs(error), 1e-17)
    middle = np.median(error, axis=0)
    title = (
        f"In the median the notes' product is off by {short(middle[0])} at H = 1, by {short(middle[1:].min())} to "
        f"{short(middle[1:].max())} beyond; step 1 alone gives {short(np.median(share[:, -1]))} of the "
        f"gradient at T = {LENGTHS[-1]}"
    ).replace("e-", "e−")
    caption = (
        f"By your repair_products: W ~ N(0, {SCALE}²/H), input N(0, {STD}²); left T = {STEPS}, right H = 8. Dots: the "
        f"draws of seeds 0 to {DRAWS - 1}, line: their median. At H = 16 single draws are off by "
        f"{short(error[:, -1].min())} to {short(error[:, -1].max())}."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.3, **margins))
        for axes, places, values in ((left, SIZES, error), (right, LENGTHS, np.maximum(np.abs(share), 1e-17))):
            x = np.arange(len(places))
            wobble = np.linspace(-0.16, 0.16, DRAWS)[:, None] + x
            axes.plot(wobble.ravel(), values.ravel(), ".", color=tint(GRADIENT, 0.45), markersize=3.2, gid="draws")
            axes.plot(x, np.median(values, axis=0), "o-", color=GRADIENT, markersize=4.5, gid="median")
            axes.set_xticks(x, [str(place) for place in places])
        log_axis(left, 1e-17, 1e16)
        left.axhline(1, color=FAINT, linewidth=0.9, zorder=0)
        left.text(-0.3, 2, "as large as\nthe truth", color=QUIET, fontsize=8.5, va="bottom")
        left.set(xlabel="hidden units H", xlim=(-0.35, len(SIZES) - 0.65))
        left.set_title("relative error of the notes' product")
        log_axis(right, 1e-11, 1e2)
        right.axhline(1, color=FAINT, linewidth=0.9, zorder=0)
        right.set(xlabel="length T", xlim=(-0.35, len(LENGTHS) - 0.65))
        right.set_title("share of the path through $h_1$")
    alt = (
        f"{title}. Left, the error of the notes' formula for H = 1 to 16 on a log axis; right, the share of the "
        "gradient that the path through h1 carries, for T = 1 to 32."
    )
    return Picture(figure, alt)


def measure(
    repair_products: Learner, rnn_forward: Learner, H: int, T: int, seed: int, start: float
) -> tuple[float, float]:
    """Return the learner's error and share for one drawn network; h0 is uniform in ±`start`."""
    rng = np.random.default_rng(seed)
    Wh, x = random_network(rng, H, SCALE, T)
    h0 = start * rng.uniform(-1, 1, (1, H))
    h = states(rnn_forward, x, h0, np.eye(H), Wh, np.zeros(H))
    dh_T = rng.standard_normal((1, H))
    outputs = {"formula": (), "error": (1,), "paths": (), "share": ()}
    _, error, _, share = answered(repair_products, outputs, dh_T, h0, h, Wh)
    return float(error[0]), float(share)


@driven
def repaired_growth(repair_growth: Learner) -> Picture:
    """Draw ‖W^t‖ of a Gaussian W with σ_max > 1, and the steepest slope of tanh(kz) against k.

    Parameters
    ----------
    repair_growth : callable
        ``repair_growth(W, t, z, k) -> (growth, size, slope, steepest)``.

    Returns
    -------
    Picture or Note
    """
    W, z = gaussian(24, 29, 0.9), np.linspace(-2, 2, 81)
    sigma, outputs = np.linalg.norm(W, 2), dict.fromkeys(("growth", "size", "slope", "steepest"), ())
    t, k = np.arange(1, 61), np.linspace(1, 4, 13)
    size = np.array([answered(repair_growth, outputs, W, int(n), z, 1.0)[1] for n in t])
    steepest = np.array([answered(repair_growth, outputs, W, 1, z, float(c))[3] for c in k])
    title = (
        f"σ_max = {sigma:.2f}, and ‖W⁶⁰‖ = {size[-1]:.3g}. tanh({k[-1]:g}z) lies in (−1, 1), "
        f"and its steepest slope is {steepest[-1]:.3g}"
    )
    caption = (
        "By your repair_growth. Left: W Gaussian, H = 24, default_rng(29), ρ = 0.9; this is Wᵗ, not the RNN. "
        f"Right: the largest slope among z from −2 to 2 in steps of {z[1] - z[0]:.2g}."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.7)
        left, right = axes_in(
            figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.42, width_ratios=[1.35, 1], **margins)
        )
        low, high = 1e-4, 1e14
        guides = {"σ_max^t": sigma**t, "ρ^t": 0.9**t}
        for style, (text, guide) in zip(("dashed", "dotted"), guides.items(), strict=True):
            left.plot(t, within(guide, low, high), color=PLAIN, linestyle=style, linewidth=1.2, gid=text)
        left.plot(t, within(size, low, high), color=GRADIENT, linewidth=2.2, gid="size")
        last = [guides["σ_max^t"][-1], size[-1], guides["ρ^t"][-1]]
        ends = spread(np.log10(np.clip(last, low, high)), 1.7)
        labels = (r"$\sigma_{\max}^{\,t}$", "‖Wᵗ‖", r"$\rho^{\,t}$")
        for text, end, colour in zip(labels, ends, (QUIET, ink(GRADIENT), QUIET), strict=True):
            at_end(left, t[-1], 10**end, text, colour)
        log_axis(left, low, high)
        left.set(xlim=(1, 60), xticks=[1, 20, 40, 60], xlabel="t")
        left.set_title("size of $W^t$, log axis")
        right.axhspan(0, 1, color="#F2F2F2", linewidth=0, zorder=0)
        right.text(3.95, 0.9, "slopes that tanh itself has", color=QUIET, fontsize=10, ha="right", va="top")
        right.plot(k, steepest, "o-", color=HIDDEN, markersize=4, gid="steepest")
        right.set(xlim=(0.9, 4.1), ylim=(0, max(4.3, 1.1 * steepest.max())), xticks=[1, 2, 3, 4], xlabel="k")
        right.set_title("steepest slope of tanh(kz)")
    alt = (
        f"{title}. Left, the norm of W^t for t = 1 to 60 between the guides σ_max^t and ρ^t; right, the steepest slope "
        "of tanh(kz) against k from 1 to 4."
    )
    return Picture(figure, alt)
