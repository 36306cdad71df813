"""Find out whether an answer is right for inputs of ordinary size, and only large ones make it infinite or nan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LARGE = 100.0  # from which an input is no longer of ordinary size: tanh and sigmoid are 1 to the last digit


@dataclass(frozen=True)
class Asked:
    """One case: its inputs, what is wrong with its outputs, and what NumPy would have warned of."""

    inputs: Mapping[str, object]
    problems: Collection[str | None]
    numpy_warnings: Collection[str] = ()


@dataclass(frozen=True)
class Saturation:
    """How an answer that is right for inputs of ordinary size fails for large ones: it is not finite.

    Attributes
    ----------
    entries : float
        How large the largest entry is at least, where it fails.
    overflows, divides : bool
        Whether something overflows there, and whether something is divided by 0; where neither is known, either may be.
    gates : bool
        Whether the exercise has gates, which large inputs open and shut.
    """

    entries: float
    overflows: bool = False
    divides: bool = False
    gates: bool = False


def saturation(cases: Sequence[Asked], gates: bool = False) -> Saturation | None:
    """Return what large inputs alone do, if nothing is wrong but that numbers are not finite there.

    Parameters
    ----------
    cases : sequence of Asked
    gates : bool
        Whether the exercise has gates.
    """
    largest = [_largest(case.inputs) for case in cases]
    wrong = [(case, size) for case, size in zip(cases, largest, strict=True) if case.problems]
    if not wrong or min(largest) >= LARGE or any(size < LARGE or {*case.problems} != {"nan"} for case, size in wrong):
        return None
    kinds = {kind for case, _ in wrong for kind in case.numpy_warnings}
    # Without an overflow, what is not finite began with a division by 0.
    divides = bool(kinds) and "overflow" not in kinds
    return Saturation(min(size for _, size in wrong), kinds == {"overflow"}, divides, gates)


def _largest(value: object) -> float:
    """Return the absolute value of the largest float among arguments."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (list, tuple)):
        return max(map(_largest, value), default=0.0)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return float(np.abs(value).max(initial=0.0))
    return 0.0
