"""`make bench` fills gradebooks with simulated judging: every submission gets the mark of one like it."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

sys.path.insert(0, str(Path(__file__).parents[3]))

from bench.arithmetic import CannotMeasure
from bench.rows.grading import require_graded
from bench.simulated import graded_at_once


def test_simulated_marks_are_those_of_one_like_it_and_need_no_judging_again(tiny_class):
    wrong = submission({**SOLUTIONS, "decay": SOLUTIONS["decay"].replace("np.tanh", "np.sin")})
    for student, notebook in (("ann", submission(SOLUTIONS)), ("bob", wrong), ("cyd", submission(SOLUTIONS))):
        tiny_class.submit(student, notebook)
    graded_at_once(tiny_class.course, ASSIGNMENT)
    assert tiny_class.totals() == {"ann": 10.0, "bob": 8.0, "cyd": 10.0}
    assert {row.status for row in tiny_class.grade().values()} == {"kept"}
    with pytest.raises(CannotMeasure, match="1 of 9 exercises of 3 right submissions of 00-tiny lack points"):
        require_graded(tiny_class.course, ASSIGNMENT, 3)
    with closing(sqlite3.connect(tiny_class.root / "course" / "gradebook.db")) as book, book:
        book.execute("update grade set auto_score = 2 where auto_score < 2")
    require_graded(tiny_class.course, ASSIGNMENT, 3)
