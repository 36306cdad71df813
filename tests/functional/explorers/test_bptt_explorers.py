"""Move every control of the graph stepper and of who blames whom, with the real ipywidgets."""

import time

import ipywidgets
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from utils.checking.card import Note
from utils.explorers import graph_stepper, who_blames_whom
from utils.figures import _graph_stepper as stepping
from utils.figures import _who_blames_whom as blame


def step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h / np.cosh(np.arctanh(next_h)) ** 2
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(0)


def forward(x, h0, Wx, Wh, b):
    caches, h = [], h0
    for t in range(x.shape[1]):
        h, cache = step_forward(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
    return np.stack([cache[-1] for cache in caches], axis=1), caches


def backward(dh, cache, order=reversed):
    dx, future, *shared = np.zeros((*dh.shape[:2], cache[0][0].shape[1])), 0, 0, 0, 0
    for t in order(range(dh.shape[1])):
        dx[:, t], future, *sent = step_backward(dh[:, t] + future, cache[t])
        shared = [a + b for a, b in zip(shared, sent, strict=True)]
    return dx, future, *shared


step_forward.__name__, step_backward.__name__ = "rnn_step_forward", "rnn_step_backward"
forward.__name__, backward.__name__ = "rnn_forward", "rnn_backward"


def numbers(explorer):
    """Return what is written in the drawing, by its place: ``{"h2": "0.37", …}``."""
    return {text.get_gid(): text.get_text() for axes in explorer.figure.axes for text in axes.texts if text.get_gid()}


# The graph stepper.


@pytest.fixture
def stepper():
    return graph_stepper(step_backward, step_forward)


def expected(losses):
    """Return the gradients of one unit at every step, by nudging in complex numbers."""
    steps, T = stepping.LOSSES[losses], stepping.T
    args = [np.array(stepping.X, complex), stepping.H0, stepping.WX, stepping.WH, stepping.B]

    def loss(x, h, wx, wh, b, at=None, by=0):
        total = 0
        for t in range(1, T + 1):
            h = np.tanh(x[t - 1] * wx + h * wh + b) + (by if t == at else 0)
            total += h if t in steps else 0
        return total

    def nudged(position, index=None):
        moved = list(args)
        if index is None:
            moved[position] = moved[position] + 1e-30j
        else:
            moved[position] = moved[position] + 1e-30j * (np.arange(T) == index)
        return np.imag(loss(*moved)) / 1e-30

    found = {f"dx{t}": nudged(0, t - 1) for t in range(1, T + 1)}
    found |= {f"dh{t}": np.imag(loss(*args, at=t, by=1e-30j)) / 1e-30 for t in range(1, T + 1)}
    return found | {"future0": nudged(1), "dWx": nudged(2), "dWh": nudged(3), "db": nudged(4)}


@pytest.mark.parametrize("losses", stepping.LOSSES)
def test_all_back_shows_every_gradient(stepper, losses):
    stepper.set(position=stepping.LAST, losses=losses)
    assert stepper.errors == []
    shown = numbers(stepper)
    for name, value in expected(losses).items():
        assert float(shown[name].replace("−", "-")) == pytest.approx(value, abs=0.00501), name


@pytest.mark.parametrize("losses", stepping.LOSSES)
def test_every_position_shows_what_is_known_by_then(stepper, losses):
    T = stepping.T
    stepper.controls["losses"].value = losses
    slider = stepper.controls["position"]
    everywhere = range(slider.min, slider.max + 1)
    for position in everywhere if losses == "at every step" else (T, T + 2):
        slider.value = position
        assert stepper.errors == []
        shown = numbers(stepper)
        assert {name for name in shown if name[0] == "h"} == {f"h{t}" for t in range(min(position, T) + 1)}
        back = {f"dx{t}" for t in range(1, T + 1) if t > 2 * T - position}
        assert {name for name in shown if name[:2] == "dx"} == back
        dashed = [
            p for p in stepper.figure.axes[0].patches if isinstance(p, FancyArrowPatch) and p.get_gid() == "dashed"
        ]
        steps = [int(name[2:]) for name in back]
        assert len(dashed) == 2 * len(steps) + sum(t in stepping.LOSSES[losses] for t in steps)


def test_back_and_step_move_by_one_and_stop_at_the_ends(stepper):
    stepper.buttons["Start"].click()
    stepper.buttons["Back"].click()
    assert stepper.values["position"] == 0
    stepper.buttons["Step"].click()
    assert stepper.values["position"] == 1
    stepper.buttons["All back"].click()
    stepper.buttons["Step"].click()
    assert stepper.values["position"] == stepping.LAST
    stepper.buttons["Back"].click()
    assert stepper.values["position"] == stepping.LAST - 1
    assert stepper.errors == []


def test_play_moves_the_slider_and_the_slider_moves_play(stepper):
    [play] = [child for child in stepper.children[1].children if isinstance(child, ipywidgets.Play)]
    play.value = 2
    assert stepper.values["position"] == 2
    assert "Forward, step 2" in stepper.alt
    stepper.buttons["All back"].click()
    assert play.value == stepping.LAST


def test_the_first_picture_shows_two_gradients_meeting(stepper):
    assert "from its loss and" in stepper.alt
    title = stepper.figure.texts[0].get_text()
    stepper.set(position=0, losses="at the last step")
    stepper.buttons["Reset"].click()
    assert stepper.figure.texts[0].get_text() == title


def test_wrong_steps_show_as_wrong_numbers():
    def no_slope(dnext_h, cache):
        x, prev_h, Wx, Wh, _ = cache
        return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(0)

    stepper = graph_stepper(no_slope, step_forward)
    stepper.buttons["All back"].click()
    assert numbers(stepper)["dh1"] == "3.44"  # 1 + 0.9 + 0.81 + 0.729


# Who blames whom.


@pytest.fixture(scope="module")
def map_of_blame():
    return who_blames_whom(backward, forward)


def drawn_map(explorer):
    [mesh] = [c for axes in explorer.figure.axes for c in axes.collections if c.get_gid() == "blame"]
    return np.ma.filled(mesh.get_array().reshape(blame.T, blame.T + 1), np.nan)


def last_row(explorer):
    [row] = [line.get_ydata() for axes in explorer.figure.axes for line in axes.lines if line.get_gid() == "last row"]
    return row


def jacobians(gain, inputs):
    """Return ‖v ∂h_t/∂h_τ‖ from products of Jacobians: a row for each step t = 1 … T, a column for each τ = 0 … T."""
    x, h0, Wx, Wh, b = blame.network(N=1, T=blame.T, D=blame.D, H=blame.H, norm=gain, seed=blame.SEED)
    h, _ = forward(2 * inputs * x, 2 * inputs * h0, Wx, Wh, 2 * inputs * b)
    size, v = np.full((blame.T, blame.T + 1), np.nan), np.ones(blame.H) / np.sqrt(blame.H)
    for t in range(1, blame.T + 1):
        row = v
        for tau in range(t, -1, -1):
            size[t - 1, tau] = np.linalg.norm(row)
            row = (row * (1 - h[0, tau - 1] ** 2)) @ Wh.T  # from h_tau, which is h[:, tau - 1], to the state before it
    return size


def assert_shows_blame(explorer):
    assert explorer.errors == []
    size = jacobians(explorer.values["gain"], float(f"{explorer.values['inputs']:.2g}"))
    powers = np.clip(np.log10(size), blame.LOW, blame.HIGH)
    np.testing.assert_allclose(drawn_map(explorer), powers, atol=1e-6)
    np.testing.assert_allclose(last_row(explorer), size[-1], rtol=1e-4)  # also what lies below the axes
    assert "triangle of the future is empty" in explorer.alt


def test_norm_over_its_range(map_of_blame):
    map_of_blame.buttons["Reset"].click()
    slider = map_of_blame.controls["gain"]
    for gain in np.linspace(slider.min, slider.max, 4):
        slider.value = gain
        assert_shows_blame(map_of_blame)


def test_inputs_over_their_range(map_of_blame):
    map_of_blame.buttons["Reset"].click()
    slider = map_of_blame.controls["inputs"]
    for power in np.linspace(slider.min, slider.max, 4):
        slider.value = 10**power
        assert_shows_blame(map_of_blame)


@pytest.mark.parametrize(
    ("preset", "fate"),
    [("Vanishes", "vanishes"), ("Survives", "survives"), ("Explodes", "explodes"), ("Saturated", "vanishes")],
)
def test_presets_do_what_they_are_called(map_of_blame, preset, fate):
    map_of_blame.buttons[preset].click()
    assert_shows_blame(map_of_blame)
    assert f"Blame {fate}" in map_of_blame.figure.texts[0].get_text()


def test_a_loss_blames_its_own_state_with_1_and_the_future_with_nothing(map_of_blame):
    map_of_blame.buttons["Reset"].click()
    powers = drawn_map(map_of_blame)
    assert [powers[t - 1, t] for t in range(1, blame.T + 1)] == pytest.approx([0.0] * blame.T)  # log10 of 1
    assert all(np.isnan(powers[t - 1, t + 1 :]).all() for t in range(1, blame.T + 1))
    [words] = [text for axes in map_of_blame.figure.axes for text in axes.texts if "the future" in text.get_text()]
    assert words.get_text() == "the future, τ > t:\nexactly 0"
    tau, t = words.get_position()
    assert tau > t, "it stands in the triangle that it names"


def test_no_blame_is_above_the_bound(map_of_blame):
    for gain in (0.5, 1.0, 1.5):
        map_of_blame.set(gain=gain, inputs=0.1)
        [row], [bound] = (
            [line.get_ydata() for axes in map_of_blame.figure.axes for line in axes.lines if line.get_gid() == gid]
            for gid in ("last row", "bound")
        )
        assert (row <= bound * (1 + 1e-9)).all()


def test_a_backward_loop_in_forward_order_is_not_causal():
    explorer = who_blames_whom(lambda dh, cache: backward(dh, cache, order=iter), forward)
    assert "Not causal" in explorer.figure.texts[0].get_text()
    assert any(c.get_gid() == "leaks" for axes in explorer.figure.axes for c in axes.collections)


def test_a_dropped_future_reaches_one_state():
    def forgetful(dh, cache):
        sent = [step_backward(dh[:, t], cache[t]) for t in range(dh.shape[1])]
        return np.stack([s[0] for s in sent], axis=1), sent[0][1], *(sum(s[k] for s in sent) for k in (2, 3, 4))

    explorer = who_blames_whom(forgetful, forward)
    assert "reaches 1 state back" in explorer.figure.texts[0].get_text()
    assert np.isfinite(last_row(explorer)).tolist() == [False] * (blame.T - 1) + [True, True], (
        "0 has no place on a log axis"
    )


# Both.


@pytest.mark.parametrize("make", [graph_stepper, who_blames_whom])
def test_stubs_and_nonsense_get_a_note(make):
    forward_pass = step_forward if make is graph_stepper else forward
    name = "rnn_step_backward" if make is graph_stepper else "rnn_backward"

    def stub(upstream, cache):
        raise NotImplementedError

    def failing(upstream, cache):
        return upstream[99]

    for function in (stub, failing):
        function.__name__, function.__code__ = name, function.__code__.replace(co_name=name)
    assert repr(make(stub, forward_pass)) == f"Write `{name}` above first; this figure is drawn by it."
    assert f"{name} stopped with IndexError" in repr(make(failing, forward_pass))
    for returned in (None, 7, (1, 2), (None,) * 5, tuple(np.zeros(3) for _ in range(5)), (np.nan,) * 5):
        note = make(lambda upstream, cache, returned=returned: returned, forward_pass)
        assert isinstance(note, Note) and "should return (dx, " in note.sentence


def test_controls_have_names_and_answer_at_once(stepper, map_of_blame):
    for explorer, control, values in ((stepper, "position", (2, 6)), (map_of_blame, "gain", (0.7, 1.2))):
        assert len(explorer.controls) <= 3
        assert all(control.description for control in explorer.controls.values())
        assert all(button.description for button in explorer.buttons.values())
        began = time.process_time()
        for value in values:
            explorer.controls[control].value = value
        assert (time.process_time() - began) / 2 < 0.5  # 150 ms on an idle machine
