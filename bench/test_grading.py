"""One submission: stock nbgrader beside ours into the gradebook, and ours without a gradebook, in one run."""

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.build import build
from autograder.course import Course
from autograder.jobs import nbgrader_config, quiet
from autograder.judge import judge_notebook
from autograder.sample_class import sample_class

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "01-rnn-forward"

os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("bench")
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(ROOT / "utils" / "fixtures", root / "utils" / "fixtures")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root)
    build(course)
    right = next(student for student in sample_class(course, ASSIGNMENT) if student.id == "demo-right")
    folder = course.workspace / "submitted" / right.id / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(right.notebook, folder / f"{ASSIGNMENT}.ipynb")
    quiet()
    return course


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("grader", ["stock nbgrader", "ours"])
@pytest.mark.benchmark(group="one submission, graded into the gradebook")
def test_one_submission(benchmark, course, grader):
    config = nbgrader_config(course)
    if grader == "stock nbgrader":
        del config["Autograde"]
        config.Execute.timeout = 120

    def once():
        directory = CourseDirectory(config=config)
        directory.assignment_id, directory.student_id = ASSIGNMENT, "demo-right"
        Autograde(coursedir=directory, config=config, force=True, create_student=True).start()

    benchmark.pedantic(once, rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("isolation", ["none", "sandbox"])
@pytest.mark.benchmark(group="one submission, judged without a gradebook")
def test_one_judgement(benchmark, course, isolation):
    right = next(student for student in sample_class(course, ASSIGNMENT) if student.id == "demo-right")
    config = nbgrader_config(course, isolation)
    benchmark.pedantic(
        lambda: judge_notebook(right.notebook, course, ASSIGNMENT, right.id, config), rounds=5, warmup_rounds=1
    )
