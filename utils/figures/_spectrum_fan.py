"""The spectrum fan: all singular values of a product of Jacobians against the steps it spans, W^t beside the RNN."""

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from utils.experiments.results import Array, Learner
from utils.figures._powers import log_axis, raised, within
from utils.figures.labels import at_exit
from utils.figures.learner import answered
from utils.figures.networks import driven_states, gaussian
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short, tint

UNITS, SEED, STEPS, RADIUS = 24, 29, 60, 0.9
HEIGHT = 4.4
LOW, HIGH = 1e-12, 1e12
# Numbers found by trying them: each shows one way in which a gradient lives or dies, in one draw of W.
PRESETS = {
    "Gaussian": {"sigma": 1.67, "skew": 1.0, "drive": 0.5},
    "Orthogonal": {"sigma": 1.0, "skew": 0.0, "drive": 0.5},
    "Edge": {"sigma": 1.0, "skew": 0.0, "drive": 0.0},
    "Only W^t explodes": {"sigma": 2.3, "skew": 1.0, "drive": 0.5},
    "The RNN explodes": {"sigma": 4.2, "skew": 1.0, "drive": 0.5},
    "No input": {"sigma": 2.3, "skew": 1.0, "drive": 0.0},
}


@functools.cache  # for the life of the process: H and seed are fixed
def _parts() -> tuple[Array, Array, Array, Array]:
    """Return Q, R, B, sizes with W = Q R B R⁻¹ Qᵀ, W the Gaussian; B is normal and holds its eigenvalues.

    Eigenvectors by pairs, real and imaginary parts as columns, are Q R; so R says how far they are from orthogonal.
    """
    eigenvalues, vectors = np.linalg.eig(gaussian(UNITS, SEED, RADIUS))
    columns, blocks, sizes, k = [], np.zeros((UNITS, UNITS)), np.abs(eigenvalues), 0
    while k < UNITS:
        value, vector = eigenvalues[k], vectors[:, k]
        if value.imag == 0:
            columns.append(vector.real)
            blocks[k, k] = value.real
            k += 1
        else:
            columns += [np.sqrt(2) * vector.real, np.sqrt(2) * vector.imag]
            blocks[k : k + 2, k : k + 2] = [[value.real, value.imag], [-value.imag, value.real]]
            k += 2
    Q, R = np.linalg.qr(np.array(columns).T)
    signs = np.sign(np.diag(R))
    return Q * signs, signs[:, None] * R, blocks, sizes


def matrix(sigma: float, skew: float) -> Array:
    """Return W (24, 24) with σ_max = `sigma`, on the way from an orthogonal matrix to the Gaussian one.

    Parameters
    ----------
    sigma : float
        The largest singular value.
    skew : float
        Non-normality. At 0 all eigenvalues have one size and the eigenvectors are orthogonal, so W is orthogonal
        times sigma; at 1 both are those of the Gaussian matrix of ``default_rng(29)``.
    """
    Q, R, blocks, sizes = _parts()
    angles = (1 - skew) * np.eye(UNITS) + skew * R
    W: Array = Q @ angles @ (blocks * ((sizes / RADIUS) ** (skew - 1))[:, None]) @ np.linalg.inv(angles) @ Q.T
    W *= sigma / np.linalg.norm(W, 2)
    return W


@dataclass(frozen=True)
class Fans:
    """What was measured.

    Parameters
    ----------
    power, rnn : ndarray, shape (STEPS + 1, UNITS)
        Singular values of the product over 0, 1, ..., STEPS steps, the largest first: of W^t, and of ∂h_T/∂h_{T−t}.
    sigma, rho : float
        Of W: its largest singular value and its spectral radius.
    """

    power: np.ndarray
    rnn: np.ndarray
    sigma: float
    rho: float


def measure(jacobian_product: Learner, rnn_forward: Learner, sigma: float, skew: float, drive: float) -> Fans:
    """Return the `Fans` of one setting, by the learner's functions.

    Raises
    ------
    utils.errors.UtilsError
        If the learner's function is not written or cannot be drawn.
    """
    W = matrix(sigma, skew)
    Wh = W.T
    x = drive * np.random.default_rng(SEED).standard_normal((1, STEPS + 1, UNITS))
    h = driven_states(rnn_forward, Wh, x)
    # Where every state is 0, every slope is 1: there the product is a power of W.
    both = np.concatenate([np.zeros_like(h), h])
    product = answered(jacobian_product, {"product": (2, STEPS + 1, UNITS, UNITS)}, both, Wh)
    power, rnn = np.linalg.svd(product[:, ::-1], compute_uv=False)
    return Fans(power, rnn, sigma, float(np.abs(np.linalg.eigvals(W)).max()))


def draw(jacobian_product: Learner, rnn_forward: Learner, sigma: float, skew: float, drive: float) -> Picture:
    """Return the `Picture` of both fans side by side."""
    fans = measure(jacobian_product, rnn_forward, sigma, skew, drive)
    t = raised(STEPS)
    title = (
        f"σ_max = {sigma:.2f}, ρ = {fans.rho:.2f}: ‖W{t}‖ = {short(fans.power[-1, 0])}, "
        f"and {short(fans.rnn[-1, 0])} over {STEPS} steps of the RNN"
    ).replace("e-", "e−")
    caption = (
        f"By your jacobian_product: {UNITS} singular values (the largest dark), down to 1e−14 of it. H = {UNITS}, "
        f"seed {SEED}, non-normality {skew:.2f}. RNN: input N(0, {drive:.2f}²) into each unit, h₀ = 0. "
        "Dashed σ_maxᵗ, dotted ρᵗ."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.075, right=0.915, wspace=0.26, **margins))
        draw_fan(left, fans.power, fans, "$W^t$: no tanh, no input", "power")
        draw_fan(right, fans.rnn, fans, r"the RNN: $\partial h_T/\partial h_{T-t}$", "rnn")
        right.tick_params(labelleft=False)
    alt = (
        f"{title}. Two fans of {UNITS} lines on a log axis against t from 0 to {STEPS}: left the singular values of "
        "W to the power t, right those of the RNN's product, with the guides σ_max^t and ρ^t."
    )
    return Picture(figure, alt)


def draw_fan(axes: Axes, values: Array, fans: Fans, heading: str, gid: str, labels: bool = True) -> None:
    """Draw one fan, and the guides of its W, into `axes`."""
    t = np.arange(len(values))
    guides = {r"$\sigma_{\max}^{\,t}$": fans.sigma**t, r"$\rho^{\,t}$": fans.rho**t}
    # Round-off is relative to the largest: what lies below it is noise, and is not drawn.
    kept = np.where(values > 1e-14 * values[:, :1], values, np.nan)
    # All thin lines as one with gaps: a line each would double the time of an update.
    shown = np.where(np.isnan(kept), np.nan, within(values, LOW, HIGH)).T
    gaps = np.concatenate([shown, np.full((len(shown), 1), np.nan)], axis=1)
    steps = np.tile(np.append(t, np.nan), len(shown))
    axes.plot(steps, gaps.ravel(), color=tint(GRADIENT, 0.5), linewidth=0.8, gid=gid)
    axes.plot(t, shown[0], color=ink(GRADIENT), linewidth=2.2, gid=f"{gid} norm")
    for (text, guide), style in zip(guides.items(), ("dashed", "dotted"), strict=True):
        axes.plot(t, within(guide, LOW, HIGH), color=PLAIN, linestyle=style, linewidth=1.3, zorder=1.5, gid=text)
    log_axis(axes, LOW, HIGH)
    axes.set(xlim=(0, len(values) - 1), xticks=range(0, len(values), 20), xlabel="t, steps")
    axes.set_title(heading)
    if labels:
        at_exit(axes, [("norm", values[:, 0], ink(GRADIENT)), *((*guide, QUIET) for guide in guides.items())], least=9)
