"""Share an assignment's points out again, in its source: on the cells' markers and in the headings above them."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.building.rules import POINTS
from autograder.course.source import BONUS
from autograder.errors import BadRequest

_CELL = re.compile(r"^# %%.*?\bnbgrader=(\{.*\})", re.MULTILINE)
_HEADING = re.compile(r"^(# `[●○]+ · \d+ min)(?: · [\d.]+ points?)?`$", re.MULTILINE)
_TEST = "test_"


@dataclass(frozen=True)
class Cell:
    """A graded cell of a source file.

    Attributes
    ----------
    grade_id : str
    points : float
        What its marker says; 0 if it says nothing.
    written : bool
        Whether it is a written answer, whose points are those of its rubric's items.
    start, stop : int
        Where the marker's metadata is in the text.
    """

    grade_id: str
    points: float
    written: bool
    start: int
    stop: int

    @property
    def name(self) -> str:
        """What its exercise is called."""
        return self.grade_id.removeprefix(_TEST)


def rebalanced(text: str, wanted: Mapping[str, int]) -> tuple[str, dict[str, tuple[float, float]]]:
    """Return the text of an assignment's source with its points shared out again, 100 in all.

    The exercises that are named get the points that are named, written answers keep theirs, and the others share the
    rest in whole points, in the proportions that they had.

    Parameters
    ----------
    text : str
        As in ``solutions/<assignment>.py``.
    wanted : dict of str to int
        Points by exercise or grade_id.

    Returns
    -------
    text : str
    changes : dict of str to (float, float)
        The points before and after of each cell whose points changed, by grade_id.

    Raises
    ------
    BadRequest
        If there is no such exercise, it is a written answer, an exercise has no points to begin with, or too little is
        left for the others.
    """
    cells = graded(text)
    fixed = _fixed(cells, wanted)
    others = [cell for cell in cells if cell.grade_id not in fixed]
    if new := [cell.name for cell in others if not cell.points]:
        raise BadRequest(f"{new[0]} has no points yet: say how many, for example {new[0]}=10.")
    left = POINTS - sum(fixed.values())
    if left < len(others) or (left and not others):
        raise BadRequest(
            f"{', '.join(fixed)} have {sum(fixed.values()):g} points, which leaves {left:g} of {POINTS} for "
            f"{len(others)} other exercises, of which each needs 1 at least."
        )
    after = fixed | dict(zip([c.grade_id for c in others], shares([c.points for c in others], left), strict=True))
    changes = {c.grade_id: (c.points, after[c.grade_id]) for c in cells if c.points != after[c.grade_id]}
    return _with_headings(_with_points(text, cells, after)), changes


def graded(text: str) -> list[Cell]:
    """Return the graded cells of a source text that have points or will, in order; a bonus never has any."""
    found = []
    for marker in _CELL.finditer(text):
        if f'"{BONUS}"' in marker[0]:
            continue
        about, length = json.JSONDecoder().raw_decode(marker[1])
        if about.get("grade"):
            place = marker.start(1), marker.start(1) + length
            found.append(Cell(about["grade_id"], about.get("points", 0), bool(about.get("solution")), *place))
    return found


def _fixed(cells: Sequence[Cell], wanted: Mapping[str, int]) -> dict[str, float]:
    """Return the points that are not shared out, by grade_id: those of written answers, and those that are wanted."""
    fixed: dict[str, float] = {cell.grade_id: cell.points for cell in cells if cell.written}
    for name, points in wanted.items():
        cell = next((cell for cell in cells if name in (cell.name, cell.grade_id)), None)
        if cell is None:
            raise BadRequest(f"There is no exercise {name!r} here; there are {', '.join(c.name for c in cells)}.")
        if cell.written and points != cell.points:
            raise BadRequest(
                f"{name} is a written answer: its points are those of its rubric's items, so change these."
            )
        if points < 1:
            raise BadRequest(f"{name}={points}: an exercise has 1 point at least.")
        fixed[cell.grade_id] = points
    return fixed


def shares(weights: Sequence[float], total: float) -> list[int]:
    """Return whole numbers, 1 or more, that sum to `total` and are as close to the weights' proportions as may be."""
    if not weights:
        return []
    exact = [weight * total / sum(weights) for weight in weights]
    whole = [max(1, math.floor(share)) for share in exact]
    while (missing := round(total - sum(whole))) != 0:
        step = 1 if missing > 0 else -1
        open_to_change = [n for n in range(len(whole)) if whole[n] + step >= 1]
        chosen = max(open_to_change, key=lambda n: (step * (exact[n] - whole[n]), -n))
        whole[chosen] += step
    return whole


def _with_points(text: str, cells: Sequence[Cell], after: Mapping[str, float]) -> str:
    for cell in reversed(cells):
        marker, points = text[cell.start : cell.stop], f'"points": {after[cell.grade_id]:g}'
        changed, found = re.subn(r'"points":\s*[\d.]+', points, marker)
        text = text[: cell.start] + (changed if found else f"{marker[:-1]}, {points}}}") + text[cell.stop :]
    return text


def _with_headings(text: str) -> str:
    """Return a text whose headings say how many points the graded cells below them have, up to the next heading."""
    headings, cells = list(_HEADING.finditer(text)), graded(text)
    for number, heading in reversed(list(enumerate(headings))):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(text)
        below = [cell.points for cell in cells if heading.end() < cell.start < end]
        if below:
            text = f"{text[: heading.end(1)]} · {sum(below):g} points`{text[heading.end() :]}"
    return text
