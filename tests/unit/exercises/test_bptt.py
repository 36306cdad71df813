"""Assignment 02: the gradients are right by somebody else's word, and every number in the text is true."""

import math
import re

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.bptt import bug_hunt
from autograder.assignments.bptt.exercises import ASSIGNMENT, EXERCISES
from autograder.auditing.audit import judged
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils import gradients
from utils.fixtures import load
from utils.gradients import check_backward

BACKWARD = [exercise.name for exercise in EXERCISES if exercise.forward]
SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


def drawn_for(course, name, seed=11):
    exercise = course.exercise(name)
    source = course.exercise(exercise.forward) if exercise.forward else exercise
    draw = source.inputs[0] if isinstance(source.inputs, tuple) else source.inputs
    return dict(draw(np.random.default_rng(seed), SIZES))


def passes(course, name, inputs, seed=1):
    """Return the upstream gradient and what the solution sends back."""
    exercise = course.exercise(name)
    out, cache = course.reference[exercise.forward](*inputs.values())
    upstream = np.random.default_rng(seed).standard_normal(out.shape)
    returned = course.reference[name](upstream, cache)
    returned = returned if isinstance(returned, tuple) else (returned,)
    return upstream, dict(zip(exercise.outputs, returned, strict=True))


def where_from(inputs, output):
    """Return the argument that an output is the gradient of: dWx of Wx, dprev_h of prev_h."""
    return next(name for name in inputs if output == f"d{name}")


# The complex step: exact to round-off, and knows nothing of backward passes.


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_passes_agree_with_the_complex_step(course, name):
    inputs = drawn_for(course, name)
    upstream, sent = passes(course, name, inputs)
    forward = course.reference[course.exercise(name).forward]
    if name == "rnn_backward":
        forward = in_complex_numbers(course)
    for output, gradient in sent.items():
        wanted = where_from(inputs, output)
        exact = np.zeros(inputs[wanted].shape)
        for index in np.ndindex(exact.shape):
            moved = {key: value.astype(complex) if value.dtype.kind == "f" else value for key, value in inputs.items()}
            moved[wanted][index] += 1e-30j
            exact[index] = np.sum(upstream * np.imag(forward(*moved.values())[0])) / 1e-30
        np.testing.assert_allclose(gradient, exact, rtol=1e-12, atol=1e-13, err_msg=output)


def in_complex_numbers(course):
    """Return rnn_forward over the solution's step, keeping what is imaginary."""

    def forward(x, h, *weights):
        states = []
        for t in range(x.shape[1]):
            h, _ = course.reference["rnn_step_forward"](x[:, t], h, *weights)
            states.append(h)
        return np.stack(states, axis=1), None

    return forward


# HIPS autograd, through networks written here.


def network(x, h, Wx, Wh, b):
    states = []
    for t in range(x.shape[1]):
        h = autograd.numpy.tanh(autograd.numpy.dot(x[:, t], Wx) + autograd.numpy.dot(h, Wh) + b)
        states.append(h)
    return autograd.numpy.stack(states, axis=1)


def test_rnn_backward_agrees_with_autograd(course):
    inputs = drawn_for(course, "rnn_backward")
    upstream, sent = passes(course, "rnn_backward", inputs)
    loss = lambda *args: autograd.numpy.sum(upstream * network(*args))  # noqa: E731
    for position, gradient in enumerate(sent.values()):
        expected = autograd.grad(loss, position)(*inputs.values())
        np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-12)


def test_softmax_loss_agrees_with_autograd(course):
    def loss(x, y, mask):
        log_p = x - autograd.numpy.log(autograd.numpy.sum(autograd.numpy.exp(x), axis=2, keepdims=True))
        picked = [log_p[n, t, y[n, t]] for n in range(x.shape[0]) for t in range(x.shape[1]) if mask[n, t]]
        return -sum(picked) / x.shape[0]

    inputs = drawn_for(course, "temporal_softmax_loss")
    told, dx = course.reference["temporal_softmax_loss"](*inputs.values())
    assert told == pytest.approx(loss(*inputs.values()), rel=1e-12)
    np.testing.assert_allclose(dx, autograd.grad(loss)(*inputs.values()), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", [name for name in BACKWARD if name != "word_embedding_backward"])
def test_the_gradient_checker_passes_the_solution(course, name):
    inputs = drawn_for(course, name)
    forward = course.reference[course.exercise(name).forward]
    assert check_backward(forward, course.reference[name], inputs)


# Published: what CS231n's notebooks have told their readers to expect since 2016.


@pytest.mark.parametrize(
    ("N", "T", "share", "low", "high"),
    [(100, 1, 1.0, 2.25, 2.35), (100, 10, 1.0, 22.9, 23.2), (5000, 10, 0.1, 2.2, 2.4)],
)
def test_softmax_loss_is_about_what_cs231n_publishes(course, N, T, share, low, high):
    """Of ten classes and tiny scores each step costs about ln 10: 2.3, 23, and 2.3 with a tenth of the steps kept."""
    rng = np.random.default_rng(0)
    x, y = 0.001 * rng.standard_normal((N, T, 10)), rng.integers(0, 10, (N, T))
    loss, _ = course.reference["temporal_softmax_loss"](x, y, rng.random((N, T)) <= share)
    assert low < loss < high


# Closed forms.


def test_the_reminder_about_softmax_holds_for_a_single_step_alone(course):
    """p minus the one-hot of y, as the text says without mask and mean; with them it is another number."""
    [text] = [c.source for c in course.sources[ASSIGNMENT].cells if "Two reminders." in c.source]
    assert "For a single step, without mask and mean," in " ".join(text.split())
    x = np.array([1.0, -0.5, 2.0])
    p = np.exp(x) / np.exp(x).sum()
    loss = course.reference["temporal_softmax_loss"]
    _, one = loss(x[None, None], np.array([[2]]), np.ones((1, 1), dtype=bool))
    np.testing.assert_allclose(one[0, 0], p - [0, 0, 1])
    _, two = loss(np.stack([x, x])[:, None], np.array([[2], [2]]), np.array([[True], [False]]))
    np.testing.assert_allclose(two[:, 0], [(p - [0, 0, 1]) / 2, np.zeros(3)])


def test_a_constant_linear_chain_has_the_gradients_of_a_geometric_series(course):
    """Near 0 tanh is the identity: with a loss of 1 at every step, dx at step t is 1 + w + … + w^(T−t)."""
    T, w, tiny = 6, 0.8, 1e-9
    inputs = (np.full((1, T, 1), tiny), np.zeros((1, 1)), np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    _, cache = course.reference["rnn_forward"](*inputs)
    dx, dh0, _, _, db = course.reference["rnn_backward"](np.ones((1, T, 1)), cache)
    series = [(1 - w ** (T - t)) / (1 - w) for t in range(T)]
    np.testing.assert_allclose(dx[0, :, 0], series, rtol=1e-12)
    assert dh0.item() == pytest.approx(w * series[0], rel=1e-12)
    assert db.item() == pytest.approx(sum(series), rel=1e-12)


def test_gradients_are_linear_in_the_losses(course):
    """All losses at once send back the sum of what each sends alone."""
    inputs = drawn_for(course, "rnn_backward")
    h, cache = course.reference["rnn_forward"](*inputs.values())
    dh = np.random.default_rng(2).standard_normal(h.shape)
    together = course.reference["rnn_backward"](dh, cache)
    alone = [course.reference["rnn_backward"](dh * (np.arange(5) == t)[:, None], cache) for t in range(5)]
    for position, gradient in enumerate(together):
        np.testing.assert_allclose(gradient, sum(one[position] for one in alone), rtol=1e-12, atol=1e-13)


def test_embedding_counts_every_place_of_a_word(course):
    dW = course.reference["word_embedding_backward"](
        np.arange(12.0).reshape(2, 3, 2), (np.array([[0, 2, 2], [2, 0, 3]]), (5, 2))
    )
    np.testing.assert_array_equal(dW, [[8, 10], [0, 0], [12, 15], [10, 11], [0, 0]])


@pytest.mark.parametrize("T", range(1, 9))
def test_upstream_mask_is_where_the_drawing_has_outputs(course, T):
    from utils.figures._wirings import TASKS, unroll

    for wiring in TASKS:
        graph = unroll(wiring, T)
        mask = course.reference["upstream_mask"](wiring, graph.T)
        assert mask.dtype == bool
        if wiring == "many to many, delayed" and T == 1:
            continue  # nothing to delay: the exercise does not ask
        assert [t + 1 for t in np.flatnonzero(mask)] == list(graph.outputs), wiring


def test_the_masked_case_is_exactly_where_dh_is_zero(course):
    """In the wirings without feedback, dh is the gradient at the outputs taken through Wy: zero where none leaves."""
    for wiring in ("many to one", "many to many, aligned"):
        mask = course.reference["upstream_mask"](wiring, 4)
        dy = np.ones((2, 4, 3)) * mask[:, None]
        dh, _, _ = course.reference["temporal_affine_backward"](dy, (np.ones((2, 4, 5)), np.ones((5, 3)), np.zeros(3)))
        np.testing.assert_array_equal(np.abs(dh).max(axis=(0, 2)) > 0, mask)


# What the cases must catch.


def test_masks_tell_every_way_to_divide_apart(course):
    exercise = course.exercise("temporal_softmax_loss")
    for seed in range(5):
        *ordinary, single = cases.draw(exercise, course, np.random.default_rng(seed))
        for case in ordinary:
            mask = case.inputs["mask"]
            assert mask.sum() not in (len(mask), mask.size)
        assert single.inputs["mask"].tolist() == [[True]]
        assert np.abs(ordinary[2].inputs["x"]).max() > 709  # beyond it exp overflows


# The bug hunt.


@pytest.fixture(scope="module", params=["graded", "shown"])
def pairs(request, course):
    exercise = course.exercise("spots_the_bug")
    drawn = cases.draw(exercise, course, np.random.default_rng(7), shown=request.param == "shown")
    return [(case.inputs["forward"].function, case.inputs["backward"].function) for case in drawn]


def error(forward, backward, N=3, T=6):
    """Return how far a backward pass is from the complex step, relative to the largest entry; inf for a shape."""
    rng = np.random.default_rng(4)
    inputs = [rng.standard_normal(shape) for shape in ((N, T, 2), (N, 4), (2, 4), (4, 4), (4,))]
    h, cache = forward(*inputs)
    dh, worst = rng.standard_normal(h.shape), 0.0
    for which, gradient in enumerate(backward(dh.copy(), cache)):
        exact = np.zeros(inputs[which].shape)
        for index in np.ndindex(exact.shape):
            moved = [value.astype(complex) for value in inputs]
            moved[which][index] += 1e-30j
            exact[index] = np.sum(dh * np.imag(forward(*moved)[0])) / 1e-30
        if np.shape(gradient) != exact.shape:
            return np.inf
        worst = max(worst, np.abs(gradient - exact).max() / np.abs(exact).max())
    return worst


def test_one_pair_is_right_and_six_are_plainly_broken(pairs):
    errors = sorted(error(*pair) for pair in pairs)
    assert len(errors) == 7
    assert errors[0] < 1e-12
    assert errors[1] > 0.01


def test_graded_and_shown_pairs_are_different():
    texts = [
        {draw(np.random.default_rng(0), None)["backward"].text for draw in draws}
        for draws in (bug_hunt.GRADED, bug_hunt.SHOWN)
    ]
    assert all(len(found) == 7 for found in texts)
    assert not texts[0] & texts[1]


def test_the_order_of_the_pairs_depends_on_the_seed():
    def order(seed):
        rng = np.random.default_rng(seed)
        return [draw(rng, None)["backward"].text for draw in bug_hunt.GRADED]

    assert order(1) == order(1)
    assert len({[text.endswith(bug_hunt._RIGHT) for text in order(seed)].index(True) for seed in range(30)}) > 3


def test_no_pair_says_how_a_backward_pass_is_written():
    """Whoever is asked reads the functions that are handed over, and may hand in again."""
    for draw in bug_hunt.GRADED:
        text = draw(np.random.default_rng(0), None)["backward"].text
        assert "complex" in text and ".T" not in text and "** 2" not in text


def test_hunters_are_paid_by_what_they_catch():
    right = [{"broken": flag} for flag in (True, False, True, True, True, True, True)]

    def told(*flags):
        return [{"broken": bool(flag)} for flag in flags]

    assert bug_hunt.caught(right, told(1, 0, 1, 1, 1, 1, 1)) == 1
    assert bug_hunt.caught(right, told(1, 0, 0, 1, 0, 1, 0)) == 0.5
    assert bug_hunt.caught(right, told(0, 0, 0, 0, 0, 0, 0)) == 0
    assert bug_hunt.caught(right, told(1, 1, 1, 1, 1, 1, 1)) == 0
    assert bug_hunt.caught(right, told(1, 1, 0, 1, 1, 1, 1)) == 0
    assert bug_hunt.caught(right, [{"broken": None}] * 7) == 0


ROOM = {"N": 3, "T": 6, "D": 2, "H": 4}
TOO_LITTLE = {
    "one step": {"T": 1},
    "one sequence": {"N": 1},
    "one of everything": dict.fromkeys(ROOM, 1),
    "an h0 of zeros": {"h0": 0.0},
}


def hunting_with_check_backward(N, T, D, H, h0=1.0):
    """Return the hunter of one line, with random inputs of these sizes."""
    rng = np.random.default_rng(0)
    shapes = {"x": (N, T, D), "h0": (N, H), "Wx": (D, H), "Wh": (H, H), "b": (H,)}
    inputs = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    inputs["h0"] *= h0
    return lambda forward, backward: not check_backward(forward, backward, inputs)


def test_check_backward_may_do_the_nudging_and_the_inputs_are_what_counts(course):
    """As the text says: with inputs that give bugs room one line earns all points, with others it does not."""
    [text] = [cell.source for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("## Bug hunt")]
    assert "let `gradients.check_backward` do it: both are allowed." in " ".join(text.split())
    exercise = course.exercise("spots_the_bug")
    assert judged(exercise, course, hunting_with_check_backward(**ROOM)).score == 1
    scores = {
        name: judged(exercise, course, hunting_with_check_backward(**ROOM | changes)).score
        for name, changes in TOO_LITTLE.items()
    }
    assert all(0 < score < 1 for score in scores.values()), scores


def test_what_learners_can_read_holds_no_backward_pass(course):
    """The shown pairs stand in a fixture: nothing there is a line of rnn_backward, of its step, or of the hunt."""
    lines = {
        line.strip()
        for name in ("rnn_step_backward", "rnn_backward", "spots_the_bug")
        for line in course.reference.sources[name].splitlines()
        if len(line.strip()) > 12
    }
    for case in load("spots_the_bug")["cases"]:
        for pair in case["inputs"].values():
            assert not lines & {line.strip() for line in pair.text.splitlines()}
            assert "1 - " not in pair.text and "tanh" not in pair.text


# Every number in the text and the hints, from the same code.


def printed(course, capsys, word):
    """Run the cell of the notebook in which `word` stands, and return what it prints."""
    [cell] = [c for c in course.sources[ASSIGNMENT].cells if c.cell_type == "code" and word in c.source]
    exec(cell.source, {"np": np, "rnn_forward": course.reference["rnn_forward"]})
    return capsys.readouterr().out


def test_the_slope_cell(course, capsys):
    rows = re.findall(r"state ([\d.]+) +slope ([\d.]+)", printed(course, capsys, "for total in"))
    assert rows == [("0.0000", "1.0000"), ("0.4621", "0.7864"), ("0.9901", "0.0198")]
    for state, slope in rows:
        assert float(slope) == pytest.approx(1 - float(state) ** 2, abs=2e-4)


def test_the_two_losses_cell(course, capsys):
    said = printed(course, capsys, "def two_losses")
    assert re.findall(r"\d\.\d{4}", said) == ["1.0000", "0.8375", "1.8375"]
    assert 0.9 * (1 - math.tanh(0.27) ** 2) == pytest.approx(0.8375, abs=5e-5)


def test_the_second_opinion_of_the_notebook(course):
    """Its own cell, with the solution, with a mistake that H × H hides, and with a stub."""
    [cell] = [c for c in course.sources[ASSIGNMENT].cells if "check_backward(rnn_step_forward" in c.source]
    assert "explore" in cell.metadata.tags
    *setting, call = cell.source.splitlines()

    def report(backward):
        space = {"np": np, "gradients": gradients, "rnn_step_forward": course.reference["rnn_step_forward"]}
        exec("\n".join(setting), space)
        return eval(call, space | {"rnn_step_backward": backward})

    right = report(course.reference["rnn_step_backward"])
    assert right and max(row.error for row in right) < 1e-9
    assert [row.name for row in right] == ["x", "prev_h", "Wx", "Wh", "b"]
    assert all(row.checked == row.entries for row in right), "every entry is nudged"

    text = course.reference.sources["rnn_step_backward"]
    space = {"np": np}
    exec(text.replace("da @ Wh.T", "da @ Wh"), space)
    wrong = report(space["rnn_step_backward"])
    assert [row.name for row in wrong if not row] == ["prev_h"]

    def rnn_step_backward(dnext_h, cache):
        raise NotImplementedError

    assert str(report(rnn_step_backward)) == "rnn_step_backward is not started yet."


def test_the_error_of_the_second_opinion_is_the_learners_relative_error(course):
    inputs = drawn_for(course, "rnn_step_backward")
    forward, backward = course.reference["rnn_step_forward"], course.reference["rnn_step_backward"]
    for row in check_backward(forward, lambda *a: tuple(1.25 * g for g in backward(*a)), inputs):
        expected = course.reference["relative_error"](row.analytic_gradient, row.numeric_gradient)
        assert row.error == pytest.approx(expected, rel=1e-6)
        assert row.error == pytest.approx(0.25 / 2.25, rel=1e-6)


def test_the_fed_back_gradient_cell(course, capsys):
    numbers = [float(n) for n in re.findall(r"\d+\.\d{4}", printed(course, capsys, "def fed_back_loss"))]
    by_state, by_output, together, nudged = numbers
    assert together == pytest.approx(by_state + by_output, abs=1e-4)
    assert nudged == together
    exact = np.imag(2 * np.tanh(2.5 * (0.3 + 1e-30j))) / 1e-30
    assert together == pytest.approx(exact, abs=5e-5)
    assert by_output / by_state == pytest.approx(4, abs=1e-3)


def test_the_fed_back_gradient_goes_back_step_by_step(course):
    """What the text says of networks that feed themselves, with the course's own step, against autograd."""
    step, back = course.reference["rnn_step_forward"], course.reference["rnn_step_backward"]
    rng = np.random.default_rng(6)
    Wx, Wh, b, Wy = (rng.standard_normal(shape) for shape in ((2, 3), (3, 3), (3,), (3, 2)))
    x, h0, dy = rng.standard_normal((1, 2)), rng.standard_normal((1, 3)), rng.standard_normal((4, 1, 2))

    def loss(h):
        total, said = 0.0, x
        for t in range(4):
            h = autograd.numpy.tanh(autograd.numpy.dot(said, Wx) + autograd.numpy.dot(h, Wh) + b)
            said = autograd.numpy.dot(h, Wy)
            total = total + autograd.numpy.sum(dy[t] * said)
        return total

    h, said, caches = h0, x, []
    for _ in range(4):
        h, cache = step(said, h, Wx, Wh, b)
        said = h @ Wy
        caches.append(cache)
    dx, dh = 0, 0
    for t in reversed(range(4)):
        dx, dh, *_ = back((dy[t] + dx) @ Wy.T + dh, caches[t])
    np.testing.assert_allclose(dh, autograd.grad(loss)(h0), rtol=1e-11)


def test_the_bug_hunt_cell_nudges_one_weight(course, capsys):
    number = float(re.search(r"nudging: (\S+)", printed(course, capsys, "chosen, nudge"))[1])
    rng = np.random.default_rng(3)
    x, h0, Wx, Wh, b = (rng.standard_normal(shape) for shape in [(2, 4, 3), (2, 5), (3, 5), (5, 5), (5,)])
    dh = rng.standard_normal((2, 4, 5))
    _, cache = course.reference["rnn_forward"](x, h0, Wx, Wh, b)
    assert number == pytest.approx(course.reference["rnn_backward"](dh, cache)[3][1, 2], abs=2e-6)


def test_the_exemplar_reads_the_stepper_rightly(course):
    from utils.figures._graph_stepper import X, walk

    found = walk(course.reference["rnn_step_backward"], course.reference["rnn_step_forward"], (1, 2, 3, 4))
    shares = [found.back[t]["dWx"] for t in (4, 3, 2, 1)]
    [text] = [
        c.source for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown" and "Exemplar" in c.source
    ]
    sentence = re.search(r"stepper shows (.*?)\. The", text, re.DOTALL)[1]
    told = [float(number.replace("−", "-")) for number in re.findall(r"−?\d\.\d\d", sentence)]
    assert told == [round(share, 2) for share in (*shares, sum(shares))]
    assert X[1] == -0.9 and all(found.back[t]["db"] > 0 for t in found.back)
    assert [share > 0 for share in shares] == [x > 0 for x in X[::-1]]


def test_the_points_of_the_written_answer_stand_in_its_question(course):
    markdown = [" ".join(c.source.split()) for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown"]
    [question] = [text for text in markdown if "In your own words" in text]
    [answers] = [text for text in markdown if "Exemplar" in text]
    asked = [int(points) for points in re.findall(r"\((\d)(?: point)?\)", question)]
    assert asked == [1, 2, 1, 2, 1, 2, 1] and sum(asked) == 10
    rubric = answers.split("**Rubric.**")[1].split("**Borderline")[0]
    assert [int(points) for points in re.findall(r": (\d)(?: point)?(?:\.| \()", rubric)] == asked
    for kind, paid in (("Borderline", [1, 1, 1, 2, 1]), ("Tempting and wrong", [1, 2])):
        pattern = kind + r' \((\d) of 10\)\.\*\* "(.*?)" (.*?)(?=\*\*|$)'
        total, quoted, verdict = re.search(pattern, answers).groups()
        assert [int(points) for points in re.findall(r"\((\d)\)", verdict)] == paid
        assert int(total) == sum(paid)
        assert all(part in quoted for part in ("x_t times", "0.23", "0.44", "−1.75", "0.73", "−0.36"))


def test_numbers_in_hints_are_true():
    """Each hint's small example, computed."""
    slope = lambda h: 1 - h**2  # noqa: E731
    assert slope(0.5) == slope(-0.5) == 0.75
    assert slope(math.tanh(0.5)) == pytest.approx(0.7864, abs=5e-5)
    Wh, gradient = np.array([[0, 1], [0, 0]]), np.array([0, 1])
    assert (gradient @ Wh.T).tolist() == [1, 0]
    assert (gradient @ Wh).tolist() == [0, 0]
    rows = np.array([[1, 2], [3, 4]])
    assert rows.sum(axis=0).tolist() == [4, 6]
    assert rows.sum() == 10
    assert np.mean([0.2, 0.3]) == 0.25
    assert sum([0.5, 0.3, 0.1]) == pytest.approx(0.9)
    assert np.mean([0.5, 0.3, 0.1]) == pytest.approx(0.3)
    z = np.zeros(3)
    z[[1, 1]] += 1
    assert z[1] == 1
    with np.errstate(over="ignore"):
        assert np.exp(710.0) == np.inf
    for scores in ([-1.0, 0.0], [800.0, 801.0]):
        shares = np.exp(np.array(scores) - max(scores))
        assert (shares / shares.sum()).round(4).tolist() == [0.2689, 0.7311]
    assert math.ceil(5 / 2) == 3
