"""Measure how well a wrong answer is located: plant slips in right variants, and see which line `check` would show.

Nothing is known of the variant that a slip is planted in: it is left out of the right ways, as a learner's own is.
"""

import ast
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.auditing.mutants import Mutant, mutants
from autograder.building.waypoints import Ways, on, ordinary, run
from autograder.course.exercise import Exercise
from utils import fixtures
from utils.checking import run_cases
from utils.checking.diagnose import compared
from utils.checking.locate.locating import locate
from utils.checking.locate.location import Location
from utils.checking.locate.waypoints import Waypoints
from utils.checking.run_cases import Clock, Run

SECONDS = 20.0  # for all runs of one slip: more than they need, so that a busy machine counts the same
MOST = 25  # slips a variant; of more, every second or third is planted
SHARE = 0.95  # of located slips, those that must be located rightly


@dataclass
class Located:
    """What was found of the slips in the variants of one exercise.

    Attributes
    ----------
    slips : int
        Those that give wrong numbers in all cases with waypoints.
    line : int
        Located in the slip's own line.
    operands : int
        Located where a variable is used that the slip's line sets.
    elsewhere : list of tuple of str and Location
        The other slips that were located, and where.
    """

    slips: int = 0
    line: int = 0
    operands: int = 0
    elsewhere: list[tuple[str, Location]] = field(default_factory=list)

    @property
    def located(self) -> int:
        """How many slips were located at all."""
        return self.right + len(self.elsewhere)

    @property
    def right(self) -> int:
        """How many of them were located where the slip is, or where its value is used."""
        return self.line + self.operands

    @property
    def good(self) -> bool:
        """Whether so many were located rightly that `check` may show the place."""
        return self.located > 0 and self.right >= SHARE * self.located

    def __add__(self, other: "Located") -> "Located":
        return Located(
            self.slips + other.slips,
            self.line + other.line,
            self.operands + other.operands,
            self.elsewhere + other.elsewhere,
        )


def located(exercise: Exercise, ways: Ways, most: int = MOST) -> Located:
    """Plant up to `most` slips in each right variant of an exercise, and locate them.

    Parameters
    ----------
    exercise : Exercise
    ways : Ways
        The right ways of the course.
    most : int
    """
    content, found = fixtures.load(exercise.name), Located()
    if exercise.properties or ("choice",) in map(tuple, content["outputs"].values()):
        return found
    cases = ordinary(content["cases"])
    namespaces = ways.of(exercise)
    atomic = ways.atomic(exercise)
    hashes = {
        way: {index: on(exercise, [names], case, atomic) for index, case in cases.items()}
        for way, names in namespaces.items()
    }
    for way, names in namespaces.items():
        text = _definition(ways.text(way), exercise.name) if way else ""
        known = {
            index: Waypoints(set().union(*(other[index] for name, other in hashes.items() if name != way)))
            for index in cases
        }
        slips = mutants(text) if text else []
        for slip in slips[:: max(1, -(-len(slips) // most))]:
            _count(found, exercise, slip, text, names, known)
    return found


def _count(
    found: Located,
    exercise: Exercise,
    slip: Mutant,
    text: str,
    names: Mapping[str, Any],
    known: Mapping[int, Waypoints],
) -> None:
    content = fixtures.load(exercise.name)
    planted = _planted(exercise.name, slip.source, names)
    function, forward = planted[exercise.name], planted[exercise.forward] if exercise.forward else None
    answers, clock = {}, Clock(SECONDS)
    with np.errstate(all="ignore"):
        for index in known:
            answers[index] = run_cases.run_case(function, forward, content, content["cases"][index], clock)
    wrong = _wrong(content, answers)
    if {index for cases in wrong.values() for index in cases} != set(known):
        return
    found.slips += 1
    place = locate(function, forward, content, answers, wrong, clock, known)
    if place is None:
        return
    line, before = next(
        (number, old)
        for number, (old, new) in enumerate(zip(text.splitlines(), slip.source.splitlines(), strict=False), start=1)
        if old != new
    )
    # A statement that was left out has no line; what it would have set may be among what is shown.
    missing = set(re.findall(r"[A-Za-z_]\w*", re.split(r"=|\.append", before)[0])) if "-> pass" in slip.slip else set()
    if place.line == line:
        found.line += 1
    elif line in place.lines or missing & {place.expression, *(one.name for one in place.operands)}:
        found.operands += 1
    else:
        found.elsewhere.append((slip.slip, place))


def _definition(text: str, name: str) -> str:
    """Return the text of a function, laid out as `ast` does it, and so as its mutants are."""
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name]
    return ast.unparse(found[-1]) if found else ""


def _planted(name: str, text: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variant's namespace with another text for one function; its other functions call that one."""
    made = dict(names)
    for key, value in names.items():
        if isinstance(value, types.FunctionType) and value.__globals__ is names:
            made[key] = types.FunctionType(value.__code__, made, key, value.__defaults__, value.__closure__)
            made[key].__kwdefaults__ = value.__kwdefaults__
    return run({f"<slip in {name}>": text}, made)


def _wrong(content: Mapping[str, Any], answers: Mapping[int, Run]) -> dict[str, list[int]]:
    """Return by output in which cases its numbers are wrong; nothing where one has no numbers."""
    found: dict[str, list[int]] = {}
    for index, answer in answers.items():
        if answer.outputs is None:
            return {}
        case = run_cases.case_of(content, content["cases"][index])
        for output, comparison in compared(run_cases.subject(content), case, answer.outputs).items():
            if comparison.problem in ("value", "shape", "nan"):
                found.setdefault(output, []).append(index)
            elif not comparison.ok:
                return {}
    return found
