"""Two linear recurrences with the same eigenvalues, and where the linear recurrent unit's own lie."""

import numpy as np

from utils.experiments.results import Array, Learner
from utils.figures._powers import log_axis
from utils.figures.labels import at_end, spread
from utils.figures.learner import answered, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, HIDDEN, PLAIN, QUIET, axes_in, drawn, ink, sheet

STEPS = 40
UNITS = 64
RING = 0.9, 0.999


@driven
def same_eigenvalues(linear_recurrence: Learner, W: Array, lru_eigenvalues: Learner) -> Picture:
    """Draw the norms of the Jacobians of two recurrences over k steps, and eigenvalues in the complex plane.

    Parameters
    ----------
    linear_recurrence : callable
        ``linear_recurrence(x, h0, W) -> h``, for x (T, H), h0 (H,) and W (H, H).
    W : ndarray, shape (H, H)
        With real eigenvalues. The other recurrence has these on its diagonal.
    lru_eigenvalues : callable
        ``lru_eigenvalues(nu, theta) -> lam``, complex, all (H,).

    Returns
    -------
    Picture or Note

    References
    ----------
    Orvieto et al. (2023), Resurrecting recurrent neural networks for long sequences, ICML.
    """
    eigenvalues = np.sort(np.linalg.eigvals(W).real)[::-1]
    sizes = {name: jacobian_sizes(linear_recurrence, M) for name, M in (("W", W), ("diag", np.diag(eigenvalues)))}
    lam = ring(lru_eigenvalues)
    inside = np.abs(lam).max() < 1
    peak, falls = int(np.argmax(sizes["W"])), bool((np.diff(sizes["diag"]) < 0).all())
    title = (
        f"The same eigenvalues, {' and '.join(f'{value:.1f}' for value in eigenvalues)}: the norm with W reaches "
        f"{sizes['W'][peak]:.1f}, at k = {peak}; the diagonal one {'falls' if falls else 'does not fall'} at every step"
    )
    caption = (
        "Left: spectral norm of ∂h_k/∂h_0 by nudging h_0 of linear_recurrence, one input N(0, 1) of seed 0. "
        f"Right: {UNITS} values of lru_eigenvalues, spread over the ring of radii {RING[0]} and {RING[1]}, seed 0."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.42, **margins))
        steps = np.arange(STEPS + 1)
        left.axhline(1, color=FAINT, linewidth=0.9, zorder=0)
        ends = spread([np.log10(size[-1]) for size in sizes.values()], 0.25)
        for (name, size), end in zip(sizes.items(), ends, strict=True):
            colour = PLAIN if name == "W" else GRADIENT
            left.plot(steps, size, color=colour, linewidth=2.2, gid=name)
            text, shade = ("W", QUIET) if name == "W" else ("diagonal", ink(GRADIENT))
            at_end(left, STEPS, 10**end, text, shade)
        log_axis(left, 1e-3, 1e2)
        left.set(xlim=(0, STEPS), xticks=range(0, STEPS + 1, 10), xlabel="k steps")
        left.set_title("norm of the Jacobian, log axis")
        turn = np.linspace(0, 2 * np.pi, 361)
        right.plot(np.cos(turn), np.sin(turn), color=PLAIN, linewidth=1.0, gid="circle")
        right.plot(lam.real, lam.imag, "o", color=HIDDEN, markersize=3.5, gid="lam")
        right.text(0, 0, "|λ| < 1" if inside else "|λ| ≥ 1", color=ink(HIDDEN), ha="center", va="center", fontsize=10)
        right.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlabel="real part")
        right.set_aspect("equal")
        right.set_title("λ in the complex plane")
    where = "inside" if inside else "not all inside"
    alt = (
        f"{title}. Left: both norms against k from 0 to {STEPS}, on a log axis. "
        f"Right: the unit circle and {UNITS} dots, {where} of it."
    )
    return Picture(figure, alt)


def jacobian_sizes(linear_recurrence: Learner, W: Array) -> Array:
    """Return the spectral norms of ∂h_k/∂h_0 for k = 0 to `STEPS`, by nudges; the recurrence is linear in h_0."""
    H = len(W)
    x = np.random.default_rng(0).standard_normal((STEPS, H))
    outputs = {"h": (STEPS, H)}
    still = answered(linear_recurrence, outputs, x, np.zeros(H), W)
    moved = [answered(linear_recurrence, outputs, x, start, W) - still for start in np.eye(H)]
    norms = np.linalg.norm(np.stack(moved, axis=-1), 2, axis=(1, 2))
    return np.concatenate([[1.0], norms])


def ring(lru_eigenvalues: Learner) -> Array:
    """Return `UNITS` eigenvalues drawn evenly from the `RING`: |λ|² is uniform, and so is the angle."""
    rng = np.random.default_rng(0)
    radii = np.sqrt(rng.uniform(RING[0] ** 2, RING[1] ** 2, UNITS))
    lam: Array = lru_eigenvalues(np.log(-np.log(radii)), rng.uniform(0, 2 * np.pi, UNITS))
    return lam
