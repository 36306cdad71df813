"""The commands use their own `utils` although another one lies in the working directory or on PYTHONPATH."""

import os
import subprocess
import sys

import nbformat
import pytest
from end_to_end_course import BIN
from nbgrader.api import Gradebook

from autograder.demo.sample_class import sample_class
from autograder.grading.database import address

ASSIGNMENT = "00-start-here"
SCRIPT, MODULE = [str(BIN / "autograder")], [sys.executable, "-m", "autograder"]
FOREIGN = "raise ImportError('This is a foreign utils.')\n"


@pytest.fixture(scope="module")
def foreign(built):
    """Folders within the course, each with a foreign `utils` of one kind."""
    folders = {kind: built.root / "homework" / kind for kind in ("module", "package", "bare folder")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)  # another process of the tests may have made it
    (folders["module"] / "utils.py").write_text(FOREIGN, encoding="utf-8")
    for kind in ("package", "bare folder"):
        (folders[kind] / "utils").mkdir(exist_ok=True)
        (folders[kind] / "utils" / "check.py").write_text(FOREIGN, encoding="utf-8")
    (folders["package"] / "utils" / "__init__.py").write_text(FOREIGN, encoding="utf-8")
    return folders


@pytest.fixture(scope="module")
def right(built):
    """A notebook that deserves all points that are not given by people."""
    [student] = [one for one in sample_class(built, ASSIGNMENT, whole=False) if one.id == "demo-right"]
    return student.notebook


def run(command, cwd, path=None):
    unwanted = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")
    environment = {k: v for k, v in os.environ.items() if k not in unwanted}
    environment |= {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "foreign" not in done.stdout + done.stderr
    return done.stdout


def test_the_planted_ones_would_be_found(foreign):
    """What these tests rest on: without care, Python takes each of them."""
    for kind, folder in foreign.items():
        code = "import utils.check" if kind == "bare folder" else "import utils"
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
        assert "This is a foreign utils." in done.stderr


@pytest.mark.parametrize(
    ("command", "kind", "where", "isolation"),
    [
        (SCRIPT, "module", "path", "sandbox"),
        (SCRIPT, "bare folder", "path", "none"),
        (MODULE, "package", "cwd", "sandbox"),
        (MODULE, "module", "cwd", "none"),
    ],
)
def test_judge_uses_its_own(built, foreign, right, tmp_path, command, kind, where, isolation):
    nbformat.write(right, tmp_path / "mine.ipynb")
    place = {"cwd": foreign[kind]} if where == "cwd" else {"cwd": built.root, "path": foreign[kind]}
    printed = run([*command, "judge", str(tmp_path / "mine.ipynb"), "--isolation", isolation], **place)
    score, _, highest = printed.splitlines()[-1].partition(" of ")
    assert float(score) == float(highest) > 0, printed


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["script", "module"])
def test_grading_uses_its_own_in_worker_processes_too(own, foreign, right, command):
    submitted = own.workspace / "submitted" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    submitted.parent.mkdir(parents=True)
    nbformat.write(right, submitted)
    run([*command, "grade", "--jobs", "2", ASSIGNMENT], own.root / "homework" / "package", foreign["module"])
    with Gradebook(address(own.workspace / "gradebook.db")) as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann")
        assert sum(grade.auto_score or 0 for grade in notebook.grades) == 90  # people give the other 10 of 100
