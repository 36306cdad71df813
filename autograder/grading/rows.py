"""Hold the result of each submission of a run: the rows of the table that `autograder grade` prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.grading import standings
from autograder.grading.course_rules import counted


@dataclass(frozen=True)
class Graded:
    """The result of one submission.

    Attributes
    ----------
    student : str
    status : {"graded", "kept", "unreadable", "refused", "missing", "infrastructure", "quarantined"}
        "kept" where submission, exercises and grader are those of the mark that stands; "unreadable" and "refused" say
        what is the matter with the file; "missing" is who has left a group and handed in nothing since;
        "infrastructure" is never the student's fault and is tried again by the next
        run; "quarantined" stopped its process several times and is tried again with `force`.
    score, max_score : float or None
        Points for what is judged; written answers are in neither.
    mistakes : dict of str to str
        The named mistakes, by function.
    message : str
        Why there is no mark; if there is one, what else somebody should know.
    seconds : dict of str to float
        How long judging took, by function, and under "whole notebook" with its kernel and the student's own cells.
    standing : autograder.grading.standings.Standing or None
        What the gradebook holds after the run: where this submission has no score, the mark of an earlier one.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    mistakes: dict[str, str] = field(default_factory=dict)
    message: str = ""
    seconds: dict[str, float | None] = field(default_factory=dict)
    standing: standings.Standing | None = None


def judged_row(
    student: str, status: str, about: Mapping[str, Any], excused: Mapping[str, str], message: str = ""
) -> Graded:
    """Return the row of a judged submission; `about` is what its notebook says of how it was judged."""
    found = about["results"]
    scores = counted({name: (result["score"], result["max_score"]) for name, result in found.items()}, excused)
    seconds = {name: result.get("seconds") for name, result in found.items()}
    return Graded(
        student,
        status,
        round(sum(scores.values()), 2),
        sum(result["max_score"] for result in found.values()),
        {name: result["mistake"] for name, result in found.items() if result["mistake"]},
        message,
        seconds | {"whole notebook": about.get("execution_time")},
    )
