"""What a mark counts follows course.toml and course/people.toml of today, and nothing is judged again for it."""

import csv
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from test_group_grading import WRONG, hand_in, judged  # noqa: F401 - a fixture
from tiny_course import ASSIGNMENT, SOLUTIONS

from autograder.course.rules import Late
from autograder.errors import BadInput, BadRequest
from autograder.grading.course_rules import counted, days_late, grace_days
from autograder.grading.grade import feedback
from autograder.grading.regrade import COLUMNS, regrade
from autograder.grading.report import left, table
from autograder.judging import judge

DUE = f'[due]\n"{ASSIGNMENT}" = 2026-01-04T12:00:00Z\n'
A_TENTH = "[late]\npercent_a_day = 10\n"


def write(tiny_class, rules="", people=""):
    (tiny_class.root / "course.toml").write_text(rules, encoding="utf-8")
    (tiny_class.root / "course" / "people.toml").write_text(people, encoding="utf-8")


def totals(tiny_class):
    """Return what each student's mark counts."""
    with Gradebook(tiny_class.url) as book:
        found = book.assignment_submissions(ASSIGNMENT)
        return {one.student_id: round(one.score - one.late_submission_penalty, 6) for one in found}


def test_rules_move_marks_without_judging(tiny_class, judged):  # noqa: F811
    hand_in(tiny_class, "ann", SOLUTIONS, 6)  # two days late, if it is due on the fourth
    hand_in(tiny_class, "bob", WRONG, 5)  # one day; 7 of 10
    tiny_class.grade()
    assert totals(tiny_class) == {"ann": 10, "bob": 7}
    later = f'[extensions."{ASSIGNMENT}"]\nann = 2026-01-05T18:00:00Z\n'
    for rules, people, expected in (
        (DUE + A_TENTH, "", {"ann": 8, "bob": 6.3}),
        (DUE + A_TENTH + "cap = 15\n", "", {"ann": 8.5, "bob": 6.3}),
        (DUE + A_TENTH, later, {"ann": 9, "bob": 6.3}),  # still a day late
        (DUE + A_TENTH + "grace_days = 1\n", "", {"ann": 9, "bob": 7}),
        (DUE + A_TENTH + "grace_minutes = 1440\n", "", {"ann": 8, "bob": 7}),
        (DUE, "", {"ann": 10, "bob": 7}),  # nbgrader's plug-in decides, which takes nothing off
        ("[due]\n" + A_TENTH, "", {"ann": 10, "bob": 7}),  # no due date any more
        (DUE + A_TENTH + '[excused]\naffine_forward = "given"\n', "", {"ann": 8, "bob": 9}),
        ('[due]\n[excused]\naffine_forward = "rescaled"\ndecay = "rescaled"', "", {"ann": 10, "bob": 10}),
        ('[due]\n[excused]\ndecay = "rescaled"', "", {"ann": 10, "bob": round(5 + 2 * 5 / 8, 2)}),
        ("[due]", "", {"ann": 10, "bob": 7}),
    ):
        before = totals(tiny_class)
        write(tiny_class, rules, people)
        rows = tiny_class.grade()
        assert {row.status for row in rows.values()} == {"kept"}
        assert totals(tiny_class) == expected, rules
        moved = {student for student, row in rows.items() if row.standing.before is not None}
        assert moved == {student for student in expected if before[student] != expected[student]}
        for student in moved:
            assert rows[student].standing.before == pytest.approx(before[student])
            assert f"moved from {before[student]:g} to {expected[student]:g} of 14" in table([rows[student]])
            assert left([rows[student]]).endswith("Marks that changed rules, rubrics or dates moved: 1")
    assert sorted(judged) == ["ann", "bob"]


def test_rules_hold_when_a_mark_is_made_and_the_page_says_what_is_excused(tiny_class, monkeypatch):
    monkeypatch.setattr(judge, "current_course", lambda preprocessor=None: tiny_class.course)
    write(tiny_class, DUE + A_TENTH + '[excused]\naffine_forward = "given"\n')
    hand_in(tiny_class, "bob", WRONG, 5)
    assert tiny_class.grade()["bob"].score == 10
    assert totals(tiny_class) == {"bob": 9}
    page = feedback(tiny_class.course, ASSIGNMENT, "bob").read_text(encoding="utf-8")
    assert "This exercise is excused: it counts 3 of 3 points, whatever the check found." in page
    with Gradebook(tiny_class.url) as book:
        assert book.find_assignment(ASSIGNMENT).duedate == datetime(2026, 1, 4, 12)
        assert book.find_submission(ASSIGNMENT, "bob").extension is None


def test_rules_that_cannot_be_used_stop_a_run_before_anything_is_judged(tiny_class, judged):  # noqa: F811
    write(tiny_class, "[late]\npercent = 10")
    hand_in(tiny_class, "bob", WRONG, 5)
    with pytest.raises(BadInput, match=r"course\.toml, late\.percent: there is no such setting"):
        tiny_class.grade()
    assert judged == [] and totals(tiny_class) == {}


def test_a_regrade_keeps_its_reason(tiny_class, judged):  # noqa: F811
    hand_in(tiny_class, "bob", WRONG, 5)
    with pytest.raises(BadRequest, match="A reason is needed"):
        regrade(tiny_class.course, ASSIGNMENT, "bob", "  ")
    with pytest.raises(BadRequest, match="name one"):
        regrade(tiny_class.course, ASSIGNMENT, "b*", "why not")
    assert judged == []
    regrade(tiny_class.course, ASSIGNMENT, "bob", "=handed in late")
    hand_in(tiny_class, "bob", SOLUTIONS, 6)
    [(row, before)] = regrade(tiny_class.course, ASSIGNMENT, "bob", "the file was\nthe wrong one")
    assert (row.score, before) == (10, 7) and judged == ["bob", "bob"]
    with (tiny_class.root / "course" / "regrades.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [(line[2:6], line[6]) for line in lines] == [
        ([ASSIGNMENT, "bob", "", "7.0"], "'=handed in late"),
        ([ASSIGNMENT, "bob", "7.0", "10.0"], "the file was the wrong one"),
    ]


def test_grace_days_are_used_up_in_the_order_of_the_due_dates():
    late = Late(10, grace_days=3)
    day = timedelta(days=1)
    weeks = [
        SimpleNamespace(name=name, duedate=datetime(2026, 1, 1) + 7 * n * day, total_seconds_late=seconds)
        for n, (name, seconds) in enumerate((("a", 86400), ("b", 86401), ("c", 5 * 86400), ("d", 0)))
    ]
    assert {one.name: grace_days(late, weeks[::-1], one.name) for one in weeks} == {"a": 1, "b": 2, "c": 0, "d": 0}
    assert [days_late(late, seconds) for seconds in (0, 1, 86400, 86401)] == [0, 1, 1, 2]


def test_what_excused_exercises_count():
    earned = {"a": (5, 10), "b": (0, 10), "c": (10, 10)}
    assert counted(earned, {}) == {"a": 5, "b": 0, "c": 10}
    assert counted(earned, {"b": "given", "z": "given"}) == {"a": 5, "b": 10, "c": 10}
    assert counted(earned, {"b": "rescaled"}) == {"a": 5, "b": 7.5, "c": 10}
    assert counted(earned, {"a": "rescaled", "b": "given"}) == {"a": 10, "b": 10, "c": 10}
    assert counted(earned, dict.fromkeys("abc", "rescaled")) == {"a": 10, "b": 10, "c": 10}
