"""How an experiment runs a learner's functions: guarded once, told while it runs, a sentence when it cannot."""

import functools
import html

import numpy as np
from IPython import get_ipython
from IPython.display import HTML, display

from utils.checking.calling import call, name_of
from utils.checking.card import Note
from utils.data.vocabulary import PAD
from utils.errors import CallFailed, NotStarted, UtilsError
from utils.experiments.adam import Adam

SECONDS = 120.0  # wall time after which a run is stopped


def guarded(experiment):
    """Make an experiment return a `Note` where one of the learner's functions is not written yet or fails."""

    @functools.wraps(experiment)
    def run_or_note(*args, **kwargs):
        def the_training():
            return experiment(*args, **kwargs)

        the_training.__name__ = "The training"
        try:
            return call(the_training, seconds=SECONDS)  # once for all steps: a guarded call copies its arguments
        except NotStarted as stub:
            return Note(f"{stub} This experiment waits for it.")
        except UtilsError as error:
            return Note(f"{str(error).rstrip('.')}. This experiment waits until that is repaired.")

    return run_or_note


class Progress:
    """A bar with a line of text below it, redrawn in place while a cell runs."""

    def __init__(self, what):
        self._what, self._shown = what, None

    def tell(self, share, text):
        """Show that `share` of the work is done, and `text`."""
        if get_ipython() is None:
            return
        if self._shown is None:  # only now: a training that cannot start shows no bar
            self._shown = display(HTML(self._html(share, text)), display_id=True)
        self._shown.update(HTML(self._html(share, text)))

    def _html(self, share, text):
        said = f"{self._what}: {round(100 * share)} %"
        return (
            f'<div role="status"><progress max="1" value="{share:.3f}" aria-label="{html.escape(said)}" '
            f'style="width:240px;vertical-align:middle"></progress> {html.escape(said)}'
            f'<pre style="margin:.3em 0 0;white-space:pre-wrap;min-height:1.4em">{html.escape(text)}</pre></div>'
        )


def weights(rng, V, H, scale):
    """Draw a character model: Wx ~ N(0, scale²), Wh and Wy ~ N(0, 1/H), biases zero."""
    return {
        "Wx": rng.normal(0, scale, (V, H)),
        "Wh": rng.normal(0, 1 / np.sqrt(H), (H, H)),
        "b": np.zeros(H),
        "Wy": rng.normal(0, 1 / np.sqrt(H), (H, V)),
        "by": np.zeros(V),
    }


def train(
    train_segment,
    clip_grad_norm,
    params,
    batches,
    rate,
    reset=False,
    told=lambda done, losses: None,
    limit=1.0,
    optimiser=Adam,
):
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
    told : callable
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
    optimiser, losses, h = optimiser(params), [], None
    for done, (x, y) in enumerate(batches):
        start = np.zeros((len(y), len(params["b"]))) if h is None or reset else h
        loss, grads, h = train_segment(params, x, y, start)
        clipped = _clipped(clip_grad_norm, grads, limit)
        if not np.isfinite(loss):
            raise CallFailed(f"The loss became {loss} after {done} segments: check(clip_grad_norm) first.")
        losses.append(float(loss))
        optimiser.step(clipped, rate(done / len(batches)))
        told(done + 1, losses)
    return np.array(losses)


def descend(loss, clip_grad_norm, params, batches, rate, told=lambda done, losses: None):
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
    rate, told : callable
        As for `train`.

    Returns
    -------
    ndarray, shape (len(batches),)
        The losses.
    """
    optimiser, losses, name = Adam(params), [], name_of(loss)
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
        told(done + 1, losses)
    return np.array(losses)


def an_id(losses, rows):
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


def _clipped(clip_grad_norm, grads, limit):
    returned = clip_grad_norm(grads, limit)
    if not isinstance(returned, tuple) or not isinstance(returned[0], dict):
        raise CallFailed("clip_grad_norm should return (clipped, norm), clipped a dict.")
    return returned[0]


def minibatches(rng, count, size, steps):
    """Return `steps` index arrays of `size` of `count` examples: every example once, in a new order, then again."""
    rounds = -(-steps // (count // size))
    orders = (rng.permutation(count)[: count // size * size].reshape(-1, size) for _ in range(rounds))
    return np.concatenate(list(orders))[:steps]


def smooth(losses, points=40):
    """Return the losses as means over `points` equal stretches, and where each stretch ends, as a share."""
    parts = np.array_split(np.asarray(losses, dtype=np.float64), min(points, len(losses)))
    return np.cumsum([len(part) for part in parts]) / len(losses), np.array([part.mean() for part in parts])
