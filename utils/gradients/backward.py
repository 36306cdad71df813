"""Check a hand-written backward pass against its own forward pass."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from utils.checking.calling import call_with, name_of
from utils.errors import NotStarted, UtilsError
from utils.gradients.examine import all_broken, examine
from utils.gradients.guarded import (
    changed_place,
    copied,
    deep_copy,
    first_bad,
    global_rng_kept,
    named_arrays,
    own_array,
    same_numbers,
)
from utils.gradients.loss import USUAL_RANDOMNESS, note_changes
from utils.gradients.numeric import Array, Floats, GradientError, eps_of
from utils.gradients.report import GradientReport


def check_backward(
    forward: Callable[..., tuple[Any, ...]],
    backward: Callable[..., object],
    inputs: Mapping[str, ArrayLike],
    *,
    sizes: Mapping[str, int] | None = None,
    entries: int = 1000,
    seed: int = 0,
) -> GradientReport:
    """Check ``backward(*upstream, cache)`` against numeric gradients of ``forward(*inputs)``.

    A random upstream gradient dh turns the outputs into one number, ⟨dh, h⟩, whose gradient must be Jᵀ dh. First one
    random direction v: ⟨dh, J v⟩ = ⟨Jᵀ dh, v⟩ (`report.direction`), then every entry, which locates the mistake and
    alone decides. Every call gets its own copies, what it returns is copied at once, and NumPy's global random state is
    left alone. A mistake in your functions never raises: it is a BROKEN row with its cause in words.

    Parameters
    ----------
    forward : callable
        ``forward(*inputs) -> (out, cache)`` or ``(out1, out2, ..., cache)``; outputs are arrays of any shape.
    backward : callable
        ``backward(*upstream, cache)`` returns the gradients of the inputs in their order (a single one need not be in a
        tuple). Inputs of integers, such as token ids, have none: leave them out, or return None for them.
    inputs : dict of str to array
        The arguments of `forward` in their order. float32 is lifted to float64.
    sizes : dict of str to int, optional
        Lengths by their letters, such as ``{"N": 4, "T": 12}``, so that a factor 1/4 can be explained.
    entries : int
        At most so many entries of one input are measured (two forwards each); a larger one gets a sample, and says so.
    seed : int
        Seed of the check's own randomness: the upstream gradient, the sample, the direction.

    Returns
    -------
    report : GradientReport
        True if every gradient is right.

    Raises
    ------
    GradientError
        If `inputs` is not a dict of arrays, or `forward` or `backward` cannot be called.

    References
    ----------
    The projection is that of PyTorch's and JAX's fast modes; central differences and Richardson extrapolation as in
    `check_gradients`.

    Examples
    --------
    >>> import numpy as np
    >>> def affine_forward(x, w):
    ...     return x @ w, (x, w)
    >>> def affine_backward(dy, cache):
    ...     x, w = cache
    ...     return dy @ w.T, x.T @ dy / len(x)
    >>> inputs = {"x": np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), "w": np.array([[1.0, 0.2], [3.0, -1.0]])}
    >>> report = check_backward(affine_forward, affine_backward, inputs, sizes={"N": 3})
    >>> bool(report["x"]), str(report["w"].verdict)
    (True, 'FAIL')
    >>> report["w"].diagnosis
    'Every entry is 1/3 of the numeric one, and N = 3: averaged where it should be summed?'
    """
    at = named_arrays(inputs, "inputs")
    for function in (forward, backward):
        if not callable(function):
            raise GradientError(f"check_backward needs two functions, forward and backward; {function!r} is not one.")
    rng = np.random.default_rng(seed)
    blemished: dict[str, str] = {}
    notes: list[str] = []
    with global_rng_kept(), np.errstate(all="ignore"):
        try:
            outputs, cache = _run_forward(forward, at, blemished)
            upstream = [rng.standard_normal(out.shape) for out in outputs]
            raw, broken = _run_backward(backward, upstream, cache, at, blemished, notes)
        except UtilsError as fault:
            return all_broken(at, dict.fromkeys(at, str(fault)), isinstance(fault, NotStarted))

        def value(moved: dict[str, Array]) -> float:
            *outs, _ = forward(*copied(moved).values())
            return float(sum(np.sum(out * d) for out, d in zip(outs, upstream, strict=True)))

        # Averages and sums go over batch and time, the leading axes of the first input.
        first, x = next(iter(at.items()))
        shared = {f"axis {i} of `{first}`": length for i, length in enumerate(x.shape[:-1])}
        return examine(
            value,
            at,
            raw,
            broken=broken,
            blemished=blemished,
            eps=max(map(eps_of, outputs)),
            sizes={**(sizes or {}), **shared},
            entries=entries,
            seed=seed + 1,  # a direction independent of the upstream gradient
            notes=tuple(notes),
        )


def _run_forward(
    forward: Callable[..., tuple[Any, ...]], inputs: dict[str, Array], blemished: dict[str, str]
) -> tuple[list[Array], object]:
    """Run forward twice; return its outputs and a cache of our own."""
    name, runs = name_of(forward), []
    for _ in range(2):
        handed = copied(inputs)
        returned = call_with(forward, tuple(handed.values()))
        if not isinstance(returned, (tuple, list)) or len(returned) < 2:
            raise GradientError(f"`{name}` must return its output and the cache, `out, cache`; it returned one thing.")
        *outs, cache = deep_copy(returned, f"what `{name}` returned")
        outs = [np.asarray(out) for out in outs]
        if any(out.dtype.kind not in "fiub" for out in outs):
            raise GradientError(f"`{name}` must return arrays of numbers first and the cache last.")
        for i, out in enumerate(outs):
            bad = first_bad(out)
            if bad is not None:
                raise GradientError(f"`{name}` returned {out[tuple(bad)]} in output {i} at {bad}.")
        note_changes(inputs, handed, name, blemished)
        runs.append(outs)
    if not all(same_numbers(first, second) for first, second in zip(*runs, strict=True)):
        raise GradientError(f"`{name}` returned two different outputs for the same inputs: {USUAL_RANDOMNESS}")
    return runs[0], cache


def _run_backward(
    backward: Callable[..., object],
    upstream: Sequence[Floats],
    cache: object,
    inputs: dict[str, Array],
    blemished: dict[str, str],
    notes: list[str],
) -> tuple[dict[str, Array | None], dict[str, str]]:
    """Run backward twice; return its gradients by name, and the rows that are broken already."""
    name, runs = name_of(backward), []
    for _ in range(2):
        handed = deep_copy((*upstream, cache), "the cache")
        returned = call_with(backward, handed)
        for before, after, argument in zip((*upstream, cache), handed, _arguments(backward, len(handed)), strict=True):
            place = changed_place(before, after, argument)
            if place:
                sentence = f"`{name}` changed {place} in place, and the caller's array with it. Work on a copy."
                for each in inputs:
                    blemished.setdefault(each, sentence)
        returned = returned if isinstance(returned, (tuple, list)) else (returned,)
        runs.append(_by_name([own_array(g) for g in returned], inputs, name, notes))
    broken = {
        each: f"`{name}` returned two different gradients for the same cache: {USUAL_RANDOMNESS}"
        for each, gradient in runs[0].items()
        if not same_numbers(gradient, runs[1][each])
    }
    return runs[0], broken


def _by_name(
    gradients: Sequence[Array | None], inputs: Mapping[str, Array], function: str, notes: list[str]
) -> dict[str, Array | None]:
    """Give the gradients the names of the inputs; inputs of integers may have none."""
    whole = [each for each, x in inputs.items() if x.dtype.kind in "iub"]
    if len(gradients) == len(inputs):
        named = dict(zip(inputs, gradients, strict=True))
    elif len(gradients) == len(inputs) - len(whole):
        named = dict(zip((each for each in inputs if each not in whole), gradients, strict=True))
    else:
        raise GradientError(
            f"`{function}` returned {len(gradients)} gradient{'s' * (len(gradients) != 1)}, but forward has "
            f"{len(inputs)} inputs: {', '.join(inputs)}."
        )
    for each in whole:
        if named.get(each) is None:
            named.pop(each, None)
            note = f"`{each}` holds integers, so it is held fixed."
            notes += [note] if note not in notes else []
    if not named:
        raise GradientError("Every input holds integers, and 1 + 6e-06 is stored as 1 there: use floats.")
    return named


def _arguments(function: Callable[..., object], count: int) -> list[str]:
    """Return what the function calls its arguments, for messages."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    if len(names) != count:
        names = [*(f"upstream[{i}]" for i in range(count - 1)), "cache"]
    return names
