"""Rows about what a learner waits for: a check, a gradient check, a control of an explorer, the data.

All this runs in this process, and processor time is measured: the wait if nothing else runs.
"""

import contextlib
import io
import itertools
import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from autograder.auditing import attempt_file
from autograder.course import open_course
from bench import cs231n
from bench.arithmetic import Spread, interleaved, quantile, ratios, short, spread
from bench.moves import MOVES, made
from bench.setting import ROOT, Row, Setting
from bench.table import Line
from utils import fixtures
from utils.checking import families
from utils.checking.check_function import checked
from utils.checking.locate import waypoints
from utils.data import load_digits, load_pronunciations, load_words

ATTEMPTS = ROOT / "tests" / "cases" / "attempts.json"
MEDIAN, MOST, WORST = 20, 80, 250  # milliseconds: of half of the checks, of 90 %, of all
MOVE, LOADING = 150, 300


def milliseconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    began = time.process_time()
    call()
    return 1000 * (time.process_time() - began)


def _checked(name: str, function: object, hint: int) -> float:
    """Return how long a check takes in a kernel that has checked this exercise before: its files are read."""
    fixture = fixtures.load(name)
    families.load(name)
    waypoints.load(name)
    forward = open_course().reference[fixture["forward"]] if fixture["forward"] else None
    with np.errstate(all="ignore"):
        return milliseconds(lambda: str(checked(function, forward=forward, hint=hint)))


def _answers() -> list[tuple[str, object]]:
    """Return the solution of every exercise, and strangers' answers, right and wrong."""
    course = open_course()
    written = [(one.exercise, one.namespace(course)[one.exercise]) for one in attempt_file.read(ATTEMPTS, course)]
    return [*((name, course.reference[name]) for name in fixtures.names()), *written]


def _waits(times: Sequence[float]) -> str:
    return " / ".join(f"{short(one)}" for one in (quantile(times, 0.5), quantile(times, 0.9), max(times))) + " ms"


def _holds(times: Sequence[float]) -> bool:
    return quantile(times, 0.5) <= MEDIAN and quantile(times, 0.9) <= MOST and max(times) <= WORST


def _check(setting: Setting) -> list[Line]:
    answers = _answers()
    times = {place: [(name, _checked(name, one, place)) for name, one in answers] for place in (1, 4)}
    every = [wait for _, wait in times[1]]
    written = [wait for name, wait in times[1] if not name.startswith("train_")]
    slowest = max(times[1], key=lambda pair: pair[1])[0]
    target = f"≤{MEDIAN} / {MOST} / {WORST} ms"
    what = f"`check(…)` of {len(every)} answers to all exercises: median / 90 % / worst"
    left = f"the {len(written)} without `train_…`, whose check runs the learner's own training"
    names = list(cs231n.CELLS)
    course = open_course()
    sides = interleaved(
        max(3, setting.size.rounds),
        {
            "ours": lambda: {name: _checked(name, course.reference[name], 1) for name in names},
            "theirs": lambda: {name: _their_cell(name) for name in names},
        },
    )
    ours, theirs = ([sum(one.values()) for one in sides[side]] for side in ("ours", "theirs"))
    faster = [
        name for name in names if min(one[name] for one in sides["ours"]) < min(one[name] for one in sides["theirs"])
    ]
    found = ratios(theirs, ours)
    return [
        Line(what, "–", target, f"{_waits(every)} (worst: `{slowest}`)", _holds(every)),
        Line(left, "–", target, _waits(written), _holds(written)),
        Line("the same, asked for the place in the code", "–", "–", _waits([wait for _, wait in times[4]]), None),
        Line(
            f"`check(…)` of right answers to {len(names)} exercises that CS231n has, too",
            "CS231n's own check cells, in our words",
            "faster",
            f"{found} times as fast in all ({spread(ours)} ms, {spread(theirs)} ms there); "
            f"faster in {len(faster)} of {len(names)}",
            found.median > 1,
        ),
    ]


def _their_cell(name: str) -> float:
    cell = cs231n.CELLS[name]
    reference = open_course().reference
    functions = {needed: reference[needed] for needed in {name, *cell.needs}}
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        return milliseconds(lambda: cell.run(functions))


def _explorers(setting: Setting) -> list[Line]:
    medians: dict[str, Spread] = {}
    for name, (start, moves) in MOVES.items():
        explorer = made(name)
        explorer.set(**start)
        for control, values in moves.items():
            # Always to another value, since the same one would draw nothing.
            waiting = itertools.cycle(values)
            waits = [
                milliseconds(lambda e=explorer, c=control, w=waiting: setattr(e.controls[c], "value", next(w)))  # type: ignore[misc]
                for _ in range(3 + setting.size.moves)
            ]
            assert explorer.errors == [] and explorer.figure is not None
            medians[f"`{name}`, {control}"] = spread(waits[3:])
    slowest = max(medians, key=lambda one: medians[one].median)
    within = sum(one.median <= MOVE for one in medians.values())
    what = f"{len(medians)} controls of {len(MOVES)} explorers: the new picture, drawn and packed"
    measured = f"{within} of {len(medians)}; slowest: {slowest}, {medians[slowest]} ms"
    return [Line(what, "–", f"≤{MOVE} ms, every control", measured, within == len(medians))]


def _data(setting: Setting) -> list[Line]:
    loads: Iterable[Callable[[], object]] = (load_words, load_pronunciations, load_digits)
    waits = [spread([milliseconds(load) for _ in range(max(3, setting.size.rounds))]) for load in loads]
    worst = max(waits, key=lambda one: one.median)
    return [
        Line(
            "loading the words, their sounds, the digits", "–", f"≤{LOADING} ms", f"{worst} ms", worst.median <= LOADING
        )
    ]


ROWS = [Row("check", _check), Row("explorers", _explorers), Row("data", _data)]
