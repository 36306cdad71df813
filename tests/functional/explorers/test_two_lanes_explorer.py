"""Move every control of the two lanes explorer over its range, with the real ipywidgets."""

import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import two_lanes
from utils.figures import _two_lanes as lanes

NAMES = ("lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias")


@pytest.fixture(scope="module")
def functions(course):
    return {name: course.reference[name] for name in NAMES}


@pytest.fixture
def explorer(functions):
    return two_lanes(**functions)


def expected(bias, scale, seed):
    """Both lanes by an LSTM of our own: the full Jacobians of (h, c), one step after the other.

    They take h and c as independent. At each step c moves h too, by o (1 − tanh² c): that is added for the cell.
    """
    x, Wx, Wh, b, v = lanes.network(seed, scale)
    H, T = lanes.H, lanes.T
    b[H : 2 * H] = bias
    states, steps = [(np.zeros(H), np.zeros(H))], []
    for t in range(T):
        h, c = states[-1]
        a = x[0, t] @ Wx + h @ Wh + b
        i, f, o = ((1 + np.tanh(a[k * H : (k + 1) * H] / 2)) / 2 for k in range(3))
        g = np.tanh(a[3 * H :])
        new_c = f * c + i * g
        slopes = (i * (1 - i) * g, f * (1 - f) * c, o * (1 - o) * np.tanh(new_c), (1 - g**2) * i)
        W = [Wh[:, k * H : (k + 1) * H].T for k in range(4)]
        c_h = slopes[0][:, None] * W[0] + slopes[1][:, None] * W[1] + slopes[3][:, None] * W[3]
        through = (o * (1 - np.tanh(new_c) ** 2))[:, None]
        h_h, h_c, c_c = slopes[2][:, None] * W[2] + through * c_h, through * np.diag(f), np.diag(f)
        steps.append((np.block([[h_h, h_c], [c_h, c_c]]), f, through.squeeze()))
        states.append((o * np.tanh(new_c), new_c))
    gradient, direct = np.concatenate([np.zeros(H), v[0]]), v[0]
    cell, alone, hidden = [1.0], [1.0], [0.0]
    for (jacobian, f, _), (*_, shown) in zip(steps[:0:-1], steps[-2::-1], strict=True):
        gradient, direct = gradient @ jacobian, direct * f
        hidden.append(np.linalg.norm(gradient[:H]))
        cell.append(np.linalg.norm(gradient[H:] + gradient[:H] * shown))
        alone.append(np.linalg.norm(direct))
    return {"cell": cell[::-1], "direct": alone[::-1], "hidden": hidden[::-1]}


def shown(explorer):
    return {
        line.get_gid(): np.asarray(line.get_ydata(), float)
        for axes in explorer.figure.axes
        for line in axes.lines
        if line.get_gid() in ("cell", "direct", "hidden")
    }


def assert_shows(explorer):
    assert explorer.errors == []
    drawn, right = shown(explorer), expected(**explorer.values)
    np.testing.assert_allclose(drawn["cell"], right["cell"], rtol=1e-6)
    # f is measured as a difference of two cells, so it carries their rounding.
    np.testing.assert_allclose(drawn["direct"], right["direct"], rtol=1e-6, atol=1e-15)
    np.testing.assert_allclose(drawn["hidden"][:-1], right["hidden"][:-1], rtol=1e-6)
    assert np.isnan(drawn["hidden"][-1])


def test_forget_bias_over_its_range(explorer):
    slider = explorer.controls["bias"]
    for value in np.arange(slider.min, slider.max + 0.1, 1.0):
        slider.value = value
        assert_shows(explorer)
        assert f"Forget bias {value:g}".replace("-", "−") in explorer.alt


def test_weights_and_seeds_over_their_range(explorer):
    for _, scale in explorer.controls["scale"].options:
        explorer.controls["scale"].value = scale
        assert_shows(explorer)
    for seed in (0, 9):
        explorer.controls["seed"].value = seed
        assert_shows(explorer)


def test_presets_and_reset(explorer):
    for name, values in lanes.PRESETS.items():
        explorer.buttons[name].click()
        assert explorer.values == values
        assert_shows(explorer)
    explorer.buttons["Reset"].click()
    assert explorer.values == {"bias": 1.0, "scale": 1.0, "seed": 1}


def test_the_direct_path_obeys_the_bias(explorer):
    left = []
    for bias in (0.0, 1.0, 3.0, 5.0):
        explorer.controls["bias"].value = bias
        left.append(shown(explorer)["direct"][0])
    assert left == sorted(left) and left[0] < 1e-5 and left[-1] > 0.8


def test_growing_grows_although_the_direct_path_does_not(explorer):
    explorer.buttons["Growing"].click()
    assert shown(explorer)["direct"].max() <= 1 < shown(explorer)["cell"][0]
    assert "it grew" in explorer.alt


def test_small_weights_keep_to_the_bias(explorer):
    explorer.buttons["Small weights"].click()
    assert shown(explorer)["direct"][0] == pytest.approx((1 / (1 + np.exp(-1))) ** 19, rel=0.4)
    assert "pace of its bias" in explorer.says


@pytest.mark.parametrize("missing", NAMES[1:])
def test_a_stub_gets_a_note_in_place_of_the_explorer(functions, missing):
    space = {}
    exec(f"def {missing}(*args):\n    raise NotImplementedError()", space)
    note = two_lanes(**functions | {missing: space[missing]})
    assert isinstance(note, Note)
    assert note.sentence == f"Write `{missing}` above first; this figure is drawn by it."


def test_a_loop_that_drops_the_cell_draws_another_picture(course, functions, explorer):
    (mistake,) = [m for m in course.exercise("lstm_backward_full").mistakes if m.id == "dc-T-ignored"]
    wrong = two_lanes(**functions | {"lstm_backward_full": course.reference.mistaken("lstm_backward_full", mistake)})
    assert wrong.errors == []
    assert not np.allclose(shown(wrong)["cell"][:-1], shown(explorer)["cell"][:-1])


@pytest.mark.parametrize("returned", [None, 1.0, (1, 2, 3, 4, 5, 6)])
def test_nonsense_gets_a_note(functions, returned):
    def lstm_backward_full(dh, dc_T, cache):
        return returned

    note = two_lanes(**functions | {"lstm_backward_full": lstm_backward_full})
    assert isinstance(note, Note) and "lstm_backward_full" in note.sentence
