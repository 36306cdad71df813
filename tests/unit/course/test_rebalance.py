"""`autograder rebalance` shares 100 points out in an assignment's source, and says what it cannot do."""

import re

import pytest

from autograder.building.rebalance import graded, rebalanced, shares
from autograder.errors import BadRequest

HEADER = re.compile(r"^# `[●○]+ · \d+ min · (\d+) points`$", re.MULTILINE)
CELL = '# %% nbgrader={{"grade": true, "grade_id": "test_{0}"{1}}}\ncheck({0})\n\n'
HEADING = "# %% [markdown]\n# ## {}\n# `●●○○○ · 10 min{}`\n\n"
WHY = (
    '# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "why", "points": 10}\n# **Exemplar.** So.\n'
)
SOURCE = (
    HEADING.format("One", " · 30 points")
    + CELL.format("one", ', "points": 30')
    + HEADING.format("Two, twice", " · 60 points")
    + CELL.format("two", ', "points": 20').replace("# %%", '# %% tags=["explore"]')
    + CELL.format("three", ', "points": 40')
    + HEADING.format("New", "")
    + CELL.format("new", "")
    + HEADING.format("In your own words", " · 10 points")
    + WHY
)


def points(text):
    return {cell.name: cell.points for cell in graded(text)}


def test_a_new_exercise_takes_its_points_from_the_others():
    text, changes = rebalanced(SOURCE, {"new": 9})
    assert points(text) == {"one": 27, "two": 18, "three": 36, "new": 9, "why": 10}
    assert changes == {"test_one": (30, 27), "test_two": (20, 18), "test_three": (40, 36), "test_new": (0, 9)}
    assert HEADER.findall(text) == ["27", "54", "9", "10"], "headings in step; one says the sum of its two cells"
    assert '"grade_id": "test_new", "points": 9}\ncheck(new)' in text
    numbers = r' · [\d.]+ points|, "points": [\d.]+'
    assert re.sub(numbers, "", text) == re.sub(numbers, "", SOURCE), "nothing else is changed"
    again, unchanged = rebalanced(text, {"test_new": 9})
    assert (again, unchanged) == (text, {})
    assert rebalanced(text, {}) == (text, {})


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({}, "new has no points yet: say how many, for example new=10."),
        ({"none": 5}, "There is no exercise 'none' here; there are one, two, three, new, why."),
        (
            {"new": 9, "why": 11},
            "why is a written answer: its points are those of its rubric's items, so change these.",
        ),
        ({"new": 0}, "new=0: an exercise has 1 point at least."),
        (
            {"new": 88},
            "why, test_new have 98 points, which leaves 2 of 100 for 3 other exercises, of which each needs 1",
        ),
        ({"one": 1, "two": 1, "three": 1, "new": 9}, "which leaves 78 of 100 for 0 other exercises"),
    ],
)
def test_what_cannot_be_is_refused(wanted, sentence):
    with pytest.raises(BadRequest) as refused:
        rebalanced(SOURCE, wanted)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("weights", "total", "expected"),
    [
        ([1, 1, 1], 100, [34, 33, 33]),
        ([30, 20, 40], 81, [27, 18, 36]),
        ([1000, 1, 1], 10, [8, 1, 1]),
        ([2.5, 2.5], 10, [5, 5]),
        ([], 0, []),
    ],
)
def test_shares_are_whole_and_as_near_as_may_be(weights, total, expected):
    assert shares(weights, total) == expected


def test_every_assignment_is_balanced_already(course):
    """The reader of the sources finds what the build finds, and changes nothing where the sum is right."""
    for assignment in course.assignments:
        text = (course.solutions / f"{assignment}.py").read_text(encoding="utf-8")
        found = {
            c.metadata.nbgrader.grade_id: c.metadata.nbgrader
            for c in course.sources[assignment].cells
            if "points" in c.metadata.get("nbgrader", {}) and "bonus" not in c.metadata.get("tags", [])
        }
        assert {cell.grade_id: cell.points for cell in graded(text)} == {
            name: about.points for name, about in found.items()
        }
        assert rebalanced(text, {}) == (text, {})
