"""The figures of assignment 02 draw right functions as measured, and wrong ones visibly otherwise."""

import itertools

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils.checking.card import Note
from utils.figures import _graph_stepper as stepping
from utils.figures import _who_blames_whom as blame
from utils.figures import nudges, slopes, static
from utils.figures.picture import Picture
from utils.figures.stills import bptt
from utils.figures.style import HIDDEN, INPUT, ink


def step(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def step_back(dnext_h, cache, slope=lambda h: 1 - h**2):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * slope(next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(0)


def run(x, h, Wx, Wh, b):
    caches = []
    for t in range(x.shape[1]):
        h, cache = step(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
    return np.stack([cache[-1] for cache in caches], axis=1), caches


def run_back(dh, cache, keep=1.0):
    sent, future, shared = [], 0, [0, 0, 0]
    for t in range(dh.shape[1])[::-1]:
        dx, future, *now = step_back(dh[:, t] + keep * future, cache[t])
        sent.insert(0, dx)
        shared = [a + b for a, b in zip(shared, now, strict=True)]
    return np.stack(sent, axis=1), future, *shared


def dropped(dh, cache):
    return run_back(dh, cache, keep=0.0)


def too_steep(dnext_h, cache):
    return step_back(dnext_h, cache, slope=lambda h: 1 - h)


def test_slopes_of_a_right_step_lie_on_the_parabola(line, title):
    picture = slopes(step_back, step)
    h, own = line(picture, "own")
    assert own == pytest.approx(1 - h**2, abs=1e-12)
    assert line(picture, "measured")[1] == pytest.approx(own, abs=1e-8)
    assert "is the slope of tanh at every state" in title(picture)
    assert_tidy(picture.figure)


def test_slopes_of_a_wrong_step_leave_the_circles(line, title):
    picture = slopes(too_steep, step)
    assert np.abs(line(picture, "own")[1] - line(picture, "measured")[1]).max() > 1
    assert "not yet the slope: where next_h = −0.98 it is 2" in title(picture)
    assert_tidy(picture.figure)


def test_nudges_agree_with_a_right_backward(line, title):
    picture = nudges(run_back, run)
    (t, own), (_, measured) = line(picture, "own"), line(picture, "measured")
    assert t.tolist() == list(range(1, 21))
    assert own == pytest.approx(measured, abs=1e-8)
    assert np.abs(own).min() > 1e-4  # no step is left out by both losses
    assert "tells what every nudge does" in title(picture)
    assert_tidy(picture.figure)


def test_nudges_show_where_the_future_was_dropped(line, title):
    picture = nudges(dropped, run)
    own = line(picture, "own")[1]
    assert [int(t) for t in np.flatnonzero(own) + 1] == [8, 20]
    assert "off at 19 of 20 steps" in title(picture)
    assert_tidy(picture.figure)


@pytest.mark.parametrize(("gain", "inputs"), [(0.1, 3.2), (0.9, 0.5), (2.0, 0.001)])
def test_blame_is_tidy(gain, inputs):
    assert_tidy(blame.draw(run_back, run, gain, inputs).figure)


@pytest.mark.parametrize("position", (0, stepping.T, stepping.LAST - 2, stepping.LAST))
def test_stepping_is_tidy(position):
    for losses in stepping.LOSSES:
        assert_tidy(stepping.draw(step_back, step, position, losses).figure)


def test_the_static_backwards_picture_is_tidy():
    assert_tidy(bptt.backwards().figure)


def texts_of(picture):
    return [text.get_text() for axes in picture.figure.axes for text in axes.texts]


def test_each_path_is_lit_by_itself_and_its_slopes_are_those_of_nudges():
    """The products against complex steps through the network with one loss, and the slopes against single arrows."""
    picture = bptt.paths(step_back, step)

    def states(x_1):
        h, found = stepping.H0, []
        for x in (x_1, *stepping.X[1:]):
            h = np.tanh(x * stepping.WX + h * stepping.WH + stepping.B)
            found.append(h)
        return found

    shares = [h.imag / 1e-30 for h in states(stepping.X[0] + 1e-30j)]
    title = " ".join(picture.figure.texts[0].get_text().split())
    total = " + ".join(f"{share:.2f}" for share in shares) + f" = {sum(shares):.2f}"
    assert title == f"Four paths lead from x₁ to a loss, and their products add: {total}"
    assert picture.alt.endswith(f"The products: {total}.")
    ratios = [later / earlier for earlier, later in itertools.pairwise(shares)]
    slopes_shown = [f"{slope:.2f}" for slope in (shares[0], *ratios)]
    for t, axes in enumerate(picture.figure.axes, start=1):
        shown = [text.get_text() for text in axes.texts if not text.get_text().startswith("$")]
        heading, first, *others, last = shown
        assert heading == f"loss at step {t}:  {' × '.join(slopes_shown[:t])} × 1 = {shares[t - 1]:.2f}"
        assert (first, others, last) == (slopes_shown[0], slopes_shown[1:t], "1")
        lit = {patch.get_gid() for patch in axes.patches if patch.get_linewidth() == 1.5}
        assert lit - {f"h{s}" for s in range(t + 1)} == {
            "x1", f"y{t}", "x1>h1", f"h{t}>y{t}", *(f"h{s}>h{s + 1}" for s in range(1, t))
        }  # fmt: skip
    assert_tidy(picture.figure)


def test_the_paths_of_a_wrong_step_have_other_products():
    assert texts_of(bptt.paths(too_steep, step)) != texts_of(bptt.paths(step_back, step))


def test_the_labels_of_paths_have_the_colours_of_their_arrows():
    for axes in bptt.paths(step_back, step).figure.axes:
        texts = {text.get_text(): text.get_color() for text in axes.texts}
        assert texts["0.44"] == ink(INPUT) and texts["1"] == ink(HIDDEN)


def test_the_static_pictures_do_not_claim_to_be_the_readers(course, tmp_path, capsys, monkeypatch):
    shown = {}
    monkeypatch.setattr(Picture, "png", lambda picture, *_, **__: shown.setdefault(picture.alt, picture) and b"")
    solutions = [str(course.solutions / name) for name in ("01-rnn-forward.py", "02-bptt.py")]
    static.main([str(tmp_path), *solutions])
    assert {"blame.png", "stepper.png"} <= {path.name for path in tmp_path.iterdir()}
    captions = [text.get_text() for p in shown.values() for text in p.figure.texts if text.get_gid() == "caption"]
    assert not [caption for caption in captions if "your" in caption.lower()]


@pytest.mark.parametrize("draw", [slopes, nudges])
def test_a_stub_gets_a_note(draw):
    def rnn_backward(dh, cache):
        raise NotImplementedError

    note = draw(rnn_backward, step if draw is slopes else run)
    assert isinstance(note, Note)
    assert note.sentence.startswith("Write `rnn_backward` above first")
