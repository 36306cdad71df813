"""Test the figures that accompany the checks of assignment 03."""

import numpy as np
import pytest
from matplotlib.path import Path

from utils.checking.card import Note
from utils.figures import ceiling, whole_and_cut
from utils.figures.picture import Picture
from utils.figures.segments import segments
from utils.figures.style import BACKWARD


def clip(grads, max_norm):
    norm = float(np.sqrt(sum(np.vdot(g, g) for g in grads.values())))
    return {name: g * min(1.0, max_norm / norm) for name, g in grads.items()}, norm


def test_a_ceiling_is_the_identity_and_then_flat(line, title):
    picture = ceiling(clip)
    before, after = line(picture, "after")
    assert after == pytest.approx(np.minimum(before, 1.0))
    assert title(picture) == "Short gradients pass, long ones are cut to the limit, and none is turned"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda grads, limit: (grads, 1.0), "Not yet a ceiling: 4 becomes 4 instead of 1"),
        (
            lambda grads, limit: ({k: np.clip(g, -limit / 5, limit / 5) for k, g in grads.items()}, 1.0),
            "turned by up to",
        ),
        (lambda grads, limit: ({k: g / clip(grads, 1.0)[1] for k, g in grads.items()}, 1.0), "0.12 becomes 1 instead"),
        (lambda grads, limit: ({k: abs(g) for k, g in clip(grads, limit)[0].items()}, 1.0), "ceiling: the gradient is"),
    ],
)
def test_the_title_names_a_wrong_ceiling(wrong, sentence, title):
    assert sentence in title(ceiling(wrong))


def test_a_direction_that_stays_is_not_called_turned(title):
    assert "turned" not in title(ceiling(lambda grads, limit: ({k: 2 * g for k, g in grads.items()}, 1.0)))


@pytest.mark.parametrize("figure", [ceiling, whole_and_cut])
@pytest.mark.parametrize("returned", [None, 3, (1, 2), ({}, 1), (None,) * 5, ({"Wx": "a", "Wh": 1, "b": 2}, 3)])
def test_nonsense_gets_a_note(figure, returned):
    assert isinstance(figure(lambda *arguments: returned), Note)


@pytest.mark.parametrize("figure", [ceiling, whole_and_cut])
def test_a_stub_gets_a_note(figure):
    def unwritten(*arguments):
        raise NotImplementedError

    assert figure(unwritten).sentence == "Write `unwritten` above first; this figure is drawn by it."


def test_zeros_are_drawn():
    def zeros(x, h0, Wx, Wh, b, dh, k):
        return 0 * x, 0 * h0, 0 * Wx, 0 * Wh, 0 * b

    picture = whole_and_cut(zeros)
    assert isinstance(picture, Picture) and picture.png()


def test_the_gradient_reaches_h0_and_stops_at_the_cut():
    """As `truncated_bptt` returns dh0 from the first segment: a dashed arrow ends at h0, none crosses from 4 to 3."""
    (axes,) = segments().figure.axes
    paths = [patch.get_path() for patch in axes.patches if patch.get_gid() == BACKWARD]
    corners = [path.vertices[path.codes != Path.CLOSEPOLY].T for path in paths]
    level = [(x.min(), x.max()) for x, y in corners if np.ptp(x) > np.ptp(y)]
    assert len(level) == 6 and [end for end, start in level if start < 1] == [pytest.approx(0.47, abs=0.05)]
    assert not any(end < 3.5 < start for end, start in level)


def test_segments_has_words_for_those_who_do_not_see_it():
    picture = segments()
    assert len(picture.alt.split()) > 10 and picture.png() == segments().png()
