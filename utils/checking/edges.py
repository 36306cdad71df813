"""Weigh cases at the edge of what a function takes: N, T or H is 1, or what else an exercise calls so.

A function may be right in all else and stop at one sequence, or at one step. In the grade that costs a share of the
exercise and not the output; `check` says so.
"""

from utils.checking.findings import Findings

EACH = 0.1  # of an exercise's points
MOST = 0.2  # of all such cases together


def lost(findings: Findings) -> tuple[str, ...]:
    """Return the outputs that are wrong in some case that is not at the edge; all of them if a call stopped there."""
    if {*findings.stopped} - {*findings.edges}:
        return tuple(findings.comparisons)
    return tuple(output for output, cases in findings.wrong.items() if {*cases} - {*findings.edges})


def failed(findings: Findings) -> tuple[str, ...]:
    """Return the cases at the edge, in words, that stop or spoil an output with which nothing else is wrong."""
    gone = lost(findings)
    spoilt = {case for output, cases in findings.wrong.items() if output not in gone for case in cases}
    if len(gone) < len(findings.comparisons):
        spoilt |= {*findings.stopped}
    return tuple(findings.special(case) for case in sorted(spoilt))


def cost(count: int) -> float:
    """Return the share of the points that so many failed cases cost.

    Examples
    --------
    >>> cost(0), cost(1), cost(3)
    (0.0, 0.1, 0.2)
    """
    return min(count * EACH, MOST)
