import numpy as np
import pytest

from utils.figures import carried_state, reach, same_parameters, time_per_length
from utils.figures.picture import Picture
from utils.figures.style import told

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
    assert f"{lengths[-1] / lengths[0]:.0f} times the steps take {told(took[-1] / took[0])} times as long" in title(
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
    even, strong = line(picture, "norm=1.0")[1], line(picture, "norm=1.5")[1]
    assert steps.tolist() == list(range(1, 61))
    # A step multiplies a change by at most the spectral norm, since tanh' <= 1 (up to rounding).
    assert np.all(weak[1:] <= 0.5 * weak[:-1] + 1e-14)
    assert np.all(even[1:] <= even[:-1] + 1e-14)
    assert weak[-1] < 1e-14 < even[-1] < 1e-3 and strong[-1] > 0.1
    assert title(picture).startswith("59 steps after x₁ changes by 1, h differs by ")
    assert picture.figure.axes[0].get_yscale() == "log"


@pytest.mark.parametrize("wrong", [stuck, backwards])
def test_a_state_that_is_not_carried_reaches_nowhere(wrong, line, title):
    picture = reach(wrong)
    assert title(picture).startswith("Nothing of x₁ reaches h₂")
    assert np.all(line(picture, "norm=1.5")[1][1:] <= 1e-17)


@pytest.mark.parametrize("figure", PICTURES)
@pytest.mark.parametrize("function", [stuck, backwards, without_h0, in_einsum, in_float32])
def test_every_drawable_function_is_drawn(figure, function):
    picture = figure(function)
    assert isinstance(picture, Picture)
    assert picture.png().startswith(b"\x89PNG")
    assert len(picture.alt) > 60
