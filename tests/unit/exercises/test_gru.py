"""The bonus of assignment 06: a GRU's step in both published forms, forward and backward, and no mixture of them."""

import numpy as np
import pytest

from autograder.assignments.highway.exercises.gru_step_forward import step
from autograder.auditing.in_process import judged
from autograder.course import open_course
from autograder.course.exercise import Sizes
from utils.checking import check_function
from utils.gradients import check_backward

COURSE = open_course()
FORWARD, BACKWARD = (COURSE.exercise(f"gru_step_{way}") for way in ("forward", "backward"))
SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)
NAMES = ("x", "prev_h", "Wx", "Wh", "bx", "bh")
RIGHT = {
    "torch": (COURSE.reference[FORWARD.name], COURSE.reference[BACKWARD.name]),
    "Cho": tuple(COURSE.reference.mistaken(one.name, one.other_form) for one in (FORWARD, BACKWARD)),
}


@pytest.fixture
def drawn():
    return list(step(np.random.default_rng(11), SIZES).values())


def published(form, x, h, Wx, Wh, bx, bh):
    """One step written out unit by unit, as published; real or complex.

    torch.nn.GRU's documentation: r = σ(W_ir x + b_ir + W_hr h + b_hr), z alike, n = tanh(W_in x + b_in + r ⊙ (W_hn h +
    b_hn)), h' = (1 − z) ⊙ n + z ⊙ h. Cho et al. (2014), equations 5 to 8: h̃_j = tanh([W x]_j + [U (r ⊙ h)]_j) and
    h_j = z_j h_j + (1 − z_j) h̃_j; the biases, which the paper leaves out, as in PyTorch's remark on that form.
    """
    N, H = h.shape
    out = np.empty((N, H), dtype=np.result_type(*(np.asarray(a).dtype for a in (x, h, Wx, Wh, bx, bh))))
    sigma = lambda a: 1 / (1 + np.exp(-a))  # noqa: E731
    for k in range(N):
        of_x = [[x[k] @ Wx[:, block * H + j] + bx[block * H + j] for j in range(H)] for block in range(3)]
        of_h = [[h[k] @ Wh[:, block * H + j] + bh[block * H + j] for j in range(H)] for block in range(3)]
        r = np.array([sigma(of_x[0][j] + of_h[0][j]) for j in range(H)])
        for j in range(H):
            z = sigma(of_x[1][j] + of_h[1][j])
            if form == "torch":
                n = np.tanh(of_x[2][j] + r[j] * of_h[2][j])
            else:
                n = np.tanh(of_x[2][j] + (r * h[k]) @ Wh[:, 2 * H + j] + bh[2 * H + j])
            out[k, j] = (1 - z) * n + z * h[k, j]
    return out


def by_complex_step(form, dnext_h, inputs, which):
    gradient = np.empty(inputs[which].shape)
    for index in np.ndindex(gradient.shape):
        nudged = [value.astype(complex) for value in inputs]
        nudged[which][index] += 1e-30j
        gradient[index] = np.imag((dnext_h * published(form, *nudged)).sum()) / 1e-30
    return gradient


@pytest.mark.parametrize("form", RIGHT)
def test_the_step_is_the_published_one(form, drawn):
    np.testing.assert_allclose(RIGHT[form][0](*drawn)[0], published(form, *drawn), rtol=1e-12)
    other = {"torch": "Cho", "Cho": "torch"}[form]
    assert np.abs(RIGHT[form][0](*drawn)[0] - published(other, *drawn)).max() > 0.01, "the two forms differ"


@pytest.mark.parametrize("form", RIGHT)
def test_backward_agrees_with_the_complex_step(form, drawn):
    dnext_h = np.random.default_rng(12).standard_normal((3, 4))
    forward, backward = RIGHT[form]
    for which, own in enumerate(backward(dnext_h, forward(*drawn)[1])):
        np.testing.assert_allclose(own, by_complex_step(form, dnext_h, drawn, which), rtol=1e-10, atol=1e-12)


def test_it_is_torch_nn_gru(drawn):
    torch = pytest.importorskip("torch")
    x, h, Wx, Wh, bx, bh = (torch.tensor(value, requires_grad=True) for value in drawn)
    cell = torch.nn.GRUCell(2, 4, dtype=torch.float64)
    given = {"weight_ih": Wx.T, "weight_hh": Wh.T, "bias_ih": bx, "bias_hh": bh}
    theirs = torch.func.functional_call(cell, given, (x, h))
    own, cache = RIGHT["torch"][0](*drawn)
    np.testing.assert_allclose(own, theirs.detach().numpy(), rtol=1e-12)
    dnext_h = np.random.default_rng(12).standard_normal((3, 4))
    theirs.backward(torch.tensor(dnext_h))
    for gradient, array in zip(RIGHT["torch"][1](dnext_h, cache), (x, h, Wx, Wh, bx, bh), strict=True):
        np.testing.assert_allclose(gradient, array.grad.numpy(), rtol=1e-10, atol=1e-12)


def words(report):
    return " ".join(str(report).split())


@pytest.mark.parametrize("form", RIGHT)
def test_both_forms_are_right_and_the_other_is_named(form):
    forward, backward = RIGHT[form]
    for exercise, function, through in ((FORWARD, forward, None), (BACKWARD, backward, forward)):
        report = check_function.checked(function, forward=through)
        assert report.ok and not report.warnings
        graded = judged(exercise, COURSE, function, forward=through)
        assert (graded.status, graded.mistake) == ("passed", None)
        for text in (words(report), graded.output):
            assert (exercise.other_form.words in text) == (form == "Cho")


@pytest.mark.parametrize(
    ("of_forward", "of_backward", "mistake"),
    [("torch", "Cho", "reset-before-the-product"), ("Cho", "torch", "reset-after-the-product")],
)
def test_a_mixture_of_the_forms_is_wrong_and_named(of_forward, of_backward, mistake):
    forward, backward = RIGHT[of_forward][0], RIGHT[of_backward][1]
    report = check_function.checked(backward, forward=forward)
    assert (report.status, report.mistake) == ("wrong", mistake)
    graded = judged(BACKWARD, COURSE, backward, forward=forward)
    assert (graded.status, graded.mistake, graded.wrong) == ("failed", mistake, tuple(BACKWARD.outputs))


def recomputing(form):
    """A forward pass of the other form whose cache holds its arguments, and a backward pass that starts from them.

    Each of the two is right by itself.
    """

    def gru_step_forward(*inputs):
        return RIGHT["Cho" if form == "torch" else "torch"][0](*inputs)[0], inputs

    def gru_step_backward(dnext_h, cache):
        return RIGHT[form][1](dnext_h, RIGHT[form][0](*cache)[1])

    return gru_step_forward, gru_step_backward


@pytest.mark.parametrize("form", RIGHT)
def test_a_mixture_of_two_right_functions_is_wrong_too(form):
    forward, backward = recomputing(form)
    assert check_function.checked(forward).ok
    assert check_function.checked(backward, forward=forward).status == "wrong"
    assert judged(BACKWARD, COURSE, backward, forward=forward).status == "failed"
    own = judged(BACKWARD, COURSE, backward, forward=lambda *inputs: (RIGHT[form][0](*inputs)[0], inputs))
    assert own.status == "passed", "with a forward pass of its own form it is right"


@pytest.mark.parametrize("form", RIGHT)
def test_a_mistake_in_either_form_is_wrong(form):
    def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
        next_h, cache = RIGHT[form][0](x, prev_h, Wx, Wh, bx, bh)
        return next_h + 1e-3 * prev_h, cache

    def gru_step_backward(dnext_h, cache):
        dx, *others = RIGHT[form][1](dnext_h, cache)
        return dx * 1.001, *others

    assert not check_function.checked(gru_step_forward).ok
    report = check_function.checked(gru_step_backward, forward=RIGHT[form][0])
    assert report.title == ("gru_step_backward: dprev_h, dWx, dWh, dbx and dbh are right; dx is not right yet."), (
        "five are compared with the gradients of the form that the forward pass has"
    )
    graded = judged(BACKWARD, COURSE, gru_step_backward, forward=RIGHT[form][0])
    assert (graded.status, graded.wrong) == ("failed", ("dx",))


def test_a_case_in_hand_expects_the_form_of_the_answer():
    backward = lambda dnext_h, cache: RIGHT["Cho"][1](2 * dnext_h, cache)  # noqa: E731
    backward.__name__ = "gru_step_backward"
    case = check_function.case_in_hand(backward, forward=RIGHT["Cho"][0])
    for name, value in case.expected.items():
        np.testing.assert_allclose(2 * value, case.got[name], rtol=1e-6)


def test_the_gradient_check_passes_in_either_form(drawn):
    inputs = dict(zip(NAMES, drawn, strict=True))
    for forward, backward in RIGHT.values():
        assert check_backward(forward, backward, inputs)
    assert not check_backward(RIGHT["Cho"][0], RIGHT["torch"][1], inputs)


def test_z_is_the_forget_gate_and_the_rest_the_input_gate(drawn):
    """What the text says: h_t is lstm_from_gates' cell with f = z, i = 1 − z and g = n."""
    next_h, (*_, z, n, _) = RIGHT["torch"][0](*drawn)
    gates = (value[:, None] for value in (1 - z, z, np.ones_like(z), n))
    np.testing.assert_allclose(COURSE.reference["lstm_from_gates"](*gates, drawn[1])[1][:, 0], next_h, rtol=1e-12)


def test_the_bonus_takes_no_time_and_no_points_of_the_others():
    text = (COURSE.solutions / "06-highway.py").read_text(encoding="utf-8")
    assert "`●●●○○ · 35 min · bonus`" in text
    assert all(COURSE.exercise(name).bonus for name in (FORWARD.name, BACKWARD.name))
