"""In every assignment, right work over a wrong step keeps its points.

In one process: the request's own text is run here, as a kernel would. `tests/functional` does it in kernels.
"""

import json

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import open_course
from autograder.judging import cases, protocol
from autograder.judging.carry_forward import carry, is_wrong
from autograder.judging.causes import with_cause
from autograder.judging.feedback import verdict
from autograder.judging.overridden import overridden
from utils.errors import Failure

COURSE = open_course()
EXERCISES = {name: COURSE.exercises(name) for name in COURSE.assignments}
# A wrong step whose numbers are of no use to a loop: they overflow, or are of another shape.
NOT_CARRIED = {"unstable", "unstable-sigmoid"}


def composites(step, exercises):
    """Return what is built on a step, but not what is judged by its properties: many answers are right over it."""
    return [one for one in exercises if step.name in COURSE.reference.calls(one.name) and not one.properties]


STEPS = [
    (step, composites(step, exercises), next(m for m in step.mistakes if m.id not in NOT_CARRIED))
    for exercises in EXERCISES.values()
    for step in exercises
    if composites(step, exercises)
]


def asker(space, monkeypatch):
    """Return what asks functions in `space`, with the text that a kernel would run."""
    sent = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data: sent.append(json.loads(json.dumps(data))))

    def ask(plan, session=""):
        sent.clear()
        exec(compile(protocol.request(plan, "tag", session), "<cell>", "exec"), space)
        return protocol.decode(sent[0][protocol.MIME], "tag", plan)

    return ask


def judged(exercise, ask, earlier, seed=5):
    rng = np.random.default_rng(seed)
    drawn = cases.draw(exercise, COURSE, rng)
    answers = [ask(cases.plan(exercise, COURSE, case)) for case in drawn]
    result = verdict(exercise, COURSE, drawn, answers, 10.0)
    found = carry(exercise, COURSE, result.wrong, earlier, ask, lambda: ask, rng) if result.wrong else None
    return verdict(exercise, COURSE, drawn, answers, 10.0, carried=found) if found else result


def test_the_call_graph_is_read_from_the_solutions():
    assert COURSE.reference.calls("rnn_step_forward") == ()
    assert COURSE.reference.calls("rnn_forward") == ("rnn_step_forward",)
    assert COURSE.reference.calls("encode_decode") == ("rnn_step_forward", "rnn_forward", "one_to_many")
    assert COURSE.reference.calls("lstm_backward") == ("lstm_step_backward",)
    other = COURSE.reference.over({"rnn_step_forward": lambda x, h, *weights: (h + 1, None)})
    h, _ = other["rnn_forward"](np.zeros((2, 3, 4)), np.zeros((2, 5)), None, None, None)
    np.testing.assert_array_equal(h[0, :, 0], [1, 2, 3])
    x = np.ones((1, 2))  # the solutions themselves are as they were
    assert COURSE.reference["rnn_step_forward"](x, x, np.eye(2), np.eye(2), x[0])[0][0, 0] == np.tanh(3.0)


def test_the_composites_are_those_the_course_knows():
    assert {step.name for step, _, _ in STEPS} >= {
        *("rnn_step_forward", "rnn_forward", "one_to_many", "rnn_step_backward", "step_jacobian", "sigmoid"),
        *("lstm_step_forward", "lstm_step_backward"),
    }


@pytest.mark.parametrize(("step", "built", "mistake"), STEPS, ids=[step.name for step, _, _ in STEPS])
def test_work_built_on_a_wrong_step_is_carried_but_its_own_slips_are_not(step, built, mistake, monkeypatch):
    wrong = {step.name: mistake.source(COURSE.reference.sources[step.name])}
    space = {"np": np}
    for source in (COURSE.reference.sources | wrong).values():
        exec(source, space)
    ask = asker(space, monkeypatch)
    results = {step.name: judged(step, ask, {})}
    assert results[step.name].score < 10.0
    for exercise in built:
        results[exercise.name] = judged(exercise, ask, results)
        found = results[exercise.name]
        assert (found.score, found.mistake) == (10.0, f"carried:{step.name}"), found.output
        assert found.carried_from == step.name and is_wrong(found), "what is built on it in turn may be carried over it"
    last = built[-1]
    for slip in [one for one in last.mistakes if one.side_effect is None][:2]:
        exec(slip.source(COURSE.reference.sources[last.name]), space)
        assert judged(last, ask, {name: results[name] for name in results if name != last.name}).score < 10.0, slip.id


NO_BIAS = ("rnn_step_forward", " + b)", ")")


@pytest.mark.parametrize(
    ("name", "judged_here", "edit", "expected"),
    [
        ("rnn_step_backward", (), NO_BIAS, ("rnn_step_forward",)),
        ("rnn_backward", ("rnn_step_backward",), NO_BIAS, ("rnn_forward", "rnn_step_forward")),
        ("rnn_forward", ("rnn_step_forward",), NO_BIAS, ()),  # not handed out in that notebook
        ("rnn_step_backward", (), ("rnn_step_forward", "np.tanh", "np.nothing"), ()),  # no answer, so no points over it
        ("lstm_step_backward", (), ("lstm_step_forward", "f * prev_c", "f + prev_c"), ("lstm_step_forward",)),
        ("lstm_step_backward", (), NO_BIAS, ()),
    ],
)
def test_a_wrong_function_in_the_place_of_what_was_handed_out_is_found(name, judged_here, edit, expected, monkeypatch):
    changed, old, new = edit
    source = COURSE.reference.sources[changed]
    assert source.count(old) >= 1
    space = {"np": np}
    for text in (COURSE.reference.sources | {changed: source.replace(old, new)}).values():
        exec(text, space)
    ask, exercise = asker(space, monkeypatch), COURSE.exercise(name)
    found = overridden(exercise, COURSE, judged_here, ask, np.random.default_rng(5))
    assert sorted(found) == sorted(expected)
    result = judged(exercise, ask, {})
    shown = with_cause(result, exercise, COURSE, new_notebook(), {}, found).output
    own = f"`{changed}` of your own, in the place of what was handed out, is not right: mend or delete it."
    assert (own in shown) == bool(found)
    assert "`rnn_forward` of your own" not in shown  # it is the one that was handed out, over a wrong step


@pytest.mark.parametrize(
    ("taken", "shown"),
    [
        ("x, prev_h, Wx, Wh, b, next_h = cache", "rnn_step_backward unpacks `(x, prev_h, Wx, Wh, b, next_h)`."),
        ("x, prev_h, Wh, Wx, next_h = cache", "rnn_step_backward unpacks `(x, prev_h, Wh, Wx, next_h)`."),
        ("x, prev_h, Wx, Wh, next_h = cache", ""),
        ("a, b, c, d, e = cache", ""),
        ("x, s['`<b>`'], Wx, Wh, b, next_h = cache", ""),
        ("%%time\nx, y = cache", ""),
    ],
)
def test_the_grade_shows_the_layout_of_the_cache_too(taken, shown):
    given = new_code_cell(COURSE.reference.sources["rnn_step_forward"])
    own = new_code_cell(f"def rnn_step_backward(dnext_h, cache):\n    {taken}\n    return x")
    exercise = COURSE.exercise("rnn_step_backward")
    drawn = cases.draw(exercise, COURSE, np.random.default_rng(5))
    failure = protocol.Answer((), Failure("exception", exercise.name, "ValueError", "too many values"))
    result = verdict(exercise, COURSE, drawn, [failure], 10.0)
    output = with_cause(result, exercise, COURSE, new_notebook(cells=[given, own]), {}).output
    layout = "The cache of rnn_step_forward is `(x, prev_h, Wx, Wh, next_h)`; "
    assert f"{layout}{shown}" in output if shown else "The cache of" not in output
    # The student's own forward pass is what counts where there is one.
    beside = new_code_cell("def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return x, (x, prev_h, Wx, Wh, b, next_h)")
    output = with_cause(result, exercise, COURSE, new_notebook(cells=[given, own, beside]), {}).output
    assert layout not in output
