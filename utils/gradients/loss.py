"""Check the gradients of a loss with respect to named parameters."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from utils.checking.calling import call_with, name_of
from utils.errors import NotStarted, UtilsError
from utils.gradients.examine import all_broken, examine
from utils.gradients.guarded import (
    changed_place,
    copied,
    did_you_mean,
    global_rng_kept,
    named_arrays,
    own_array,
    same_numbers,
)
from utils.gradients.numeric import Array, GradientError, eps_of, number
from utils.gradients.report import GradientReport


def check_gradients(
    loss: Callable[[dict[str, Array]], ArrayLike],
    params: Mapping[str, ArrayLike],
    grads: Mapping[str, ArrayLike] | Callable[[dict[str, Array]], Mapping[str, ArrayLike]],
    *,
    sizes: Mapping[str, int] | None = None,
    entries: int = 1000,
    seed: int = 0,
) -> GradientReport:
    """Check analytic gradients of a loss against numeric ones, parameter by parameter.

    Every call gets its own copies, what it returns is copied at once, and NumPy's global random state is left alone. A
    mistake in your functions never raises: it is a BROKEN row with its cause in words.

    Parameters
    ----------
    loss : callable
        ``loss(params) -> float``.
    params : dict of str to float array
        Where to check. float32 is lifted to float64.
    grads : dict of str to array, or callable
        Analytic gradients under the same names and in the same shapes, or ``grads(params)`` that returns them.
    sizes : dict of str to int, optional
        Lengths by their letters, such as ``{"N": 4, "T": 12}``, so that a factor 1/4 can be explained.
    entries : int
        At most so many entries of one tensor are measured (two losses each); a larger one gets a sample, and says so.
    seed : int
        Seed of the check's own randomness (the sample and one random direction).

    Returns
    -------
    report : GradientReport
        True if every gradient is right.

    Raises
    ------
    GradientError
        If `params` is not a dict of arrays, `loss` not a function, or `grads` neither a dict nor a function.

    References
    ----------
    Central differences with h = eps^(1/3)·max(1, |x|) (*Numerical Recipes*, section 5.7); where they disagree with
    yours, Richardson extrapolation over many h, and FAIL only beyond 20 times the uncertainty measured so.

    Examples
    --------
    >>> import numpy as np
    >>> W = np.array([[1.0, -2.0], [0.5, 3.0]])
    >>> bool(check_gradients(lambda p: np.sum(p["W"] ** 2), {"W": W}, {"W": 2 * W}))
    True
    >>> report = check_gradients(lambda p: np.sum(p["W"] ** 2), {"W": W}, {"W": W})
    >>> str(report["W"].verdict), report["W"].diagnosis
    ('FAIL', 'Every entry is 1/2 of the numeric one: a factor 2 is missing (the derivative of a square?).')
    """
    at = named_arrays(params, "params")
    if not callable(loss):
        raise GradientError("`loss` must be a function of the parameters: loss(params) -> float.")
    if not (callable(grads) or isinstance(grads, dict)):
        raise GradientError("`grads` must be a dict from names to arrays, or a function of params that returns one.")
    blemished: dict[str, str] = {}
    with global_rng_kept(), np.errstate(all="ignore"):
        try:
            raw, broken = raw_gradients(grads, at, blemished)
            misnamed = _misnamed(raw, at, "grads" if isinstance(grads, dict) else name_of(grads))
            if misnamed is not None:  # a report of mistakes is false, too
                return misnamed
            loss_eps = precision_of(loss, at, blemished)
        except UtilsError as fault:
            return all_broken(at, dict.fromkeys(at, str(fault)), isinstance(fault, NotStarted))
        return examine(
            lambda moved: number(loss(copied(moved))),
            at,
            raw,
            broken=broken,
            blemished=blemished,
            eps=loss_eps,
            sizes=sizes or {},
            entries=entries,
            seed=seed,
        )


def raw_gradients(
    grads: Mapping[str, ArrayLike] | Callable[[dict[str, Array]], Mapping[str, ArrayLike]],
    params: dict[str, Array],
    blemished: dict[str, str],
) -> tuple[dict[str, Array | None], dict[str, str]]:
    """Return the gradients as they were handed over, and a sentence for those that change from call to call."""
    if not callable(grads):
        return {str(name): own_array(g) for name, g in grads.items()}, {}
    runs = []
    for _ in range(2):
        handed = copied(params)
        returned = call_with(grads, (handed,))
        if not isinstance(returned, dict):
            raise GradientError(f"`{name_of(grads)}` must return a dict; it returned {type(returned).__name__}.")
        runs.append({str(name): own_array(g) for name, g in returned.items()})
        note_changes(params, handed, name_of(grads), blemished)
    broken = {
        name: f"`{name_of(grads)}` returned two different gradients for the same parameters: {USUAL_RANDOMNESS}"
        for name in runs[0]
        if name in params and not same_numbers(runs[0][name], runs[1].get(name))
    }
    return runs[0], broken


def _misnamed(raw: Mapping[str, Array | None], params: Mapping[str, Array], source: str) -> GradientReport | None:
    """Return the report of missing and extra names, before anything is measured; None if the names match."""
    missing = [name for name in params if name not in raw]
    extra = [name for name in raw if name not in params]
    if not missing and not extra:
        return None
    sentences = {name: f"`{source}` has no entry {name!r}{did_you_mean(name, extra or list(raw))}" for name in missing}
    unexplained = [name for name in extra if not missing]
    sentences |= {
        name: f"`{source}` has an entry {name!r}, but no parameter is called that{did_you_mean(name, list(params))}"
        for name in unexplained
    }
    rest = "Not measured: first the names in `grads` and `params` must match."
    rows = {**params, **{name: raw[name] for name in unexplained}}
    return all_broken(rows, {name: sentences.get(name, rest) for name in rows})


def precision_of(
    loss: Callable[[dict[str, Array]], ArrayLike], params: dict[str, Array], blemished: dict[str, str]
) -> float:
    """Run the loss twice; return the machine epsilon of its dtype."""
    values = []
    for _ in range(2):
        handed = copied(params)
        returned = call_with(loss, (handed,))
        values.append(number(returned))
        note_changes(params, handed, name_of(loss), blemished)
    if not np.isfinite(values[0]):
        raise GradientError(f"`{name_of(loss)}` is {values[0]} at these parameters, so it has no gradient.")
    if not same_numbers(*values):
        raise GradientError(
            f"`{name_of(loss)}` returned {values[0]:.6g} and then {values[1]:.6g} for the same parameters: "
            f"{USUAL_RANDOMNESS}"
        )
    return eps_of(returned)


USUAL_RANDOMNESS = "is there a dropout mask, a random draw, or something kept from call to call?"


def note_changes(
    before: Mapping[str, Array], handed: Mapping[str, Array], function: str, blemished: dict[str, str]
) -> None:
    """Write into `blemished` which of the arrays handed to `function` it changed in place."""
    for name, array in before.items():
        place = changed_place(array, handed.get(name), name)
        if place:
            blemished.setdefault(
                name,
                f"`{function}` changed {place} in place: write `{name} = {name} + …` rather than `{name} += …`, "
                "or work on a copy.",
            )
