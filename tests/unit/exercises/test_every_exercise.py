"""Every exercise accepts its solution and variants and names its mistakes, in `check` and in the judge."""

import dataclasses
import types

import numpy as np
import pytest

from autograder.assignments import variants
from autograder.auditing.in_process import asked
from autograder.auditing.wanted import wanted
from autograder.building import fixture
from autograder.course import open_course, source
from autograder.errors import BuildError
from autograder.judging import cases
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from utils import fixtures
from utils.check_file.plain_file import exercises_in, load
from utils.checking import check_function
from utils.checking.compare import compare

COURSE = open_course()
EXERCISES = [exercise for assignment in COURSE.assignments for exercise in COURSE.exercises(assignment)]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
FILES = {path: exercises_in(load(path)) for path in variants()}
VARIANTS = [(path, name) for path, names in FILES.items() for name in names]

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
every_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=[f"{exercise.name}-{mistake.id}" for exercise, mistake in MISTAKES]
)
every_variant = pytest.mark.parametrize(
    ("path", "name"), VARIANTS, ids=[f"{path.parent.name}-{path.stem}-{name}" for path, name in VARIANTS]
)


def named(function, name):
    """Return `function` under the name of the exercise it is meant for, as a learner's is."""
    function.__name__ = name
    return function


def checked(exercise, function):
    forward = COURSE.reference[exercise.forward] if exercise.forward else None
    with np.errstate(all="ignore"):  # an overflow can be what is wrong about a mistake
        return check_function.checked(named(function, exercise.name), forward=forward)


def judged(exercise, function, seed=17):
    """Judge `function` on fresh inputs, as the trusted side does with what comes back from a kernel."""
    known = asked(exercise, COURSE, seed)
    with np.errstate(all="ignore"):
        answers = [Answer((cases.answer(exercise, COURSE, case, function),)) for case in known.drawn]
    return verdict(exercise, COURSE, known.drawn, answers, 10.0, known=known)


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_exercises_are_declared_in_the_order_of_the_notebook(assignment):
    graded = [source.grade_id(cell) for cell in COURSE.sources[assignment].cells if source.is_grade(cell)]
    declared = [exercise.grade_id for exercise in COURSE.exercises(assignment)]
    assert declared and declared == [grade_id for grade_id in graded if grade_id in declared]


@every_exercise
def test_the_solution_is_right_and_gets_no_warnings(exercise):
    report = checked(exercise, COURSE.reference[exercise.name])
    assert report.ok, str(report)
    assert not report.warnings
    result = judged(exercise, COURSE.reference[exercise.name])
    assert (result.score, result.status, result.mistake) == (10.0, "passed", None)


@every_mistake
def test_each_mistake_is_rejected_and_named(exercise, mistake):
    wrong = COURSE.reference.mistaken(exercise.name, mistake)
    report = checked(exercise, wrong)
    if mistake.side_effect is not None:
        assert report.ok, "a side effect is named, and costs nothing"
        assert mistake.side_effect in report.warnings
        return
    assert (report.status, report.mistake) == ("wrong", mistake.id), str(report)
    assert mistake.hints[0] in " ".join(str(report).split())
    result = judged(exercise, wrong, seed=1)  # the audit draws from another seed
    assert (result.status, result.mistake) == ("failed", mistake.id), result.output
    assert result.score < 10


# Judges of properties and scores have tests of their own; in one to one the right mask is all ones, and lists are left
# to the audit, which answers with constants throughout.
COMPARED = [
    exercise
    for exercise in EXERCISES
    if not exercise.properties and not exercise.score and exercise.name not in ("upstream_mask", "stream_batches")
]


@pytest.mark.parametrize("exercise", COMPARED, ids=lambda exercise: exercise.name)
def test_inputs_handed_back_and_constants_never_pass(exercise):
    case = cases.draw(exercise, COURSE, np.random.default_rng(0))[0]
    arrays = [v for v in (*case.inputs.values(), *case.upstream.values()) if isinstance(v, np.ndarray)]
    for output, expected in cases.answer(exercise, COURSE, case).items():
        if isinstance(expected, np.ndarray | float):
            for wrong in (np.zeros_like(expected), np.ones_like(expected), np.full_like(expected, 0.5), *arrays):
                assert not compare(output, wrong, expected).ok


@every_exercise
def test_a_stub_is_not_started(exercise):
    signature = fixtures.load(exercise.name)["signature"]
    space = {}
    exec(f"def {signature}:\n    raise NotImplementedError()", space)
    report = checked(exercise, space[exercise.name])
    assert report.status == "not started"
    assert report._repr_mimebundle_()["text/plain"] == "0.0"


@every_variant
def test_each_variant_is_right(path, name):
    exercise, functions = COURSE.exercise(name), load(path)
    forward = functions.get(exercise.forward) if exercise.forward else None
    forward = forward or (exercise.forward and COURSE.reference[exercise.forward])
    report = check_function.checked(functions[name], forward=forward, seconds=60)  # loops are slow on a busy machine
    assert report.ok, str(report)


@every_exercise
def test_nothing_is_wanted_of_an_exercise(exercise):
    assert wanted(exercise, COURSE, FILES) == [], "`autograder audit EXERCISE` says the same"


def test_what_is_wanted_is_named_with_its_place():
    exercise, course = COURSE.exercise("many_to_one"), COURSE
    poor = dataclasses.replace(exercise, mistakes=exercise.mistakes[:1], worked_example=None, why="So it is.")
    folder, names = "autograder/assignments/rnn_forward", {path: set(load(path)) for path in FILES}
    [stacked] = [path for path in names if path.as_posix().endswith("rnn_forward/variants/stacked.py")]
    names[stacked] -= {"many_to_one"}
    course = types.SimpleNamespace(
        assignments=["01-rnn-forward"], exercises=lambda name: [poor], declaration=COURSE.declaration
    )
    mistakes, variants, example, why = wanted(poor, course, names)
    assert mistakes == (
        f"2 known mistakes are wanted, and it has 1 ({poor.mistakes[0].id}). Add a Mistake, an edit of the solution "
        f"with three hints, to its Exercise in {folder}/exercises."
    )
    assert variants == (
        f"3 right variants are wanted, and it has 2 ({folder}/variants/preallocated.py, {folder}/variants/scalar.py). "
        f"Write many_to_one right in another manner, one a file, in {folder}/variants: stacked.py, or a new file."
    )
    assert example.startswith("A worked example is wanted.") and why.startswith(
        "A why of 20 to 80 words is wanted, and it"
    )
    enough = {**names, stacked: names[stacked] | {"many_to_one"}}
    assert len(wanted(poor, course, enough)) == 3


def test_an_output_with_other_axes_than_it_has_is_refused_by_the_build():
    exercise = COURSE.exercise("many_to_one")
    drawn = fixture.shown_cases(exercise, COURSE)[:1]
    assert fixture.fixture(exercise, COURSE, "01-rnn-forward", 0, 10.0, drawn)["outputs"] == {"y": ["N", "M"]}
    wrong = dataclasses.replace(exercise, outputs={"y": "N T M"})
    with pytest.raises(
        BuildError, match=r"01-rnn-forward, exercise 'many_to_one': outputs says that y has the axes N T M"
    ):
        fixture.fixture(wrong, COURSE, "01-rnn-forward", 0, 10.0, drawn)


@every_mistake
def test_hints_are_three_and_hold_no_line_of_the_solution(exercise, mistake):
    assert len(mistake.hints) == 3
    lines = {line.strip() for line in COURSE.reference.sources[exercise.name].splitlines() if len(line.strip()) > 12}
    assert not [line for line in lines for hint in mistake.hints if line in hint]
