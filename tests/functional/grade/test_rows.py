"""Names, several notebooks, an older release, and what a run prints: the rest of the table of operating faults."""

import csv
import json
import re
import subprocess
import sys
import unicodedata

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_disk import run
from tiny_course import ASSIGNMENT, FORWARD, SOLUTIONS, cell_of, submission

from autograder.grading.grade import feedback, grade

TAKEN_APART = unicodedata.normalize("NFD", "Zoë Åström")
LONG = "Wolfeschlegelsteinhausenbergerdorff-" * 3 + "Żółć 李雷 𝔘𝔫𝔦"  # 122 letters, 151 bytes


def test_letters_in_a_name_are_composed(tiny_class):
    """As a Macintosh or its archives write them, taken apart: the same student in gradebook, tables and options."""
    tiny_class.submit(TAKEN_APART, submission(SOLUTIONS))
    whole = unicodedata.normalize("NFC", TAKEN_APART)
    assert whole != TAKEN_APART
    assert list(tiny_class.grade()) == [whole] and tiny_class.totals() == {whole: 10.0}
    for student in (whole, TAKEN_APART, TAKEN_APART[:4] + "*"):
        assert tiny_class.grade(student=student)[whole].status == "kept"
    tiny_class.together((TAKEN_APART, "ann"))
    assert set(tiny_class.grade()) == {"ann", whole}


def test_one_name_in_two_forms_is_one_student_and_a_sentence(tiny_class):
    whole = unicodedata.normalize("NFC", TAKEN_APART)
    tiny_class.submit(whole, submission(SOLUTIONS))
    tiny_class.submit(TAKEN_APART, submission({}))
    rows = tiny_class.grade()
    assert rows[whole].score == 10.0 and tiny_class.totals() == {whole: 10.0}
    assert rows[TAKEN_APART].status == "refused" and "two forms of Unicode" in rows[TAKEN_APART].message


@pytest.mark.parametrize("student", [LONG, "x" * 128, "o'neil; rm -rf *", "%s{0}'#"])
def test_a_long_or_odd_name_is_a_name(tiny_class, student):
    tiny_class.submit(student, submission(SOLUTIONS))
    assert tiny_class.grade()[student].score == 10.0 and tiny_class.totals() == {student: 10.0}
    assert feedback(tiny_class.course, ASSIGNMENT, student).is_file()
    with Gradebook(tiny_class.url) as book:  # the name beside the id is the roster's
        book.update_or_create_student(student, first_name="Zoë")
    assert tiny_class.grade(force=True)[student].score == 10.0
    with Gradebook(tiny_class.url) as book:
        assert book.find_student(student).first_name == "Zoë"


def test_zip_collect_takes_the_newest_of_several_attempts_and_says_so(tiny_class):
    """By the time that the learning platform writes into file names."""
    folder = tiny_class.root / "downloaded" / ASSIGNMENT / "archive"
    folder.mkdir(parents=True)
    for upload, (day, answers) in enumerate((("2026-01-05", {}), ("2026-01-07", SOLUTIONS), ("2026-01-06", {}))):
        nbformat.write(submission(answers), folder / f"ann_{upload}_{day}-10-00-00_{ASSIGNMENT}.ipynb")
    regexp = rf".*/(?P<student_id>[a-z]+)_\d_(?P<timestamp>[0-9-]+)_(?P<file_id>{ASSIGNMENT})\.ipynb"
    command = ["nbgrader", "zip_collect", ASSIGNMENT, f"--FileNameCollectorPlugin.named_regexp={regexp}"]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tiny_class.root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "Replacing previously collected" in done.stderr and "Skipped submission file with older" in done.stderr
    assert tiny_class.grade()["ann"].score == 10.0
    with Gradebook(tiny_class.url) as book:
        assert book.find_submission(ASSIGNMENT, "ann").timestamp.day == 7


def test_a_notebook_of_an_older_release_is_graded_by_todays(tiny_class):
    """Other text, other points, another locked cell; an exercise less, an exercise since given up, no ids yet."""
    old = submission(SOLUTIONS)
    old.cells = [c for c in old.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in ("decay", "test_decay")]
    cell_of(old, "test_affine_forward").source = "assert affine_forward(1, 2, 3) == 5"
    cell_of(old, "test_affine_forward").metadata.nbgrader.points = 50
    withdrawn = nbformat.v4.new_code_cell("def rescale(x):\n    return x")
    withdrawn.metadata.nbgrader = {**cell_of(old, "affine_forward").metadata.nbgrader, "grade_id": "rescale"}
    old.cells.insert(4, withdrawn)
    for cell in old.cells:
        cell.pop("id", None)
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("Write", "In this exercise, write")
    old.nbformat_minor = 4
    tiny_class.submit("ann", old)
    row = tiny_class.grade()["ann"]
    assert (row.status, row.score, row.max_score) == ("graded", 8.0, 10.0)  # all but `decay`, which it never had
    comment = tiny_class.comment("ann")
    assert "The cell decay was missing; the original was put back." in comment
    assert "The given cell test_affine_forward was changed; the original was used." in comment
    release = {
        c.metadata.nbgrader.grade_id for c in tiny_class.course.release(ASSIGNMENT).cells if "nbgrader" in c.metadata
    }
    assert set(tiny_class.marks()["ann"]) <= release


def test_a_run_says_how_far_it_is_and_how_long_it_will_take(tiny_class, capsys):
    for student in ("ann", "bob", "cyd"):
        tiny_class.submit(student, submission(SOLUTIONS))
    tiny_class.together(("ann", "bob"))
    grade(tiny_class.course, ASSIGNMENT)
    bar = capsys.readouterr().err
    # Of two submissions, since two students hand in together: the first is done, so much time went by, so much is left.
    assert re.search(r"1/2 \[\d\d:\d\d<\d\d:\d\d, .*submission", bar), bar
    assert "2/2" in bar


def test_times_hold_the_seconds_of_each_exercise(tiny_class, monkeypatch, capsys, tmp_path):
    slow = {**SOLUTIONS, "affine_forward": "import time\n" + FORWARD.replace(":\n", ":\n    time.sleep(0.1)\n", 1)}
    notebook = tiny_class.submit("=ann", submission(slow))
    path = tmp_path / "times.csv"
    assert run(tiny_class, monkeypatch, capsys, "grade", ASSIGNMENT, "--times", path)[0] == 0
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(row["student"], row["exercise"], float(row["seconds"])) for row in csv.DictReader(file)]
    assert sorted(row[:2] for row in rows) == [("'=ann", name) for name in (*sorted(SOLUTIONS), "whole notebook")]
    taken = {name: seconds for _, name, seconds in rows}
    assert taken["affine_forward"] >= 5 * 0.1  # it is called for five drawings of inputs
    assert taken["whole notebook"] >= sum(taken[name] for name in SOLUTIONS)
    path = tmp_path / "results.json"
    assert run(tiny_class, monkeypatch, capsys, "judge", notebook, "--json", path)[0] == 0
    result = json.loads(path.read_text(encoding="utf-8"))
    taken = {test["name"]: test["extra_data"]["seconds"] for test in result["tests"]}
    assert list(taken) == list(SOLUTIONS) and taken["affine_forward"] >= 0.5
    assert result["execution_time"] >= sum(taken.values())
