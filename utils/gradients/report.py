"""Report what a gradient check found: frozen, and true only if every gradient was shown to be right."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from utils.checking.card import card, paragraph, table
from utils.gradients.guarded import did_you_mean
from utils.gradients.numeric import Floats, GradientError, Index
from utils.gradients.verdict import Verdict

_SYMBOLS = {
    Verdict.PASS: "✓",
    Verdict.KINK: "✓",
    Verdict.VACUOUS: "–",
    Verdict.UNSURE: "?",
    Verdict.FAIL: "✗",
    Verdict.BROKEN: "✗",
}
_SEVERITY = {verdict: i for i, verdict in enumerate(Verdict)}  # PASS, KINK, VACUOUS, UNSURE, FAIL, BROKEN


class GradientsDisagree(GradientError, AssertionError):
    """`assert_ok` was asked about gradients that were not shown to be right; the message is the whole table."""


@dataclass(frozen=True, eq=False)
class ParameterReport:
    """The check of one parameter.

    Attributes
    ----------
    name : str
        The parameter's.
    shape : tuple of int
        The parameter's.
    verdict : Verdict
        PASS, KINK, VACUOUS, UNSURE, FAIL or BROKEN.
    error : float
        ‖a−n‖ / (‖a‖+‖n‖) over the measured entries; NaN if nothing was compared.
    uncertainty : float
        The same ratio for what the numeric gradient may be off by; 0 where it was measured only once and agreed.
    worst : tuple of int or None
        Index of the entry with the largest |a−n|.
    yours, numeric : float
        Analytic and numeric gradient there.
    checked, entries : int
        How many entries were measured, and how many there are.
    diagnosis : str
        What the numbers look like, in words; empty for PASS.
    analytic_gradient, numeric_gradient : float64 array or None
        Both gradients; NaN where the numeric one was not measured.
    """

    name: str
    shape: Index
    verdict: Verdict
    diagnosis: str = ""
    error: float = math.nan
    uncertainty: float = math.nan
    worst: Index | None = None
    yours: float = math.nan
    numeric: float = math.nan
    checked: int = 0
    entries: int = 0
    analytic_gradient: Floats | None = field(default=None, repr=False)
    numeric_gradient: Floats | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.verdict.right

    def to_dict(self) -> dict[str, object]:
        """Return everything but the arrays, ready for `json.dumps`; what is not a finite number becomes None."""
        return {
            "name": self.name,
            "shape": [int(s) for s in self.shape],
            "verdict": str(self.verdict),
            "error": _finite(self.error),
            "uncertainty": _finite(self.uncertainty),
            "worst": None if self.worst is None else [int(i) for i in self.worst],
            "yours": _finite(self.yours),
            "numeric": _finite(self.numeric),
            "checked": self.checked,
            "entries": self.entries,
            "diagnosis": self.diagnosis,
        }


class Row(Protocol):
    """What a row of a report has."""

    @property
    def name(self) -> str:
        """The parameter's."""

    def __bool__(self) -> bool: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, eq=False)
class Rows(Generic[R]):
    """One row for each parameter, found by its name; true if every row is.

    Attributes
    ----------
    rows : tuple
        In the order of the parameters, each with a `name` and a truth value.
    """

    rows: tuple[R, ...]

    def __bool__(self) -> bool:
        return all(self.rows)

    def __getitem__(self, name: str) -> R:
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no parameter {name!r} was checked{did_you_mean(str(name), [row.name for row in self.rows])}")

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def assert_ok(self) -> None:
        """Raise `GradientsDisagree` with the table unless the report is true."""
        if not self:
            raise GradientsDisagree(str(self))


@dataclass(frozen=True, eq=False)
class GradientReport(Rows[ParameterReport]):
    """The check of all parameters; `check_gradients` and `check_backward` return one.

    It is true if every verdict is PASS or KINK. VACUOUS and UNSURE are not wrong, but nothing was shown either: choose
    inputs that exercise the parameter, or float64.

    Attributes
    ----------
    rows : tuple of ParameterReport
        In the order of the parameters; ``report["Wh"]`` finds one by name.
    direction : tuple of two floats, or None
        ⟨dh, J v⟩ measured and ⟨Jᵀ dh, v⟩ from your gradients, for one random direction v: the smoke test.
    notes : tuple of str
        What limits the whole check, such as float32.
    waiting : bool
        Whether a function is not started yet, which then is all there is to say.
    """

    direction: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    waiting: bool = False

    @property
    def worst(self) -> ParameterReport:
        """The row to look at first: the gravest verdict, among equals the largest error."""
        return max(self.rows, key=lambda row: (_SEVERITY[row.verdict], -1 if math.isnan(row.error) else row.error))

    @property
    def headline(self) -> str:
        """One sentence that says what is right first."""
        right = [row.name for row in self.rows if row]
        if not right and len({row.diagnosis for row in self.rows}) == 1 and self.rows[0].verdict is Verdict.BROKEN:
            return self.rows[0].diagnosis
        if self:
            largest = max((row.error for row in self.rows), default=0.0)
            every = "The gradient is" if len(right) == 1 else f"All {len(right)} gradients are"
            return f"{every} right: {_listed(right)} (largest error {largest:.1e})."
        are = "is" if len(right) == 1 else "are"
        sentences = [f"{len(right)} of {len(self.rows)} gradients {are} right: {_listed(right)}."] if right else []
        for words, verdicts in (
            ("Wrong", (Verdict.FAIL,)),
            ("Not usable", (Verdict.BROKEN,)),
            ("Unsure", (Verdict.UNSURE,)),
            ("Not exercised", (Verdict.VACUOUS,)),
        ):
            names = [row.name for row in self.rows if row.verdict in verdicts]
            sentences += [f"{words}: {_listed(names)}."] if names else []
        return " ".join(sentences)

    def to_dict(self) -> dict[str, object]:
        """Return the report without its arrays, ready for `json.dumps`."""
        return {
            "ok": bool(self),
            "headline": self.headline,
            "rows": [row.to_dict() for row in self.rows],
            "direction": None if self.direction is None else [_finite(d) for d in self.direction],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        if self.waiting:
            return self.headline
        cells = [_HEADER, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(_HEADER))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
        ]
        return "\n".join([self.headline, *lines, *self._remarks()])

    def _repr_html_(self) -> str:
        if self.waiting:
            return card("waiting", self.headline)
        gravest = self.worst.verdict
        tone = "right" if self else "wrong" if gravest in (Verdict.FAIL, Verdict.BROKEN) else "note"
        numbers = table("Your gradient against the numeric one", _HEADER, [_cells(row) for row in self.rows])
        return card(tone, self.headline, numbers, *map(paragraph, self._remarks()))

    def _remarks(self) -> list[str]:
        remarks = [
            f"{row.name}: {row.diagnosis}" for row in self.rows if row.diagnosis and row.diagnosis != self.headline
        ]
        partial = [row for row in self.rows if 0 < row.checked < row.entries]
        remarks += [f"{row.name}: {row.checked} of {row.entries} entries were measured." for row in partial]
        return remarks + list(self.notes)


_HEADER = ("gradient of", "verdict", "error", "worst entry", "yours", "numeric")


def _cells(row: ParameterReport) -> tuple[str, ...]:
    verdict = f"{_SYMBOLS[row.verdict]} {row.verdict}"
    if row.worst is None:
        return (row.name, verdict, "" if math.isnan(row.error) else f"{row.error:.1e}", "", "", "")
    worst = str([int(i) for i in row.worst])
    return (row.name, verdict, f"{row.error:.1e}", worst, f"{row.yours:.6g}", f"{row.numeric:.6g}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
