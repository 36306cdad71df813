"""Assignment 04: the solutions agree with independent sources, and the exercises catch what they must."""

import itertools
from pathlib import Path

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments import variants
from autograder.assignments.gradient_flow.exercises import EXERCISES
from autograder.course.exercise import Sizes
from autograder.judging import cases
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from utils.check_file.plain_file import load
from utils.checking.check_function import checked
from utils.checking.properties.gradient_flow import spectral_radius
from utils.figures.stills.gradient_flow import measure_starts
from utils.figures.style import short

TEXT = (Path(__file__).resolve().parents[3] / "solutions" / "04-gradient-flow.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run():
    """A small network of its own, run by its own loop: x, h0 and weights, and h."""
    rng = np.random.default_rng(8)
    N, T, D, H = 2, 5, 3, 4
    x, h0 = rng.normal(size=(N, T, D)), rng.uniform(-0.9, 0.9, (N, H))
    Wx, Wh, b = rng.normal(size=(D, H)) / 2, rng.normal(size=(H, H)) / 2, rng.normal(size=H) / 3
    return x, h0, Wx, Wh, b, forward(x, h0, Wx, Wh, b)


def forward(x, h0, Wx, Wh, b, start=0, np=np):
    """Return the states after `start`, shape (N, T − start, H), from the state h0 before step `start` + 1."""
    h, states = h0, []
    for t in range(start, x.shape[1]):
        h = np.tanh(np.dot(x[:, t], Wx) + np.dot(h, Wh) + b)
        states.append(h)
    return np.stack(states, axis=1)


# HIPS autograd and the complex step differentiate the forward pass itself, which knows nothing of Jacobians.


def test_jacobians_are_those_of_autograd(functions, run):
    x, _, Wx, Wh, b, h = run
    product = functions["jacobian_product"](h, Wh)
    T = h.shape[1]
    for t in range(1, T):
        last = autograd.jacobian(lambda s, t=t: forward(x, s, Wx, Wh, b, t, autograd.numpy)[:, -1])(h[:, t - 1])
        for n in range(len(h)):
            np.testing.assert_allclose(product[n, t - 1], last[n, :, n], rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(product[:, -1], np.broadcast_to(np.eye(4), (2, 4, 4)))
    np.testing.assert_allclose(functions["step_jacobian"](h[:, -1], Wh), product[:, -2], rtol=1e-14)


def test_the_gradients_agree_with_the_complex_step(functions, run):
    x, _, Wx, Wh, b, h = run
    before = h[:, 0].astype(complex)
    before[1, 2] += 1e-30j
    column = np.imag(forward(x, before, Wx, Wh, b, 1)[:, -1]) / 1e-30
    np.testing.assert_allclose(functions["jacobian_product"](h, Wh)[1, 0, :, 2], column[1], rtol=1e-12)
    np.testing.assert_array_equal(column[0], 0)  # the sequences of a batch do not influence one another


def test_gradients_and_the_two_paths_are_those_of_autograd(functions, run):
    x, h0, Wx, Wh, b, h = run
    dh_T = np.random.default_rng(9).normal(size=h0.shape)
    norms = functions["gradient_norms"](dh_T, h, Wh)
    for t in range(1, h.shape[1]):
        loss = lambda s, t=t: (dh_T * forward(x, s, Wx, Wh, b, t, autograd.numpy)[:, -1]).sum()  # noqa: E731
        np.testing.assert_allclose(norms[:, t - 1], np.linalg.norm(autograd.grad(loss)(h[:, t - 1]), axis=1))
    np.testing.assert_allclose(norms[:, -1], np.linalg.norm(dh_T, axis=1))
    whole = autograd.grad(lambda W: (dh_T * forward(x, h0, Wx, W, b, 0, autograd.numpy)[:, -1]).sum())(Wh)

    def only_step_1(W):
        first = autograd.numpy.tanh(autograd.numpy.dot(x[:, 0], Wx) + autograd.numpy.dot(h0, W) + b)
        return (dh_T * forward(x, first, Wx, Wh, b, 1, autograd.numpy)[:, -1]).sum()

    share = np.linalg.norm(autograd.grad(only_step_1)(Wh), 2) / np.linalg.norm(whole, 2)
    assert functions["repair_products"](dh_T, h0, h, Wh)[3] == pytest.approx(share, rel=1e-10)
    assert functions["repair_products"](dh_T, 0 * h0, h, Wh)[3] == 0  # with h0 = 0 the notes' path carries nothing


def test_the_notes_product_written_out(functions, run):
    *_, Wh, _, h = run
    right = functions["jacobian_product"](h, Wh)[:, 0]
    _, error, _, _ = functions["repair_products"](np.ones((2, 4)), np.zeros((2, 4)), h, Wh)
    for n in range(2):
        slopes, power = np.eye(4), np.eye(4)
        for t in range(1, 5):
            slopes, power = slopes @ np.diag(1 - h[n, t] ** 2), power @ Wh.T
        ratio = np.linalg.svd(slopes @ power - right[n])[1][0] / np.linalg.svd(right[n])[1][0]
        assert error[n] == pytest.approx(ratio, rel=1e-12)
    one = np.random.default_rng(2).uniform(-0.9, 0.9, (3, 6, 1))
    _, error, _, _ = functions["repair_products"](np.ones((3, 1)), np.zeros((3, 1)), one, np.array([[1.3]]))
    assert error.max() < 1e-14, "with one unit the notes are right"


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_bounds_and_is_reached(functions, seed):
    rng = np.random.default_rng(seed)
    h, Wh = rng.uniform(-0.95, 0.95, (3, 7, 5)), rng.normal(size=(5, 5))
    bound = functions["norm_bound"](h, Wh)
    norms = np.linalg.norm(functions["jacobian_product"](h, Wh), 2, axis=(2, 3))
    assert (norms <= bound * (1 + 1e-12)).all()
    assert bound[:, -1] == pytest.approx(1)
    # Equal slopes and an orthogonal matrix leave no slack.
    Q = functions["orthogonal"](5, rng)
    even = np.full((1, 7, 5), 0.5)
    assert functions["norm_bound"](even, 1.5 * Q)[0] == pytest.approx((0.75 * 1.5) ** np.arange(6, -1, -1))
    tight = np.linalg.norm(functions["jacobian_product"](even, 1.5 * Q), 2, axis=(2, 3))
    assert tight == pytest.approx(functions["norm_bound"](even, 1.5 * Q))


def test_rescale_sets_the_norm_and_keeps_the_direction(functions):
    Wh = np.random.default_rng(3).normal(size=(6, 6))
    kept = Wh.copy()
    rescaled = functions["rescale"](Wh, 1.7)
    assert np.sqrt(np.linalg.eigvalsh(rescaled.T @ rescaled)[-1]) == pytest.approx(1.7)
    assert rescaled / rescaled[0, 0] == pytest.approx(Wh / Wh[0, 0])
    np.testing.assert_array_equal(Wh, kept)


def test_orthogonal_is_haar(functions):
    """E tr(Q)² = 1 and E tr(Q) = 0 over Haar's measure; without the signs of R the diagonal is biased."""
    traces = np.array([np.trace(functions["orthogonal"](4, np.random.default_rng(seed))) for seed in range(4000)])
    assert abs(traces.mean()) < 0.06
    assert traces.var() == pytest.approx(1, abs=0.08)
    biased = [np.trace(np.linalg.qr(np.random.default_rng(s).standard_normal((4, 4)))[0]) for s in range(1000)]
    assert abs(np.mean(biased)) > 0.3


# The two constructions, by closed forms.


@pytest.mark.parametrize("H", [2, 5, 12])
def test_the_constructions_in_closed_form(functions, H):
    W = functions["counterexample_vanish"](H)
    half = np.linalg.svd([[0.5, 1.5], [0, 0.5]], compute_uv=False)
    assert np.linalg.svd(W)[1][[0, -1]] == pytest.approx([half[0], half[1]])
    assert half[0] * half[1] == pytest.approx(0.25)  # the determinant
    corner = 60 * 1.5 * 0.5**59
    assert np.linalg.matrix_power(W, 60)[0, 1] == pytest.approx(corner)
    assert np.linalg.norm(np.linalg.matrix_power(W, 60), 2) < 2 * corner < 1e-6
    W = functions["counterexample_transient"](H)
    peak = [np.linalg.norm(np.linalg.matrix_power(W, t), 2) for t in range(20)]
    assert max(peak) == peak[9] > 9 * 2.7 * 0.9**8 > 10
    assert np.linalg.norm(W, 2) < 4
    assert spectral_radius(W) == 0.9


# What the cases must catch.


def test_the_drawn_matrices_make_the_order_matter(course):
    """In an ordinary case all sizes differ and there are two factors or more; one special case is a single step."""
    drawn = cases.draw(course.exercise("jacobian_product"), course, np.random.default_rng(1))
    for case in drawn[:3]:
        N, T, H = case.inputs["h"].shape
        assert T >= 3 and len({N, H}) == 2
        assert np.abs(np.linalg.eigvals(case.inputs["Wh"])).max() == pytest.approx(1, abs=1e-6)
    assert [case.special for case in drawn if case.inputs["h"].shape[1] == 1] == ["T = 1"]


@pytest.mark.parametrize("path", variants("gradient_flow"), ids=lambda path: path.stem)
def test_other_right_answers_are_accepted(path):
    functions = load(path)
    for exercise in EXERCISES:
        forward = {"forward": functions[exercise.forward]} if exercise.forward else {}
        report = checked(functions[exercise.name], **forward)
        assert report.ok, str(report)


@pytest.mark.parametrize("id", ["rng-ignored", "chance-of-its-own", "unit-columns-only", None])
def test_the_judge_names_mistakes_that_only_several_matrices_show(course, id):
    exercise = course.exercise("orthogonal")
    function = course.reference["orthogonal"]
    for mistake in exercise.mistakes:
        if mistake.id == id:
            function = course.reference.mistaken("orthogonal", mistake)
    drawn = cases.draw(exercise, course, np.random.default_rng(0))
    answers = [Answer((cases.answer(exercise, course, case, function),)) for case in drawn]
    result = verdict(exercise, course, drawn, answers, 6.0)
    assert result.mistake == id
    assert result.score == (6.0 if id is None else 0.0)


def test_choices_are_judged_together_in_the_grade(course):
    exercise = course.exercise("repair_growth")
    drawn = cases.draw(exercise, course, np.random.default_rng(0))
    right = [cases.answer(exercise, course, case) for case in drawn]

    def graded(**own):
        return verdict(exercise, course, drawn, [Answer((answer | own,)) for answer in right], 8.0)

    tries = [graded(growth=growth, slope=slope) for growth in (1, 2, 3, 4) for slope in (1, 2, 3)]
    [found] = [result for result in tries if result.status == "passed"]
    assert found.score == 8.0
    others = [result for result in tries if result is not found and result.mistake is None]
    assert len(others) == 10 and len({(result.score, result.wrong, result.output) for result in others}) == 1
    assert (others[0].score, others[0].wrong) == (4.0, ("growth", "slope"))
    assert "Of the choices growth and slope, not all are right." in others[0].output
    assert graded(growth=1, slope=1).mistake == "believes-the-notes"
    waiting = [graded(growth=growth, size=0.0) for growth in (1, 2, 3, 4)]
    assert len({(result.score, result.wrong, result.output) for result in waiting}) == 1
    assert "can be confirmed only when size is right too" in waiting[0].output
    notes = graded(growth=1, slope=1, size=0.0)
    assert (notes.output, notes.mistake) == (waiting[0].output, None), "beside a wrong number no choice is named"


def test_the_card_does_not_say_which_choice_is_wrong(course):
    functions = course.reference
    for name, chosen in (("repair_growth", "growth, slope = 2, 3"), ("repair_products", "formula, paths = 3, 4")):
        first, last = (output for output, axes in course.exercise(name).outputs.items() if axes == "choice")
        cards = set()
        for a, b in itertools.product((1, 2, 3, 4), (1, 2, 3, 4)):
            if (a, b) not in ((2, 3), (1, 1)) if name == "repair_growth" else (a, b) not in ((3, 4), (1, 1)):
                own = chosen.split("=")[0] + f"= {a}, {b}"
                cards.add(str(checked(functions.replaced(name, functions.sources[name].replace(chosen, own)))))
        [card] = cards
        assert f"{first} and {last} are not all right yet" in card


# Every number of the text, from the same code.


def stated(text):
    assert " ".join(text.split()) in " ".join(TEXT.replace("\n# ", " ").split()), text


def test_the_gaussian_that_vanishes(functions):
    W = np.random.default_rng(29).standard_normal((24, 24))
    W *= 0.9 / np.abs(np.linalg.eigvals(W)).max()
    growth, size, slope, steepest = functions["repair_growth"](W, 60, np.linspace(-2, 2, 81), 3.0)
    assert np.linalg.norm(W, 2) == pytest.approx(1.67, abs=5e-3)
    assert size == pytest.approx(3.68e-3, abs=5e-6)
    assert (growth, slope) == (2, 3)
    assert steepest == pytest.approx(3.0)
    stated("the Gaussian W with H = 24, seed 29 has σ_max = 1.67, and ‖W^60‖ = 3.7e-3")


def test_the_numeric_examples():
    before, W_hh = np.array([0.5, -0.3]), np.array([[1.0, 2.0], [0.0, 3.0]])
    slopes = 1 - np.tanh(W_hh @ before) ** 2
    assert slopes * W_hh[:, 1] == pytest.approx([1.98, 1.46], abs=5e-3)  # the heavier weight moves its unit less
    W = np.array([[0.0, 1.2], [0.5, 0.0]])
    assert pytest.approx(56_000, rel=0.01) == 1.2**60
    assert np.linalg.norm(np.linalg.matrix_power(W, 60), 2) == pytest.approx(0.6**30)
    stated("1.2⁶⁰ ≈ 56,000")


def test_rounding_moves_the_eigenvalues_of_a_chain_only_once_it_is_rotated(functions):
    """A triangular matrix is stored as it is, with its eigenvalues on the diagonal; a rotated one is not."""
    chain = 0.9 * np.eye(24) + np.eye(24, k=1)
    assert np.abs(np.linalg.eigvals(chain)).max() == pytest.approx(0.9)
    for seed in range(5):
        Q = functions["orthogonal"](24, np.random.default_rng(seed))
        assert np.abs(np.linalg.eigvals(Q @ chain @ Q.T)).max() > 1
    stated(
        "Do not turn a long chain of units, each feeding the next, into QWQᵀ: rounding alone may move its "
        "eigenvalues above 0.95."
    )


def test_the_smallest_singular_value_above_1_forces_growth():
    W = np.random.default_rng(7).standard_normal((6, 6))
    W *= 1.05 / np.linalg.svd(W)[1][-1]
    for t in range(1, 40):
        assert np.linalg.svd(np.linalg.matrix_power(W / 1.05, t))[1][0] >= 1 - 1e-9


def test_sizes_of_a_single_step_are_the_edge_case():
    shapes = EXERCISES[1].inputs(np.random.default_rng(0), Sizes(N=1, T=1, D=2, H=3, M=4, V=5))
    assert shapes["h"].shape == (1, 1, 3)


def test_where_to_start(functions):
    """The three starts by loops of their own: medians, 10 to 90 %, and how often ReLU keeps all or nothing."""
    left = {"identity": [], "orthogonal": [], "relu": []}
    units = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rng.standard_normal((24, 24))  # W, which is not used here
        x = 0.5 * rng.standard_normal((60, 24))
        Q = functions["orthogonal"](24, np.random.default_rng(seed)).T
        for name, W, squash, slope in (
            ("identity", np.eye(24), np.tanh, lambda h: 1 - h**2),
            ("orthogonal", Q, np.tanh, lambda h: 1 - h**2),
            ("relu", np.eye(24), lambda a: np.maximum(a, 0), np.sign),
        ):
            h = squash(x[0])
            product = np.eye(24)
            for t in range(1, 60):
                h = squash(W @ h + x[t])
                product = slope(h)[:, None] * (W @ product)
            left[name].append(np.linalg.norm(product, 2))
            if name == "relu":
                np.testing.assert_array_equal(product, np.diag(np.diag(product)))
                units.append(np.diag(product).sum())
    low, middle, high = np.quantile(left["identity"], [0.1, 0.5, 0.9])
    low_q, middle_q, high_q = np.quantile(left["orthogonal"], [0.1, 0.5, 0.9])
    stated(
        f"Under tanh the median norm over 59 steps is {short(middle)} (10–90 %: {short(low)} to {short(high)}) "
        f"from $W_{{hh}}=I$, {short(middle_q)} ({short(low_q)} to {short(high_q)}) from uniformly random Q."
    )
    ones, zeros = left["relu"].count(1), left["relu"].count(0)
    assert ones + zeros == 40
    stated(f"Its norm was 1 in {ones} of 40 draws and 0 in the others")
    curves, share = measure_starts(*(functions[name] for name in ("orthogonal", "jacobian_product", "rnn_forward")))
    np.testing.assert_allclose(curves["identity, tanh"][:, -1], left["identity"], rtol=1e-9)
    np.testing.assert_allclose(curves["orthogonal, tanh"][:, -1], left["orthogonal"], rtol=1e-9)
    np.testing.assert_array_equal(curves["identity, ReLU"][:, -1], left["relu"])
    np.testing.assert_allclose(24 * share[:, -1], units)


@pytest.mark.parametrize("seed", range(5))
def test_normal_and_non_normal(seed):
    """What the text says of them: ρ ≤ σ_max always; ρ = σ_max and ‖W^t‖ = ρ^t for normal matrices only."""
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((6, 6))
    for W, normal in ((A, False), (A + A.T, True), (np.linalg.qr(A)[0], True), (A - A.T, True)):
        rho, sigma = spectral_radius(W), np.linalg.norm(W, 2)
        assert rho <= sigma * (1 + 1e-12)
        assert np.allclose(W @ W.T, W.T @ W) == normal == (rho > sigma * (1 - 1e-9))
        power = np.linalg.norm(np.linalg.matrix_power(W / rho, 7), 2)
        assert (abs(power - 1) < 1e-9) == normal
        for size in (0.97, 1.03):
            far = np.linalg.norm(np.linalg.matrix_power(W * (size / rho), 2000), 2)
            assert far < 1e-12 if size < 1 else far > 1e12
    stated(r"then $\rho = \sigma_{\max}$ and $\Vert W^t\Vert = \rho^t$")
    stated(r"$W^t \to 0$ if $\rho < 1$, and only then")
