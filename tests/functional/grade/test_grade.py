"""A class is graded whatever is handed in and whatever goes wrong: the table of operating faults, row by row."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from tiny_course import ASSIGNMENT, FORWARD, SOLUTIONS, cell_of, submission

from autograder.collecting.submissions import time_of
from autograder.grading import gradebook
from autograder.grading.grade import feedback
from autograder.grading.report import table
from autograder.grading.workers import nbgrader_config
from autograder.judging import judge

WRONG = {**SOLUTIONS, "affine_forward": FORWARD.replace("+ b", "+ 2 * b")}
NO_KERNEL = "\nc.Judge.isolation = 'none'\nc.Judge.kernel_name = 'no-such-kernel'\n"


def configure(tiny_class, text):
    path = tiny_class.root / "nbgrader_config.py"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def answered(text="Since tanh saturates."):
    notebook = submission(WRONG)
    cell_of(notebook, "why").source = text
    return notebook


def everything(tiny_class, student):
    """Return what the gradebook says of a submission, down to the comments."""
    with Gradebook(tiny_class.url) as book:
        found = book.find_submission(ASSIGNMENT, student)
        [notebook] = found.notebooks
        marks = {g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade) for g in notebook.grades}
        comments = {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments}
        return marks, comments, found.timestamp, notebook.late_submission_penalty


def by_nbgrader(tiny_class, student, monkeypatch, force=True):
    monkeypatch.setattr(judge, "current_course", lambda preprocessor=None: tiny_class.course)
    config = nbgrader_config(tiny_class.course)
    return NbGraderAPI(CourseDirectory(config=config), config=config).autograde(ASSIGNMENT, student, force=force)


def test_nbgrader_writes_the_same_marks(tiny_class, monkeypatch):
    tiny_class.submit("ann", answered())
    (tiny_class.folder("ann") / "timestamp.txt").write_text("2026-01-05 12:00:00 UTC", encoding="ascii")
    assert tiny_class.grade()["ann"].score == 7.0
    ours, notebook = everything(tiny_class, "ann"), nbformat.read(tiny_class.autograded("ann"), as_version=4)
    result = by_nbgrader(tiny_class, "ann", monkeypatch)
    assert result["success"], result["log"]
    assert everything(tiny_class, "ann") == ours
    assert ours[0]["why"] == (None, None, None, True) and ours[2].year == 2026
    theirs = nbformat.read(tiny_class.autograded("ann"), as_version=4)
    for key in ("run", "grader", "execution_time"):
        assert notebook.metadata.unrolled.pop(key)
    for result in (*notebook.metadata.unrolled.results.values(), *theirs.metadata.unrolled.results.values()):
        assert result.pop("seconds") > 0
    assert notebook.cells == theirs.cells
    assert notebook.metadata.unrolled == theirs.metadata.unrolled
    # What nbgrader judged is not ours to call unchanged.
    assert tiny_class.gradings()["ann"].submission == gradebook.BY_NBGRADER
    assert tiny_class.grade()["ann"].status == "graded"


def test_nbgrader_may_come_first(tiny_class, monkeypatch):
    tiny_class.submit("ann", answered())
    result = by_nbgrader(tiny_class, "ann", monkeypatch)
    assert result["success"], result["log"]
    assert tiny_class.totals() == {"ann": 7.0} and tiny_class.gradings()["ann"].state == "graded"


def test_only_what_changed_is_graded_again(tiny_class):
    tiny_class.submit("ann", submission(WRONG))
    assert tiny_class.grade()["ann"].status == "graded"
    assert tiny_class.grade()["ann"].status == "kept"
    assert tiny_class.grade(force=True)["ann"].status == "graded"
    first = tiny_class.gradings()["ann"]
    tiny_class.submit("ann", submission(SOLUTIONS))
    assert tiny_class.grade()["ann"].score == 10.0
    second = tiny_class.gradings()["ann"]
    assert second.run != first.run and second.submission != first.submission and second.grader == first.grader
    assert nbformat.read(tiny_class.autograded("ann"), as_version=4).metadata.unrolled.run == second.run
    configure(tiny_class, "\nc.Judge.case_count = 3\n")  # another grader
    assert tiny_class.grade()["ann"].status == "graded"
    assert tiny_class.gradings()["ann"].grader != first.grader


@pytest.mark.parametrize("harm", ["mark", "notebook", "row"])
def test_a_half_done_submission_is_graded_again(tiny_class, harm):
    """As a killed nbgrader leaves it: no mark, a notebook that was only laid out, nothing of ours."""
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    with closing(sqlite3.connect(tiny_class.root / "course" / "gradebook.db")) as book, book:
        if harm == "mark":
            book.execute("UPDATE grade SET auto_score = NULL")
        if harm == "row":
            book.execute("UPDATE unrolled_gradings SET state = 'running'")
    if harm == "notebook":
        nbformat.write(submission(SOLUTIONS), tiny_class.autograded("ann"))
    row = tiny_class.grade()["ann"]
    assert (row.status, row.score) == ("graded", 10.0)
    assert tiny_class.totals() == {"ann": 10.0}


def test_manual_marks_survive_a_regrade(tiny_class):
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.5, 1.0, False
        book.find_grade("test_decay", ASSIGNMENT, ASSIGNMENT, "ann").manual_score = 1.5
        book.find_comment("decay", ASSIGNMENT, ASSIGNMENT, "ann").manual_comment = "See me."
        book.db.commit()
    for notebook in (submission(SOLUTIONS), b"{"):
        tiny_class.submit("ann", notebook)
        tiny_class.grade()
        marks, comments, _, _ = everything(tiny_class, "ann")
        assert marks["why"][1:3] == (3.5, 1.0)
        assert marks["test_decay"][1] == 1.5 and marks["test_decay"][3]
        assert comments["decay"][1] == "See me."


@pytest.mark.parametrize("how", ["unreadable", "refused", "infrastructure"])
def test_a_failed_regrade_does_not_leave_the_old_mark_looking_current(tiny_class, how):
    tiny_class.submit("ann", submission(WRONG))
    tiny_class.grade()
    path = tiny_class.submit("ann", b"{" if how == "unreadable" else submission(SOLUTIONS))
    if how == "refused":
        path.rename(path.with_name("elsewhere"))
        path.symlink_to("elsewhere")
    if how == "infrastructure":
        configure(tiny_class, NO_KERNEL)
    row = tiny_class.grade()["ann"]
    assert (row.status, row.score) == (how, None)
    marks = tiny_class.marks()["ann"]
    assert marks["test_decay"] == (2.0, True)  # kept, and flagged for a person
    assert "This mark is out of date" in tiny_class.comment("ann", "decay")
    assert tiny_class.gradings()["ann"].state == how


@pytest.mark.parametrize(
    "text", ["yesterday, I think", "1" * 99, "9999-99-99", "\x00", "0000-00-00 00:00:00 UTC", f"/{'1' * 80}h"]
)
def test_an_invalid_time_stops_nobody(tiny_class, text):
    tiny_class.submit("ann", b"{}")
    (tiny_class.folder("ann") / "timestamp.txt").write_text(text, encoding="ascii")
    assert time_of(text)[0] is None and "holds no time" in time_of(text)[1]
    assert tiny_class.grade()["ann"].status == "unreadable"


def test_lateness_is_computed_as_nbgrader_does(tiny_class):
    configure(tiny_class, "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(tiny_class.url) as book:
        book.find_assignment(ASSIGNMENT).duedate = datetime(2026, 1, 1)
        book.db.commit()
    for student, time in {"early": "2025-12-31 UTC", "late": "2026-01-02 00:00:00 UTC", "odd": "noon-ish"}.items():
        tiny_class.submit(student, submission(WRONG))
        (tiny_class.folder(student) / "timestamp.txt").write_text(time, encoding="ascii")
    rows = tiny_class.grade(jobs=2)
    assert {row.score for row in rows.values()} == {7.0}
    assert [everything(tiny_class, student)[3] for student in rows] == [None, 7.0, None]
    assert "lateness was not looked at" in rows["odd"].message
    assert tiny_class.grade()["odd"].message == rows["odd"].message


def test_files_beside_the_notebook_are_not_used(tiny_class):
    stop = b"raise SystemExit('imported')"
    tiny_class.submit("ann", submission(SOLUTIONS))
    for name in ("numpy.py", "base64.py", "sitecustomize.py", "conftest.py"):
        tiny_class.submit("ann", stop, name)
    (tiny_class.folder("ann") / "secret").symlink_to(tiny_class.root / "course" / "gradebook.db")
    assert tiny_class.grade()["ann"].score == 10.0
    assert [path.name for path in tiny_class.autograded("ann").parent.iterdir()] == [f"{ASSIGNMENT}.ipynb"]


def test_one_odd_submission_of_each_kind_stops_nobody(tiny_class):
    """A whole run gives a row with a sentence to each, and marks to those who handed in correctly."""
    whole = nbformat.writes(submission(SOLUTIONS))
    old = [{"cell_type": "code", "language": "python", "input": text, "outputs": []} for text in SOLUTIONS.values()]
    odd = {
        "empty": (b"", "unreadable", "is empty"),
        "utf-16": (whole.encode("utf-16"), "unreadable", "not text in UTF-8"),
        "corrupt": (whole[:-9].encode(), "unreadable", "not JSON"),
        "another": (nbformat.writes(nbformat.v4.new_notebook()).encode(), "unreadable", "no cells"),
        "with-bom": (b"\xef\xbb\xbf" + whole.encode(), "graded", ""),
        "in-format-3": (json.dumps({"nbformat": 3, "worksheets": [{"cells": old}]}).encode(), "graded", ""),
        "a\nb": (whole.encode(), "refused", "cannot be a student's name"),
        "\udcff": (whole.encode(), "refused", "cannot be a student's name"),
    }
    for student, (content, _, _) in odd.items():
        tiny_class.submit(student, content)
    tiny_class.submit("renamed", whole.encode(), f"{ASSIGNMENT} (1).ipynb")
    tiny_class.submit("half-letters", b"", os.fsdecode(b"\xff\x1b[2J.ipynb"))
    for student in ("a-folder", "a-pipe"):
        tiny_class.folder(student).mkdir(parents=True)
    (tiny_class.folder("a-folder") / f"{ASSIGNMENT}.ipynb").mkdir()
    os.mkfifo(tiny_class.folder("a-pipe") / f"{ASSIGNMENT}.ipynb")
    rows = tiny_class.grade(jobs=2)
    for student, (_, status, reason) in odd.items():
        assert rows[student].status == status and reason in rows[student].message, rows[student]
    assert rows["renamed"].score == 10.0
    assert f"was called {ASSIGNMENT} (1).ipynb instead of" in tiny_class.comment("renamed")
    assert rows["half-letters"].status == "unreadable" and rows["half-letters"].message == "??[2J.ipynb is empty."
    assert rows["a-folder"].status == rows["a-pipe"].status == "refused"
    assert tiny_class.totals() == dict.fromkeys(("with-bom", "in-format-3", "renamed"), 10.0)
    table(list(rows.values())).encode("utf-8")


def test_the_student_reads_each_limit_that_was_reached(tiny_class):
    configure(tiny_class, "\nc.Judge.update(max_output=5000, max_messages=50, timeout=2, max_restarts=1)\n")
    extra = [
        ("affine_forward", "print('x' * 9000)"),
        ("affine_forward", "for i in range(99): display(i)"),
        ("affine_backward", "while True: pass"),
        ("decay", "import os\nos._exit(1)"),
        ("test_decay", "import os\nos._exit(1)"),
    ]
    tiny_class.submit("ann", submission(SOLUTIONS, extra))
    assert tiny_class.grade()["ann"].score == 10.0
    comment = tiny_class.comment("ann")
    for sentence in (
        "Your cell 5 sent more than 50 messages",
        "Your cell 6 put out more than 5,000 characters",
        "Your cell 10 ran for more than 2 seconds",
        "stopped the kernel; the rest was graded without it",
        "Judging was stopped early: its kernel had to be started again more than 1 times.",
    ):
        assert sentence in comment, comment
    notebook = nbformat.read(tiny_class.autograded("ann"), as_version=4)
    assert len(json.dumps(notebook)) < 30_000


def test_a_student_with_an_unreadable_submission_reads_why(tiny_class):
    page = tiny_class.root / "course" / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    tiny_class.submit("ann", b"{", "<b>a.ipynb")
    assert tiny_class.grade()["ann"].status == "unreadable"
    text = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;a.ipynb is not a Jupyter notebook" in text and "<b>" not in text
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert not page.exists()  # it would be false by now
    assert feedback(tiny_class.course, ASSIGNMENT, "ann") == page
    assert "affine_forward" in page.read_text(encoding="utf-8")
    tiny_class.grade(force=True)
    assert not page.exists()  # what it says may have changed
    path = tiny_class.submit("ann", b"{")
    path.rename(path.with_name("<img src=x onerror=alert(1)>.ipynb"))
    tiny_class.grade()
    assert "out of date" in tiny_class.comment("ann") and "<img" not in tiny_class.comment("ann")


def test_each_run_reads_the_gradebook_that_is_there_at_its_time(tiny_class):
    path = tiny_class.root / "course" / "gradebook.db"
    unused = path.read_bytes()
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert set(tiny_class.gradings()) == {"ann"}
    path.unlink()
    path.write_bytes(unused)
    assert tiny_class.gradings() == {}
    assert tiny_class.grade()["ann"].status == "graded" and tiny_class.totals() == {"ann": 10.0}
