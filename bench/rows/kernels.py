"""The row about kernels: one in the sandbox that is ready, against an ordinary one, started and with its imports."""

import json
import sys

from bench.arithmetic import Spent, interleaved, per_unit, ratios, spread
from bench.setting import ROOT, Row, Setting
from bench.spent import run_and_read
from bench.table import Line

SHARE, MILLISECONDS = 6, 100


def _kernels(setting: Setting) -> list[Line]:
    count = setting.size.kernels
    seconds: dict[str, list[float]] = {"ours": [], "stock": []}

    def started(side: str, number: int) -> Spent:
        spent, printed = run_and_read([sys.executable, "-m", "bench.kernels", side, str(number)], ROOT)
        seconds[side] += json.loads(printed)[1:]  # the first also starts what all others share
        return spent

    measured = interleaved(
        setting.size.rounds,
        {f"{side} {n}": lambda side=side, n=n: started(side, n) for n in (1, count) for side in ("ours", "stock")},  # type: ignore[misc]
    )
    ours, theirs = (
        [
            per_unit(many, one, count).cpu
            for many, one in zip(measured[f"{side} {count}"], measured[f"{side} 1"], strict=True)
        ]
        for side in ("ours", "stock")
    )
    share = ratios(theirs, ours)
    wall, their_wall = (spread([1000 * one for one in seconds[side]]) for side in ("ours", "stock"))
    against = "a kernel as nbclient starts it, and its imports"
    return [
        Line(
            "a sandboxed kernel that has run a notebook's imports: processor time",
            against,
            f"≤1/{SHARE}",
            f"1/{share}; {spread([1000 * one for one in ours])} ms, {spread([1000 * one for one in theirs])} ms there",
            share.median >= SHARE,
        ),
        Line(
            "the same, by the clock",
            against,
            f"≤{MILLISECONDS} ms",
            f"{wall} ms; {their_wall} ms there",
            wall.median <= MILLISECONDS,
        ),
    ]


ROWS = [Row("kernel", _kernels)]
