"""A student's bundle holds no answer, and is all that a student needs: its notebooks run without this repository."""

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import clean_venv
import numpy as np
import pytest
from bundle_trial import MISTAKEN, execute, faults
from clean_venv import run
from once import shared_folder

from autograder.assignments import variants
from autograder.bundling.bundle import bundle
from autograder.bundling.contents import student
from autograder.course import Course, open_course, source

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = open_course(ROOT).assignments
GIVEN = "#given_"
# What computes something: an operator, or a function of NumPy's other than those that only make or describe.
COMPUTES = re.compile(r"[@*/+]|(?<!axis=)(?<!\()-|np\.(?!random|ndarray)")
SHORTEST = 12  # letters of a line without its blanks and its comment

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")  # zmq and tornado


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    """The bundle of all assignments, made once for all test processes."""
    with shared_folder(tmp_path_factory, "bundle") as folder:
        path = folder / "unrolled.zip"
        return path if path.exists() else bundle(Course(ROOT), (), path)


@pytest.fixture(scope="session")
def installed(tmp_path_factory, packed):
    """The unpacked bundle and the Python of a virtual environment that holds its pins, and nothing of this repository.

    The packages are links to those that the tests run with, which are the pinned ones: no index is asked.
    """
    with shared_folder(tmp_path_factory, "installed") as folder:
        root, done = folder / "unrolled", folder / "done"
        python = root / ".venv" / "bin" / "python"
        if done.exists():
            return root, python
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder)
        _, packages = clean_venv.make(root / ".venv", (root / "constraints.txt").read_text(encoding="utf-8"))
        (packages / "bundle.pth").write_text(str(root), encoding="utf-8")  # as `pip install -e` does
        run(python, "-m", "utils.fresh", cwd=root)
        done.touch()
    return root, python


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_notebook_runs_from_top_to_bottom_and_says_not_started_yet(installed, assignment):
    root, python = installed
    assert faults(execute(root / "work" / assignment / f"{assignment}.ipynb", python)) == []


@pytest.mark.registry
def test_pip_installs_it(installed):
    """What is not installed here comes from pip's index: what builds a package."""
    root, python = installed
    clean_venv.pip(python, "install", "-q", "-c", "constraints.txt", "-e", ".", cwd=root)
    assert "unrolled" in clean_venv.pip(python, "list", "--editable")


def test_nothing_but_the_base_is_there(installed):
    root, python = installed
    code = "import importlib.util as u, utils; print(utils.__file__, *map(u.find_spec, ('autograder', 'nbgrader')))"
    assert run(python, "-c", code, cwd=root.parent) == f"{root / 'utils' / '__init__.py'} None None\n"


def test_a_file_is_checked(installed, tmp_path):
    _, python = installed
    (tmp_path / "mine.py").write_text(MISTAKEN, encoding="utf-8")
    assert "stable_softmax: p is not right yet." in run(python, "-m", "utils.check", "mine.py", cwd=tmp_path, status=1)


def test_the_lab_is_found(installed):
    root, python = installed
    lines = run(python, "-m", "utils.lab", "--version", cwd=root).splitlines()
    assert lines[0].startswith("Left as they are: work/00-start-here,") and lines[-1] == metadata.version("jupyterlab")


# What it must not hold.


def bare(line):
    return re.sub(r"\s+", "", line.partition("#")[0])


def telling(course):
    """Return each line that computes something in a solution, a variant or a mistake, and the exercises it is of.

    What an exercise's own cell says before anything is written in it is none, nor is a part of such a line.
    """
    texts, stubs = [], set()
    for notebook in course.sources.values():
        for name, cell in ((source.grade_id(c), c) for c in notebook.cells if source.is_solution(c)):
            if cell.cell_type == "code":
                region = source.region_lines(cell.source)
                stubs |= set(map(bare, source.without_markers(cell.source).splitlines())) - set(map(bare, region))
                texts.append((name, region))
    texts += [("a variant", path.read_text(encoding="utf-8").splitlines()) for path in variants()]
    for exercise in (one for assignment in course.assignments for one in course.exercises(assignment)):
        solution = course.reference.sources[exercise.name]
        texts += [(exercise.name, mistake.source(solution).splitlines()) for mistake in exercise.mistakes]
    found, said = {}, "\n".join(stubs)
    for name, lines in texts:
        for line in map(bare, lines):
            if len(line) >= SHORTEST and COMPUTES.search(line) and line not in said:
                found.setdefault(line, set()).add(name)
    return found


def read(name, content):
    """Yield the texts of a file in the bundle, each with a name; pictures and packed words hold none."""
    if name.endswith(".ipynb"):
        for cell in json.loads(content)["cells"]:
            yield f"{name}#{cell['id']}", "".join(cell["source"])
    elif name.endswith(".json"):
        yield name, content.decode().replace("\\n", "\n").replace('\\"', '"')
    elif name.endswith(".npz"):
        with np.load(io.BytesIO(content)) as arrays:
            parts = [arrays[key] for key in arrays.files]
        yield name, "\n".join(one.decode() for one in parts if isinstance(one, bytes))
    elif not name.endswith((".png", ".xz")):
        yield name, content.decode()


def held(lines, files):
    """Return (line, where) of each telling line that stands in a file, whatever its blanks."""
    texts = {where: re.sub(r"\s+", "", text) for name in files for where, text in read(name, files[name])}
    return {(line, where) for where, text in texts.items() for line in lines if line in text}


@pytest.fixture(scope="module")
def lines(course):
    return telling(course)


@pytest.fixture(scope="module")
def files(packed):
    with zipfile.ZipFile(packed) as archive:
        return {name.removeprefix("unrolled/"): archive.read(name) for name in archive.namelist()}


def test_no_line_of_an_answer_is_in_it(lines, files, course):
    """But in the cells of a later assignment that give what an earlier one asked for."""
    assert len(lines) > 1000
    found = held(lines, files)
    weeks = {exercise.name: week for week in course.assignments for exercise in course.exercises(week)}
    for line, where in found:
        week, _, name = where.partition(GIVEN)
        assert name in weeks and f"notebooks/{weeks[name]}" < week, f"{line!r} is in {where}"
    assert any("07-capstone" in where for _, where in found)


def test_no_line_of_an_answer_is_in_the_one_that_takes_learners_own_functions(lines, files, course):
    """Not even in these cells: no line that computes anything, and no function as a whole."""
    own = {name.removeprefix("unrolled/"): text for name, text in student(course, ASSIGNMENTS, own=True).items()}
    changed = {name: own[name] for name in own if own[name] != files[name]}  # the others were looked at above
    assert own.keys() == files.keys() and b"**Your own functions.**" in changed.pop("README.md")
    assert all(name.startswith("notebooks/") for name in changed) and len(changed) == 5
    assert held(lines, changed) == set()
    texts = {where: "".join(map(bare, text.splitlines())) for name in own for where, text in read(name, own[name])}
    for name, solution in course.reference.sources.items():
        tree = next(node for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef))
        body = [node for node in tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
        whole = "".join(map(bare, "\n".join(ast.get_source_segment(solution, node) for node in body).splitlines()))
        assert not [where for where, text in texts.items() if whole in text], name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("utils/planted.py", "def step(x):\n    next_h = np.tanh( x @ Wx + prev_h @ Wh + b)  # why not\n"),
        ("utils/fixtures/planted.json", json.dumps({"hint": "Write\n    total += p[n, v]\n"})),
        ("notebooks/a/a.ipynb", json.dumps({"cells": [{"id": "text", "source": ["`power = power @ W`"]}]})),
    ],
)
def test_a_planted_line_is_found(lines, name, text):
    [(_, where)] = held(lines, {name: text.encode()})
    assert where.startswith(name)


def test_of_one_assignment_it_is_complete(tmp_path, course):
    path = bundle(course, ["05-lstm"], tmp_path / "one.zip")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert [name for name in names if name.endswith(".ipynb")] == ["unrolled/notebooks/05-lstm/05-lstm.ipynb"]
    assert "unrolled/utils/fixtures/rnn_forward.json" in names  # which a given cell's check may ask for
    assert path.read_bytes() == bundle(course, ["05-lstm"], tmp_path / "two.zip").read_bytes()
    assert b"work/05-lstm/05-lstm.ipynb" in zipfile.ZipFile(path).read("unrolled/README.md")


def test_the_command_writes_it_and_refuses_in_a_sentence(tmp_path):
    def said(*arguments, status):
        command = [sys.executable, "-m", "autograder", "bundle", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    assert said("00-start-here", status=0).startswith("00-start-here.zip, ")
    assert os.listdir(tmp_path) == ["00-start-here.zip"]
    assert "There is no assignment '00'" in said("00", status=2)
    assert said("02-bptt", "--given", "own", status=0).startswith("02-bptt-own.zip, ")
    assert "choose one of them" in said("--self-study", "--given", "own", status=2)
