"""Assignment 03: truncation, clipping, batches and sampling are right by somebody else's word; so is the text."""

import autograd
import numpy as np
import pytest

from autograder.assignments.training.exercises import EXERCISES
from autograder.assignments.training.exercises.sample import writing
from autograder.assignments.training.exercises.truncated_bptt import segments
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils import fixtures
from utils.checking import properties
from utils.checking.check_function import checked
from utils.checking.compare import compare
from utils.checking.comparison import Opaque
from utils.checking.properties import sampling
from utils.fixtures import fresh

NAMES = [exercise.name for exercise in EXERCISES]


@pytest.fixture(scope="module")
def thirteen():
    """One network with T = 13, no two sizes equal."""
    return segments(5, 13)(np.random.default_rng(2), Sizes(N=3, T=13, D=2, H=5, M=4, V=7))


# Truncated backpropagation: exact, against full backpropagation with the gradient zeroed at the cuts.


def zeroed_at_the_cuts(x, h0, Wx, Wh, b, dh, k):
    """Full backpropagation in scalar loops over time, the gradient multiplied by 0 wherever a cut lies."""
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wx + h[-1] @ Wh + b))
    dx, later = np.zeros_like(x), np.zeros_like(h0)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + later * ((t + 1) % k != 0)) * (1 - h[t + 1] ** 2)
        dx[:, t], later = da @ Wx.T, da @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ da, dWh + h[t].T @ da, db + da.sum(axis=0)
    return dx, later, dWx, dWh, db


@pytest.mark.parametrize("k", range(1, 21))
def test_truncation_is_full_backpropagation_zeroed_at_the_cuts(functions, thirteen, k):
    expected = zeroed_at_the_cuts(**{**thirteen, "k": k})
    for own, other in zip(functions["truncated_bptt"](**{**thirteen, "k": k}), expected, strict=True):
        np.testing.assert_allclose(own, other, rtol=0, atol=4e-15 * max(1, np.abs(other).max()))


@pytest.mark.parametrize("k", [13, 14, 20])
def test_with_k_at_least_T_nothing_is_cut(functions, thirteen, k):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    _, cache = functions["rnn_forward"](*arguments)
    whole = functions["rnn_backward"](thirteen["dh"], cache)
    for own, other in zip(functions["truncated_bptt"](**{**thirteen, "k": k}), whole, strict=True):
        np.testing.assert_array_equal(own, other)


@pytest.mark.parametrize("k", [1, 3, 5, 13])
def test_the_forward_pass_in_pieces_is_the_whole(functions, thirteen, k):
    x, h, *weights = (thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b"))
    whole, _ = functions["rnn_forward"](x, h, *weights)
    for start in range(0, 13, k):
        piece, _ = functions["rnn_forward"](x[:, start : start + k], h, *weights)
        assert np.abs(piece - whole[:, start : start + k]).max() <= 4e-16
        h = piece[:, -1]


def loss(x, h0, Wx, Wh, b, dh, constant):
    """The sum of dh · h, with the states that enter segments replaced by constants where `constant` is not None."""
    numpy, total, h = autograd.numpy, 0.0, h0
    for t in range(x.shape[1]):
        h = constant[t] if constant is not None and t in constant else h
        h = numpy.tanh(numpy.dot(x[:, t], Wx) + numpy.dot(h, Wh) + b)
        total = total + numpy.sum(h * dh[:, t])
    return total


@pytest.mark.parametrize("k", [1, 4, 6, 13])
def test_truncation_is_what_autograd_says_when_states_enter_as_constants(functions, thirteen, k):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    h, _ = functions["rnn_forward"](*arguments)
    constant = {t: h[:, t - 1] for t in range(k, 13, k)}
    own = functions["truncated_bptt"](**{**thirteen, "k": k})
    for place, value in enumerate(own):
        expected = autograd.grad(loss, place)(*arguments, thirteen["dh"], constant)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)


def test_a_full_gradient_is_the_complex_step(functions, thirteen):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    dWh = functions["truncated_bptt"](**{**thirteen, "k": 13})[3]
    for i, j in ((0, 0), (2, 4), (4, 1)):
        nudged = [a.astype(complex) for a in arguments]
        nudged[3][i, j] += 1e-30j
        h, states = nudged[1], []
        for t in range(13):
            h = np.tanh(nudged[0][:, t] @ nudged[2] + h @ nudged[3] + nudged[4])
            states.append(h)
        assert dWh[i, j] == pytest.approx(np.imag(np.sum(np.stack(states, 1) * thirteen["dh"])) / 1e-30, rel=1e-12)


def test_cases_of_truncation_have_a_rest_a_whole_and_no_cut():
    drawn = fixtures.load("truncated_bptt")["cases"]
    shapes = [(case["inputs"]["x"].shape[1], case["inputs"]["k"]) for case in drawn]
    assert any(T % k for T, k in shapes[:-1]) and any(T % k == 0 and k < T for T, k in shapes)
    assert (9, 9) in shapes and shapes[-1] == (1, 2)
    for case in drawn[:-1]:
        inputs = case["inputs"]
        N, T, D = inputs["x"].shape
        assert len({N, T, D, inputs["b"].size}) == 4
        assert np.abs(np.linalg.eigvals(inputs["Wh"])).max() == pytest.approx(1, abs=1e-6)


# Batches of a text.


@pytest.mark.parametrize(("n", "N", "k"), [(25, 3, 4), (37, 3, 4), (50, 4, 5), (11, 2, 7), (2, 1, 1), (1000, 7, 13)])
def test_rows_read_the_text_and_targets_follow_it(functions, n, N, k):
    ids = np.arange(n)  # each id says where it stands
    batches = functions["stream_batches"](ids, N, k)
    x, y = (np.concatenate([pair[i] for pair in batches], axis=1) for i in (0, 1))
    L = (n - 1) // N
    assert x.shape == (N, L)
    np.testing.assert_array_equal(y, x + 1)
    np.testing.assert_array_equal(x.ravel(), np.arange(N * L))
    assert [pair[0].shape[1] for pair in batches[:-1]] == [k] * (len(batches) - 1)
    assert 1 <= batches[-1][0].shape[1] <= k


# Clipping.


def test_clipping_keeps_the_direction_and_sets_a_ceiling(functions):
    rng = np.random.default_rng(0)
    grads = {"Wx": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    flat = np.concatenate([grads["Wx"].ravel(), grads["b"]])
    for limit in (0.01, 0.5, 1.0, 3.0, 100.0):
        clipped, norm = functions["clip_grad_norm"](grads, limit)
        own = np.concatenate([clipped["Wx"].ravel(), clipped["b"]])
        assert norm == pytest.approx(np.sqrt(flat @ flat), rel=1e-15)
        assert np.sqrt(own @ own) == pytest.approx(min(norm, limit), rel=1e-14)
        assert own @ flat / np.sqrt((own @ own) * (flat @ flat)) == pytest.approx(1, abs=1e-14)


# Sampling: by frequencies, against probabilities that a loop in Python's own floats computes.


def test_the_remembering_network_remembers_two_ids_and_a_mark():
    """By tanh alone: units that are −1 or +1 to the last bit that matters, and 0 before anything was heard."""
    rng = np.random.default_rng(3)
    params = sampling.remembering(rng)
    for mark, sign in ((0, 1), (1, -1), (None, 0)):
        heard = [*([] if mark is None else [mark]), *(sampling.MARKS + rng.integers(0, 4, 40))]
        h = np.zeros(len(params["b"]))
        for step, i in enumerate(heard):
            h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
            if step > 1:
                memories = [2.0 * (np.arange(sampling.IDS) == heard[place]) - 1 for place in (step, step - 1)]
                np.testing.assert_allclose(h, [*memories[0], *memories[1], sign], rtol=0, atol=1e-15)


def drawn_scores(params, prime, ids, mistake):
    """Return the scores for each of `ids` in a loop over single steps, as a sampler with `mistake` computes them."""
    h = np.ones(len(params["b"])) if mistake == "starts-from-ones" else np.zeros(len(params["b"]))

    def step(i, h):
        return np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])

    for i in prime[-1:] if mistake == "prime-not-heard" else prime:
        h = step(i, h)
    scores = []
    for i in ids:
        scores.append(h @ params["Wy"] + params["by"])
        if mistake != "state-stands-still":
            h = step(prime[-1] if mistake == "not-fed-back" else i, 0 * h if mistake == "state-not-carried" else h)
    return scores


@pytest.mark.parametrize("length", [1, 3])
def test_the_network_is_run_as_each_mistaken_sampler_runs_it(functions, length):
    """On a network that is not made for the judge: the scores of every reading are those of a loop of single steps."""
    rng = np.random.default_rng(5)
    params = {name: rng.normal(size=shape) for name, shape in
              (("Wx", (4, 5)), ("Wh", (5, 5)), ("b", 5), ("Wy", (5, 4)), ("by", 4))}  # fmt: skip
    prime, ids = rng.integers(0, 4, length), rng.integers(0, 4, 12)
    found = sampling._scores(functions["rnn_forward"], params, prime, ids)
    assert set(found) == {reading for reading, _ in sampling._EXPLANATIONS.values()}
    for reading, scores in found.items():
        np.testing.assert_allclose(scores, drawn_scores(params, prime, ids, reading), atol=1e-12, err_msg=reading)


def test_ids_that_no_known_mistake_makes_are_refused_without_a_name(course):
    """Without its bias the network writes marks, which neither it nor a known mistake ever does."""
    report = checked(sampler(course, '(h @ params["Wy"] + params["by"])[0]', '(h @ params["Wy"])[0]'))
    assert (report.status, report.mistake) == ("wrong", None)
    assert "too improbable together" in str(report)


def test_frequencies_of_the_first_draw_are_the_softmax(functions):
    rng = np.random.default_rng(5)
    params = {name: rng.normal(size=shape) for name, shape in
              (("Wx", (3, 4)), ("Wh", (4, 4)), ("b", 4), ("Wy", (4, 3)), ("by", 3))}  # fmt: skip
    h = np.zeros(4)
    for i in (2, 0):
        h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
    p = np.exp((h @ params["Wy"] + params["by"]) / 0.8)
    p /= p.sum()
    draws = [functions["sample"](params, np.array([2, 0]), 1, 0.8, rng)[0] for _ in range(3000)]
    counts = np.bincount(draws, minlength=3)
    assert np.all(np.abs(counts - 3000 * p) < 5.5 * np.sqrt(3000 * p * (1 - p)))


def test_a_right_sampler_is_never_refused(course):
    exercise = course.exercise("sample")
    for seed in range(12):
        for case in cases.draw(exercise, course, np.random.default_rng(100 + seed)):
            right = cases.answer(exercise, course, case)
            assert properties.compared(exercise.properties, case.inputs, right, course.reference)["ids"].ok


def test_a_sampler_with_an_error_nobody_foresaw_is_refused(course):
    case = cases.draw(course.exercise("sample"), course, np.random.default_rng(0))[0]
    n = case.inputs["n"]
    for ids in (
        np.random.default_rng(1).integers(2, 6, n),  # four ids at random
        np.arange(n) % 4 + 2,  # each in its turn
        np.full(n, 3),
        np.zeros(n, dtype=int),  # a mark, which is all but impossible
    ):
        found = sampling.judge_sample(case.inputs, {"ids": ids}, course.reference["rnn_forward"])["ids"]
        assert not found.ok and found.message


@pytest.mark.parametrize(
    ("ids", "problem"),
    [
        (None, "missing"),
        (7, "kind"),
        ([3] * 600, "kind"),
        (Opaque("Tensor"), "kind"),
        (np.full(600, 3.0), "kind"),
        (np.full((600, 1), 3), "shape"),
        (np.full(603, 3), "shape"),
        (np.full(600, 6), "property"),
        (np.full(600, -1), "property"),
        (np.full(600, "a"), "kind"),
    ],
)
def test_what_is_no_array_of_ids_is_told(course, ids, problem):
    inputs = writing(600, 1.0)(np.random.default_rng(0), None)
    found = sampling.judge_sample(inputs, {"ids": ids}, course.reference["rnn_forward"])["ids"]
    assert found.problem == problem
    assert found.message.startswith("ids")


CHANCE = {
    "np.random.choice(": "chance-of-its-own",
    "np.random.default_rng().choice(": "chance-of-its-own",
    "(rng if len(ids) % 4 else np.random.default_rng()).choice(": "chance-of-its-own",
    "(rng := np.random.default_rng(0) if not len(ids) else rng).choice(": "rng-ignored",
    "(np.random.seed(5 + len(ids)) or np.random).choice(": "rng-ignored",
}


def sampler(course, old, new):
    """Return the reference's sampler with one edit."""
    source = course.reference.sources["sample"]
    assert source.count(old) == 1
    return course.reference.replaced("sample", source.replace(old, new))


@pytest.mark.parametrize(("draws", "mistake"), CHANCE.items(), ids=CHANCE)
def test_chance_that_is_not_rng_s_is_named(course, draws, mistake):
    report = checked(sampler(course, "rng.choice(", draws))
    assert (report.status, report.mistake) == ("wrong", mistake), str(report)


@pytest.mark.parametrize(
    "draws",
    [
        "np.random.Generator(rng.bit_generator).choice(",
        "np.random.default_rng(rng.integers(2**31)).choice(",  # a child of its own, from rng
    ],
)
def test_chance_that_comes_from_rng_in_another_way_is_right(course, draws):
    report = checked(sampler(course, "rng.choice(", draws))
    assert report.ok and not report.warnings


def test_the_global_generator_is_noticed_even_where_rng_seeds_it(course):
    report = checked(sampler(course, "rng.choice(", "(np.random.seed(rng.integers(2**31)) or np.random).choice("))
    assert report.ok and list(report.warnings) == ["chance"]


def test_temperature_zero_and_nearly_zero_agree(functions):
    inputs = writing(50, 0)(np.random.default_rng(9), None)
    arguments = [fresh(inputs[name]) for name in ("params", "prime", "n")]
    greedy = functions["sample"](*arguments, 0, np.random.default_rng(0))
    near = functions["sample"](*arguments, 1e-6, np.random.default_rng(0))
    np.testing.assert_array_equal(greedy, near)


# What must not pass, and what the text says.


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("sample", "stream_batches")])
def test_zeros_and_copies_of_the_inputs_never_pass(course, name):
    exercise = course.exercise(name)
    case = cases.draw(exercise, course, np.random.default_rng(0))[0]
    for output, expected in cases.answer(exercise, course, case).items():
        copies = [case.inputs["grads"]] if name == "clip_grad_norm" else list(case.inputs.values())
        for wrong in (0.0, 1.0, *copies):
            assert not compare(output, wrong, expected).ok
