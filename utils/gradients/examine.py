"""Run both checks: vet what came back, sweep every entry, judge, and put the result into words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from utils.gradients.diagnosis import diagnose, wrong_shape
from utils.gradients.directional import (
    DOUBLE,
    SINGLE,
    inner,
    random_direction,
    rounds_like_float32,
    slope_along,
)
from utils.gradients.guarded import first_bad
from utils.gradients.ladder import climb
from utils.gradients.numeric import Array, Floats, GradientError, Index, central, eps_of, floats, norm
from utils.gradients.report import GradientReport, ParameterReport
from utils.gradients.verdict import Judgement, Verdict, judge, relative_error, tolerance_for

Indices: TypeAlias = NDArray[np.intp]


def all_broken(
    params: Mapping[str, Array | None], sentences: Mapping[str, str], waiting: bool = False
) -> GradientReport:
    """Return the report of a check that could not begin: every row BROKEN, each with its sentence."""
    return GradientReport(tuple(_broken(name, p, sentences[name]) for name, p in params.items()), waiting=waiting)


def vet(name: str, gradient: Array | None, params: Mapping[str, Array]) -> Floats:
    """Return `gradient` as a float64 array, or raise `GradientError` in a sentence if there is nothing to compare."""
    floats(params[name], name)  # an integer parameter cannot be moved
    bad = first_bad(params[name])
    if bad is not None:
        raise GradientError(f"`{name}` itself holds {params[name][tuple(bad)]} at {bad}: nothing can be measured.")
    if gradient is None:
        raise GradientError("It is None: was it forgotten in the return?")
    array = np.asarray(gradient)
    if array.dtype.kind != "f":
        cut = ": fractions are cut off; start from np.zeros(shape)" if array.dtype.kind in "iub" else ""
        raise GradientError(f"It has dtype {array.dtype}, but a gradient is an array of floats{cut}.")
    if array.shape != params[name].shape:
        shapes = {other: p.shape for other, p in params.items()}
        raise GradientError(wrong_shape(array.shape, params[name].shape, name, shapes))
    bad = first_bad(array)
    if bad is not None:
        where = f" at {bad}" if bad else ""
        raise GradientError(f"It holds {array[tuple(bad)]}{where}: look for a division, log or exp that overflows.")
    return array.astype(float)


def examine(
    value: Callable[[dict[str, Array]], float],
    params: Mapping[str, Array],
    raw: Mapping[str, Array | None],
    *,
    broken: Mapping[str, str],
    blemished: Mapping[str, str],
    eps: float,
    sizes: Mapping[str, int],
    entries: int,
    seed: int,
    notes: tuple[str, ...] = (),
) -> GradientReport:
    """Compare the gradients `raw` with numeric ones of `value` at `params`.

    Parameters
    ----------
    value : callable
        ``value(params) -> float``; must not change its argument.
    params : dict of str to array
        Where; only names in `raw` or `broken` get a row.
    raw : dict of str to array
        The gradients as they were returned.
    broken : dict of str to str
        Rows that are not measured, and why.
    blemished : dict of str to str
        Rows that are measured, but BROKEN whatever their numbers: a function changed its argument in place.
    eps : float
        Machine epsilon of what `value` is made from.
    sizes : dict of str to int
        Lengths that explain constant factors.
    entries : int
        At most so many entries of one tensor are measured.
    seed : int
        Draws the entries of larger tensors and the random direction.
    notes : tuple of str
        Passed on to the report.

    Returns
    -------
    report : GradientReport
    """
    rng = np.random.default_rng(seed)
    broken, grads = dict(broken), dict[str, Floats]()
    for name, gradient in raw.items():
        try:
            grads[name] = vet(name, gradient, params)
        except GradientError as fault:
            broken.setdefault(name, str(fault))
    grads = {name: a for name, a in grads.items() if name not in broken}

    v = random_direction({name: params[name] for name in grads}, rng)
    if eps <= DOUBLE and rounds_like_float32(value, params, grads, v, rng):
        eps = SINGLE
        notes = (*notes, "A change of 1e-9 is rounded away: something inside works in float32, or rounds to 7 digits.")
    if eps > DOUBLE:
        kind, digits = ("float32", 3) if eps <= SINGLE else ("float16", 1)
        notes = (
            *notes,
            f"{kind} limits this check to about {digits} digits. Check in float64.",
        )
    h = eps ** (1 / 3)
    direction = (slope_along(value, params, v, h), inner(grads, v)) if v else None

    largest = max((norm(a) for a in grads.values()), default=0.0)
    judged: dict[str, tuple[Indices, Judgement]] = {}
    through: dict[str, tuple[float, float]] = {}
    for name, a in grads.items():
        eps_gradient = max(DOUBLE, eps_of(raw[name]))
        chosen = _choose(a, entries, rng)
        try:
            judged[name] = (
                chosen,
                _measure(
                    value, params, name, a, chosen, eps, 100 * eps_gradient * largest, tolerance_for(eps, eps_gradient)
                ),
            )
        except GradientError as fault:
            broken[name] = str(fault)
        if len(chosen) < a.size:  # a sample: also one direction through all of this tensor
            one = {name: v[name]}
            through[name] = slope_along(value, params, one, h), inner(grads, one)

    numeric = {name: _laid_out(grads[name].shape, chosen, j.numeric) for name, (chosen, j) in judged.items()}
    rows = []
    for name in params:
        if name in broken:
            rows.append(_broken(name, params[name], broken[name]))
        elif name in judged:
            chosen, judgement = judged[name]
            others = {other: n for other, n in numeric.items() if other != name}
            row = _row(name, grads[name], numeric[name], chosen, judgement, through.get(name), sizes, others)
            rows.append(_blemish(row, blemished[name]) if name in blemished else row)
    return GradientReport(tuple(rows), direction, tuple(notes))


def _choose(a: Floats, entries: int, rng: np.random.Generator) -> Indices:
    """Return the flat positions to measure: all, or the largest quarter, both ends and a random rest."""
    if a.size <= entries:
        return np.arange(a.size)
    large = np.argsort(-abs(a), axis=None, kind="stable")[: entries // 4]
    first = np.concatenate([large, [0, a.size - 1]])
    rest = np.setdiff1d(np.arange(a.size), first)
    return np.sort(np.concatenate([np.unique(first), rng.choice(rest, entries - len(np.unique(first)), replace=False)]))


def _measure(
    value: Callable[[dict[str, Array]], float],
    params: Mapping[str, Array],
    name: str,
    a: Floats,
    chosen: Indices,
    eps: float,
    rounding: float,
    tolerance: float,
) -> Judgement:
    """Sweep the chosen entries of one parameter by central differences and judge them."""
    x, h = params[name], eps ** (1 / 3)

    def f(moved: Array) -> float:
        return value({**params, name: moved})

    where = [tuple(int(i) for i in np.unravel_index(k, x.shape)) for k in chosen]
    n = np.array([central(f, x, index, h) for index in where])
    if not np.isfinite(n).all():
        index = where[int(np.flatnonzero(~np.isfinite(n))[0])]
        raise GradientError(
            f"The result is not finite when `{name}`{list(index)} moves by {h * max(1.0, abs(x[index])):.1e}: "
            "the inputs sit at the edge of a log, a division or an overflow."
        )
    noise = eps * abs(f(x)) / (h * np.maximum(1.0, abs(x.flat[chosen]))) if len(chosen) else np.zeros(0)
    return judge(
        a.flat[chosen],
        n,
        noise=noise,
        rounding=rounding,
        tolerance=tolerance,
        climb=lambda k: climb(f, x, where[k], eps),
    )


def _laid_out(shape: Index, chosen: Indices, n: Floats) -> Floats:
    whole = np.full(shape, np.nan)
    whole.flat[chosen] = n
    return whole


def _row(
    name: str,
    a: Floats,
    n: Floats,
    chosen: Indices,
    judgement: Judgement,
    through: tuple[float, float] | None,
    sizes: Mapping[str, int],
    others: Mapping[str, Floats],
) -> ParameterReport:
    verdict, words = judgement.verdict, _words(a, n, judgement, sizes, others)
    if through and verdict.right and relative_error(np.array(through[0]), np.array(through[1])) > 1e-3:
        verdict = Verdict.UNSURE
        words = (
            f"The {len(chosen)} measured entries agree, but along one random direction through all {a.size} the slope "
            f"is {through[0]:.6g} and yours gives {through[1]:.6g}. Measure more: entries={a.size}."
        )
    a.flags.writeable = n.flags.writeable = False  # the report is frozen, all the way down
    worst = None
    if len(chosen):
        worst = tuple(int(i) for i in np.unravel_index(np.nanargmax(abs(a - n)), a.shape))
    return ParameterReport(
        name,
        a.shape,
        verdict,
        words,
        judgement.error,
        judgement.uncertainty,
        worst,
        float(a[worst]) if worst is not None else np.nan,
        float(n[worst]) if worst is not None else np.nan,
        len(chosen),
        a.size,
        a,
        n,
    )


def _words(a: Floats, n: Floats, judgement: Judgement, sizes: Mapping[str, int], others: Mapping[str, Floats]) -> str:
    match judgement.verdict:
        case Verdict.FAIL:
            return diagnose(a, n, sizes=sizes, others=others)
        case Verdict.VACUOUS if not a.size:
            return "It has no entries, so there is nothing to check."
        case Verdict.VACUOUS:
            return "Both gradients are zero: this input does not exercise the parameter. Try another (T ≥ 2, h0 ≠ 0)."
        case Verdict.KINK:
            count = len(judgement.kinks)
            corners = "1 entry sits on a corner" if count == 1 else f"{count} entries sit on corners"
            return f"{corners} of the function (relu, max, abs); yours lie between the slopes left and right."
        case Verdict.UNSURE:
            jump = " The function jumps here: its value changes however small the step." if judgement.jumps else ""
            return (
                f"The two differ by {judgement.error:.1e}, and the numeric gradient is itself only known to "
                f"{judgement.uncertainty:.1e}: too little to decide.{jump} Try other inputs, or float64 throughout."
            )
    return ""


def _blemish(row: ParameterReport, sentence: str) -> ParameterReport:
    """Return the row as BROKEN, with what its numbers say after the reason."""
    numbers = "The numbers are right all the same." if row else f"Its numbers: {row.verdict}. {row.diagnosis}"
    return replace(row, verdict=Verdict.BROKEN, diagnosis=f"{sentence} {numbers}")


def _broken(name: str, p: Array | None, sentence: str) -> ParameterReport:
    array = np.asarray(p)
    return ParameterReport(name, array.shape, Verdict.BROKEN, sentence, entries=array.size)
