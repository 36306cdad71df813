"""Say in one word what a check found: for a learner's own log, and for those who count what answers get."""

from typing import Literal

from utils.checking.comparison import Shape
from utils.checking.crash_causes import cause
from utils.checking.findings import Findings

Help = Literal["named", "explained", "located", ""]


def named(findings: Findings) -> tuple[str, ...]:
    """Return the mistakes that are named, of the whole answer or of some outputs."""
    return (findings.mistake,) if findings.mistake is not None else tuple(findings.by_output)


def help_of(findings: Findings) -> Help:
    """Return the first of these that holds of an answer that is not right.

    "named": a known mistake is named, of the whole or of some outputs. "explained": there is a fact about what the
    numbers are or why the call failed: how an output resembles the right one; that a value is of another kind, or an
    array has its axes in another order, one step or one axis too many; what a judge of properties measured; which
    inputs alone go wrong; that the parameters or the results are others than asked for; the cause of an exception. An
    exception's own message, a mere shape, and a hint where to look are no such facts. "located": a line is known.
    """
    if named(findings):
        return "named"
    if _explained(findings):
        return "explained"
    return "located" if findings.location else ""


def finding(findings: Findings) -> str:
    """Return what was found in one word; nothing where the function could not be judged.

    "right", "not started", "named", "crashed" (the call stopped), "explained", "located" or "unnamed".
    """
    failure = findings.failure
    if findings.model_fault or (failure and failure.function != findings.name):
        return ""
    if findings.ok:
        return "right"
    if failure and failure.kind == "not-started":
        return "not started"
    if failure and failure.kind in ("exception", "timeout") and not named(findings):
        return "crashed"
    return help_of(findings) or "unnamed"


def _explained(findings: Findings) -> bool:
    failure = findings.failure
    if failure and (failure.kind in ("count", "parameters") or failure.called or cause(failure)):
        return True
    if findings.misordered_parameters or findings.resemblances or findings.saturation or findings.unwritten:
        return True
    if findings.distinction is not None:
        return True
    return any(_is_explained(findings, output) for output in findings.wrong)


def _is_explained(findings: Findings, output: str) -> bool:
    comparison = findings.comparisons[output]
    if comparison.problem in ("kind", "missing", "property") or comparison.too_narrow_dtype:
        return True
    if comparison.shape:
        if comparison.shape.same_numbers:
            return True
        return sorted(comparison.shape.actual) == sorted(comparison.shape.expected) or _one_more(comparison.shape)
    return False


def _one_more(shape: Shape) -> bool:
    more = [*shape.actual] == [n + (axis == "T") for axis, n in zip(shape.axes, shape.expected, strict=False)]
    return more and len(shape.actual) == len(shape.expected)
