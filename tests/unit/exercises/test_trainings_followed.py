"""Assignment 07: a training is compared with where the text's own training leads, in whatever way it is written."""

import functools

import numpy as np
import pytest

from autograder.auditing.in_process import judged
from autograder.judging import cases
from autograder.judging.carried_training import carry_training
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from autograder.judging.results import ExerciseResult
from utils.checking import properties
from utils.checking.check_function import checked
from utils.checking.properties import capstone
from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam
from utils.fixtures import fresh

# By the training: its data, its loss, the rate of step k. A whole function that every rewrite below is an edit of.
TRAININGS = {
    "train_captions": ("images", "captions", "caption_loss", "0.01"),
    "train_pronounce": ("letters", "phonemes", "pronounce_loss", "0.02 * (1 - 0.9 * k / steps)"),
}
TEXT = """
def {name}(params, {read}, {rows}, steps):
    params = {{name: p.copy() for name, p in params.items()}}
    adam = Adam(params)
    for k in range(steps):
        grads = {loss}(params, {read}, {rows})[1]
        grads = clip_grad_norm(grads, 5)[0]
        adam.step(grads, {rate})
    return params
"""
LOSS = "grads = {loss}(params, {read}, {rows})[1]"
CLIP = "grads = clip_grad_norm(grads, 5)[0]"
COPY = "{{name: p.copy() for name, p in params.items()}}"
RIGHT = {
    "as it stands": (),
    "a clip of one's own": (
        (CLIP, "norm = sum((g**2).sum() for g in grads.values()) ** 0.5; "
               "grads = {{name: g * min(1, 5 / norm) for name, g in grads.items()}}"),
    ),
    "the norm in another order": (
        (CLIP, "norm = np.linalg.norm([np.linalg.norm(g) for g in list(grads.values())[::-1]]); "
               "grads = {{name: g / max(1, norm / 5) for name, g in grads.items()}}"),
    ),
    "the norm as one long vector": (
        (CLIP, "norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()])); "
               "grads = {{name: 5 / max(norm, 5) * g for name, g in grads.items()}}"),
    ),
    "rows in another order": ((LOSS, "grads = {loss}(params, {read}[::-1], {rows}[::-1])[1]"),),
    "the mean of single rows": (
        (LOSS, "each = [{loss}(params, {read}[n : n + 1], {rows}[n : n + 1])[1] for n in range(len({read}))]; "
               "grads = {{name: sum(g[name] for g in each) / len(each) for name in params}}"),
    ),
    "the same in float32": ((COPY, "{{name: p.astype(np.float32) for name, p in params.items()}}"),),
    "gradients in float32": ((LOSS, LOSS + "; grads = {{name: g.astype(np.float32) for name, g in grads.items()}}"),),
    "float32, rows in another order": (
        (COPY, "{{name: p.astype(np.float32) for name, p in params.items()}}"),
        (LOSS, "grads = {loss}(params, {read}[::-1], {rows}[::-1])[1]"),
    ),
    "parameters in another order": ((COPY, "{{name: params[name].copy() for name in list(params)[::-1]}}"),),
    "Fortran's order in memory": ((COPY, "{{name: np.asfortranarray(p.copy()) for name, p in params.items()}}"),),
}  # fmt: skip
# What earned full points while only the words that were learned were looked at, and the mistake that it is named.
WRONG = {
    "a new Adam at every step": (("adam.step(", "adam = Adam(params); adam.step("), "adam-made-every-step"),
    "no clipping": ((CLIP, "pass"), "not-clipped"),
    "clipped at 1": (("grads, 5)", "grads, 1)"), None),
    "clipped at 10": (("grads, 5)", "grads, 10)"), None),
    "array by array": (
        (CLIP, "grads = {{name: clip_grad_norm({{name: g}}, 5)[0][name] for name, g in grads.items()}}"), None,
    ),
    "one step too few": (("range(steps)", "range(steps - 1)"), "one-step-too-few"),
    "one step too many": (("range(steps)", "range(steps + (steps > 0))"), None),
    "a rising rate": (("{rate}", "0.002 + 0.018 * k / steps"), None),
    "twice the rate": (("{rate}", "2 * {rate}"), None),
}  # fmt: skip


def training(course, name, edits=(), loss=None):
    """Return the training called `name`, its text with these edits, over `loss` or the solution's."""
    text, (read, rows, loss_name, rate) = TEXT, TRAININGS[name]
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    space = {"np": np, "Adam": Adam, "PAD": PAD, "START": START, "END": END}
    space |= {one: course.reference[one] for one in ("clip_grad_norm", loss_name)} | ({loss_name: loss} if loss else {})
    exec(text.format(name=name, read=read, rows=rows, loss=loss_name, rate=rate), space)
    return space[name]


@pytest.fixture(scope="module")
def short(course):
    """Return ``short(name, seed)``: the cases of few steps, each with what it is compared with."""

    @functools.cache
    def drawn(name, seed=3):
        exercise = course.exercise(name)
        few = [case for case in cases.draw(exercise, course, np.random.default_rng(seed)) if case.inputs["steps"] < 100]
        return [(case, seen) for case in few if (seen := cases.followed(exercise, course, case))]

    return drawn


@pytest.fixture(scope="module")
def followed(course, short):
    """Return ``followed(name, function)``: what the judge says of a training, by case of few steps."""

    def judge(name, function):
        exercise, found = course.exercise(name), []
        for case, seen in short(name):
            own = cases.answer(exercise, course, case, function)
            found.append(properties.compared(exercise.properties, case.inputs, own, course.reference, seen)["trained"])
        return found

    return judge


def named(found):
    """Return the mistakes that explain all that is wrong."""
    sets = [set(one.possible or ()) for one in found if not one.ok]
    return set.intersection(*sets) if sets else set()


@pytest.mark.parametrize("name", TRAININGS)
@pytest.mark.parametrize("edits", RIGHT.values(), ids=RIGHT)
def test_right_trainings_lead_to_the_same_weights(course, followed, name, edits):
    assert all(found.ok for found in followed(name, training(course, name, edits)))


@pytest.mark.parametrize("name", TRAININGS)
@pytest.mark.parametrize(("edit", "mistake"), WRONG.values(), ids=WRONG)
def test_other_trainings_do_not(course, followed, name, edit, mistake):
    found = followed(name, training(course, name, [edit]))
    assert not all(one.ok for one in found)
    assert mistake is None or named(found) == {mistake}


def test_a_rate_that_is_lowest_at_the_last_step_is_right_too(course, followed):
    """0.002 *after* the last step, or at it, as np.linspace has it; but a rate that stands still is neither."""
    at_the_last = training(course, "train_pronounce", [("{rate}", "np.linspace(0.02, 0.002, steps)[k]")])
    assert all(one.ok for one in followed("train_pronounce", at_the_last))
    still = followed("train_pronounce", training(course, "train_pronounce", [("{rate}", "0.02")]))
    assert named(still) == {"rate-stands-still"}


@pytest.mark.parametrize("name", TRAININGS)
def test_clipping_acts_and_few_weights_are_left_out(course, short, name):
    """At another limit other weights come out, in three draws; more than half of all are compared."""
    for seed in range(3):
        for limit in ("1", "10", "1e9"):
            other, furthest = training(course, name, [("grads, 5)", f"grads, {limit})")]), 0.0
            for case, seen in short(name, seed):
                params, steps = case.inputs["params"], case.inputs["steps"]
                row = capstone.in_a_row(other(*fresh(tuple(case.inputs.values()))), params)[seen["kept"]]
                rates = [0.01 if name == "train_captions" else 0.02 * (1 - 0.9 * k / steps) for k in range(steps)]
                furthest = max(furthest, np.abs(seen["ways"] - row).max(axis=1).min() / sum(rates))
                assert len(row) > 0.5 * sum(p.size for p in params.values())
            assert furthest > capstone.FOLLOWED, (seed, limit)


def test_check_and_grade_say_so_without_a_number_of_ours(course):
    wrong = training(course, "train_captions", [(CLIP, "pass")])
    report, result = checked(wrong), judged(course.exercise("train_captions"), course, wrong)
    assert (report.status, report.mistake) == ("wrong", "not-clipped")
    assert (result.score, result.mistake) == (0, "not-clipped")
    assert "weights differ from those that Adam gives" in result.output


@pytest.mark.parametrize("name", TRAININGS)
def test_check_and_grade_refuse_a_training_that_stops_after_60_of_150_steps(course, name):
    """The short trainings, which are followed exactly, cannot show it: they have fewer steps."""
    stops = training(course, name, [("range(steps)", "range(min(steps, 60))")])
    assert checked(stops).status == "wrong"
    assert judged(course.exercise(name), course, stops).score == 0


def asker(space):
    """Return what answers plans by calling the functions in `space`."""

    def ask(plan, session=""):
        (call,) = plan
        result = space[call.function](*call.args)
        return Answer((dict(zip(call.slots, (result,) if len(call.slots) == 1 else result, strict=True)),))

    return ask


def over_a_wrong_loss(course, spoil, train=()):
    """Return the result of a training over a wrong loss, and what was carried."""
    exercise, right = course.exercise("train_captions"), course.reference["caption_loss"]

    def caption_loss(*args):
        loss, grads = right(*args)
        return loss, spoil(grads)

    own = training(course, "train_captions", train, caption_loss)
    ask = asker({"train_captions": own, "caption_loss": caption_loss})
    failed = ExerciseResult("caption_loss", 5.0, 10.0, "failed", None, "", wrong=("grads",))
    found = carry_training(
        exercise, course, ("trained",), {"caption_loss": failed}, ask, lambda: ask, np.random.default_rng(1)
    )
    drawn = [case for case in cases.draw(exercise, course, np.random.default_rng(2)) if case.inputs["steps"] < 100]
    answers = [ask(cases.plan(exercise, course, case)) for case in drawn]
    return verdict(exercise, course, drawn, answers, 10.0, carried=found), found


def test_a_right_training_over_a_wrong_loss_keeps_its_points(course):
    result, found = over_a_wrong_loss(course, lambda grads: grads | {"b": 3 * grads["b"]})
    assert found and (result.score, result.mistake) == (10, "carried:caption_loss")
    assert over_a_wrong_loss(course, lambda grads: grads | {"b": 3 * grads["b"]}, [(CLIP, "pass")])[0].score == 0


def test_nothing_is_carried_over_a_loss_whose_gradients_say_nothing(course):
    constant = over_a_wrong_loss(course, lambda grads: {name: np.ones_like(g) for name, g in grads.items()})
    assert constant[1] is None and constant[0].score == 0
