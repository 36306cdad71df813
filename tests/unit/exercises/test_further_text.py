"""From here to today: what the page says is true, by its own functions and by others that share nothing with them."""

import ast
import re

import numpy as np
import pytest

from utils.experiments.speakers import pronounce_model
from utils.figures import _selective_memory

PAGE = "from-here-to-today"


@pytest.fixture(scope="module")
def page(course):
    """Return the page's own functions by name."""
    names = {}
    for cell in course.pages[PAGE].cells:
        if cell.cell_type == "code":
            body = [
                n for n in ast.parse(cell.source).body if isinstance(n, ast.Import | ast.ImportFrom | ast.FunctionDef)
            ]
            exec(compile(ast.Module(body, []), PAGE, "exec"), names)
    return names


@pytest.fixture(scope="module")
def text(course):
    """Return all texts of the page as one, on one line."""
    return " ".join(" ".join(cell.source for cell in course.pages[PAGE].cells if cell.cell_type == "markdown").split())


def numbers(text, pattern):
    """Return the numbers in the one place of the text that the pattern finds."""
    [found] = re.findall(pattern, text)
    return [float(number.replace(",", "")) for number in ([found] if isinstance(found, str) else found)]


def test_the_state_of_07_in_numbers_and_bits(text):
    H = len(pronounce_model(np.random.default_rng(0))["enc_Wh"])
    assert numbers(text, r"\$2 \\times (\d+) = (\d+)\$ numbers") == [H, 2 * H]
    assert numbers(text, r"letters of (\d+) kinds are \$30 \\log_2 26 \\approx (\d+)\$ bits") == [
        26,
        round(30 * np.log2(26)),
    ]
    assert numbers(text, r"numbers of float32 take ([\d,]+)") == [2 * H * np.float32(0).nbytes * 8]


def share_by_regression(T, H):
    """The share of variance left by the best linear reader of one encoder, fitted to samples that it is tested on."""
    rng = np.random.default_rng(1)
    x, mixture = rng.standard_normal((20_000, T)), rng.standard_normal((T, H))
    read = x @ mixture
    fitted = read @ np.linalg.solve(read.T @ read, read.T @ x)
    return np.mean((x - fitted) ** 2)


def test_the_share_that_is_lost(page, text):
    assert "once T exceeds H, $1 - H/T$ or more of all variance is lost" in text
    for T, H in ((200, 128), (300, 128), (30, 20)):
        assert page["lost"](T, H, np.random.default_rng(3)) == pytest.approx(1 - H / T)
    assert page["lost"](20, 30, np.random.default_rng(3)) == pytest.approx(0, abs=1e-9)
    assert share_by_regression(30, 20) == pytest.approx(1 - 20 / 30, abs=0.01)
    equal = np.ones((30, 20))  # all mixtures the same: more than 1 - H/T is lost
    assert 1 - np.trace(equal @ np.linalg.pinv(equal)) / 30 == pytest.approx(1 - 1 / 30)


def test_the_context_by_hand(page):
    states = np.array([[8.0, 0.0], [0.0, 4.0], [0.0, 8.0]])
    by_hand = (1 * states[0] + 2 * states[1] + 5 * states[2]) / 8
    np.testing.assert_allclose(page["context"](np.log([1, 2, 5]), states), by_hand)
    assert by_hand.tolist() == [1, 6]


def test_the_gradient_of_the_context_is_that_of_the_formula(page):
    """Bahdanau's scores in full: nudging a state moves the context and the state's own score."""
    rng = np.random.default_rng(0)
    S, H, A = 5, 3, 4
    states, d = rng.standard_normal((S, H)), rng.standard_normal(H)
    W, U, v = rng.standard_normal((A, H)), rng.standard_normal((A, H)), rng.standard_normal(A)

    def read(states):
        return page["context"](np.tanh(W @ d + states @ U.T) @ v, states)

    scores = np.tanh(W @ d + states @ U.T) @ v
    weights = np.exp(scores) / np.exp(scores).sum()
    for s in range(S):
        numeric = np.empty((H, H))
        for unit in range(H):
            nudge = np.zeros((S, H))
            nudge[s, unit] = 1e-6
            numeric[:, unit] = (read(states + nudge) - read(states - nudge)) / 2e-6
        slope = U.T @ (v * (1 - np.tanh(W @ d + U @ states[s]) ** 2))
        formula = weights[s] * (np.eye(H) + np.outer(states[s] - read(states), slope))
        np.testing.assert_allclose(numeric, formula, atol=1e-8)
        assert np.abs(numeric - weights[s] * np.eye(H)).max() > 0.01, "the second part is there"


def test_the_chain_and_equal_weights(text):
    assert numbers(text, r"it is \$I/S\$, for a hundred letters ([\d.]+), wherever") == [1 / 100]
    [kept, steps, left, over] = numbers(text, r"\$([\d.]+)\^\{(99)\} \\approx ([\d.]+)\$ over (\d+) steps")
    assert steps == over == 100 - 1 and left == round(kept**steps, 5)
    [kept, steps, chain, letters, equal] = numbers(
        text, r"\$([\d.]+)\^\{(29)\} \\approx ([\d.]+)\$ against \$1/(\d+) \\approx ([\d.]+)\$"
    )
    assert steps == letters - 1 and chain == round(kept**steps, 3) > equal == round(1 / letters, 3)


def test_a_diagonal_recurrence_has_its_jacobian_in_closed_form(page):
    """Complex λ, any input: one nudge at a time, compared with the powers; its norm is that of the largest."""
    rng = np.random.default_rng(0)
    lam = page["lru_eigenvalues"](rng.standard_normal(4), rng.uniform(0, 2 * np.pi, 4))
    assert np.iscomplexobj(lam) and np.abs(lam).max() < 1
    for seed in (1, 2):
        x = np.random.default_rng(seed).standard_normal((9, 4)) + 0j
        still = page["linear_recurrence"](x, np.zeros(4, complex), np.diag(lam))
        moved = [page["linear_recurrence"](x, start, np.diag(lam)) - still for start in np.eye(4, dtype=complex)]
        for k in range(1, 10):
            jacobian = np.stack([h[k - 1] for h in moved], axis=-1)
            np.testing.assert_allclose(jacobian, np.diag(lam**k), atol=1e-12)
            assert np.linalg.norm(jacobian, 2) == pytest.approx(np.abs(lam).max() ** k)


def test_the_coordinates_in_which_a_recurrence_is_diagonal(page):
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((4, 4)) / 2, rng.standard_normal((9, 4))
    lam, P = np.linalg.eig(W)
    assert np.iscomplexobj(lam), "this one rotates"
    inner = page["linear_recurrence"](x @ np.linalg.inv(P).T, np.zeros(4, complex), np.diag(lam))
    np.testing.assert_allclose(inner @ P.T, page["linear_recurrence"](x, np.zeros(4), W), atol=1e-12)


def test_memory_and_variance(text):
    for size, steps in ((0.9, 6.6), (0.99, 69), (0.999, 693)):
        assert f"{steps:g}" in text and f"{np.log(0.5) / np.log(size):.2g}" in (f"{steps:.2g}", f"{steps}")
        assert size**steps == pytest.approx(0.5, abs=0.002)
    assert numbers(text, r"steps: ([\d.]+) at \$\|\\lambda\| = ([\d.]+)\$, (\d+) at ([\d.]+), (\d+) at ([\d.]+)\.") == [
        6.6, 0.9, 69, 0.99, 693, 0.999
    ]  # fmt: skip
    [about, at] = numbers(text, r"\$1/\(1 - \|\\lambda\|\^2\)\$, about (\d+) at ([\d.]+)\.")
    added_up = sum(at ** (2 * k) for k in range(5000))  # the variance of the sum of all inputs, each times its power
    assert about == round(added_up) and added_up == pytest.approx(1 / (1 - at**2))


@pytest.mark.parametrize("a", [-1e-3 + 5j, -1, -40 + 1j])
@pytest.mark.parametrize("step", [1e-3, 0.1, 10])
def test_s4s_lambda_lies_within_the_circle_and_follows_the_equation(a, step):
    lam = (1 + step * a / 2) / (1 - step * a / 2)
    assert abs(lam) < 1
    if abs(step * a) < 0.2:
        assert lam == pytest.approx(np.exp(step * a), abs=abs(step * a) ** 3)


def test_the_scan_is_the_loop(page):
    rng = np.random.default_rng(0)
    for T in (1, 2, 3, 7, 64, 1000):
        a, b = rng.uniform(-1, 1, T), rng.standard_normal(T)
        h, rounds = page["scan"](a, b)
        state, loop = 0.0, []
        for keep, x in zip(a, b, strict=True):
            state = keep * state + x
            loop.append(state)
        np.testing.assert_allclose(h, loop, atol=1e-12)
        assert rounds == np.ceil(np.log2(T))


def test_the_selective_recurrence(page, text):
    """λ is 1 − σ(z), which the text derives from Δ; the Jacobian is the product of the λ behind."""
    rng = np.random.default_rng(0)
    x, z = rng.standard_normal(12), rng.normal(0, 3, 12)
    h, lam = page["selective"](x, z)
    np.testing.assert_allclose(lam, 1 - 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(lam, np.exp(-np.log(1 + np.exp(z))))
    assert page["selective"](x[:1], np.zeros(1))[1] == numbers(text, r"a forget gate, ([\d.]+) at z = 0")
    t = 4  # h_5, `h[4]`, moved by its input, which reaches it times 1 − λ_5
    nudged = x.copy()
    nudged[t] += 1
    moved = page["selective"](nudged, z)[0] - h
    np.testing.assert_allclose(moved[-1], moved[t] * np.prod(lam[t + 1 :]), atol=1e-12)


def test_the_mark_in_the_figure(text):
    assert numbers(text, r"one input among (\d+) is to be") == [_selective_memory.STEPS]
    assert numbers(text, r"There z is (\d+), and everywhere else −(\d+),") == [
        _selective_memory.WRITE, -_selective_memory.KEEP
    ]  # fmt: skip
    gone, kept = (1 / (1 + np.exp(z)) for z in (_selective_memory.WRITE, _selective_memory.KEEP))
    assert numbers(text, r"λ is ([\d.]+) and ([\d.]+)\. After") == [round(gone, 5), round(kept, 5)]
    [steps, base, power, left] = numbers(
        text, r"After (\d+) more steps \$(0\.99966)\^\{(50)\} \\approx ([\d.]+)\$ of the"
    )
    assert steps == power == _selective_memory.STEPS - _selective_memory.MARK
    assert left == round(base**power, 2) == round(kept**power, 2)
    [base, power, left] = numbers(text, r"leaves \$([\d.]+)\^\{(50)\} \\approx ([\d.]+)\$")
    assert base == _selective_memory.FIXED and left == round(base**power, 3)
