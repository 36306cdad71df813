"""Measure one submission: stock nbgrader compared with ours, with and without a gradebook, in one run.

Stock nbgrader runs every cell, figures too, and checks fixed inputs. Ours leaves out the cells tagged ``explore``, asks
every exercise for five fresh cases or more, and runs in the sandbox. Stock is therefore measured a second time with the
``explore`` cells emptied: that row is like for like. "autograder_grade" is what the command does for each submission
once its worker and its fork_server run; what they take to start, it takes once a run.
"""

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.building.build import build
from autograder.collecting import groups, submissions
from autograder.course import Course
from autograder.demo.sample_class import sample_class
from autograder.grading.class_run import ClassRun
from autograder.grading.job import judge
from autograder.grading.workers import nbgrader_config, quiet
from autograder.judging.pipeline import judge_submission

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
    notebook = right(course).notebook
    hand_in(course, "demo-right", notebook)
    for cell in notebook.cells:
        if "explore" in cell.metadata.get("tags", []):
            cell.source = ""
    hand_in(course, "demo-plain", notebook)
    quiet()
    return course


def right(course):
    return next(student for student in sample_class(course, ASSIGNMENT) if student.id == "demo-right")


def hand_in(course, student, notebook):
    folder = course.workspace / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("grader", "student"),
    [("stock", "demo-right"), ("stock", "demo-plain"), ("ours", "demo-right")],
    ids=["stock nbgrader", "stock nbgrader without figures", "ours through nbgrader autograde"],
)
@pytest.mark.benchmark(group="one submission, graded into the gradebook")
def test_one_submission(benchmark, course, grader, student):
    config = nbgrader_config(course)
    if grader == "stock":
        del config["Autograde"]
        config.Execute.timeout = 120

    def once():
        directory = CourseDirectory(config=config)
        directory.assignment_id, directory.student_id = ASSIGNMENT, student
        Autograde(coursedir=directory, config=config, force=True, create_student=True).start()

    benchmark.pedantic(once, rounds=3, warmup_rounds=1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.benchmark(group="one submission, graded into the gradebook")
def test_one_submission_by_autograder_grade(benchmark, course):
    config = nbgrader_config(course)
    class_ = ClassRun(course, ASSIGNMENT, force=True, isolation=None)
    found = groups.whose(submissions.find(course.workspace / "submitted", ASSIGNMENT, "demo-right"), {})

    def once():
        for job in class_.jobs(found, lambda: None):
            class_.take(job, judge(course, config, job))
        assert class_.rows["demo-right"].status == "graded"

    benchmark.pedantic(once, rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("isolation", ["none", "sandbox"])
@pytest.mark.benchmark(group="one submission, judged without a gradebook")
def test_one_judgement(benchmark, course, isolation):
    config, notebook = nbgrader_config(course, isolation), right(course).notebook
    benchmark.pedantic(
        lambda: judge_submission(notebook, course, ASSIGNMENT, "demo-right", config), rounds=5, warmup_rounds=1
    )
