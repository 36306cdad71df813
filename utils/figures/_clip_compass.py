"""What clipping does to a gradient: its length against the limit, and its direction against two other ways to clip."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures.learner import counted, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, INK, INPUT, OUTPUT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short

HEIGHT = 4.3
COLOURS = {"yours": GRADIENT, "per parameter": INPUT, "each entry": OUTPUT}  # three hues that stay apart


def clipped(clip_grad_norm: Learner, grads: Mapping[str, Array], max_norm: float) -> tuple[dict[str, Array], float]:
    """Return the learner's clipped gradients, float64 arrays by name, and the norm that it returned.

    Raises
    ------
    utils.errors.UtilsError
        If the function is not written or returns what cannot be drawn.
    """
    name = name_of(clip_grad_norm)
    returned = call(clip_grad_norm, grads, max_norm)
    wanted = f"{name} should return (clipped, norm)"
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise CallFailed(f"{wanted}; yours returned {counted(returned)}.")
    own, norm = returned
    if not isinstance(own, dict) or set(own) != set(grads):
        raise CallFailed(f"{wanted}, clipped a dict with the names of grads: {', '.join(grads)}.")
    try:
        found = {key: np.asarray(own[key], dtype=np.float64) for key in grads}
        norm = float(norm)
    except Exception:  # whatever a learner's object does when NumPy asks it for numbers
        raise CallFailed(f"{wanted}: arrays of real numbers in a dict, and a number.") from None
    for key, array in found.items():
        if array.shape != grads[key].shape:
            raise CallFailed(f"{wanted}; your clipped[{key!r}] has shape {array.shape}, not {grads[key].shape}.")
        if not np.all(np.abs(array) < 1e100):
            raise CallFailed(f"The gradients that {name} returned hold nan, inf or numbers too large to draw.")
    return found, norm


@driven
def ceiling(clip_grad_norm: Learner, max_norm: float = 1.0) -> Picture:
    """Draw the length of a gradient after clipping against its length before, for lengths from 0 to 4 limits.

    Parameters
    ----------
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``, dicts of arrays.
    max_norm : float

    Returns
    -------
    Picture or Note
    """
    rng = np.random.default_rng(4)
    unit = {"Wx": rng.normal(size=(3, 8)), "Wh": 2 * rng.normal(size=(8, 8)), "b": rng.normal(size=8)}
    whole = length(unit)
    before = np.linspace(0, 4 * max_norm, 33)[1:]
    lengths, cosine = [], []
    for size in before:
        grads = {name: size / whole * g for name, g in unit.items()}
        own, _ = clipped(clip_grad_norm, grads, max_norm)
        lengths.append(length(own))
        cosine.append(_cosine(own, grads))
    after, turned = np.array(lengths), np.rad2deg(np.arccos(np.clip(min(cosine), -1, 1)))
    wanted = np.minimum(before, max_norm)
    wrong, worst = [], np.abs(after - wanted).argmax()
    if not np.allclose(after, wanted, rtol=1e-5):
        wrong.append(f"{short(before[worst])} becomes {short(after[worst])} instead of {short(wanted[worst])}")
    if turned >= 0.01:
        wrong.append(f"the gradient is turned by up to {short(turned)}°")
    title = "Short gradients pass, long ones are cut to the limit, and none is turned"
    if wrong:
        title = f"Not yet a ceiling: {', and '.join(wrong)}"
    caption = "Drawn by your clip_grad_norm: one random gradient for Wx, Wh and b (seed 4), made longer and longer."
    with drawn():
        figure, margins = sheet(title, caption, height=3.5)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.93, **margins))
        axes.plot(before, before, color=FAINT, linewidth=1.2, gid="unclipped")
        axes.text(2.08, 2.14, "without clipping", color=QUIET, fontsize=10, ha="right")
        axes.axhline(max_norm, color=PLAIN, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        axes.text(3.98, max_norm + 0.12, f"max_norm = {max_norm:g}", color=QUIET, fontsize=10, ha="right")
        axes.plot(before, after, "o-", color=GRADIENT, markersize=3.5, zorder=3, gid="after")
        top = max(2.4, 1.1 * after.max())
        axes.set(xlim=(0, 4.05), ylim=(0, top), xlabel="norm before", yticks=[0, 1, 2])
        axes.set_title("norm after clipping, all parameters together")
    return Picture(figure, f"{title}. The norm after clipping against the norm before, with the limit {max_norm:g}.")


def ways(clip_grad_norm: Learner, angle: float, limit: float) -> tuple[dict[str, Array], dict[str, dict[str, Array]]]:
    """Clip one gradient in three ways.

    The gradient has two parameters: W with two entries, at `angle` degrees to each other, and b with one.

    Returns
    -------
    grads : dict of str to ndarray
    found : dict of str to dict
        By the way of clipping: "yours", "per parameter", "each entry".
    """
    turn = np.deg2rad(angle)
    grads = {"W": 4.0 * np.array([np.cos(turn), np.sin(turn)]), "b": np.array([3.0])}
    own, _ = clipped(clip_grad_norm, grads, limit)
    return grads, {
        "yours": own,
        "per parameter": {key: g / max(1.0, np.sqrt(np.sum(g**2)) / limit) for key, g in grads.items()},
        "each entry": {key: np.clip(g, -limit, limit) for key, g in grads.items()},
    }


def draw(clip_grad_norm: Learner, angle: float, limit: float) -> Picture:
    """Return the `Picture` of one compass: within a parameter, and across two parameters."""
    grads, found = ways(clip_grad_norm, angle, limit)
    turned = {way: _degrees(own, grads) for way, own in found.items()}
    before = length(grads)
    if limit >= before:
        title = f"Limit {limit:g}: length {short(before)} is short enough, yours turns by {turned['yours']:.0f}°"
    else:
        title = f"Limit {limit:g}: yours turns by {turned['yours']:.0f}°, per parameter "
        title += f"{turned['per parameter']:.0f}°, each entry by itself {turned['each entry']:.0f}°"
    caption = (
        f"W has two entries, b has one; the gradient has length 4 in W and 3 in b, {short(before)} together. "
        "Purple is drawn by your clip_grad_norm. Dotted: the direction before clipping."
    )
    # Across the parameters: the plane of W's own direction and b; what each entry does to W inside is seen on the left.
    planes = (
        ("within W: its two entries", "first entry of W", "second entry of W", lambda g: g["W"]),
        (
            "across: length of W against b",
            "length of W",
            "b",
            lambda g: np.array([np.sqrt(np.sum(g["W"] ** 2)), g["b"][0]]),
        ),
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        pair = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.8, wspace=0.32, **margins))
        for axes, (heading, across, up, seen) in zip(pair, planes, strict=True):
            _draw_plane(axes, seen(grads), {way: seen(own) for way, own in found.items()}, limit)
            axes.set(xlabel=across, ylabel=up)
            axes.set_title(heading, fontsize=9)
        for line, (way, colour) in enumerate(COLOURS.items()):
            pair[1].text(
                1.06,
                0.98 - 0.2 * line,
                f"{way}\n{length(found[way]):.2f} long, {turned[way]:.0f}°",
                transform=pair[1].transAxes,
                color=ink(colour),
                fontsize=10,
                va="top",
                linespacing=1.35,
            )
    alt = f"{title}. Two planes of arrows: the entries of W, and the length of W against b, before and after clipping."
    return Picture(figure, alt)


def _draw_plane(axes: Axes, before: Array, after: Mapping[str, Array], limit: float) -> None:
    around = np.linspace(0, 2 * np.pi, 181)
    axes.plot(limit * np.cos(around), limit * np.sin(around), color=FAINT, linewidth=1, zorder=0, gid="limit")
    axes.plot([0, before[0]], [0, before[1]], color=QUIET, linewidth=1, linestyle=(0, (1, 2)), zorder=1, gid="before")
    axes.plot(*before, "o", color=QUIET, markersize=3.5, zorder=1)
    for width, (way, tip) in zip((5.5, 3.2, 1.6), after.items(), strict=True):
        axes.annotate(
            "",
            (tip[0], tip[1]),
            (0, 0),
            arrowprops={
                "arrowstyle": f"-|>,head_length={0.3 + 0.03 * width},head_width={0.14 + 0.03 * width}",
                "color": COLOURS[way],
                "linewidth": width,
                "shrinkA": 0,
                "shrinkB": 0,
                "mutation_scale": 12,
                "alpha": 0.9,
            },
        )
        axes.plot([0, tip[0]], [0, tip[1]], linewidth=0, gid=way)
    axes.plot(0, 0, "o", color=INK, markersize=3, zorder=6)
    # Seen from so near that arrows of the limit's length fill the plane: a compass is about directions.
    far = min(4.4, 2.2 * limit)
    axes.set(xlim=(-0.08 * far, far), ylim=(-0.08 * far, far), aspect=1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(3))


def length(grads: Mapping[str, Array]) -> float:
    """Return the length of all gradients laid end to end."""
    return float(np.linalg.norm(np.concatenate([np.ravel(g) for g in grads.values()])))


def _cosine(own: Mapping[str, Array], grads: Mapping[str, Array]) -> float:
    both = length(own) * length(grads)
    return float(sum(np.sum(own[key] * grads[key]) for key in grads)) / both if both else 1.0


def _degrees(own: Mapping[str, Array], grads: Mapping[str, Array]) -> float:
    return float(np.rad2deg(np.arccos(np.clip(_cosine(own, grads), -1, 1))))
