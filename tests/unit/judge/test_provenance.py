"""A mark is current only while the assignment, the grader and its settings are as they were."""

from tiny_course import ASSIGNMENT, FORWARD, TinyCourse
from traitlets.config import Config

from autograder.grading.provenance import exercises_version, new_run
from autograder.reference import Reference


def test_equal_courses_are_equal(tmp_path):
    one, other = TinyCourse(tmp_path), TinyCourse(tmp_path / "elsewhere")
    assert exercises_version(one, ASSIGNMENT) == exercises_version(other, ASSIGNMENT)
    first, second = (new_run(course, ASSIGNMENT, Config()) for course in (one, other))
    assert first.id != second.id and first.grader == second.grader and first.exercises == second.exercises


def test_whatever_marks_rest_on_counts(tmp_path):
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
