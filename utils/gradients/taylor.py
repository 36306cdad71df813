"""Give a second opinion without a step size: how fast the error of the linear prediction vanishes."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from utils.checking.card import card, paragraph, table
from utils.errors import UtilsError
from utils.gradients.directional import DOUBLE, SINGLE, inner, moved, random_direction, rounds_like_float32
from utils.gradients.examine import vet
from utils.gradients.guarded import copied, did_you_mean, global_rng_kept, named_arrays
from utils.gradients.loss import precision_of, raw_gradients
from utils.gradients.numeric import Array, Floats, GradientError, number
from utils.gradients.report import Rows
from utils.gradients.verdict import Verdict

STEPS = 0.5 ** np.arange(2, 26)  # 0.25 down to 3e-8
RIGHT, WRONG = 1.8, 1.2  # slopes between them are undecided


@dataclass(frozen=True, eq=False)
class TaylorRow:
    """The remainder along one direction in which only one parameter moves.

    Attributes
    ----------
    name : str
        The parameter's.
    verdict : Verdict
        PASS, FAIL, UNSURE, VACUOUS or BROKEN.
    slope : float
        d log R / d log h at the smallest steps above rounding; inf where R is nothing but rounding (linear loss).
    steps, remainders : float arrays, shape (24,)
        h, and R(h) = |L(θ+hv) − L(θ) − h⟨∇L, v⟩|.
    rounding : float
        Remainders below it are noise.
    diagnosis : str
        Why it is BROKEN or VACUOUS; otherwise empty.
    """

    name: str
    verdict: Verdict
    slope: float = math.nan
    steps: Floats | None = None
    remainders: Floats | None = None
    rounding: float = 0.0
    diagnosis: str = ""

    def __bool__(self) -> bool:
        return self.verdict.right


@dataclass(frozen=True, eq=False)
class TaylorReport(Rows[TaylorRow]):
    """The Taylor test of every parameter, for `utils.figures.remainders`; true if every slope is 2 (or steeper)."""

    @property
    def headline(self) -> str:
        """One sentence that says what is right first."""
        right = [f"`{row.name}`" for row in self.rows if row]
        rest = [f"`{row.name}` ({_slope(row)})" for row in self.rows if not row]
        if not right:
            return f"The remainder does not shrink with h² for {', '.join(rest)}."
        return f"The remainder shrinks with h² for {', '.join(right)}" + (
            f", but not for {', '.join(rest)}." if rest else "."
        )

    def to_dict(self) -> dict[str, object]:
        """Return the verdicts and slopes, ready for `json.dumps`."""
        rows = [
            {
                "name": row.name,
                "verdict": str(row.verdict),
                "slope": float(row.slope) if math.isfinite(row.slope) else None,
                "diagnosis": row.diagnosis,
            }
            for row in self.rows
        ]
        return {"ok": bool(self), "headline": self.headline, "rows": rows}

    def __repr__(self) -> str:
        lines = [f"{row.name:<12} {row.verdict:<8} {_slope(row)}  {row.diagnosis}".rstrip() for row in self.rows]
        return "\n".join([self.headline, *lines])

    def _repr_html_(self) -> str:
        rows = [(row.name, row.verdict, _slope(row)) for row in self.rows]
        numbers = table("How the remainder of the linear prediction shrinks", ("gradient of", "verdict", "slope"), rows)
        remarks = [paragraph(f"{row.name}: {row.diagnosis}") for row in self.rows if row.diagnosis]
        return card("right" if self else "wrong", self.headline, numbers, *remarks)


def taylor_test(
    loss: Callable[[dict[str, Array]], ArrayLike],
    params: Mapping[str, ArrayLike],
    grads: Mapping[str, ArrayLike] | Callable[[dict[str, Array]], Mapping[str, ArrayLike]],
    *,
    seed: int = 0,
) -> TaylorReport:
    """Test gradients by how fast L(θ) + h⟨∇L, v⟩ approaches L(θ + hv) when h shrinks.

    With the right gradient the remainder R(h) is of order h²: halve h and it falls to a quarter (slope 2). With a wrong
    one a term of order h is left (slope 1). No step size to choose and no tolerance: only a slope. It does not say
    which entry is wrong; `check_gradients` does. At a corner (relu at 0) the slope is 1 whatever the gradient.

    Parameters
    ----------
    loss : callable
        ``loss(params) -> float``.
    params : dict of str to float array
        θ. float32 is lifted to float64.
    grads : dict of str to array, or callable
        ∇L under the same names, or ``grads(params)`` that returns it.
    seed : int
        Seed of the directions v: two for each parameter, in which only that parameter moves.

    Returns
    -------
    report : TaylorReport
        One row a parameter, the smaller of its two slopes; PASS from 1.8, FAIL up to 1.2, UNSURE between.

    Raises
    ------
    GradientError
        If `params` is not a dict of arrays.

    References
    ----------
    The Taylor remainder test of adjoint codes: P. Farrell et al. (2013), SIAM J. Sci. Comput. 35(4); `taylor_test` in
    pyadjoint.

    Examples
    --------
    >>> import numpy as np
    >>> loss, params = (lambda p: np.sum(p["w"] ** 4)), {"w": np.array([1.0, 2.0])}
    >>> report = taylor_test(loss, params, {"w": 4 * params["w"] ** 3})
    >>> bool(report), round(report["w"].slope, 1)
    (True, 2.0)
    >>> round(taylor_test(loss, params, {"w": 4.1 * params["w"] ** 3})["w"].slope, 1)
    1.0
    """
    at, rng = named_arrays(params, "params"), np.random.default_rng(seed)
    broken: dict[str, str] = {}
    with global_rng_kept(), np.errstate(all="ignore"):
        try:
            raw, changing = raw_gradients(grads, at, broken)
            broken |= changing
            eps = precision_of(loss, at, broken)
        except UtilsError as fault:
            return TaylorReport(tuple(TaylorRow(name, Verdict.BROKEN, diagnosis=str(fault)) for name in at))

        def value(moved: dict[str, Array]) -> float:
            return number(loss(copied(moved)))

        rows = []
        for name, p in at.items():
            try:
                if name not in raw:
                    raise GradientError(f"`grads` has no entry {name!r}{did_you_mean(name, list(raw))}")
                if name in broken:
                    raise GradientError(broken[name])
                gradient = {name: vet(name, raw[name], at)}
                rows.append(_test(value, at, gradient, {name: p}, eps, rng))
            except GradientError as fault:
                rows.append(TaylorRow(name, Verdict.BROKEN, diagnosis=str(fault)))
    return TaylorReport(tuple(rows))


def _test(
    value: Callable[[dict[str, Array]], float],
    params: dict[str, Array],
    gradient: Mapping[str, Floats],
    one: Mapping[str, Array],
    eps: float,
    rng: np.random.Generator,
) -> TaylorRow:
    """Return the row of one parameter: the direction with the smaller slope."""
    (name,) = one
    here = value(params)
    directions = [random_direction(one, rng) for _ in range(2)]
    if eps <= DOUBLE and rounds_like_float32(value, params, gradient, directions[0], rng):
        eps = SINGLE
    rows = []
    for v in directions:
        along = np.array([value(moved(params, v, h)) for h in STEPS])
        remainders = abs(along - here - STEPS * inner(gradient, v))
        rounding = 64 * eps * np.nanmax(abs(np.append(along, here)))
        rows.append((_last_slope(remainders, rounding), remainders, rounding, np.any(along != here)))
    slope, remainders, rounding, _ = min(rows, key=lambda row: row[0])
    if not gradient[name].any() and not any(moves for *_, moves in rows):
        why = "Neither the loss nor your gradient moves with this parameter: these inputs do not exercise it."
        return TaylorRow(name, Verdict.VACUOUS, math.nan, STEPS, remainders, rounding, why)
    verdict = Verdict.PASS if slope >= RIGHT else Verdict.FAIL if slope <= WRONG else Verdict.UNSURE
    return TaylorRow(name, verdict, slope, STEPS, remainders, rounding)


def _last_slope(remainders: Floats, rounding: float) -> float:
    """Return d log R / d log h over the last four steps above rounding; inf if none is."""
    usable = np.flatnonzero(np.isfinite(remainders) & (remainders > rounding))
    if len(usable) < 2:
        return math.inf  # exactly linear, or so nearly that rounding is all there is
    # The run of usable steps that starts at the largest: a lucky zero in between ends it.
    gaps = np.flatnonzero(np.diff(usable) > 1)
    last = usable[: gaps[-1] + 1] if len(gaps) and len(usable) - gaps[-1] < 3 else usable
    last = last[-4:] if len(last) >= 2 else usable[-4:]
    return float(np.polyfit(np.log(STEPS[last]), np.log(remainders[last]), 1)[0])


def _slope(row: TaylorRow) -> str:
    if row.verdict is Verdict.BROKEN or row.verdict is Verdict.VACUOUS:
        return str(row.verdict).lower()
    return "exact" if math.isinf(row.slope) else f"slope {row.slope:.2f}"
