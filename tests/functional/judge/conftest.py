"""Provide the tiny course, judged in real kernels."""

import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))

from tiny_course import ASSIGNMENT, TinyCourse, submission

from autograder.judging import seeds
from autograder.judging.caller import Caller
from autograder.judging.exercise_judge import ExerciseJudge
from autograder.judging.kernel import GradingKernel
from autograder.judging.pipeline import judge_submission
from autograder.judging.settings import Settings


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return TinyCourse(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def judged(tiny):
    """Judge a submission made of functions by name, with extra cells, under `c.Judge` settings."""

    def judge(answers, extra=(), change=lambda notebook: None, **settings):
        notebook = submission(answers, extra)
        change(notebook)
        return judge_submission(notebook, tiny, ASSIGNMENT, "ann", config=Config({"Judge": settings}))

    return judge


@pytest.fixture
def scores(judged):
    """Judge likewise, and return the marks alone: [affine_forward of 3, affine_backward of 5, decay of 2]."""

    def score(*args, **kwargs):
        return [result.score for result in judged(*args, **kwargs).results]

    return score


@pytest.fixture(scope="module")
def kernel():
    """Keep one kernel for a whole module of small questions."""
    with GradingKernel(Settings(max_restarts=100, total_timeout=10_000), submission({})) as kernel:
        yield kernel


@pytest.fixture
def judge_one(kernel):
    """Judge one exercise of a course with what is defined in the module's kernel; return the result."""

    def judge(course, name, points, submission, earlier=()):
        judge = ExerciseJudge(course, kernel.settings, Caller(kernel, kernel.settings.case_timeout), kernel.notebook)
        seed = seeds.seed(seeds.secret(course.workspace), exercise=name, **submission)
        result, _ = judge.judge(course.exercise(name), points, seed, dict(earlier))
        return result

    return judge


@pytest.fixture
def ask(kernel, judge_one, tiny):
    """Define functions in the module's kernel and judge one exercise there."""

    def asked(name, source):
        kernel.attempt(new_code_cell("%reset -f\nimport numpy as np"), 10)
        kernel.attempt(new_code_cell(source), 10)
        return judge_one(tiny, name, 2.0, {"student": "ann", "assignment": ASSIGNMENT, "submission": "x"})

    return asked
