"""The phase portrait of two recurrent units: where every state goes next, as the learner's own step says."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.experiments.results import Array, Learner
from utils.figures.labels import above
from utils.figures.learner import trajectory
from utils.figures.picture import Picture
from utils.figures.style import FAINT, HIDDEN, INK, QUIET, WIDTH, drawn, ink, power_of_ten, sheet, short, tint

STEPS = 40
_LATER = 400  # more steps, after which what moves slowly and what has come to rest differ
HEIGHT = 4.5
# tanh(z) = z to 3e-13 of itself at |z| ≤ 1e-6: seen from so near to 0 the learner's own step is the linear map alone.
# A power of two, so that scaling down and up again rounds nothing.
_NEAR_ZERO = 2.0**-20
_BOX = 1.15
_AWAY = 10.0  # a state that is longer has run away


class Setting(TypedDict):
    """The values of the controls, by name."""

    angle: float
    gain: float
    tanh: bool


# Numbers found by trying them: each shows one thing that a recurrence can do.
PRESETS: dict[str, Setting] = {
    "Spiral in": {"angle": 30, "gain": 0.8, "tanh": True},
    "Rotate": {"angle": 30, "gain": 1.2, "tanh": True},
    "Four memories": {"angle": 0, "gain": 1.5, "tanh": True},
    "Saturated": {"angle": 20, "gain": 4.0, "tanh": True},
    "No tanh": {"angle": 30, "gain": 1.1, "tanh": False},
}
_START: dict[str, Any] = {"marker": "o", "markersize": 4, "markerfacecolor": "white", "markeredgecolor": ink(HIDDEN)}
_END: dict[str, Any] = {"marker": "o", "markersize": 5.5, "color": INK}
_UNITS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "markersize": 3, "color": HIDDEN},
    {"marker": "s", "markersize": 3, "color": tint(HIDDEN, 0.55)},
)


@dataclass(frozen=True)
class Orbits:
    """What the step did.

    Parameters
    ----------
    h : ndarray, shape (STEPS + 1, starts, 2)
        The states; `h[0]` are the starts.
    later : ndarray, shape (any, starts, 2)
        The states that follow, `h[-1]` first; no other where a start runs away.
    field_from, field_to : ndarray, shape (points, 2)
        States on a grid, and one step later.
    turn, scale : float
        Angle in degrees and factor of one step, measured close to 0.
    """

    h: np.ndarray
    later: np.ndarray
    field_from: np.ndarray
    field_to: np.ndarray
    turn: float
    scale: float


def orbits(rnn_step_forward: Learner, angle: float, gain: float, tanh: bool) -> Orbits:
    """Let the learner's step run with x = 0, b = 0 and Wh = gain × rotation.

    Parameters
    ----------
    rnn_step_forward : callable
    angle : float
        Of the rotation, in degrees, anticlockwise.
    gain : float
        The spectral norm of Wh: all its singular values are equal.
    tanh : bool
        False measures the step at states 2^20 times smaller, where tanh is the identity.

    Returns
    -------
    Orbits
    """
    turn = np.deg2rad(angle)
    # States are rows, h Wh, so an anticlockwise turn is the transpose of the usual rotation matrix.
    Wh = gain * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def run(h: Array, steps: int, near: float | None) -> Array:
        return trajectory(rnn_step_forward, h, Wh, steps, near)

    near = None if tanh else _NEAR_ZERO
    side = np.linspace(-1, 1, 11)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    h, ahead = run(_starts(), STEPS, near), run(grid, 1, near)[1]
    later = h[-1:] if np.linalg.norm(h[-1], axis=-1).max() > _AWAY else run(h[-1], _LATER, near)
    east = run(np.array([[1.0, 0.0]]), 1, _NEAR_ZERO)[1, 0]
    measured = np.rad2deg(np.arctan2(east[1], east[0])) if np.any(east) else 0.0
    return Orbits(h, later, grid, ahead, measured, np.hypot(*east))


def _starts() -> Array:
    """Eight states far out and eight close to 0, between them in angle."""
    far = np.deg2rad(np.arange(15, 360, 45))
    near = far + np.pi / 8
    ring = lambda radius, at: radius * np.stack([np.cos(at), np.sin(at)], axis=-1)  # noqa: E731
    return np.concatenate([ring(1.0, far), ring(0.15, near)])


def finding(found: Orbits, gain: float, tanh: bool) -> str:
    """Say in one line what became of the starts, from the measured states alone."""
    last = found.h[-1]
    size, began = np.linalg.norm(last, axis=-1), np.linalg.norm(found.h[0], axis=-1)
    says = f"Gain {gain:g}" + ("" if tanh else ", no tanh") + ": "
    if np.all(np.isclose(found.h, found.h[0], atol=1e-9)):
        return says + "nothing moves, every start is kept as it is"
    if size.max() < 0.01:
        return says + f"every start is forgotten; after {STEPS} steps |h| ≤ {short(size.max())}"
    if size.max() > _AWAY or (np.all(size > 1.5 * began) and size.max() > 2):
        return says + f"every start runs away; after {STEPS} steps |h| is up to {short(size.max())}"
    if np.all(np.isclose(size, began, rtol=1e-6)):
        return says + "every start turns for ever at its own distance"
    if np.all(np.linalg.norm(found.later[-1], axis=-1) < 0.97 * np.linalg.norm(found.later[_LATER // 2], axis=-1)):
        return says + f"every start fades, slowly; after {STEPS} steps |h| ≤ {short(size.max())}"
    period = _period(found.later)
    if period == 1:
        rests = len(np.unique(np.round(found.later[-1] / 0.05), axis=0))
        full = ", all saturated" if np.abs(last).min() > 0.95 else ""
        kept = f"{rests} resting places, so {rests} things to remember" if rests > 1 else "one resting place"
        return says + kept + full
    if period:
        return says + f"it comes round every {period} steps, with |h| up to {short(size.max())}"
    return says + f"it never rests; after {STEPS} steps |h| is {short(size.min())} to {short(size.max())}"


def _period(h: Array, longest: int = 12) -> int:
    """Return the fewest steps after which every state is back within 0.001, or 0 if that takes more than `longest`."""
    for steps in range(1, longest + 1):
        if np.abs(h[-1] - h[-1 - steps]).max() < 0.001:
            return steps
    return 0


def draw(rnn_step_forward: Learner, angle: float, gain: float, tanh: bool) -> Picture:
    """Return the `Picture` of one portrait: the plane of both units, and one start's units over time.

    Raises
    ------
    utils.errors.UtilsError
        If the learner's function is not written or cannot be drawn.

    References
    ----------
    Sussillo & Barak (2013), Opening the black box: low-dimensional dynamics in high-dimensional recurrent neural
    networks, Neural Computation 25.
    """
    found = orbits(rnn_step_forward, angle, gain, tanh)
    title = finding(found, gain, tanh)
    caption = (
        f"Your rnn_step_forward with x = 0, b = 0, Wh = {gain:g} × rotation by {angle:g}°, {STEPS} steps. "
        f"Measured near 0: a step turns by {found.turn:.0f}° and scales by {found.scale:.2f}."
        + ("" if tanh else " Without tanh: measured so near to 0 that tanh is a straight line.")
    ).replace("-", "−")
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        high = margins["top"] - margins["bottom"]
        # The plane is square, so its width follows from its height.
        plane = figure.add_axes((0.08, margins["bottom"], high * HEIGHT / WIDTH, high))
        draw_plane(plane, found)
        left = np.abs(found.h[-1]).max(axis=-1) > _BOX
        if left.all():
            above(plane, [(0, _START, "start; all 16 leave the picture", QUIET)])
        else:
            above(plane, [(0, _START, "start", QUIET), (0.19, _END, f"after {STEPS} steps", QUIET)])
        _draw_time(figure.add_axes((0.57, margins["bottom"], 0.395, high)), found)
    alt = (
        f"{title}. Left, the plane of two hidden units with arrows to the next state and {found.h.shape[1]} paths; "
        f"right, both units of one path over {STEPS} steps. Rotation {angle:g}°, gain {gain:g}, "
        f"tanh {'on' if tanh else 'off'}."
    )
    return Picture(figure, alt)


def draw_plane(axes: Axes, found: Orbits) -> None:
    """Draw arrows to the next state and the paths of all starts into square `axes`."""
    axes.quiver(
        *found.field_from.T,
        *(found.field_to - found.field_from).T,
        angles="xy",
        scale_units="xy",
        scale=2.2,  # shorter than the step itself, or neighbours would overlap
        color=FAINT,
        width=0.005,
        headwidth=4,
        headlength=4,
        headaxislength=3.6,
        minlength=0.3,
        zorder=1,
        gid="field",
    )
    paths = _while_near(found.h)
    # All thin paths as one line with gaps: a line each would double the time of an update.
    gap = np.full((1, paths.shape[1], 2), np.nan)
    thin = np.concatenate([paths, gap])[:, 1:].swapaxes(0, 1).reshape(-1, 2)
    axes.plot(*thin.T, ".-", color=tint(HIDDEN, 0.5), linewidth=0.7, markersize=2.6, markeredgewidth=0, gid="paths")
    axes.plot(*paths[:, 0].T, ".-", color=HIDDEN, linewidth=1.6, markersize=6, markeredgewidth=0, gid="thick path")
    axes.plot(*paths[0].T, linestyle="", zorder=4, gid="starts", **_START)
    axes.plot(*paths[-1].T, linestyle="", zorder=5, gid="ends", **_END)
    axes.set(xlim=(-_BOX, _BOX), ylim=(-_BOX, _BOX), xlabel="unit 1", ylabel="unit 2")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator([-1, 0, 1]))


def _while_near(h: Array) -> Array:
    """Cut each path where it has left the picture for good, or the way back would be drawn as if it came back."""
    gone = np.maximum.accumulate(np.abs(h).max(axis=-1, keepdims=True) > 1.6, axis=0)
    return np.where(gone, np.nan, h)


def _draw_time(axes: Axes, found: Orbits) -> None:
    path, says = found.h[:, 0], "of the thick path"
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    for unit, look in enumerate(_UNITS):
        axes.plot(path[:, unit], linewidth=1.4, gid=f"unit{unit + 1}", **look)
    # Half a step more at both ends, or the first and the last mark would be cut in half.
    axes.set(xlim=(-0.5, STEPS + 0.5), ylim=(-_BOX, _BOX), xlabel="step t", yticks=[-1, 0, 1])
    axes.xaxis.set_major_locator(FixedLocator(range(0, STEPS + 1, 10)))
    largest = np.abs(path).max()
    if largest > _BOX:  # a path that runs away is a straight envelope on a log axis
        decades = np.ceil(np.log10(largest))
        axes.set_yscale("symlog", linthresh=1, linscale=max(0.8, decades / 4))
        axes.yaxis.set_major_locator(FixedLocator([-(10**decades), -1, 0, 1, 10**decades]))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(_tick))
        axes.set_ylim(-1.5 * 10**decades, 1.5 * 10**decades)
        says = "thick path, log past ±1"
    entries = [(0.2 * k, look, f"unit {k + 1}", ink(look["color"])) for k, look in enumerate(_UNITS)]
    above(axes, [*entries, (0.4, None, says, QUIET)])


def _tick(number: float, _: object) -> str:
    size = power_of_ten(abs(number)) if abs(number) > 1e4 else f"{abs(number):g}"
    return ("−" if number < 0 else "") + size
