"""The commands on good and bad input: what they print, what they write, how they end."""

import json
import re
import shutil

import nbformat
import pytest
from end_to_end_course import run

from autograder.assignments import variants
from autograder.demo.sample_class import sample_class

ASSIGNMENT = "01-rnn-forward"


@pytest.fixture
def students(built):
    return {student.id: student.notebook for student in sample_class(built, ASSIGNMENT)}


def test_judge_writes_what_gradescope_reads(built, students, tmp_path):
    nbformat.write(students["demo-first-state"], tmp_path / "mine.ipynb")
    done = run(
        built.root, "autograder", "judge", str(tmp_path / "mine.ipynb"), "--json", str(tmp_path / "results.json")
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == 80
    tests = {test["name"]: test for test in result["tests"]}
    assert list(tests) == [exercise.name for exercise in built.exercises(ASSIGNMENT)]
    wrong = tests["many_to_one"]
    assert (wrong["score"], wrong["max_score"], wrong["status"]) == (0, 10, "failed")
    assert wrong["extra_data"]["mistake"] == "first-state"
    assert "Of x only the first input has an influence on y." in wrong["output"]
    right = tests["rnn_forward"]
    assert (right["score"], right["max_score"], right["status"]) == (15, 15, "passed")
    assert right["extra_data"]["mistake"] is None


def test_the_same_submission_gets_the_same_result(built, students, tmp_path):
    nbformat.write(students["demo-no-bias"], tmp_path / "mine.ipynb")
    one, other = (run(built.root, "autograder", "judge", str(tmp_path / "mine.ipynb")).stdout for _ in range(2))
    assert one == other != ""


def test_a_mark_is_explained_to_the_instructor(built, students, tmp_path):
    nbformat.write(students["demo-no-feedback"], tmp_path / "mine.ipynb")
    command = ("autograder", "judge", str(tmp_path / "mine.ipynb"), "--student", "demo-no-feedback", "--explain")
    one, again = (run(built.root, *command, "one_to_many") for _ in range(2))
    assert one.returncode == 0 and one.stdout == again.stdout
    assert "student 'demo-no-feedback'" in one.stdout and "y expected = array(" in one.stdout
    assert "Verdict: 0 of 12 points, failed, no-feedback." in one.stdout
    unknown = run(built.root, *command, "rnn_step")
    assert unknown.returncode == 2
    assert "has no exercise 'rnn_step'; it has rnn_step_forward, rnn_forward," in unknown.stderr


@pytest.fixture
def bad(tmp_path, built):
    """Files that no judge can judge, by kind."""
    empty = nbformat.v4.new_notebook()
    foreign = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")])
    files = {
        "missing": None,
        "empty file": b"",
        "text": b"dear teacher",
        "other JSON": b'{"a": 1}',
        "binary": bytes(range(256)),
        "no cells": nbformat.writes(empty).encode(),
        "another course": nbformat.writes(foreign).encode(),
        "nested": b"[" * 200_000,
        "odd cells": b'{"cells": [1, {"metadata": [], "id": []}, {"metadata": {"nbgrader": {"grade_id": []}}}]}',
    }
    for name, content in files.items():
        if content is not None:
            (tmp_path / f"{name}.ipynb").write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    "kind",
    ["missing", "empty file", "text", "other JSON", "binary", "no cells", "another course", "nested", "odd cells"],
)
def test_judge_refuses_in_one_sentence(built, bad, kind):
    done = run(built.root, "autograder", "judge", str(bad / f"{kind}.ipynb"), "--json", str(bad / "results.json"))
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"{kind}.ipynb" in done.stderr
    assert "Traceback" not in done.stderr
    result = json.loads((bad / "results.json").read_text(encoding="utf-8"))
    if kind == "missing":  # the command's fault, and no student's zero
        assert set(result) == {"output", "extra_data"} and result["extra_data"]["infrastructure"] in done.stderr
    else:
        assert result == {"score": 0, "output": result["output"]} and result["output"] in done.stderr


def test_judge_uses_the_assignment_that_is_named(built, tmp_path):
    shutil.copy(built.root / "notebooks" / "00-start-here" / "00-start-here.ipynb", tmp_path / "mine.ipynb")
    judge = ("autograder", "judge", str(tmp_path / "mine.ipynb"))
    done = run(built.root, *judge)
    assert done.returncode == 0 and done.stdout.startswith("stable_softmax: 0 of "), done.stdout + done.stderr
    done = run(built.root, *judge, "--assignment", "01-rnn-forward")
    assert done.returncode == 2 and "This is the notebook of 00-start-here" in done.stderr
    unknown = run(built.root, *judge, "--assignment", "no\x1b[2Jne")
    assert unknown.returncode == 2 and "There is no assignment" in unknown.stderr and "\x1b" not in unknown.stderr


@pytest.mark.parametrize("path", variants(), ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_check_file_accepts_every_variant(built, path):
    done = run(built.root, "autograder", "check-file", str(path))
    assert done.returncode == 0, done.stdout
    count = re.search(r"^(\d+) of \1 functions are right\.$", done.stdout, re.MULTILINE)
    assert int(count[1]) >= 1


def test_check_file_names_the_mistake(built, tmp_path):
    (tmp_path / "rnn_layers.py").write_text(
        "import numpy as np\nfrom cs231n.layers import *\n\n\n"
        "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return np.tanh(x.dot(Wx) + prev_h.dot(Wh.T) + b), None\n",
        encoding="utf-8",
    )
    done = run(built.root, "autograder", "check-file", str(tmp_path / "rnn_layers.py"))
    assert done.returncode == 1
    [hint] = [one.hints[0] for one in built.exercise("rnn_step_forward").mistakes if one.id == "wh-transposed"]
    assert hint in " ".join(done.stdout.split())
    assert not list(tmp_path.glob("*.progress.json"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "There is no file"), ("def f(:", "is not Python 3"), ("x = 1\n", "defines none of the course's functions")],
)
def test_check_file_refuses_in_one_sentence(built, tmp_path, content, reason):
    path = tmp_path / "layers.py"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = run(built.root, "autograder", "check-file", str(path))
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_grade_refuses_what_is_not_there(built):
    unknown = run(built.root, "autograder", "grade", "09-nothing")
    assert unknown.returncode == 2
    assert ASSIGNMENT in unknown.stderr
    nothing = run(built.root, "autograder", "grade", ASSIGNMENT, "--student", "nobody")
    assert nothing.returncode == 2
    assert "course/submitted/nobody" in nothing.stderr


def test_every_command_helps(built):
    for command in ("build", "demo", "grade", "judge", "check-file"):
        done = run(built.root, "autograder", command, "--help")
        assert done.returncode == 0
        assert f"usage: autograder {command}" in done.stdout


def test_build_check_says_so(own):
    """What it says where nothing differs, test_authoring.py reads."""
    path = own.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("One cell", "Two cells"), encoding="utf-8")
    done = run(own.root, "autograder", "build", "--check")
    assert done.returncode == 1
    assert "Two cells" in done.stdout
