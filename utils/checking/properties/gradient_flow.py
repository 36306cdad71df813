"""Judge a constructed matrix: by its singular values, its powers, its spectral radius, its randomness.

A mistake is named only where its hints hold: a matrix of which the judge knows less gets the measured fact alone.

A spectral radius is the hard part. `numpy.linalg.eigvals` is backward stable, but the eigenvalues of a matrix near a
defective one are not continuous to any useful degree: a chain of k coupled units answers a rounding error of 1e-16
with a change of 1e-16^(1/k), and constructions with a transient are exactly of this kind. So `spectral_radius` returns
the least of three:

- the largest eigenvalue as computed, which rounding moves outwards for a chain;
- for a triangular matrix (as stored, or after reordering units so that it becomes one) the largest diagonal entry,
  which is exact, since no eigenvalue needs computing;
- the power bound rho <= ‖W^k‖^(1/k), true for every k, at k = 1, 2, 4, ..., 2^20, by repeated squaring. Each power is
  scaled to norm 1 and its logarithm kept, so nothing overflows; a running bound of the rounding error says where to
  stop, since the squares of a long chain are soon nothing but rounding.

A long chain (say 12 units) that was turned into a dense matrix has, as stored, other eigenvalues than those it was made
from. No judge can give them back; the exercise asks for a simple construction.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import compare
from utils.checking.comparison import Comparison
from utils.checking.properties import Values
from utils.fixtures import Rng

Matrix = NDArray[np.float64]

STRETCH, LEAST, STEPS, GONE = 1.5, 0.1, 60, 1e-6
RADIUS, NORM, PEAK, LONGEST = 0.95, 4.0, 10.0, 2000
_ROUNDING = 1e-6  # so that an answer exactly at a limit is not refused for the last digit


def spectral_radius(W: Matrix) -> float:
    """Return an upper bound of the largest |eigenvalue| of W (H, H), tight for triangular matrices; see above."""
    bounds = [np.abs(np.linalg.eigvals(W)).max(), _power_bound(W)]
    if _is_triangular(W):
        bounds.append(np.abs(np.diag(W)).max())
    return float(min(bounds))


def _power_bound(W: Matrix, squarings: int = 20) -> float:
    """Return the least ‖W^k‖^(1/k) among those k = 1, 2, 4, ... whose power rounding has not spoilt."""
    power, log_norm, best = np.array(W, dtype=np.float64), 0.0, np.inf
    error = 0.0  # of `power`, relative to its norm: what every square doubles, and a small square enlarges
    for doubling in range(squarings + 1):
        norm = np.linalg.norm(power, 2)
        if norm == 0:
            return 0.0 if doubling == 0 else best  # a square of 0 may be underflow
        if doubling:
            error = (2 * error + error**2 + len(W) * np.finfo(np.float64).eps) / norm
        if error > 1e-3:
            return best
        power, log_norm = power / norm, log_norm + np.log(norm)
        best = min(best, np.exp((log_norm + np.log1p(error)) / 2**doubling))
        power, log_norm = power @ power, 2 * log_norm
    return best


def _is_triangular(W: Matrix) -> bool:
    """Whether some order of the units makes W upper triangular: repeatedly remove one whose row is 0."""
    couples, left = (W != 0) & ~np.eye(len(W), dtype=bool), list(range(len(W)))
    while left:
        quiet = [unit for unit in left if not couples[unit, left].any()]
        if not quiet:
            return False
        left = [unit for unit in left if unit not in quiet]
    return True


def vanishing(inputs: Values, outputs: Values) -> dict[str, Comparison]:
    """Judge `counterexample_vanish`: σ_max ≥ 1.5, σ_min ≥ 0.1, ‖W^60‖ < 1e-6."""
    W = _square("W", outputs["W"], inputs["H"])
    if isinstance(W, Comparison):
        return {"W": W}
    H, sigma, left = len(W), np.linalg.svd(W, compute_uv=False), _norm_of_power(W, STEPS)
    if sigma[0] < STRETCH * (1 - _ROUNDING):
        message = f"For H = {H}, σ_max of W is {sigma[0]:.4g}; it should be at least 1.5."
        return _wrong("W", "never-stretches" if sigma[0] <= 1 and left < GONE else None, message)
    if sigma[-1] < LEAST * (1 - _ROUNDING):
        message = f"For H = {H}, the smallest singular value of W is {sigma[-1]:.3g}; it should be at least 0.1."
        return _wrong("W", "cheap-zeros" if left < GONE else None, message)
    if not left < GONE:
        message = f"For H = {H}, W^60 has norm {left:.3g}; it should be below 1e-6."
        return _wrong("W", "does-not-vanish", message)
    return _right("W")


def transient(inputs: Values, outputs: Values) -> dict[str, Comparison]:
    """Judge `counterexample_transient`: ρ ≤ 0.95, ‖W‖ ≤ 4, and ‖W^t‖ ≥ 10 for some t ≥ 2."""
    W = _square("W", outputs["W"], inputs["H"])
    if isinstance(W, Comparison):
        return {"W": W}
    H, norm = len(W), np.linalg.norm(W, 2)
    if norm > NORM * (1 + _ROUNDING):
        message = f"For H = {H}, W itself has norm {norm:.4g}; it should be at most 4."
        return _wrong("W", "large-at-once", message)
    # Of two coupled units with ρ = 0.95 exactly, eigvals makes 0.95 + 1e-8 or so.
    radius = spectral_radius(W)
    if radius > RADIUS * (1 + 1e-3):
        message = f"For H = {H}, the spectral radius of W as stored is about {radius:.4g}; it should be at most 0.95."
        endless = radius > 1 - 1e-3 and _norm_of_power(W, STEPS) > max(float(norm), 1.0)
        return _wrong("W", "radius-too-large" if endless else None, message)
    peak, power = 0.0, W
    for _ in range(2, LONGEST + 1):
        power = W @ power
        size = float(np.linalg.norm(power, 2))
        peak = max(peak, size)
        if peak >= PEAK * (1 - _ROUNDING) or size < 1e-12:
            break
    if peak < PEAK * (1 - _ROUNDING):
        message = f"For H = {H}, the norm of W^t is never above {peak:.4g} from t = 2 on; it should reach 10."
        return _wrong("W", "never-grows", message)
    return _right("W")


def orthogonality(inputs: Values, outputs: Values) -> dict[str, Comparison]:
    """Judge `orthogonal` one matrix at a time: QᵀQ = I to 1e-6 (1e-4 for float32)."""
    Q = _square("Q", outputs["Q"], inputs["H"])
    if isinstance(Q, Comparison):
        return {"Q": Q}
    H, gram = len(Q), Q.T @ Q
    tolerance = 1e-4 if np.asarray(outputs["Q"]).dtype.itemsize < 8 else 1e-6
    off = np.abs(gram - np.eye(H))
    if off.max() <= tolerance:
        return _right("Q")
    scale = np.trace(gram) / H
    if np.abs(gram - scale * np.eye(H)).max() <= tolerance * max(scale, 1e-300):
        message = f"For H = {H}, all singular values of Q are {np.sqrt(scale):.4g}; they should be 1."
        return _wrong("Q", "another-length", message)
    i, j = (int(n) for n in np.unravel_index(np.argmax(off - np.diag(np.diag(off))), off.shape))
    lengths = np.abs(np.diag(gram) - 1)
    if off[i, j] <= tolerance or i == j:
        k = int(np.argmax(lengths))
        length = f"the column `Q[:, {k}]` has length {np.sqrt(gram[k, k]):.6g}"
        return _wrong("Q", "another-length", f"For H = {H}, {length}, where it should be 1; all are at right angles.")
    if lengths.max() <= tolerance:
        message = f"For H = {H}, `Q[:, {i}]` and `Q[:, {j}]` have length 1 but the inner product {gram[i, j]:.3g}."
        return _wrong("Q", "unit-columns-only", message)
    message = f"For H = {H}, QᵀQ is not the identity: its entry [{i}, {j}] is {gram[i, j]:.3g}, where it should be 0."
    return _wrong("Q", "not-orthogonal", message)


def orthogonality_together(cases: Sequence[tuple[Values, Values]]) -> dict[str, Comparison]:
    """Judge whether Q is made with `rng`: other seeds give other matrices, the same seed the same."""
    made = [(i["H"], i["rng"].seed if isinstance(i["rng"], Rng) else None, np.asarray(o["Q"])) for i, o in cases]
    for n, (H, seed, Q) in enumerate(made):
        for other_H, other_seed, other in made[:n]:
            if other_H != H or H == 1:  # there are two of size 1, so that two generators may well agree
                continue
            same = bool(np.abs(Q - other).max() <= 1e-6)
            if seed != other_seed and same:
                message = f"For H = {H}, two generators with different seeds give the same Q."
                return _wrong("Q", "rng-ignored", message)
            if seed == other_seed and not same:
                message = f"For H = {H}, the same seed gives two different Q."
                return _wrong("Q", "chance-of-its-own", message)
    return {}


def _square(name: str, value: Any, H: int) -> Matrix | Comparison:
    """Return `value` as an (H, H) float64 array, or the Comparison that says why it is not one."""
    found = compare(name, value, np.zeros((H, H)), ("H", "H"))
    if found.problem in (None, "value"):
        return np.asarray(value, dtype=np.float64)
    return found


def _norm_of_power(W: Matrix, t: int) -> float:
    with np.errstate(all="ignore"):
        power = np.linalg.matrix_power(W, t)
    return float(np.linalg.norm(power, 2)) if np.isfinite(power).all() else float("inf")


def _right(name: str) -> dict[str, Comparison]:
    return {name: Comparison(name, None)}


def _wrong(name: str, mistake: str | None, message: str) -> dict[str, Comparison]:
    return {name: Comparison(name, "property", message, mistake=mistake)}
