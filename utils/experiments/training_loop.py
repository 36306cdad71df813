"""Train a network by a learner's functions, and show a bar that says how far the training is."""

import html
import sys
from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any, Protocol, TypeAlias

import numpy as np

from utils.checking.calling import name_of
from utils.data.vocabulary import PAD
from utils.errors import CallFailed
from utils.experiments.adam import Adam, Descent
from utils.experiments.results import Array, Learner, Params

OnStep: TypeAlias = Callable[[int, list[float]], object]


class Batches(Sized, Iterable[Any], Protocol):
    """Batches in their order, and how many they are."""


class Progress:
    """A bar with a line of text below it, redrawn in place while a cell runs."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown: Any = None  # a display handle, once there is something to show

    def show(self, share: float, text: str) -> None:
        """Show that `share` of the work is done, and `text`."""
        if "IPython" not in sys.modules:  # a terminal; and importing Adam alone should not wait for it
            return
        from IPython import get_ipython
        from IPython.display import HTML, display

        if get_ipython() is None:
            return
        if self._shown is None:  # only now: a training that cannot start shows no bar
            self._shown = display(HTML(self._html(share, text)), display_id=True)
        self._shown.update(HTML(self._html(share, text)))

    def _html(self, share: float, text: str) -> str:
        label = f"{self._what}: {round(100 * share)} %"
        return (
            f'<div role="status"><progress max="1" value="{share:.3f}" aria-label="{html.escape(label)}" '
            f'style="width:240px;vertical-align:middle"></progress> {html.escape(label)}'
            f'<pre style="margin:.3em 0 0;white-space:pre-wrap;min-height:1.4em">{html.escape(text)}</pre></div>'
        )


def weights(rng: np.random.Generator, V: int, H: int, scale: float) -> Params:
    """Draw a character model: Wx ~ N(0, scale²), Wh and Wy ~ N(0, 1/H), biases zero."""
    return {
        "Wx": rng.normal(0, scale, (V, H)),
        "Wh": rng.normal(0, 1 / np.sqrt(H), (H, H)),
        "b": np.zeros(H),
        "Wy": rng.normal(0, 1 / np.sqrt(H), (H, V)),
        "by": np.zeros(V),
    }


def train(
    train_segment: Learner,
    clip_grad_norm: Learner,
    params: Params,
    batches: Batches,
    rate: Callable[[float], float],
    reset: bool = False,
    on_step: OnStep = lambda done, losses: None,
    limit: float = 1.0,
    optimiser: Callable[[Params], Adam | Descent] = Adam,
) -> Array:
    """Train on segments in their order, the state carried from one to the next.

    Parameters
    ----------
    train_segment : callable
        ``train_segment(params, x, y, h) -> (loss, grads, h)``, loss in nats a step.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.
    params : dict of str to ndarray
        Changed in place.
    batches : sequence of tuple
        ``(x, y)``: one-hot (N, k, V) and ids (N, k).
    rate : callable
        ``rate(share) -> float``, the step size when `share` of the batches are done.
    reset : bool
        Whether to start every segment from zeros.
    on_step : callable
        Called after every batch with the number done and all losses so far.
    limit : float
        The max_norm of every step.
    optimiser : callable
        ``optimiser(params)`` has a method ``step(grads, rate)``; `Adam` or `Descent`.

    Returns
    -------
    ndarray, shape (len(batches),)
        The losses.
    """
    moves, h = optimiser(params), None
    losses: list[float] = []
    for done, (x, y) in enumerate(batches):
        start = np.zeros((len(y), len(params["b"]))) if h is None or reset else h
        loss, grads, h = train_segment(params, x, y, start)
        clipped = _clipped(clip_grad_norm, grads, limit)
        if not np.isfinite(loss):
            raise CallFailed(f"The loss became {loss} after {done} segments: check(clip_grad_norm) first.")
        losses.append(float(loss))
        moves.step(clipped, rate(done / len(batches)))
        on_step(done + 1, losses)
    return np.array(losses)


def descend(
    loss: Learner,
    clip_grad_norm: Learner,
    params: Params,
    batches: Batches,
    rate: Callable[[float], float],
    on_step: OnStep = lambda done, losses: None,
) -> Array:
    """Train a network that speaks, on batches that have nothing to do with one another.

    Parameters
    ----------
    loss : callable
        ``loss(params, *batch) -> (loss, grads)``, grads a dict like `params`.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``; the limit is 5.
    params : dict of str to ndarray
        Changed in place.
    batches : sequence of tuple
    rate, on_step : callable
        As for `train`.

    Returns
    -------
    ndarray, shape (len(batches),)
        The losses.
    """
    optimiser, name = Adam(params), name_of(loss)
    losses: list[float] = []
    for done, batch in enumerate(batches):
        returned = loss(params, *batch)
        if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], dict):
            raise CallFailed(f"{name} should return (loss, grads), grads a dict.")
        value, grads = returned
        for key, p in params.items():
            if np.shape(grads.get(key)) != p.shape:
                raise CallFailed(f"{name} should return a gradient of shape {p.shape} for {key}: check({name}) first.")
        clipped = _clipped(clip_grad_norm, grads, 5.0)
        if not np.isfinite(value):
            raise CallFailed(f"The loss became {value} after {done} steps: check({name}) first.")
        losses.append(float(value))
        optimiser.step(clipped, rate(done / len(batches)))
        on_step(done + 1, losses)
    return np.array(losses)


def an_id(losses: Sequence[float] | Array, rows: Sequence[Array]) -> Array:
    """Return losses in nats an id: a letter or a phoneme, `END` among them.

    Parameters
    ----------
    losses : sequence of float
        Of the first batches, sums over the ids of a row and means over rows, as `temporal_softmax_loss` returns them.
    rows : sequence of ndarray of int, shape (N, L)
        The ids of each batch: `START`, then those that are asked, then `PAD`.

    Examples
    --------
    >>> an_id([8.0], [np.array([[1, 5, 2], [1, 2, 0]])])
    array([5.33333333])
    """
    asked = [np.count_nonzero(ids[:, 1:] != PAD) / len(ids) for ids in rows[: len(losses)]]
    return np.asarray(losses) / asked


def _clipped(clip_grad_norm: Learner, grads: object, limit: float) -> dict[str, Array]:
    returned = clip_grad_norm(grads, limit)
    if not isinstance(returned, tuple) or not isinstance(returned[0], dict):
        raise CallFailed("clip_grad_norm should return (clipped, norm), clipped a dict.")
    return returned[0]


def minibatches(rng: np.random.Generator, count: int, size: int, steps: int) -> Array:
    """Return `steps` index arrays of `size` of `count` examples: every example once, in a new order, then again."""
    rounds = -(-steps // (count // size))
    orders = (rng.permutation(count)[: count // size * size].reshape(-1, size) for _ in range(rounds))
    return np.concatenate(list(orders))[:steps]


def smooth(losses: Sequence[float] | Array, points: int = 40) -> tuple[Array, Array]:
    """Return the losses as means over `points` equal stretches, and where each stretch ends, as a share."""
    parts = np.array_split(np.asarray(losses, dtype=np.float64), min(points, len(losses)))
    return np.cumsum([len(part) for part in parts]) / len(losses), np.array([part.mean() for part in parts])
