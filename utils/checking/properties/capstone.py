"""Judge the training of assignment 07's two models: a short one by where it leads, a long one by what it learned.

Adam on all rows has no chance in it, so after a few steps the weights can be compared with `expected`, those after the
training that is asked for. Many steps later rounding has grown; there any weights are right that fit the words. What is
measured is the cross-entropy in nats a letter, or a phoneme, of the words it was trained on. The loss that measures it
is handed in, as all models are.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import compare
from utils.checking.comparison import Comparison
from utils.checking.properties import Values, first_output
from utils.data.vocabulary import PAD

FITTED = 0.05  # nats a letter, or a phoneme, from which on the words count as learned by heart
LONG = 100  # steps, from which on a training must have fitted its words
FOLLOWED = 1e-3  # of the way that all steps together can lead: what rounding may change, in float32 too
_UPHILL = "gradient-ascent"
_WITH_A_FALL = ("one-step-only", "one-step-too-many", "gradients-of-the-start", "rate-too-small")  # the loss falls too

Array = NDArray[np.float64]
Loss = Callable[..., Any]  # loss(params, read, rows) -> (loss, grads), summed over the steps, the mean over the rows


def judge_captions(
    inputs: Values, outputs: Values, caption_loss: Loss, expected: Values = MappingProxyType({})
) -> dict[str, Comparison]:
    """Judge what ``train_captions(params, images, captions, steps)`` returned: Adam's rate stays at 0.01.

    Parameters
    ----------
    inputs : dict
        The arguments by name. With 0 steps nothing may have moved, with `LONG` steps or more the captions must be
        known to less than `FITTED` nats a letter, between these the loss must at least have fallen.
    outputs : dict
        ``trained``: whatever came back.
    caption_loss : callable
        ``caption_loss(params, images, captions) -> (loss, grads)``, of which the loss alone is used.
    expected : dict
        For a training of a few steps: the places of the weights that are compared, ``kept``; the weights there after
        each right training, ``ways`` (ways, kept); by mistake, the `sketch` of what it leads to, ``known``, or a
        function that returns that.

    Returns
    -------
    dict of str to Comparison
    """
    images, captions, steps = inputs["images"].astype(np.float64), inputs["captions"], inputs["steps"]

    def measure(params: dict[str, Array]) -> float:
        return nats(caption_loss, "caption_loss", params, images, captions)

    rates = [0.01] * max(steps, 1)
    return {"trained": _judged(inputs["params"], outputs["trained"], steps, measure, rates, "letter", expected)}


def judge_pronouncing(
    inputs: Values, outputs: Values, pronounce_loss: Loss, expected: Values = MappingProxyType({})
) -> dict[str, Comparison]:
    """Like `judge_captions`, for ``train_pronounce(params, letters, phonemes, steps)``: the rate falls from 0.02."""
    letters, phonemes, steps = inputs["letters"], inputs["phonemes"], inputs["steps"]

    def measure(params: dict[str, Array]) -> float:
        return nats(pronounce_loss, "pronounce_loss", params, letters, phonemes)

    rates = [0.02 * (1 - 0.9 * step / max(steps, 1)) for step in range(max(steps, 1))]
    return {"trained": _judged(inputs["params"], outputs["trained"], steps, measure, rates, "phoneme", expected)}


def nats(loss: Loss, name: str, params: dict[str, Array], read: NDArray[Any], rows: NDArray[Any]) -> float:
    """Return a loss, which the learner knows as `name`, in nats a target: a letter or phoneme that is not `PAD`."""
    return float(first_output(loss, name, (), params, read, rows)) * len(rows) / int((rows[:, 1:] != PAD).sum())


def _judged(
    params: dict[str, Array],
    trained: Any,
    steps: int,
    measure: Callable[[dict[str, Array]], float],
    rates: list[float],
    unit: str,
    expected: Values,
) -> Comparison:
    shapes = {name: np.zeros(p.shape) for name, p in params.items()}
    found = compare("trained", trained, shapes)
    if found.problem not in (None, "value"):
        return found
    moves = [np.asarray(trained[name], dtype=np.float64) - p for name, p in params.items()]
    moved = np.abs(np.concatenate([move.ravel() for move in moves]))
    if steps == 0:
        if moved.max() == 0:
            return Comparison("trained", None)
        message = "With steps = 0 the weights should come back as they were; yours have moved."
        mistake = "one-step-too-many" if _is_one_step(moved, rates[0]) else None
        return Comparison("trained", "property", message, mistake=mistake)
    if expected:
        return _followed(params, trained, moved, rates, expected)
    before, after = measure(_wide(params)), measure(_wide(trained))
    if after < (FITTED if steps >= LONG else before):
        return Comparison("trained", None, possible=None if steps >= LONG else _WITH_A_FALL)
    ending = f"the loss is {after:.3g} nats a {unit}"
    message = f"After {steps} steps {ending}; it began with {before:.3g}"
    message += f" and should be below {FITTED:g}." if steps >= LONG else " and should have fallen."
    mistake = _mistake(moved, after > before, rates)
    # A long training that ends higher may have gone uphill, but that is seen in a short one only.
    uphill = mistake is None and after > before and steps >= LONG
    return Comparison("trained", "property", message, mistake=mistake, possible=(_UPHILL,) if uphill else None)


def in_a_row(values: Values, params: Values) -> Array:
    """Return all weights, or their gradients, in a row, in the order of `params`."""
    return np.concatenate([np.asarray(values[name], dtype=np.float64).ravel() for name in params])


def sketch(weights: Array) -> Array:
    """Return four numbers that weights are recognised by, and nothing can be rebuilt from."""
    ways: Array = np.random.default_rng(7).standard_normal((4, len(weights))) / max(len(weights), 1) ** 0.5
    return ways @ weights


def _followed(params: Values, trained: Values, moved: Array, rates: list[float], expected: Values) -> Comparison:
    """Compare weights after a few steps with those that the right training leads to."""
    way = sum(rates)
    own = in_a_row(trained, params)[expected["kept"]]
    apart = np.abs(expected["ways"] - own)
    nearest = apart[apart.max(axis=1).argmin()]
    if nearest.max() <= FOLLOWED * way:
        return Comparison("trained", None)
    seen, known = sketch(own), expected["known"]() if callable(expected["known"]) else expected["known"]
    possible = tuple(name for name, led in known.items() if np.abs(led - seen).max() < FOLLOWED * way / 5)
    wrong, steps = int(np.sum(nearest > FOLLOWED * way)), len(rates)
    message = (
        f"After {steps} steps, {wrong} of {len(own)} weights differ from those that Adam gives with the rate and the "
        "clipping that are asked for."
    )
    other = None if possible else _mistake(moved, False, rates)
    return Comparison("trained", "property", message, mistake=other, possible=possible or None)


def _wide(params: dict[str, Any]) -> dict[str, Array]:
    return {name: np.asarray(p, dtype=np.float64) for name, p in params.items()}


def _mistake(moved: Array, grown: bool, rates: list[float]) -> str | None:
    """Return the known mistake by how far the weights moved: Adam's first step is one `rate`, up or down."""
    furthest, way = moved.max(), sum(rates)
    if furthest == 0:
        return "nothing-moves"
    if len(rates) > 1 and _is_one_step(moved, rates[0]):
        return "one-step-only"
    if len(rates) >= LONG and abs(furthest - way) < 0.001 * way:  # not once did it turn, or slow down
        return "gradients-of-the-start"
    if len(rates) >= LONG and furthest < 0.9 * rates[0]:  # all together are less than one step should be
        return "rate-too-small"
    # Too large a step grows too: but it leads further, or it takes some time.
    return _UPHILL if grown and len(rates) < LONG and furthest < 1.01 * way else None


def _is_one_step(moved: Array, rate: float) -> bool:
    """Whether weights have moved as by Adam's first step: those that move at all, by one `rate`, most of them."""
    typical = float(np.median(moved[moved > 0])) if moved.any() else 0.0
    return 0.9 * rate < typical <= float(moved.max()) < 1.01 * rate
