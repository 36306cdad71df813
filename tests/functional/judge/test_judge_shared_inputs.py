"""What a function without a name for its mistake answers to inputs that a class shares moves no mark."""

import pytest
from tiny_course import ASSIGNMENT, DECAY, SOLUTIONS

from autograder.judging import shared_inputs

WRONG = DECAY.replace("np.tanh(rate * state + x[:, t])", "np.tanh(rate * state) + x[:, t]")


@pytest.fixture(scope="module")
def trap(tiny):
    """Python that knows the first of the shared inputs, as no student can."""
    [case, *_] = shared_inputs.drawn(tiny.exercise("decay"), tiny, ASSIGNMENT)
    return f"x.shape == {case.inputs['x'].shape} and x[0, 0] == {float(case.inputs['x'][0, 0])!r}"


def asked(judgement):
    return judgement.notebook.metadata.unrolled.results.decay.answers_to_shared_inputs


@pytest.mark.parametrize("does", ["import os; os._exit(1)", "while True: pass"])
def test_a_kernel_that_ends_then_costs_nothing_and_is_not_mentioned(judged, trap, does):
    text = WRONG.replace("    h =", f"    if {trap}:\n        {does}\n    h =".replace("; ", "\n        "))
    plain = judged({**SOLUTIONS, "decay": WRONG}, case_timeout=2)
    trapped = judged({**SOLUTIONS, "decay": text}, case_timeout=2)
    assert [one.score for one in plain.results] == [one.score for one in trapped.results] == [3, 5, 0]
    assert plain.repairs == trapped.repairs == []
    assert all("outputs" in case for case in asked(plain)["cases"])
    assert asked(trapped)["cases"][0]["failure"]["kind"] in ("died", "timeout")


def test_numbers_that_are_not_finite_are_kept_as_text_and_no_expected_value_is(judged, trap):
    judgement = judged({**SOLUTIONS, "decay": WRONG.replace("return h", "return h / 0 * 0")})
    about = asked(judgement)
    assert about["first"]["yours"] == "nan"
    assert set(about["first"]) == {"case", "output", "part", "problem", "index", "yours"}


def test_what_is_right_named_or_not_started_is_not_asked(judged):
    named = {**SOLUTIONS, "affine_forward": SOLUTIONS["affine_forward"].replace(" + b", "")}
    results = judged({name: text for name, text in named.items() if name != "decay"}).notebook.metadata.unrolled.results
    assert {one.answers_to_shared_inputs for one in results.values()} == {None}
