"""The figures of what a recurrence gains and costs measure the learner's `rnn_forward`."""

import numpy as np
import pytest

from utils.figures import carried_state, reach, same_parameters, time_per_length
from utils.figures._trade_offs import network
from utils.figures.picture import Picture
from utils.figures.style import short

PICTURES = [same_parameters, time_per_length, carried_state, reach]


def stuck(x, h0, Wx, Wh, b):
    """The state is never updated."""
    return np.tanh(x @ Wx + (h0 @ Wh)[:, None] + b), None


def backwards(x, h0, Wx, Wh, b):
    h, prev_h = np.zeros((*x.shape[:2], h0.shape[1])), h0
    for t in range(x.shape[1])[::-1]:
        prev_h = h[:, t] = np.tanh(x[:, t] @ Wx + prev_h @ Wh + b)
    return h, None


def without_h0(x, h0, Wx, Wh, b):
    h, prev_h = [], np.zeros_like(h0)
    for t in range(x.shape[1]):
        prev_h = np.tanh(x[:, t] @ Wx + prev_h @ Wh + b)
        h.append(prev_h)
    return np.stack(h, axis=1), None


def in_einsum(x, h0, Wx, Wh, b):
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(np.einsum("ij,jk->ik", x[:, t], Wx) + np.einsum("ij,jk->ik", h[-1], Wh) + b))
    return np.stack(h[1:], axis=1), h


def in_float32(x, h0, Wx, Wh, b):
    h, _ = in_einsum(*(a.astype(np.float32) for a in (x, h0, Wx, Wh, b)))
    assert h.dtype == np.float32
    return h, None


RIGHT = [in_einsum, in_float32]


def test_parameters_stay_while_lengths_grow(rnn_forward, line, title):
    picture = same_parameters(rnn_forward)
    lengths, shared = line(picture, "shared")
    _, unshared = line(picture, "unshared")
    count = 3 * 4 + 4 * 4 + 4
    assert lengths.tolist() == [5, 10, 20, 40]
    assert shared.tolist() == [count] * 4
    assert unshared.tolist() == [count * T for T in lengths]
    _, longest = line(picture, "T=40")
    for T in (5, 10, 20):
        steps, run = line(picture, f"T={T}")
        assert steps.tolist() == list(range(1, T + 1))
        assert run == pytest.approx(longest[:T], abs=1e-12)
    assert title(picture) == "One set of 32 parameters runs any length; shared steps differ by 0"


@pytest.mark.parametrize("right", RIGHT)
def test_any_right_forward_agrees_on_shared_steps(right, title):
    assert ", but" not in title(same_parameters(right))


def test_looking_ahead_shows_as_disagreement(line, title):
    picture = same_parameters(backwards)
    _, short = line(picture, "T=5")
    _, longest = line(picture, "T=40")
    apart = np.abs(short - longest[:5]).max()
    assert apart > 0.1
    assert "but shared steps differ by" in title(picture)


def test_time_is_measured_for_growing_lengths(rnn_forward, line, title):
    picture = time_per_length(rnn_forward)
    lengths, took = line(picture, "recurrence")
    _, product = line(picture, "product")
    assert lengths[0] == 100 and len(lengths) >= 2 and np.all(lengths[1:] == 2 * lengths[:-1])
    assert np.all(took > 0) and np.all(product > 0)
    assert f"{lengths[-1] / lengths[0]:.0f} times the steps take {short(took[-1] / took[0])} times as long" in title(
        picture
    )
    assert f"{product[-1] / took[-1]:.0%}" in title(picture)


def test_a_slow_loop_is_measured_no_longer_than_needed(rnn_forward, line):
    import time

    def slow(x, h0, Wx, Wh, b):
        time.sleep(0.002 * x.shape[1])
        return rnn_forward(x, h0, Wx, Wh, b)

    began = time.perf_counter()
    lengths, took = line(time_per_length(slow), "recurrence")
    assert time.perf_counter() - began < 5
    assert lengths.tolist() == [100, 200]
    assert np.all(took > 200)


def test_pieces_with_the_state_carried_are_the_whole(rnn_forward, line, title):
    picture = carried_state(rnn_forward)
    t, whole = line(picture, "whole")
    assert t.tolist() == list(range(1, 49))
    assert line(picture, "carried")[1] == pytest.approx(whole, abs=1e-14)
    assert np.all(line(picture, "apart")[1] < 1e-14)
    _, lost = line(picture, "lost")
    assert np.all(lost[:12] < 1e-14) and np.all(lost[12:15] > 0.1)
    assert "the pieces equal the whole (difference" in title(picture)
    assert f"Reset: off by {lost.max():.2g}" in title(picture)


@pytest.mark.parametrize("right", RIGHT)
def test_any_right_forward_can_be_carried(right, title):
    assert "the pieces equal the whole" in title(carried_state(right))


@pytest.mark.parametrize("wrong", [stuck, backwards, without_h0])
def test_a_state_that_does_not_pass_through_shows_as_a_difference(wrong, line, title):
    picture = carried_state(wrong)
    _, apart = line(picture, "apart")
    assert apart.max() > 0.1
    assert f"the pieces differ from the whole by {apart.max():.2g}" in title(picture)


def test_reach_is_the_measured_change_of_h(rnn_forward, line, title):
    picture = reach(rnn_forward)
    steps, weak = line(picture, "norm=0.5")
    even, above, strong = (line(picture, f"norm={norm}")[1] for norm in (1.0, 1.5, 2.0))
    assert steps.tolist() == list(range(1, 301))
    # A step multiplies a change by at most the spectral norm, since tanh' <= 1 (up to rounding).
    assert np.all(weak[1:] <= 0.5 * weak[:-1] + 2e-15)
    assert np.all(even[1:] <= even[:-1] + 2e-15)
    last = [short(change[-1] if change[-1] > 1e-17 else 0) for change in (weak, even, above, strong)]
    assert title(picture) == f"299 steps after x₁ moves by 1, h differs by {', '.join(last[:3])} or {last[3]}"
    assert picture.figure.axes[0].get_yscale() == "log"


def test_reach_shows_what_sixty_steps_hide(rnn_forward, line):
    """At norm 1.5 a change only looks lasting at first; at norm 2 it lasts, and so does one a million times smaller."""
    for forward in (rnn_forward, in_einsum):
        picture = reach(forward)
        weak, even, above, strong = (line(picture, f"norm={norm}")[1] for norm in (0.5, 1.0, 1.5, 2.0))
        tiny = line(picture, "tiny")[1]
        assert weak[59] < 1e-3 and even[59] < 1e-3 and above[59] > 1e-3
        assert max(weak[-1], even[-1]) < 2e-15 < above[-1] < 1e-5
        assert strong[20:].min() > 1
        assert tiny[0] == pytest.approx(1e-6 * strong[0], rel=0.1)
        assert 0.5 < np.median(tiny[-30:] / strong[-30:]) < 2


def test_reach_is_chaotic_at_norm_2_only():
    """The largest Lyapunov exponent of the weights that are drawn, by a second trajectory pulled close at each step."""
    found = {}
    for norm in (1.0, 1.5, 2.0):
        _, h, Wx, Wh, b = network(N=1, T=300, D=4, H=32, norm=norm, seed=5)
        rng, near, logs = np.random.default_rng(1), 1e-7, []
        other = h + near / np.sqrt(32)
        for x in rng.normal(scale=0.5, size=(5000, 1, 4)):
            h, other = (np.tanh(x @ Wx + state @ Wh + b) for state in (h, other))
            apart = np.linalg.norm(other - h)
            logs.append(np.log(apart / near))
            other = h + (other - h) * near / apart
        found[norm] = np.mean(logs[500:])
    assert found[1.0] < -0.2 and -0.08 < found[1.5] < -0.01 and 0.05 < found[2.0] < 0.15, found


@pytest.mark.parametrize("wrong", [stuck, backwards])
def test_a_state_that_is_not_carried_reaches_nowhere(wrong, line, title):
    picture = reach(wrong)
    assert title(picture).startswith("Nothing of x₁ reaches h₂")
    assert np.all(line(picture, "norm=2.0")[1][1:] <= 1e-17)


@pytest.mark.parametrize("figure", PICTURES)
@pytest.mark.parametrize("function", [stuck, backwards, without_h0, in_einsum, in_float32])
def test_every_drawable_function_is_drawn(figure, function):
    picture = figure(function)
    assert isinstance(picture, Picture)
    assert picture.png().startswith(b"\x89PNG")
    assert len(picture.alt) > 60
