"""The row about the whole of CI, from what its last run noted; there is none where it has not run."""

import os
from pathlib import Path

from bench.arithmetic import CannotMeasure, short
from bench.setting import ROOT, Row, Setting
from bench.table import Line

NOTED = ROOT / ".ci" / "seconds"  # written by .ci/run
MINUTES, CORES = 20, 2


def line(path: Path, cores: int) -> list[Line]:
    """Return the line of a run that noted its seconds in a file; none if there is no such file."""
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return []
    if not text.isdecimal():
        raise CannotMeasure(f"{path.name} holds no number of seconds: {text[:40]!r}.")
    minutes = int(text) / 60
    on = f"{cores} cores"
    return [
        Line(
            f"the whole of CI, on {on}",
            "–",
            f"≤{MINUTES} minutes on {CORES} cores",
            f"{short(minutes)} minutes",
            minutes <= MINUTES,
        )
    ]


def _ci(setting: Setting) -> list[Line]:
    return line(NOTED, len(os.sched_getaffinity(0)))


ROWS = [Row("ci", _ci)]
