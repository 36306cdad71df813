"""What a run adds up for a whole class at once is what nbgrader says of each submission by itself."""

import pytest
from nbgrader.api import Gradebook
from test_grade import configure
from test_lateness import BY_THE_DAY, due, hand_in
from test_persons_marks import mark
from tiny_course import ASSIGNMENT, BACKWARD, FORWARD, SOLUTIONS

from autograder.course.rules import People, Rules
from autograder.grading import standings

WRONG = {**SOLUTIONS, "affine_forward": FORWARD.replace(" + b", "")}
CARRIED = {**SOLUTIONS, "affine_backward": BACKWARD.replace("sum", "mean")}


@pytest.fixture
def marked(tiny_class):
    """Grade a class: right, wrong, carried, late, marked by a person, flagged for one, without a mark."""
    due(tiny_class, 9)
    (tiny_class.root / "by_the_day.py").write_text(BY_THE_DAY, encoding="utf-8")
    configure(tiny_class, "\nc.AssignLatePenalties.plugin_class = 'by_the_day.ByTheDay'\n")
    for day, student, answers in [(5, "ann", SOLUTIONS), (5, "bob", WRONG), (11, "cas", CARRIED), (5, "dee", WRONG)]:
        hand_in(tiny_class, student, answers, day)
    tiny_class.grade()
    mark(tiny_class, "bob", "why", 3.5)
    mark(tiny_class, "cas", "test_affine_forward", 1.25)
    hand_in(tiny_class, "eve", b"{", 5)
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        book.update_or_create_submission(ASSIGNMENT, "dee").notebooks[0].grades[0].auto_score = None
        book.find_submission(ASSIGNMENT, "bob").notebooks[0].grades[0].extra_credit = 0.5
        book.db.commit()
    return tiny_class


def test_a_class_at_once_is_each_submission_by_itself(marked):
    found = standings.recorded_at(marked.url, ASSIGNMENT)
    with Gradebook(marked.url) as book:
        assert set(found) == {one.student_id for one in book.assignment_submissions(ASSIGNMENT)} >= {"ann", "dee"}
        for student in ("ann", "bob", "cas"):
            theirs, ours = book.find_submission(ASSIGNMENT, student), found[student].standing
            assert ours.score == pytest.approx(theirs.score - theirs.late_submission_penalty, abs=1e-12)
            assert (ours.max_score, ours.penalty) == (theirs.max_score, theirs.late_submission_penalty)
            assert found[student].timestamp == theirs.timestamp
            waits = [grade.name for grade in theirs.notebooks[0].grades if grade.needs_manual_grade]
            assert (ours.waiting, ours.again) == (len(waits), 0)
    assert found["dee"].standing is None
    assert set(standings.everybody(marked.url, ASSIGNMENT)) == {"ann", "bob", "cas"}
    assert found["cas"].standing.penalty > 0


def test_only_what_nothing_could_move_is_left_as_it_is(marked):
    found = standings.recorded_at(marked.url, ASSIGNMENT)
    rules, judged = Rules(), {"test_affine_forward": 3.0, "test_affine_backward": 5.0, "why": None}
    ann, cas = found["ann"], found["cas"]
    assert ann.follows(ASSIGNMENT, "ann", rules, judged)
    assert not cas.follows(ASSIGNMENT, "cas", rules, {})  # late: what that costs only a plug-in can tell
    assert not ann.follows(ASSIGNMENT, "ann", rules, {"test_affine_forward": 2.0})
    assert not ann.follows(ASSIGNMENT, "ann", Rules(excused={"decay": "given"}), judged)
    assert not ann.follows(ASSIGNMENT, "ann", Rules(due={}, people=People()), judged)  # the due date goes


def test_a_class_is_looked_up_in_parts(marked, monkeypatch):
    asked, recorded_at = [], standings.recorded_at
    monkeypatch.setattr(standings, "BATCH", 2)
    monkeypatch.setattr(standings, "recorded_at", lambda *about: asked.append(about[2]) or recorded_at(*about))
    rows = marked.grade()
    assert max(map(len, asked)) == 2 and set(rows) == {student for some in asked for student in some}
    monkeypatch.undo()
    found = standings.everybody(marked.url, ASSIGNMENT)
    assert {student: row.standing for student, row in rows.items() if row.standing} == found
