"""The Jacobian of one step, by the learner's formula and by nudging one unit after the other."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from utils.experiments.results import Learner
from utils.figures.learner import answered, driven, next_state
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, HIDDEN, QUIET, axes_in, drawn, ink, sheet, short

H, SEED, NUDGE = 6, 4, 1e-6
SATURATED = 3  # the unit whose bias drives it to the flat end of tanh
_SIGNED = LinearSegmentedColormap.from_list("signed", [HIDDEN, "white", GRADIENT])


@driven
def one_jacobian(step_jacobian: Learner, rnn_step_forward: Learner) -> Picture:
    """Draw the learner's Jacobian of one step beside what nudging the state before it measures.

    Parameters
    ----------
    step_jacobian : callable
        ``step_jacobian(next_h, Wh) -> (N, H, H)``.
    rnn_step_forward : callable
        The step itself, which is nudged.

    Returns
    -------
    Picture or Note
    """
    rng = np.random.default_rng(SEED)
    x, h, Wx = rng.normal(size=(1, 3)), rng.uniform(-0.9, 0.9, (1, H)), rng.normal(size=(3, H)) / 3
    Wh, b = rng.normal(size=(H, H)) / np.sqrt(H), np.zeros(H)
    b[SATURATED] = 3.0
    up, down = (
        next_state(rnn_step_forward, np.repeat(x, H, axis=0), h + sign * NUDGE * np.eye(H), Wx, Wh, b)
        for sign in (1, -1)
    )
    measured = ((up - down) / (2 * NUDGE)).T
    next_h = next_state(rnn_step_forward, x, h, Wx, Wh, b)
    yours = answered(step_jacobian, {"jacobian": (1, H, H)}, next_h, Wh)[0]
    apart = np.abs(yours - measured).max()
    title = (
        f"Your Jacobian is what nudging measures (difference {short(apart)}); a saturated unit hardly moves"
        if apart < 1e-6
        else f"Your Jacobian differs from what nudging measures by up to {short(apart)}"
    )
    caption = (
        f"Entry (i, j): unit i's answer to unit j one step before; positive pink, negative green. H = {H}, N = 1, "
        f"seed {SEED}. Middle: your step with each h[j] moved by ±{short(NUDGE)}. Unit {SATURATED} has bias 3."
    )
    reach = max(np.abs(measured).max(), np.abs(yours).max(), 1e-9)
    with drawn():
        figure, margins = sheet(title, caption, height=4.1)
        grid = figure.add_gridspec(1, 3, left=0.08, right=0.93, wspace=0.3, width_ratios=[1, 1, 0.28], **margins)
        left, right, slopes = axes_in(grid)
        for axes, values, name in ((left, yours, "yours"), (right, measured, "measured by nudging")):
            axes.imshow(values, cmap=_SIGNED, vmin=-reach, vmax=reach, aspect="auto", gid=name)
            axes.set(xticks=range(H), yticks=range(H), xlabel="unit j, nudged")
            axes.set_title(name)
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
            for i in range(H):
                for j in range(H):
                    number = f"{values[i, j]:.2f}" if abs(values[i, j]) < 100 else ""
                    number = "0" if number in ("0.00", "-0.00") else number.replace("-", "−")
                    axes.text(j, i, number, ha="center", va="center", fontsize=6.8, color="#222222")
        left.set_ylabel("unit i, answering")
        slopes.barh(range(H), 1 - next_h[0] ** 2, color=HIDDEN, height=0.62)
        slopes.set(ylim=(H - 0.5, -0.5), xlim=(0, 1), yticks=range(H), xticks=[0, 1])
        slopes.set_title("slope 1 − h²")
        slopes.axvline(1, color=FAINT, linewidth=0.8, zorder=0)
        slopes.get_yticklabels()[SATURATED].set_color(ink(HIDDEN))
        slopes.tick_params(axis="y", length=0, labelcolor=QUIET)
    alt = (
        f"{title}. Two {H} by {H} tables of numbers, the learner's Jacobian and the measured one, with a bar for the "
        f"slope of each unit; unit {SATURATED} is saturated, its slope {short(1 - next_h[0, SATURATED] ** 2)}."
    )
    return Picture(figure, alt)
