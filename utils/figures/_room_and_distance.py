"""What one state of a fixed size loses of a long input, and what attention makes of a gradient's distance."""

import numpy as np

from utils.experiments.results import Array, Learner
from utils.figures._powers import log_axis
from utils.figures.labels import at_end
from utils.figures.learner import answered, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, HIDDEN, PLAIN, QUIET, axes_in, drawn, ink, sheet, short

SIZES = (32, 128)
LENGTHS = tuple(range(4, 301, 4))
STATES = 100
KEPT = 0.9  # of the state, at every step
FOUND = 0.9  # of the weight, on the first state


@driven
def room_and_distance(lost: Learner, context: Learner) -> Picture:
    """Draw the share of T numbers that H of their mixtures lose, and gradients at states against their distance.

    Parameters
    ----------
    lost : callable
        ``lost(T, H, rng) -> share``.
    context : callable
        ``context(scores, states) -> context (H,)``, for scores (S,) and states (S, H).

    Returns
    -------
    Picture or Note
    """
    shares = {
        H: np.array([answered(lost, {"share": ()}, T, H, np.random.default_rng(0)) for T in LENGTHS]) for H in SIZES
    }
    equal, found = (gradient_sizes(context, scores) for scores in (np.zeros(STATES), first_found()))
    chain = KEPT ** np.arange(STATES)
    title = (
        f"At T = {LENGTHS[-1]}, 128 numbers lose {100 * shares[128][-1]:.0f} %. {STATES - 1} steps back, a state that "
        f"keeps {KEPT} passes {short(chain[-1])}; equal attention passes {short(equal[-1])}"
    ).replace("e-", "e−")
    caption = (
        f"Left: H mixtures of T independent numbers (seed 0), the best linear reader. Right: S = {STATES}, spectral "
        f"norms by nudges, scores held fixed. Found: {FOUND} of the weight on one state. Chain: {KEPT} a step."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.075, right=0.86, wspace=0.42, **margins))
        for (H, share), colour in zip(shares.items(), (PLAIN, HIDDEN), strict=True):
            left.plot(LENGTHS, share, color=colour, linewidth=2.2, gid=f"H={H}")
            at_end(left, LENGTHS[-1], share[-1], f"H = {H}", ink(colour))
        left.set(xlim=(0, 300), ylim=(-0.03, 1), xticks=[0, 100, 200, 300], xlabel="T numbers read")
        left.set_title("share that is lost")
        back = np.arange(STATES)
        right.axhline(1, color=FAINT, linewidth=0.9, zorder=0)
        right.plot(back, chain, color=PLAIN, linewidth=1.8, gid="chain")
        right.plot(back, equal[::-1], color=GRADIENT, linewidth=2.4, gid="equal")
        right.plot(back[-1:], found[:1], "o", color=GRADIENT, markersize=6, gid="found", clip_on=False)
        at_end(right, STATES - 1, float(found[0]), "found", ink(GRADIENT))
        at_end(right, STATES - 1, float(equal[0]), "equal", ink(GRADIENT))
        at_end(right, STATES - 1, float(chain[-1]), "chain", QUIET)
        log_axis(right, 1e-5, 10)
        right.set(xlim=(0, STATES - 1), xticks=[0, 25, 50, 75, 99], xlabel="steps back, S − s")
        right.set_title("gradient at a state, log axis")
    alt = (
        f"{title}. Left: the share lost against T, {shares[32][-1]:.2f} at last for H = 32, {shares[128][-1]:.2f} for "
        f"H = 128. Right: the gradient at a state against the steps back, for a chain and for attention with equal "
        f"weights; a point marks {short(found[0])} where most of the weight lies on the first state."
    )
    return Picture(figure, alt)


def first_found() -> Array:
    """Return scores (S,) whose softmax puts `FOUND` of the weight on the first state, and the rest on all others."""
    scores = np.zeros(STATES)
    scores[0] = np.log((STATES - 1) * FOUND / (1 - FOUND))
    return scores


def gradient_sizes(context: Learner, scores: Array) -> Array:
    """Return the spectral norm of the context's Jacobian at each state (S,), by nudges; the context is linear in it."""
    states = np.random.default_rng(0).standard_normal((len(scores), 2))
    still = answered(context, {"context": (2,)}, scores, states)
    sizes = np.empty(len(scores))
    for s in range(len(scores)):
        jacobian = np.empty((2, 2))
        for unit in range(2):
            nudged = states.copy()
            nudged[s, unit] += 1
            jacobian[:, unit] = answered(context, {"context": (2,)}, scores, nudged) - still
        sizes[s] = np.linalg.norm(jacobian, 2)
    return sizes
