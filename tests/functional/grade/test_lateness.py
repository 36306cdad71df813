"""The penalty for lateness follows the due date and the plug-in of today, and nothing is judged again for it."""

from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from test_grade import WRONG, answered, by_nbgrader, configure, everything
from test_group_grading import hand_in
from tiny_course import ASSIGNMENT, SOLUTIONS

from autograder.errors import InfrastructureError
from autograder.grading import standings, workers
from autograder.grading.report import left, table

ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
BY_THE_DAY = """
from nbgrader.plugins import BasePlugin
from traitlets import Float


class ByTheDay(BasePlugin):
    points = Float(0.5).tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return self.points * total_seconds_late / 86400
"""


@pytest.fixture
def judged(monkeypatch):
    """Return whose submissions are judged."""
    students, outcomes = [], workers.outcomes

    def counted(course, todo, *args, **kwargs):
        for job, outcome in outcomes(course, todo, *args, **kwargs):
            students.append(job.student)
            yield job, outcome

    monkeypatch.setattr("autograder.grading.grade.outcomes", counted)
    return students


def due(tiny_class, day):
    with Gradebook(tiny_class.url) as book:
        book.find_assignment(ASSIGNMENT).duedate = datetime(2026, 1, day, 12) if day else None
        book.db.commit()


def notice_page(tiny_class, student="ann"):
    return (tiny_class.root / "course" / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")


def penalty(tiny_class, student="ann"):
    return everything(tiny_class, student)[3]


def test_a_due_date_that_moves_either_way(tiny_class, judged):
    configure(tiny_class, ZERO)
    due(tiny_class, 9)
    tiny_class.together(("bob", "dan"))
    hand_in(tiny_class, "ann", SOLUTIONS, 5)
    hand_in(tiny_class, "bob", WRONG, 6)
    tiny_class.grade()
    everybody = {"ann": 10.0, "bob": 7.0, "dan": 7.0}
    before = {student: everything(tiny_class, student) for student in everybody}
    for day, late in ((4, ("ann", "bob", "dan")), (5, ("bob", "dan")), (9, ()), (4, tuple(everybody)), (None, ())):
        due(tiny_class, day)
        rows = tiny_class.grade()
        assert {row.status for row in rows.values()} == {"kept"}
        found = {student: penalty(tiny_class, student) for student in everybody}
        assert found == {student: everybody[student] if student in late else None for student in everybody}, day
    assert sorted(judged) == ["ann", "bob"]
    assert {student: everything(tiny_class, student) for student in everybody} == before


def test_a_plug_in_that_lies_beside_the_settings(tiny_class, judged, monkeypatch):
    (tiny_class.root / "by_the_day.py").write_text(BY_THE_DAY, encoding="utf-8")
    due(tiny_class, 1)
    hand_in(tiny_class, "ann", WRONG, 5)
    tiny_class.grade()
    assert penalty(tiny_class) is None
    settings = (ZERO, "\nc.AssignLatePenalties.plugin_class = 'by_the_day.ByTheDay'\n", "\nc.ByTheDay.points = 1.0\n")
    for text, expected in zip(settings, (7.0, 2.0, 4.0), strict=True):
        configure(tiny_class, text)
        assert tiny_class.grade()["ann"].status == "kept"
        assert penalty(tiny_class) == expected
    assert judged == ["ann"]
    result = by_nbgrader(tiny_class, "ann", monkeypatch)
    assert result["success"] and penalty(tiny_class) == 4.0, result["log"]


def test_later_manual_points_count(tiny_class, judged):
    configure(tiny_class, ZERO)
    due(tiny_class, 1)
    tiny_class.submit("ann", answered())
    (tiny_class.folder("ann") / "timestamp.txt").write_text("2026-01-05 12:00:00 UTC", encoding="ascii")
    tiny_class.grade()
    assert penalty(tiny_class) == 7.0
    with Gradebook(tiny_class.url) as book:
        grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        book.db.commit()
    assert tiny_class.grade()["ann"].status == "kept" and penalty(tiny_class) == 10.5
    assert everything(tiny_class, "ann")[0]["why"] == (None, 3.5, None, False)


def test_an_unreadable_resubmission_does_not_keep_the_old_penalty(tiny_class):
    """The due date is removed in the same run; once it is back, the penalty is taken off the mark that stands."""
    configure(tiny_class, ZERO)
    due(tiny_class, 1)
    hand_in(tiny_class, "ann", WRONG, 5)
    earlier = tiny_class.grade()["ann"]
    assert penalty(tiny_class) == 7.0
    due(tiny_class, None)
    hand_in(tiny_class, "ann", b"{", 6)
    row = tiny_class.grade()["ann"]
    assert row.status == "unreadable" and penalty(tiny_class) is None
    assert "lateness takes 7 points" in table([earlier])
    assert table([row]).endswith("; the mark of the earlier submission, 7 of 14, stands")
    assert "stands: 7 of 14 points." in notice_page(tiny_class)
    due(tiny_class, 1)
    row = tiny_class.grade()["ann"]
    assert row.status == "unreadable" and penalty(tiny_class) == 7.0
    assert "the mark of the earlier submission, 0 of 14, stands; lateness takes 7 points" in table([row])
    counts = [
        "Earlier marks that stand",
        "Marks from which lateness takes points",
        "Marks that changed rules, rubrics or dates moved",
    ]
    assert left([row]).splitlines() == [f"{count}: 1" for count in counts]
    assert "stands: 0 of 14 points, 7 taken off for lateness." in notice_page(tiny_class)


def test_a_plug_in_that_fails_stops_nobody(tiny_class):
    (tiny_class.root / "failing.py").write_text(BY_THE_DAY.replace("self.points", "self.nothing"), encoding="utf-8")
    configure(tiny_class, "\nc.AssignLatePenalties.plugin_class = 'failing.ByTheDay'\n")
    due(tiny_class, 9)
    for student in ("ann", "bob"):
        hand_in(tiny_class, student, SOLUTIONS, 5)
    tiny_class.grade()
    hand_in(tiny_class, "ann", b"{", 5)
    due(tiny_class, 1)
    assert {row.status for row in tiny_class.grade().values()} == {"infrastructure"}


def test_a_gradebook_locked_meanwhile_is_reported(tiny_class, monkeypatch):
    due(tiny_class, 1)
    hand_in(tiny_class, "ann", SOLUTIONS, 5)
    tiny_class.grade()

    def locked(*_):
        raise InfrastructureError("The gradebook is locked.")

    monkeypatch.setattr(standings, "follow_rules", locked)
    row = tiny_class.grade()["ann"]
    assert (row.status, row.message) == ("infrastructure", "The gradebook is locked.")
