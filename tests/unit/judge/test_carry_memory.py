"""Nothing is carried over a step, or a loop, without memory: also over one that only seems to remember when asked.

In one process, as `test_carry` does it. Each pair of functions earns its points where a step like this carries them.
"""

import numpy as np
import pytest
from test_carry import COURSE, asker, judged

from autograder.judging import cases, own_functions
from autograder.judging.carry_forward import carried_on, carry
from autograder.judging.degenerate import depends_on_inputs
from autograder.judging.own_gradients import right_along_a_direction

SOURCES = COURSE.reference.sources
LOOP_WITHOUT_MEMORY = """
def rnn_forward(x, h0, Wx, Wh, b):
    return np.tanh(x @ Wx + b), None

def many_to_one(x, h0, Wx, Wh, b, Wy, by):
    return np.tanh(x[:, -1] @ Wx + b) @ Wy + by
"""
BACKWARD_WITHOUT_MEMORY = """
def rnn_backward(dh, cache):
    steps = [rnn_step_backward(dh[:, t], cache[t]) for t in range(dh.shape[1])]
    dx, dh0, *weights = zip(*steps)
    return (np.stack(dx, 1), dh0[0], *[sum(parts) for parts in weights])
"""
DECODER_WITHOUT_STATE = """
def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    y = []
    for _ in range(steps):
        x0 = np.tanh(x0 @ Wx + b) @ Wy + by
        y.append(x0)
    return np.stack(y, 1)

def encode_decode(x, h0, steps, encoder, decoder):
    return one_to_many(np.zeros((len(x), len(decoder[0]))), h0, steps, *decoder)
"""


def forward_step(*lines):
    return "\n    ".join(["SEEN = {}\n\ndef rnn_step_forward(x, prev_h, Wx, Wh, b):", *lines, "return next_h, None"])


def backward_step(dprev_h, *lines):
    body = ["x, prev_h, Wx, Wh, next_h = cache", "da = dnext_h * (1 - next_h**2)", *lines]
    result = f"return da @ Wx.T, {dprev_h}, x.T @ da, prev_h.T @ da, da.sum(0)"
    return "\n    ".join(["SEEN = {}\n\ndef rnn_step_backward(dnext_h, cache):", *body, result])


FORWARD = {
    "not at all": forward_step("next_h = np.tanh(x @ Wx + b)"),
    "a trace": forward_step("next_h = np.tanh(x @ Wx + b) + 1e-12 * prev_h"),
    "few units only": forward_step("next_h = np.tanh(x @ Wx + b + (prev_h @ Wh if len(b) < 4 else 0))"),
    # The judge asks about one x twice, with another state: then it remembers, and in a loop never.
    "asked twice": forward_step(
        "next_h, key = np.tanh(x @ Wx + b), x.tobytes()",
        "if SEEN.setdefault(key, prev_h.tobytes()) != prev_h.tobytes():",
        "    next_h = np.tanh(x @ Wx + prev_h @ Wh)",
    ),
    # A state that is not what it answered last begins a sequence: then it remembers, and in the middle never.
    "at the start": forward_step(
        "next_h = np.tanh(x @ Wx + b)",
        "if SEEN.get('last') != prev_h.tobytes():",
        "    next_h = np.tanh(x @ Wx + prev_h @ Wh)",
        "SEEN['last'] = next_h.tobytes()",
    ),
}
FIRST_STEP_REMEMBERS = LOOP_WITHOUT_MEMORY.replace(
    "    return np.tanh(x @ Wx + b), None",
    "    h = np.tanh(x @ Wx + b)\n    h[:, 0] = np.tanh(x[:, 0] @ Wx + h0 @ Wh)\n    return h, None",
)
BACKWARD = {
    "zeros": backward_step("0 * prev_h"),
    "a trace": backward_step("1e-12 * dnext_h"),
    "the state": backward_step("np.tanh(prev_h)"),
    "asked twice": backward_step(
        "dprev_h",
        "first = SEEN.setdefault(next_h.tobytes(), dnext_h.tobytes())",
        "dprev_h = 0 * prev_h if first == dnext_h.tobytes() else da",
    ),
}
CHEATS = {
    **{
        f"forward: {name}": (step + LOOP_WITHOUT_MEMORY, ("rnn_forward", "many_to_one"))
        for name, step in FORWARD.items()
    },
    "forward: at the start, and so the loop": (FORWARD["at the start"] + FIRST_STEP_REMEMBERS, ("rnn_forward",)),
    **{f"backward: {name}": (step + BACKWARD_WITHOUT_MEMORY, ("rnn_backward",)) for name, step in BACKWARD.items()},
    "a right step, a loop without": (LOOP_WITHOUT_MEMORY, ("rnn_forward", "many_to_one")),
    "a decoder that is not asked what was read": (DECODER_WITHOUT_STATE, ("one_to_many", "encode_decode")),
}


def defined(source):
    space = {"np": np}
    for text in (*SOURCES.values(), source):
        exec(text, space)
    return space


def scores(source, names, monkeypatch):
    """Return the scores of the functions `names`, by name, each of 10."""
    ask, results = asker(defined(source), monkeypatch), {}
    step = "rnn_step_backward" if names[0] == "rnn_backward" else "rnn_step_forward"
    for name in (step, *names):
        results[name] = judged(COURSE.exercise(name), ask, results)
    return {name: results[name].score for name in names}


@pytest.mark.parametrize(("source", "names"), CHEATS.values(), ids=CHEATS)
def test_nothing_is_carried_over_what_has_no_memory(source, names, monkeypatch):
    found = scores(source, names, monkeypatch)
    assert set(found.values()) == {0.0}


def test_a_step_that_remembers_when_asked_twice_would_pass_without_the_second_run(monkeypatch):
    """So the second run is what finds it: by the questions alone it has a memory."""
    source, names = CHEATS["forward: asked twice"]
    monkeypatch.setattr("autograder.judging.carry_forward.differences_passed_on", lambda *runs: [])
    monkeypatch.setattr("autograder.judging.carry_forward.with_another_past", lambda case: case)
    assert scores(source, names, monkeypatch)[names[0]] == 10.0


HONEST = {
    "a step that adds the bias twice": (
        "rnn_step_forward",
        SOURCES["rnn_step_forward"].replace("+ b)", "+ 2 * b)"),
        ("rnn_forward", "many_to_one"),
    ),
    "a loop that runs backwards": (
        "rnn_forward",
        next(one for one in COURSE.exercise("rnn_forward").mistakes if one.id == "runs-backwards").source(
            SOURCES["rnn_forward"]
        ),
        ("many_to_one", "many_to_many"),
    ),
    "a loop that starts from zeros": (
        "rnn_forward",
        SOURCES["rnn_forward"].replace("cache = h0, []", "cache = np.zeros_like(h0), []"),
        ("many_to_one", "many_to_many"),
    ),
    "an LSTM that keeps nothing in its cell": (
        "lstm_step_forward",
        next(one for one in COURSE.exercise("lstm_step_forward").mistakes if one.id == "nothing-kept").source(
            SOURCES["lstm_step_forward"]
        ),
        ("lstm_forward",),
    ),
}


@pytest.mark.parametrize(("wrong", "source", "names"), HONEST.values(), ids=HONEST)
def test_honest_work_over_a_mistake_that_leaves_a_memory_keeps_its_points(wrong, source, names, monkeypatch):
    assert source != SOURCES[wrong]
    ask, results = asker(defined(source), monkeypatch), {}
    for name in (wrong, *names):
        results[name] = judged(COURSE.exercise(name), ask, results)
    assert results[wrong].score < 10.0
    assert {name: results[name].score for name in names} == dict.fromkeys(names, 10.0)


WITHOUT_BIAS = SOURCES["rnn_step_forward"].replace(" + b)", ")")
DOUBLED = SOURCES["rnn_step_backward"].replace("db = da.sum(axis=0)", "db = 2 * da.sum(axis=0)")


@pytest.mark.parametrize(
    ("wrong", "source", "name", "seed"),
    [
        ("rnn_step_forward", WITHOUT_BIAS, "rnn_forward", 1063),
        ("rnn_step_forward", WITHOUT_BIAS, "rnn_forward", 1198),
        ("rnn_step_backward", DOUBLED, "rnn_backward", 1065),
    ],
)
def test_a_saturated_unit_does_not_count_as_a_loop_without_memory(wrong, source, name, seed, monkeypatch):
    """With these seeds, a state of few units is so near to 1 or -1 that next to nothing of a difference passes it."""
    ask = asker(defined(source), monkeypatch)
    results = {wrong: judged(COURSE.exercise(wrong), ask, {}, seed)}
    assert results[wrong].score < 10.0
    assert judged(COURSE.exercise(name), ask, results, seed).score == 10.0


SQUARED = SOURCES["temporal_affine_forward"].replace("x @ w + b", "(x @ w + b) ** 2")
OF_SQUARED = """
def temporal_affine_backward(dout, cache):
    x, w, b = cache
    dout = 2 * dout * (x @ w + b)
    return dout @ w.T, np.tensordot(x, dout, axes=([0, 1], [0, 1])), dout.sum(axis=(0, 1))
"""
CARRIED = {
    "by calling": ("rnn_step_backward", DOUBLED, "rnn_backward", {"db"}),
    "by differentiating": (
        "temporal_affine_forward",
        SQUARED + OF_SQUARED,
        "temporal_affine_backward",
        {"dx", "dw", "db"},
    ),
}


@pytest.mark.parametrize(("wrong", "source", "name", "outputs"), CARRIED.values(), ids=CARRIED)
def test_what_is_carried_is_compared_on_the_large_case_too(wrong, source, name, outputs, monkeypatch):
    assert source.count("\n") > 3
    exercise, rng = COURSE.exercise(name), np.random.default_rng(3)
    ask = asker(defined(source), monkeypatch)
    results = {wrong: judged(COURSE.exercise(wrong), ask, {})}
    carried = carry(exercise, COURSE, tuple(sorted(outputs)), results, ask, lambda: ask, rng)
    assert set(carried.origins) == outputs
    case = cases.large(exercise, COURSE, rng)
    own = ask(cases.plan(exercise, COURSE, case)).calls[-1]

    def kept(changed):
        left = carried_on(carried, exercise, COURSE, case, {**own, **changed}, ask, rng)
        return set(left.origins) if left else set()

    assert kept({}) == outputs
    assert kept({"db": own["db"].astype(np.float32)}) == outputs
    for change in (
        lambda a: 0 * a,
        lambda a: a * np.nan,
        lambda a: a * (1 + 1e-3 * rng.standard_normal(a.shape)),
        lambda a: None,
    ):
        assert kept({"db": change(own["db"])}) == outputs - {"db"}


def test_a_large_gradient_is_not_carried_where_the_forward_pass_fails(monkeypatch):
    forward = COURSE.exercise("temporal_affine_forward")
    case = cases.large(COURSE.exercise("temporal_affine_backward"), COURSE, np.random.default_rng(0))
    gradients = cases.answer(COURSE.exercise("temporal_affine_backward"), COURSE, case)
    for body, right in (("x @ w + b", ["dw"]), ("1 / 0", []), ("(x @ w)[:, :1]", []), ("2 * (x @ w + b)", [])):
        ask = asker(defined(f"def temporal_affine_forward(x, w, b):\n    return {body}, (x, w)"), monkeypatch)
        assert right_along_a_direction(forward, case, gradients, ["dw"], ask, np.random.default_rng(1)) == right


def test_the_two_runs_differ_in_what_came_before_only():
    case = cases.draw(COURSE.exercise("rnn_forward"), COURSE, np.random.default_rng(0))[0]
    other = own_functions.with_another_past(case)
    np.testing.assert_array_equal(other.inputs["h0"], -case.inputs["h0"])
    np.testing.assert_array_equal(other.inputs["x"][:, 1:], case.inputs["x"][:, 1:])
    assert not np.array_equal(other.inputs["x"][:, 0], case.inputs["x"][:, 0])
    assert all(other.inputs[name] is case.inputs[name] for name in ("Wx", "Wh", "b"))


def test_right_functions_depend_on_their_inputs_and_remember(monkeypatch):
    ask = asker(defined(""), monkeypatch)
    for name in ("rnn_step_forward", "rnn_forward", "rnn_step_backward", "lstm_step_backward", "one_to_many"):
        assert depends_on_inputs(COURSE.exercise(name), COURSE, ask, np.random.default_rng(0)), name
