"""``autograder judge --json`` works as Gradescope runs it: killed, interrupted, or with another week's notebook."""

import json
import signal
import subprocess
import time

import nbformat
import psutil
import pytest
from end_to_end_course import BIN, run
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.demo.sample_class import sample_class
from autograder.grading.database import address
from autograder.grading.standings import standing

ASSIGNMENT, OTHER = "01-rnn-forward", "02-bptt"
WRONG_WEEK = f"This is the notebook of {OTHER}, not of {ASSIGNMENT}"


def until(true, seconds=120):
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_run_that_is_ended_has_no_score_and_leaves_no_kernel(built, tmp_path, name):
    notebook = nbformat.read(built.release_path(ASSIGNMENT), as_version=4)
    notebook.cells.insert(1, new_code_cell("import time\ntime.sleep(600)"))
    nbformat.write(notebook, tmp_path / "mine.ipynb")
    results = tmp_path / "results.json"
    results.write_text('{"score": 90}', encoding="utf-8")
    command = [BIN / "autograder", "judge", tmp_path / "mine.ipynb", "--assignment", ASSIGNMENT, "--json", results]
    with subprocess.Popen(command, cwd=built.root, stderr=subprocess.PIPE, text=True) as judge:
        helpers = until(lambda: psutil.Process(judge.pid).children(recursive=True))
        judge.send_signal(getattr(signal, name))
        complaint = judge.communicate(timeout=120)[1]
    form = json.loads(results.read_text(encoding="utf-8"))
    assert set(form) == {"output", "extra_data"} and form["extra_data"]["infrastructure"]
    assert judge.returncode == (-signal.SIGKILL if name == "SIGKILL" else 1), complaint
    assert name == "SIGKILL" or "interrupted; run it again" in complaint
    until(lambda: not any(helper.is_running() and helper.status() != psutil.STATUS_ZOMBIE for helper in helpers))


@pytest.fixture(scope="module")
def last_week(built):
    """The perfect notebook of another week, which holds functions of this one that were handed out with it."""
    return next(one.notebook for one in sample_class(built, OTHER) if one.id == "demo-right")


def test_another_week_s_notebook_gives_no_mark(own, last_week, tmp_path):
    path = own.workspace / "submitted" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(last_week, path)
    results = tmp_path / "results.json"
    judged = run(own.root, "autograder", "judge", str(path), "--assignment", ASSIGNMENT, "--json", str(results))
    form = json.loads(results.read_text(encoding="utf-8"))
    assert judged.returncode == 2 and WRONG_WEEK in judged.stderr
    [test] = form.pop("tests")
    assert form == {"output": test["output"]} and WRONG_WEEK in form["output"]  # no score anywhere
    assert test == {"name": test["name"], "status": "failed", "output": form["output"]}
    graded = run(own.root, "autograder", "grade", ASSIGNMENT)
    assert graded.returncode == 0 and f"no mark  refused: {WRONG_WEEK}" in graded.stdout, graded.stdout
    theirs = run(own.root, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert theirs.returncode != 0 and WRONG_WEEK in theirs.stderr
    with Gradebook(address(own.workspace / "gradebook.db")) as book:
        assert standing(book, ASSIGNMENT, "ann") is None


def test_a_notebook_with_cells_of_two_weeks_is_judged(built, last_week, tmp_path):
    """One label of the right week is enough; so is having lost all labels."""
    right = next(one.notebook for one in sample_class(built, ASSIGNMENT) if one.id == "demo-right")
    both = nbformat.from_dict(json.loads(nbformat.writes(right)))
    both.cells += [cell for cell in last_week.cells if cell.id not in {own.id for own in right.cells}]
    bare = nbformat.from_dict(json.loads(nbformat.writes(right)))
    for number, cell in enumerate(bare.cells):
        cell.id, cell.metadata = f"bare-{number}", {}
    for notebook in (both, bare):
        nbformat.write(notebook, tmp_path / "mine.ipynb")
        done = run(built.root, "autograder", "judge", str(tmp_path / "mine.ipynb"), "--assignment", ASSIGNMENT)
        assert done.returncode == 0 and done.stdout.endswith("90 of 90\n"), done.stdout + done.stderr
