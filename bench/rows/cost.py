"""What a submission costs, by part, from real jobs: `make bench ROWS=cost`, which takes some ten minutes.

Every assignment is graded for a class as instructors receive it: right, written differently, blank, half done, mangled,
and with six different mistakes. Start-up is taken out by a run of one for each worker. The parts are processes: the one
that reads and records, the workers that judge, and what runs in the sandbox.
"""

import math
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.demo.sample_class import sample_class
from bench import classes
from bench.arithmetic import CannotMeasure, Spent, per_unit, short
from bench.rows.grading import MAIN, WORKERS
from bench.setting import Setting
from bench.table import machine

NAME = "cost"
PARTS = ("reading and recording", "judging", "in the sandbox")
SUBMISSIONS, CORES = 100_000, (16, 64, 256)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """Reads, while `autograder grade` runs, what its first process and its workers have used so far.

    Attributes
    ----------
    seconds : dict of int to float
        Processor time by process, without that of its children.
    root : int
        The first process.
    peak : int
        How much memory the first process has taken at most, in kB.
    """

    seconds: dict[int, float] = field(default_factory=dict)
    root: int = 0
    peak: int = 0

    def __call__(self, pid: int) -> None:
        """Look at the processes below this one, but not into the sandbox."""
        self.root = pid
        with suppress(OSError, IndexError):  # it has ended
            status = Path(f"/proc/{pid}/status").read_text("utf-8").partition("VmHWM:")[2].split()
            self.peak = int(status[0])
        self._look(pid)

    def _look(self, pid: int) -> None:
        with suppress(OSError, ValueError):
            name, _, rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")
            if name.partition("(")[2].startswith("bwrap"):
                return
            user, system = rest.split()[11:13]
            self.seconds[pid] = (int(user) + int(system)) / _TICKS
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
                self._look(int(child))

    def parts(self, spent: Spent) -> Counter[str]:
        """Share the processor time of a whole run out among its parts."""
        first = self.seconds.get(self.root, 0.0)
        judging = sum(self.seconds.values()) - first
        return Counter(dict(zip(PARTS, (first, judging, spent.cpu - first - judging), strict=True)))


@dataclass(frozen=True)
class Cost:
    """What a submission of one assignment costs.

    Attributes
    ----------
    count : int
        Of how many jobs.
    parts : mapping of str to float
        Seconds of processor time by part.
    unit : Spent
        In all; by the clock with `WORKERS` workers.
    peak : float
        How much memory the first process took at most, in MB.
    """

    count: int
    parts: Mapping[str, float]
    unit: Spent
    peak: float


def of_assignment(setting: Setting, course: Course, assignment: str, count: int) -> Cost:
    """Grade a class of so many and return what each costs, without what the start of the command costs."""
    everybody = sample_class(course, assignment, whole=True)
    classes.hand_in(course, assignment, [one.notebook for one in everybody if not one.hostile], count)
    watches = {classes.first(WORKERS): Watch(), "*": Watch()}
    few, many = (classes.grade(course, assignment, who, watch=watch) for who, watch in watches.items())
    before, after = (watch.parts(spent) for watch, spent in zip(watches.values(), (few, many), strict=True))
    parts = {part: (after[part] - before[part]) / (count - WORKERS) for part in PARTS}
    return Cost(count, parts, per_unit(many, few, count, WORKERS), watches["*"].peak / 1024)


def block(costs: Mapping[str, Cost], about: str) -> str:
    """Return what the page says: a table of the parts, and what a large course costs."""
    lines = [f"| assignment | jobs | {' | '.join(PARTS)} | CPU s in all |", "|" + "---|" * (len(PARTS) + 3)]
    for assignment, cost in costs.items():
        parts = " | ".join(short(cost.parts[part]) for part in PARTS)
        lines.append(f"| `{assignment}` | {cost.count:,} | {parts} | {short(cost.unit.cpu)} |")
    seconds = sum(cost.unit.cpu for cost in costs.values())
    busy = sum(cost.unit.cpu for cost in costs.values()) / (WORKERS * sum(cost.unit.wall for cost in costs.values()))
    hours = SUBMISSIONS * seconds / 3600
    peak, most = (max(found) for found in zip(*((cost.peak, cost.count) for cost in costs.values()), strict=True))
    on_cores = ", ".join(f"{short(hours / (busy * cores))} on {cores}" for cores in CORES)
    return "\n".join(
        [
            about,
            "",
            *lines,
            "",
            f"{SUBMISSIONS:,} submissions of each of the {len(costs)} assignments cost {short(hours)} core hours. "
            f"{WORKERS} workers kept {100 * busy:.0f} % of {WORKERS} cores busy; where every core is as busy, that is "
            f"{on_cores} cores, in hours. The first process took {short(peak)} MB at most, for {most:,} jobs.",
        ]
    )


def measure(setting: Setting) -> str:
    """Measure all assignments and return the block for the page; half of the jobs are of one assignment."""
    course = setting.course("cost")
    names = course.assignments
    half = setting.size.real / 2
    counts = {name: math.ceil(half if name == MAIN else half / (len(names) - 1)) for name in names}
    if min(counts.values()) <= WORKERS:
        raise CannotMeasure(f"{setting.size.real} jobs are too few for {len(names)} assignments.")
    costs = {name: of_assignment(setting, course, name, count) for name, count in counts.items()}
    return block(costs, machine())
