"""A group's notebook is judged once, every member gets its marks, and each reads who handed it in."""

import csv
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_killed import obedient_grader
from tiny_course import ASSIGNMENT, FORWARD, SOLUTIONS, cell_of, submission

from autograder.collecting.notebook_json import parse_submission
from autograder.errors import BadInput
from autograder.grading import workers
from autograder.grading.grade import feedback
from autograder.grading.report import table
from autograder.judging.pipeline import judge_submission

WRONG = {**SOLUTIONS, "affine_forward": FORWARD.replace("+ b", "+ 2 * b")}
DAY = "2026-01-{:02} 12:00:00 UTC"


def hand_in(tiny_class, student, answers, day):
    """Hand in a notebook, or bytes, on a day of January."""
    tiny_class.submit(student, answers if isinstance(answers, bytes) else submission(answers))
    (tiny_class.folder(student) / "timestamp.txt").write_text(DAY.format(day), encoding="ascii")


@pytest.fixture
def judged(monkeypatch):
    """Return, for each time that something is judged, whose inputs were drawn."""
    students, outcomes = [], workers.outcomes

    def counted(course, todo, *args, **kwargs):
        for job, outcome in outcomes(course, todo, *args, **kwargs):
            students.append(job.student)
            yield job, outcome

    monkeypatch.setattr("autograder.grading.grade.outcomes", counted)
    return students


def test_a_group_has_the_marks_of_its_newest_submission(tiny_class, judged):
    tiny_class.together(("ann", "bob", "dan"), ("eve",))
    hand_in(tiny_class, "ann", {}, 5)
    hand_in(tiny_class, "bob", WRONG, 6)
    hand_in(tiny_class, "cyd", SOLUTIONS, 4)
    rows = tiny_class.grade(jobs=2)
    assert sorted(judged) == ["bob", "cyd"]
    assert tiny_class.totals() == {"ann": 7.0, "bob": 7.0, "cyd": 10.0, "dan": 7.0}
    assert {student: row.score for student, row in rows.items()} == tiny_class.totals()
    sentence = "Handed in by bob for the group of ann, bob, dan. Not judged, since older: what ann handed in."
    assert table(list(rows.values())).count(sentence) == 3 and rows["cyd"].message == ""
    for student in ("ann", "bob", "dan"):
        assert sentence in tiny_class.comment(student)
        page = feedback(tiny_class.course, ASSIGNMENT, student).read_text(encoding="utf-8")
        assert "Handed in by bob for the group of ann, bob, dan" in page
    assert "Handed in by" not in tiny_class.comment("cyd")
    assert nbformat.read(tiny_class.folder("ann") / f"{ASSIGNMENT}.ipynb", as_version=4) == submission({})  # not lost
    with Gradebook(tiny_class.url) as book:
        times = {book.find_submission(ASSIGNMENT, student).timestamp.day for student in ("ann", "bob", "dan")}
    assert times == {6}
    assert {row.status for row in tiny_class.grade().values()} == {"kept"} and len(judged) == 2


def test_a_group_s_mark_can_be_repeated(tiny_class):
    tiny_class.together(("ann", "bob"))
    hand_in(tiny_class, "bob", WRONG, 6)
    tiny_class.grade()
    notebook = nbformat.read(tiny_class.autograded("ann"), as_version=4)
    assert notebook.metadata.unrolled.group == {"handed_in_by": "bob", "members": ["ann", "bob"]}
    cards = cell_of(notebook, "test_affine_forward").outputs[0].data["text/plain"]
    path = tiny_class.folder("bob") / f"{ASSIGNMENT}.ipynb"

    def again(student):
        judgement = judge_submission(parse_submission(path.read_bytes()), tiny_class.course, ASSIGNMENT, student)
        return cell_of(judgement.notebook, "test_affine_forward").outputs[0].data["text/plain"]

    assert again("bob") == cards != again("ann")  # the worst entry is another one: other inputs were drawn


def test_any_member_may_resubmit(tiny_class, judged):
    tiny_class.together(("ann", "bob"))
    hand_in(tiny_class, "ann", WRONG, 5)
    tiny_class.grade()
    hand_in(tiny_class, "bob", SOLUTIONS, 6)
    tiny_class.grade()
    assert judged == ["ann", "bob"] and tiny_class.totals() == {"ann": 10.0, "bob": 10.0}
    hand_in(tiny_class, "ann", b"{", 7)  # the newest, though it cannot be read
    rows = tiny_class.grade()
    assert {(row.status, row.score) for row in rows.values()} == {("unreadable", None)}
    assert "Handed in by ann" in rows["bob"].message
    for student in ("ann", "bob"):
        assert tiny_class.marks()[student]["test_decay"] == (2.0, True)
        assert "out of date" in tiny_class.comment(student)
    assert {row.status for row in tiny_class.grade().values()} == {"unreadable"}


@pytest.mark.parametrize("student", ["bob", "b*", "dan"])
def test_one_student_is_graded_with_the_group(tiny_class, judged, student):
    tiny_class.together(("ann", "bob", "dan"))
    for name in ("ann", "bobby"):
        hand_in(tiny_class, name, SOLUTIONS, 5)
    rows = tiny_class.grade(student=student)
    assert set(rows) == {"ann", "bob", "dan"} | ({"bobby"} if student == "b*" else set())
    assert judged[0] == "ann" and set(tiny_class.totals()) == set(rows)


def test_manual_marks_survive_in_a_group(tiny_class):
    tiny_class.together(("ann", "bob"))
    hand_in(tiny_class, "ann", SOLUTIONS, 5)
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        for student, score in (("ann", 3.5), ("bob", 1.5)):
            grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("decay", ASSIGNMENT, ASSIGNMENT, "bob").manual_comment = "You did not write this."
        book.db.commit()
    for by, answers, day in (("bob", WRONG, 6), ("ann", b"{", 7), ("ann", SOLUTIONS, 8)):
        hand_in(tiny_class, by, answers, day)
        tiny_class.grade()
        with Gradebook(tiny_class.url) as book:
            points = [book.find_grade("why", ASSIGNMENT, ASSIGNMENT, s).manual_score for s in ("ann", "bob")]
        assert points == [3.5, 1.5] and tiny_class.comment("bob", "decay") == "You did not write this."


def test_a_student_who_leaves_a_group_has_no_current_mark_of_it(tiny_class, judged):
    tiny_class.together(("ann", "bob", "cyd"))
    hand_in(tiny_class, "ann", SOLUTIONS, 5)
    hand_in(tiny_class, "cyd", WRONG, 4)
    tiny_class.grade()
    assert tiny_class.totals() == dict.fromkeys(("ann", "bob", "cyd"), 10.0)
    tiny_class.together(("ann", "dan"))
    for _ in range(2):  # until something is done about it
        rows = tiny_class.grade()
        assert (rows["bob"].status, rows["bob"].score) == ("missing", None)
        assert "What ann handed in is no longer for bob" in rows["bob"].message
    assert tiny_class.marks()["bob"]["test_decay"] == (2.0, True)
    assert "out of date" in tiny_class.comment("bob")
    assert tiny_class.totals() == {"ann": 10.0, "bob": 10.0, "cyd": 7.0, "dan": 10.0}  # cyd has one of her own
    assert "for the group of ann, dan." in tiny_class.comment("ann")
    command = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(command, cwd=tiny_class.root, capture_output=True, timeout=300, check=True)
    with open(tiny_class.root / "course" / "grades.csv", encoding="utf-8", newline="") as file:
        table = {row["student_id"]: (row["score"], row["status"]) for row in csv.DictReader(file)}
    assert table == {
        "ann": ("10.0", "graded"), "bob": ("10.0", "out of date"), "cyd": ("7.0", "graded"), "dan": ("10.0", "graded"),
    }  # fmt: skip
    hand_in(tiny_class, "bob", WRONG, 9)
    assert tiny_class.grade()["bob"].score == 7.0
    (tiny_class.root / "course" / "groups.csv").unlink()
    rows = tiny_class.grade()
    assert {student: row.status for student, row in rows.items()} == {
        "ann": "graded", "bob": "kept", "cyd": "kept", "dan": "missing",
    }  # fmt: skip


def test_a_map_that_cannot_be_used_touches_nothing(tiny_class):
    hand_in(tiny_class, "ann", SOLUTIONS, 5)
    tiny_class.together(("ann", "bob"), ("bob",))
    with pytest.raises(BadInput, match=r"groups.csv, lines 3 and 4: bob is in 'group-0' and in 'group-1'"):
        tiny_class.grade()
    assert tiny_class.marks() == {} and tiny_class.gradings() == {}


def test_a_half_recorded_group_is_recorded_whole(tiny_class):
    """Killed between one member's marks and the other's, the next run gives both the same."""
    tiny_class.together(("ann", "bob"))
    hand_in(tiny_class, "ann", WRONG, 5)
    with obedient_grader(tiny_class.root) as (tell, _):
        assert tell("mark 2") == 9
        assert [one.state for _, one in sorted(tiny_class.gradings().items())] == ["graded", "running"]
        assert tiny_class.totals() == {"ann": 7.0}
        assert tell("end 0") == 0
    assert tiny_class.totals() == {"ann": 7.0, "bob": 7.0}
    assert {one.state for one in tiny_class.gradings().values()} == {"graded"}
