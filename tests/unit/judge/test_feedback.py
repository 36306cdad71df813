"""Answers become marks and feedback: partial credit, the name of the mistake, and never an expected value."""

import copy
import dataclasses

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade
from tiny_course import EXERCISES, TinyCourse, build_release, cell_of

from autograder.course.exercise import Exercise
from autograder.course.reference import Reference
from autograder.judging import cases, marks
from autograder.judging.failures import quoted
from autograder.judging.feedback import ExerciseResult, verdict
from autograder.judging.protocol import Answer
from utils.checking.comparison import Opaque
from utils.errors import Failure

FORWARD, BACKWARD, DECAY = EXERCISES


@pytest.fixture
def course(tmp_path):
    return TinyCourse(tmp_path)


def judged(course, exercise, change, points=5.0):
    """Judge the reference's outputs with a change in them."""
    drawn = cases.draw(exercise, course, np.random.default_rng(3))
    answers = []
    for number, case in enumerate(drawn):
        outputs = copy.deepcopy(cases.answer(exercise, course, case))
        changed = change(outputs, number)
        answers.append(changed if isinstance(changed, Answer) else Answer((changed or outputs,)))
    return verdict(exercise, course, drawn, answers, points), drawn


def test_right_outputs_are_all_the_points(course):
    result, _ = judged(course, BACKWARD, lambda outputs, n: None, points=4.99)
    assert (result.score, result.status, result.wrong) == (4.99, "passed", ())
    assert "on 5 fresh inputs" in result.output


@pytest.mark.parametrize(("points", "score"), [(5.0, 3.33), (6.0, 4.0), (0.01, 0.0), (0.0, 0.0), (1.0, 0.67)])
def test_points_are_shared_over_the_outputs(course, points, score):
    result, _ = judged(course, BACKWARD, lambda outputs, n: outputs.update(dw=outputs["dw"] + 1), points)
    assert (result.score, result.status, result.right) == (score, "failed", ("dx", "db"))
    assert result.score < points or points == 0


def test_one_wrong_case_is_a_wrong_output(course):
    result, _ = judged(course, BACKWARD, lambda outputs, n: outputs.update(dx=outputs["dx"] * (1 + (n == 3))))
    assert result.wrong == ("dx",)
    assert "This is so for 1 of 5 inputs." in result.output
    assert "right for 4 of 5 inputs: all but the one with N = 1." in result.output


def test_no_expected_value_is_shown(course):
    result, drawn = judged(course, DECAY, lambda outputs, n: {"h": np.full_like(outputs["h"], 7.0)})
    assert "yours is 7" in result.output
    for case in drawn:
        for value in np.ravel(cases.answer(DECAY, course, case)["h"]):
            assert f"{value:.4g}" not in result.output


def test_a_mistake_is_named_only_if_it_explains_the_answer_alone(course):
    drawn = cases.draw(FORWARD, course, np.random.default_rng(3))
    answers = [Answer(({"out": case.inputs["x"] @ case.inputs["w"]},)) for case in drawn]
    result = verdict(FORWARD, course, drawn, answers, 3.0)
    assert (
        result.mistake == "no-bias" and "The bias is left out." in result.output and "What shifts it?" in result.output
    )
    assert "With b = 1" not in result.output
    twice = dataclasses.replace(
        FORWARD, mistakes=(FORWARD.mistakes[0], dataclasses.replace(FORWARD.mistakes[0], id="the-same"))
    )
    assert verdict(twice, course, drawn, answers, 3.0).mistake is None
    for number, case in enumerate(drawn):  # numbers are recognised in ordinary cases only
        changed = Answer(({"out": answers[number].calls[-1]["out"] + 1},))
        one_other = [*answers[:number], changed, *answers[number + 1 :]]
        assert verdict(FORWARD, course, drawn, one_other, 3.0).mistake == ("no-bias" if case.special else None)


def test_no_mistake_is_named_for_what_is_wrong_in_special_cases_alone(course):
    drawn = cases.draw(FORWARD, course, np.random.default_rng(3))
    right = [Answer((cases.answer(FORWARD, course, case),)) for case in drawn]
    for number, case in enumerate(drawn):
        no_bias = Answer(({"out": case.inputs["x"] @ case.inputs["w"]},))
        result = verdict(FORWARD, course, drawn, [*right[:number], no_bias, *right[number + 1 :]], 3.0)
        assert result.status == "failed" and result.mistake is None


def test_a_truth_value_has_no_tolerance_and_a_number_no_worst_entry(course):
    exercise = Exercise("twice", lambda rng, sizes: {"x": 2.0}, {"y": ""})
    course.reference = Reference({"twice": "def twice(x):\n    return 2 * x"})
    result, _ = judged(course, exercise, lambda outputs, n: {"y": 3.0})
    assert result.output.startswith("y is wrong. Yours is 3. (An entry counts as right to 1e-06")
    course.reference = Reference({"twice": "def twice(x):\n    return x > 1"})
    result, _ = judged(course, exercise, lambda outputs, n: {"y": False})
    assert result.output == "y is wrong. Yours is False.\nA call that goes wrong: `twice(2.0)`."


def test_without_a_name_the_pattern_is_shown(course):
    result, _ = judged(course, BACKWARD, lambda outputs, n: outputs.update(dw=outputs["dw"] ** 3))
    assert result.mistake is None
    assert "A question to begin with: Look at dw: which array goes with x?" in result.output


def test_what_the_numbers_are_comes_in_the_place_of_a_pattern(course):
    result, _ = judged(course, BACKWARD, lambda outputs, n: outputs.update(dw=-outputs["dw"]))
    assert "dw has the opposite sign everywhere." in result.output and "which array" not in result.output


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(None, "dw is None."), (Opaque("array of object"), "dw is an array of object, expected a NumPy")],
)
def test_an_answer_that_is_not_an_array_shows_no_pattern(course, value, sentence):
    result, _ = judged(course, BACKWARD, lambda outputs, n: outputs.update(dw=value))
    assert sentence in result.output and "which array goes with x?" not in result.output


@pytest.mark.parametrize("kind", ["not-started", "undefined", "not-function", "count", "exception", "too-large"])
@pytest.mark.parametrize("function", ["affine_forward", "affine_backward"])
def test_every_failure_has_a_sentence(course, kind, function):
    failed = Answer(failure=Failure(kind, function, "ValueError", "`<b>` $\\href$", 3))
    result, _ = judged(course, BACKWARD, lambda outputs, n: failed)
    assert (result.score, result.reason) == (0.0, kind)
    assert f"`{function}`" in result.output
    assert ("could not be checked" in result.output) == (function != "affine_backward")


def test_the_feedback_names_what_was_right_before_a_failure(course):
    failed = Answer(failure=Failure("exception", "decay", "IndexError"))
    result, _ = judged(course, DECAY, lambda outputs, n: failed if n == 5 else None)
    assert result.score == 0.0 and "On the 5 inputs before that, all outputs were right." in result.output


def test_a_dict_is_compared_key_by_key(tmp_path):
    class Clipping:
        reference = Reference({"clip": "def clip(grads, most):\n    return {k: v / 2 for k, v in grads.items()}, 1.0"})

    exercise = Exercise(
        "clip", lambda rng, sizes: {"grads": {"Wx": rng.standard_normal(3), "b": rng.standard_normal(2)}, "most": 1.0},
        {"clipped": "", "norm": ""},
    )  # fmt: skip
    course = Clipping()
    assert judged(course, exercise, lambda outputs, n: None)[0].score == 5.0
    for change, sentence in [
        (lambda o: {**o["clipped"], "b": o["clipped"]["b"] + 1}, "clipped['b']"),
        (lambda o: {"Wx": o["clipped"]["Wx"]}, "clipped has no entry 'b'."),
        (lambda o: [1.0], "clipped is a list, expected a dict."),
        (lambda o: np.ones(2), "clipped is an array, expected a dict."),
        (lambda o: Opaque("set"), "clipped is a set, expected a dict."),
        (lambda o: None, "clipped is None."),
    ]:
        result, _ = judged(course, exercise, lambda o, n, change=change: {**o, "clipped": change(o)})
        assert result.score == 2.5 and sentence in result.output


def test_a_students_words_are_code_and_nothing_else():
    assert quoted("a `b`\n**c** ") == "`a 'b' **c**`"
    assert quoted("``") == "`''`" and quoted(" ") == ""


def test_nbgrader_reads_exactly_our_mark():
    notebook = build_release()
    result = ExerciseResult("decay", 1.33, 2.0, "failed", None, "wrong", (), ("h",))
    marks.write(notebook, {"test_decay": result})
    assert determine_grade(cell_of(notebook, "test_decay")) == (1.33, 2.0)
    assert determine_grade(cell_of(notebook, "test_affine_forward")) == (0.0, 3.0)
    assert "was not checked" in cell_of(notebook, "test_affine_forward").outputs[0].data["text/html"]


def counterparts(one, other, points=(20.0, 10.0)):
    """Return two results, credited, of exercises that are counterparts, from their scores."""
    exercises = [Exercise("f", None, {"a": ""}, counterpart="g"), Exercise("g", None, {"a": ""}, counterpart="f")]
    results = {
        f"test_{exercise.name}": ExerciseResult(
            exercise.name, score, most, "passed" if score == most else "failed", None if score else "m", "Own words."
        )
        for exercise, score, most in zip(exercises, (one, other), points, strict=True)
    }
    return list(marks.better_of_two(results, exercises).values())


def test_the_better_of_two_counterparts_counts_for_both():
    f, g = counterparts(0.0, 10.0)
    assert (f.score, f.status, f.mistake) == (20.0, "passed", "m"), "its own mistake is still named"
    assert f.output == "20 points are counted from your `g`: one of the two parts is required.\nOwn words."
    assert (g.score, g.output) == (10.0, "Own words.")
    assert [result.score for result in counterparts(20.0, 3.33)] == [20.0, 10.0]
    half, _ = counterparts(5.0, 3.33)
    assert (half.score, half.status) == (6.66, "failed")


def test_equal_and_lonely_counterparts_stay_as_they_are():
    for scores in ((0.0, 0.0), (10.0, 5.0), (20.0, 10.0)):
        results = counterparts(*scores)
        assert [result.score for result in results] == list(scores)
        assert [result.output for result in results] == ["Own words."] * 2
    alone = {"test_f": counterparts(0.0, 0.0)[0]}
    assert marks.better_of_two(alone, [Exercise("f", None, {"a": ""}, counterpart="g")]) == alone
    assert marks.better_of_two(alone, [Exercise("f", None, {"a": ""})]) == alone


@pytest.mark.parametrize(
    ("score", "kept"), [(-1.0, 0.0), (3.0, 2.0), (2, 2.0), (np.float64(0.5), 0.5), (0.1 + 0.2, 0.1 + 0.2)]
)
def test_a_mark_is_within_its_points(score, kept):
    cell = copy.deepcopy(cell_of(build_release(), "test_decay"))
    cell.outputs = marks.outputs(score, 2.0, "decay", "x")
    assert determine_grade(cell) == (kept, 2.0)


def test_words_are_escaped_in_the_card_and_in_comments():
    card = marks.outputs(0.0, 2.0, "f", "<script>`<b>`\n\nsecond")[0].data["text/html"]
    assert "<script>" not in card and "<code>&lt;b&gt;</code>" in card and card.count("<li>") == 2
    result = ExerciseResult("f", 0.0, 2.0, "failed", None, "stopped: `<script>`", (), ("h",))
    comments = marks.comments([result], ["Cell 3 was missing."], "f")
    assert comments == {"f": "stopped: `< script>`\n\nAbout the notebook:\n\nCell 3 was missing."}
    assert marks.comments([], ["x"], None) == {} and marks.comments([], ["x"], "g") == {"g": "About the notebook:\n\nx"}


def test_written_answers_have_no_mark_of_ours():
    notebook = new_notebook(cells=[new_code_cell("1"), cell_of(build_release(), "why")])
    marks.write(notebook, {})
    assert "outputs" not in notebook.cells[1] and notebook.cells[0].outputs == []
