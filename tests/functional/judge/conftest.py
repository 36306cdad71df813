"""The tiny course, judged in real kernels."""

import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))

from tiny_course import ASSIGNMENT, TinyCourse, submission

from autograder.judging.judge import Judge, judge_notebook


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return TinyCourse(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def judged(tiny):
    """Judge a submission made of functions by name, with extra cells, under `c.Judge` settings."""

    def judge(answers, extra=(), change=lambda notebook: None, **settings):
        notebook = submission(answers, extra)
        change(notebook)
        return judge_notebook(notebook, tiny, ASSIGNMENT, "ann", config=Config({"Judge": settings}))

    return judge


@pytest.fixture
def scores(judged):
    """Judge likewise, and return the marks alone: [affine_forward of 3, affine_backward of 5, decay of 2]."""

    def score(*args, **kwargs):
        return [result.score for result in judged(*args, **kwargs).results]

    return score


@pytest.fixture(scope="module")
def kernel(tiny):
    """Keep one kernel for a whole module of small questions."""
    judge = Judge(course=tiny, max_restarts=100, total_timeout=10_000)
    with judge.living(submission({}), {}):
        yield judge


@pytest.fixture
def ask(kernel, tiny):
    """Define functions in the module's kernel and judge one exercise there."""

    def asked(name, source):
        kernel.attempt(new_code_cell("%reset -f\nimport numpy as np"), 0, 10)
        kernel.attempt(new_code_cell(source), 0, 10)
        job = {"student": "ann", "assignment": ASSIGNMENT, "submission": "x"}
        return kernel._judged(tiny, tiny.exercise(name), 2.0, 0, job)

    return asked
