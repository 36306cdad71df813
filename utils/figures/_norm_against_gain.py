"""The gain of random weights against the norm of an RNN's product of Jacobians: where it vanishes and explodes."""

import numpy as np

from utils.experiments.results import Array, Learner
from utils.figures._powers import log_axis, within
from utils.figures.labels import at_end, spread
from utils.figures.learner import answered, driven
from utils.figures.networks import STD, driven_states, norms, random_network
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short, tint

STEPS, DRAWS, UNITS = 60, 40, 24
GAINS = np.linspace(1, 3, 11)
# The other sizes are there for comparison; at H = 100 a product takes seventy times as many multiplications.
SIZES = {8: GAINS[::5], UNITS: GAINS, 100: GAINS[::5]}
_LOW, _HIGH = 1e-10, 1e10


@driven
def norm_against_gain(jacobian_product: Learner, rnn_forward: Learner) -> Picture:
    """Draw the norm of ∂h_T/∂h_1 over 59 steps against the gain g of W ~ N(0, g²/H).

    Parameters
    ----------
    jacobian_product, rnn_forward : callable
        The learner's.

    Returns
    -------
    Picture or Note

    References
    ----------
    Sompolinsky, Crisanti & Sommers (1988), Chaos in random neural networks, Physical Review Letters 61.
    Molgedey, Schuchhardt & Schuster (1992), Suppressing chaos in neural networks by noise, Physical Review Letters 69.
    """
    sizes = measure(jacobian_product, rnn_forward)
    middle = {H: np.median(size, axis=1) for H, size in sizes.items()}
    low, high = np.quantile(sizes[UNITS], [0.1, 0.9], axis=1)
    at = {gain: short(middle[UNITS][np.searchsorted(GAINS, gain - 0.01)]) for gain in (1, 2)}
    where = crossing(GAINS, middle[UNITS])
    title = f"H = {UNITS}: over {STEPS - 1} steps the median norm is {at[1]} at gain 1, {at[2]} at gain 2"
    if where is not None:
        title += f"; it passes 1 near gain {where:.1f}"
    title = title.replace("e-", "e−")
    caption = (
        f"Spectral norm of ∂h_T/∂h_1, T = {STEPS}, by your functions: medians of seeds 0 to {DRAWS - 1}, band: 10 to "
        f"90 % at H = {UNITS}. W ~ N(0, gain²/H), input N(0, {STD}²) into each unit, h₀ = 0."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.0)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.865, **margins))
        axes.axhline(1, color=FAINT, linewidth=0.9, zorder=0)
        axes.text(1.02, 2, "grows", color=QUIET, fontsize=10, va="bottom")
        band = within(low, _LOW, _HIGH), within(high, _LOW, _HIGH)
        axes.fill_between(GAINS, *band, color=tint(GRADIENT, 0.25), linewidth=0, zorder=1, gid="band")
        ends = spread([np.log10(np.clip(line[-1], _LOW, _HIGH)) for line in middle.values()], 1.4)
        for (H, line), end in zip(middle.items(), ends, strict=True):
            colour = GRADIENT if H == UNITS else PLAIN
            axes.plot(
                SIZES[H], within(line, _LOW, _HIGH), "o-", color=colour, markersize=4, gid=f"H={H}",
                linewidth=2.4 if H == UNITS else 1.4,
            )  # fmt: skip
            at_end(axes, GAINS[-1], 10**end, f"H = {H}", ink(GRADIENT) if H == UNITS else QUIET)
        log_axis(axes, _LOW, _HIGH)
        axes.set(xlim=(GAINS[0], GAINS[-1]), xticks=[1, 1.5, 2, 2.5, 3], xlabel="gain")
        axes.set_title(r"norm of $\partial h_T/\partial h_1$, log axis")
    alt = (
        f"{title}. The norm on a log axis against gains from 1 to 3: medians at H = {', '.join(map(str, SIZES))}; "
        f"at H = {UNITS} a band from the 10th to the 90th percentile, at gain 3 from {short(low[-1])} to "
        f"{short(high[-1])}."
    )
    return Picture(figure, alt)


def measure(jacobian_product: Learner, rnn_forward: Learner) -> dict[int, Array]:
    """Return the norms of ∂h_T/∂h_1 for each H of `SIZES`, shape (gains, DRAWS)."""
    sizes = {H: np.empty((len(gains), DRAWS)) for H, gains in SIZES.items()}
    for H, gains in SIZES.items():
        for row, gain in enumerate(gains):
            for seed in range(DRAWS):
                Wh, x = random_network(np.random.default_rng(seed), H, gain, STEPS)
                h = driven_states(rnn_forward, Wh, x)
                product = answered(jacobian_product, {"product": (1, STEPS, H, H)}, h, Wh)
                sizes[H][row, seed] = norms(product[0, 0])
    return sizes


def crossing(gains: Array, sizes: Array) -> float | None:
    """Return the gain at which `sizes` rises through 1, its logarithm taken as straight between gains.

    None if it never does, or falls through 1 as well.
    """
    heights = np.log(np.maximum(sizes, 1e-300))
    turns = np.flatnonzero((heights[:-1] < 0) != (heights[1:] < 0))
    if len(turns) != 1 or heights[0] >= 0:
        return None
    left = turns[0]
    return float(np.interp(0, heights[left : left + 2], gains[left : left + 2]))
