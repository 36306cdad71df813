"""A mark is current only while the assignment, the grader and its settings stay the same."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_course import ASSIGNMENT, FORWARD, TinyCourse
from traitlets.config import Config

from autograder.course.reference import Reference
from autograder.grading.provenance import ROOT, _contents, declaration_files, exercises_version, grader_files, new_run


def test_equal_courses_are_equal(tmp_path):
    one, other = TinyCourse(tmp_path), TinyCourse(tmp_path / "elsewhere")
    assert exercises_version(one, ASSIGNMENT) == exercises_version(other, ASSIGNMENT)
    first, second = (new_run(course, ASSIGNMENT, Config()) for course in (one, other))
    assert first.id != second.id and first.grader == second.grader and first.exercises == second.exercises


def test_every_source_of_a_mark_counts(tmp_path):
    before = exercises_version(TinyCourse(tmp_path), ASSIGNMENT)
    worded, solved, declared = (TinyCourse(tmp_path) for _ in range(3))
    worded._release.cells[0].source += " in other words"
    solved.reference = Reference({**solved.reference.sources, "affine_forward": FORWARD.replace("x @ w", "x.dot(w)")})
    (tmp_path / "other.py").write_text("EXERCISES = []", encoding="utf-8")
    declared.declaration = lambda assignment: tmp_path / "other.py"
    after = [exercises_version(course, ASSIGNMENT) for course in (worded, solved, declared)]
    assert len({before, *after}) == 4


def test_the_judges_settings_are_the_graders(tmp_path):
    course = TinyCourse(tmp_path)
    settings = [Config(), Config({"Judge": {"case_count": 3}}), Config({"Judge": {"case_count": 4}})]
    assert len({new_run(course, ASSIGNMENT, config).grader for config in settings}) == 3
    assert (
        new_run(course, ASSIGNMENT, Config({"Execute": {"timeout": 1}})).grader
        == new_run(course, ASSIGNMENT, Config()).grader
    )


@pytest.fixture
def packages(tmp_path):
    """Return a folder with a copy of both packages."""
    for package in ("autograder", "utils"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        "autograder/judging/judge.py",
        "autograder/sandbox/kernelspecs/unrolled-sandbox/kernel.json",
        "utils/checking/compare.py",
        "utils/checking/properties/sampling.py",
        "utils/gradients/verdict.py",
        "utils/experiments/adam.py",
        "utils/data/cmudict.txt.xz",
    ],
)
def test_the_graders_hash_covers_what_every_mark_depends_on(packages, path):
    before = _contents(grader_files(packages))
    with (packages / path).open("ab") as file:
        file.write(b"\n")
    assert _contents(grader_files(packages)) != before


@pytest.mark.parametrize(
    ("path", "counts_for"),
    [
        ("autograder/assignments/rnn_forward/inputs.py", {"01-rnn-forward", "02-bptt"}),  # 02 imports what 01 draws
        ("autograder/assignments/lstm/inputs.py", {"05-lstm", "06-highway"}),
        ("autograder/assignments/lstm/exercises/__init__.py", {"05-lstm"}),
        ("autograder/assignments/lstm/exercises/sigmoid.py", {"05-lstm"}),
        ("autograder/assignments/bptt/exercises/upstream_mask.py", {"02-bptt"}),
        ("autograder/assignments/bptt/bug_hunt.py", {"02-bptt"}),
        ("autograder/assignments/capstone/mistakes.py", {"07-capstone"}),
        ("autograder/assignments/capstone/data/trained.json", {"07-capstone"}),
        ("autograder/assignments/capstone/data/cmudict-held-back.txt.xz", {"07-capstone"}),
        ("autograder/assignments/capstone/data/__init__.py", {"07-capstone"}),
    ],
)
def test_a_declaration_counts_for_the_assignments_that_rest_on_it(packages, course, path, counts_for):
    def contents():
        declarations = {name: packages / course.declaration(name).relative_to(ROOT) for name in course.assignments}
        return {name: _contents(declaration_files(file, packages)) for name, file in declarations.items()}

    before, grader = contents(), _contents(grader_files(packages))
    with (packages / path).open("ab") as file:
        file.write(b"\n")
    after = contents()
    assert {name for name in before if before[name] != after[name]} == counts_for
    assert _contents(grader_files(packages)) == grader


def test_every_file_of_a_declaration_counts(course):
    """But for right variants and explained mutants, which only the audit reads, and what a folder says of itself."""
    for assignment in course.assignments:
        folder = ROOT / "autograder" / "assignments" / course.topic(assignment)
        audited = {*folder.rglob("variants/*"), folder / "equivalent_mutants.json", folder / "__init__.py"}
        files = {path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
        assert files - audited <= set(declaration_files(course.declaration(assignment)))


@pytest.mark.parametrize(
    "path",
    [
        "utils/figures/_spectrum_fan.py",
        "utils/explorers/_spectrum_fan.py",
        "utils/experiments/recalling.json",
        "autograder/assignments/lstm/variants/scalar.py",
        "autograder/assignments/lstm/equivalent_mutants.json",
    ],
)
def test_files_that_no_mark_depends_on_change_no_hash(packages, path):
    before = _contents(grader_files(packages))
    with (packages / path).open("ab") as file:
        file.write(b"\n")
    assert _contents(grader_files(packages)) == before


def test_a_fixture_counts_for_its_own_assignment(tmp_path):
    course = TinyCourse(tmp_path)
    before = exercises_version(course, ASSIGNMENT)

    course.fixtures.mkdir()
    (course.fixtures / "somebody_elses.json").write_text("{}", encoding="utf-8")
    assert exercises_version(course, ASSIGNMENT) == before
    (course.fixtures / "decay.json").write_text("{}", encoding="utf-8")
    assert exercises_version(course, ASSIGNMENT) != before


LOADED = """
import sys
from autograder.course import open_course
from autograder.grading import plugins
from autograder.judging import cases
import numpy as np
course = open_course(sys.argv[1])
for exercise in course.exercises(sys.argv[2]):
    if not exercise.name.startswith("train_"):  # half a minute, and nothing else is loaded
        for case in cases.draw(exercise, course, np.random.default_rng(0)):
            outputs = cases.answer(exercise, course, case)
            if exercise.properties:
                from utils.checking import properties
                properties.compared(exercise.properties, case.inputs, outputs, course.reference)
print("\\n".join(str(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)))
"""


@pytest.mark.parametrize("assignment", ["03-training", "07-capstone"])
def test_every_module_that_the_judge_loads_counts(course, assignment):
    """A fresh process judges; all that it has loaded of ours is hashed, except what is only drawn for learners."""
    run = [sys.executable, "-c", LOADED, str(ROOT), assignment]
    printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    loaded = {Path(line).resolve() for line in printed.splitlines()}
    ours = {path for path in loaded if path.is_relative_to(ROOT / "utils") or path.is_relative_to(ROOT / "autograder")}
    assert ROOT / "autograder" / "judging" / "judge.py" in ours
    hashed = {*grader_files(), *declaration_files(course.declaration(assignment))}
    others = {path for name in course.assignments for path in declaration_files(course.declaration(name))}
    drawn = {path for path in ours if path.is_relative_to(ROOT / "utils" / "figures")}
    folder = ROOT / "autograder" / "assignments"
    rooms = {folder / "__init__.py", *folder.glob("*/__init__.py")}
    assert ours - hashed - others - drawn <= rooms  # which say what a room holds, and find right variants for the audit
