"""Every command works with a gradebook on a PostgreSQL server, which may also be away for a while."""

import os
import shutil
import subprocess
import threading
import zipfile

import documented
import pytest
from nbgrader.api import Gradebook
from platform_files import CANVAS
from test_at_the_same_time import hand_in
from test_disk import run
from tiny_course import ASSIGNMENT, FORWARD, SOLUTIONS, cell_of, submission

from autograder.course import Course
from autograder.course.gradebook_address import gradebook_url
from autograder.demo import demo
from autograder.errors import BuildError, InfrastructureError
from autograder.grading import database, gradebook
from autograder.grading.database import GradebookAway, address
from autograder.grading.grade import feedback
from autograder.grading.known_assignments import knows, take_over
from autograder.grading.standings import everybody
from autograder.platforms.roster import known
from autograder.reading.desk import Desk

WINDOW = "window-window-window"
TABLE = """\
assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score,status
00-tiny,,2026-03-04 05:06:07,ann,,,,11.5,0.0,11.5,14.0,graded
00-tiny,,,bob,,,,7.0,0.0,7.0,14.0,needs a person
00-tiny,,,cyd,,,,,,,14.0,no mark
"""


def answered(answers):
    """Return a submission with a written answer, in letters that SQL and PostgreSQL might trip over."""
    notebook = submission(answers)
    cell_of(notebook, "why").source = "It decays; '%s' \\x00 – ∂L/∂h, 💡"
    return notebook


def test_the_reference_says_how_a_server_becomes_the_gradebook(postgres, empty_class, tmp_path, monkeypatch):
    """Its commands and its line, word for word; only installing is left out, and who may use the server is its user."""
    found = [one for one in documented.blocks("reference.md") if one.heading == "A gradebook on a server"]
    commands, settings = found
    monkeypatch.setenv("PGHOST", str(postgres.folder))
    monkeypatch.setenv("PGUSER", "course")
    script = 'set -e; sudo() { shift 2; "$@"; }\n' + "\n".join(commands.lines[1:])
    path = f"{postgres.programs}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", script], check=True, env={**os.environ, "USER": "grader", "PATH": path})
    monkeypatch.setenv("PGUSER", "grader")
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{settings.text}", encoding="utf-8")
    url = gradebook_url(Course(tmp_path))
    take_over(url, empty_class / "course" / "gradebook.db", [ASSIGNMENT])
    assert knows(url, [ASSIGNMENT]) and not knows(url, ["01-rnn-forward"])


@pytest.fixture(scope="module")
def one(class_on):
    """A class of three on a server: right, without a bias and late, unreadable."""
    made = class_on("postgres")
    made.submit("ann", answered(SOLUTIONS))
    made.submit("ann", b"2026-03-04 05:06:07 UTC", "timestamp.txt")
    made.submit("bob", answered({**SOLUTIONS, "affine_forward": FORWARD.replace(" + b", "")}))
    made.submit("cyd", b"{")
    return made


def test_every_command_of_a_week(one, monkeypatch, capsys):
    def command(*words):
        status, message = run(one, monkeypatch, capsys, *words)
        assert status == 0, message
        return message

    assert gradebook_url(one.course) == one.url
    command("grade", ASSIGNMENT, "--jobs", "2")
    assert one.totals() == {"ann": 10.0, "bob": 7.0}
    assert not (one.root / "course" / "gradebook.db").exists()

    desk = Desk(one.course, ASSIGNMENT, one.url)  # `autograder read`
    answer = desk.open(WINDOW, "why", None, "ungraded")["answer"]
    assert desk.mark(WINDOW, "why", answer["id"], answer["version"], ["what"], None, "See §2; 100 %.")["saved"]
    assert desk.undo(WINDOW)["done"]
    desk.open(WINDOW, "why", None, "this")
    with Gradebook(one.url) as book:  # formgrader
        grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()

    command("export", "--to", "csv", "--output", one.root / "grades.csv")
    assert (one.root / "grades.csv").read_text(encoding="utf-8").replace("\r\n", "\n") == TABLE
    command("regrade", ASSIGNMENT, "--student", "bob", "--reason", "again")
    command("report", ASSIGNMENT)
    assert "no-bias" in (one.root / "course" / f"{ASSIGNMENT}-report.html").read_text(encoding="utf-8")
    command("viva", ASSIGNMENT, "--weight", "9")
    (one.root / "marks.csv").write_text("student,points\nann,6\n", encoding="utf-8")
    command("viva", ASSIGNMENT, "--marks", one.root / "marks.csv")
    assert everybody(one.url, f"{ASSIGNMENT}-viva")["ann"].score == 6.0
    (one.root / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    with zipfile.ZipFile(one.root / "down.zip", "w") as archive:
        archive.writestr("danD_1004_5001_x.ipynb", "{}")
    command("collect", one.root / "down.zip", "--from", "canvas", "--assignment", ASSIGNMENT, "--roster",
            one.root / "canvas.csv")  # fmt: skip
    assert {student.id for student in known(one.course)} >= {"ann", "bob", "dan", "zoe"}
    assert "1.5" in feedback(one.course, ASSIGNMENT, "ann").read_text(encoding="utf-8")


def test_a_build_changes_points_but_no_cells_that_have_marks(class_on, empty_class, tmp_path):
    url, made = class_on("postgres").url, tmp_path / "made.db"
    shutil.copy(empty_class / "course" / "gradebook.db", made)
    hand_in(url)

    def changed(name, **about):
        with Gradebook(address(made)) as book:
            getattr(book, f"update_or_create_{name}_cell")(*about.pop("where"), **about)

    changed("grade", where=("test_decay", ASSIGNMENT, ASSIGNMENT), max_score=7.0)
    take_over(url, made, [ASSIGNMENT])
    changed("source", where=("more", ASSIGNMENT, ASSIGNMENT), cell_type="markdown", locked=True, source="More.")
    changed("grade", where=("test_decay", ASSIGNMENT, ASSIGNMENT), max_score=9.0)
    with pytest.raises(BuildError, match=r"1 students have submitted \(the first is ann\).*\(more\)"):
        take_over(url, made, [ASSIGNMENT])
    with Gradebook(url) as book:
        assert book.find_grade_cell("test_decay", ASSIGNMENT, ASSIGNMENT).max_score == 7.0
        book.remove_student("ann")
    hand_in(url, "demo-ann")
    take_over(url, made, [ASSIGNMENT])
    with Gradebook(url) as book:
        assert book.find_source_cell("more", ASSIGNMENT, ASSIGNMENT).source == "More." and book.students == []


def test_the_sample_class_is_removed_and_no_other(class_on):
    one = class_on("postgres")
    for student in ("ann", "demo-ann", "demo_bob"):
        gradebook.set_aside(one.url, ASSIGNMENT, gradebook.Grading(student, "missing", "", "", "", ""), "")
    demo.remove(one.course)
    assert {*one.gradings()} == {"ann", "demo_bob"} and knows(one.url, [ASSIGNMENT])


def test_a_server_that_is_away_for_a_while_costs_nothing(one, postgres, monkeypatch):
    """It breaks down while a mark is written, and is up again a little later; formgrader's marks stay, too."""
    monkeypatch.setattr(database, "PAUSE", 0.1)
    save, back = gradebook.save, []

    def broken(url, assignment, grading, *rest):
        if not back:
            postgres.stop("immediate")
            back.append(threading.Timer(1.0, postgres.start))
            back[0].start()
        return save(url, assignment, grading, *rest)

    monkeypatch.setattr(gradebook, "save", broken)
    rows = one.grade(force=True, student="ann")
    back[0].join()
    assert [row.status for row in rows.values()] == ["graded"]
    assert one.totals() == {"ann": 10.0, "bob": 7.0}


def test_a_server_that_stays_away_ends_the_run_in_a_sentence(one, postgres, monkeypatch, capsys):
    before, run_of_bob = one.totals(), one.gradings()["bob"].run
    monkeypatch.setattr(database, "PAUSE", 0.1)
    monkeypatch.setenv(database.WAIT, "0.3")
    save = gradebook.save

    def broken(url, assignment, grading, *rest):
        postgres.stop("immediate")
        return save(url, assignment, grading, *rest)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(gradebook, "save", broken)
            with pytest.raises(
                GradebookAway, match=r"server does not answer .*What was recorded stays; grade again when"
            ):
                one.grade(force=True, student="ann")
        status, message = run(one, monkeypatch, capsys, "export", "--to", "csv")
        assert status == 1 and "autograder export: The gradebook's server does not answer" in message
    finally:
        postgres.start()
    assert one.gradings()["ann"].state == "running"
    assert one.grade()["ann"].status == "graded"
    assert one.totals() == before and one.gradings()["bob"].run == run_of_bob  # which was not judged again


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("course@", "nobody@", 'role "nobody" does not exist'),
        ("+psycopg", "+pg8000", "needs the package pg8000, which is not installed"),
        ("postgresql+psycopg", "nosuch", "nosuch"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_sentence_at_once(one, old, new, reason):
    with pytest.raises(InfrastructureError, match="The gradebook cannot be used: ") as refused:
        gradebook.gradings(one.url.replace(old, new), ASSIGNMENT)
    assert reason in str(refused.value) and "\n" not in str(refused.value)
    assert not isinstance(refused.value, GradebookAway)
