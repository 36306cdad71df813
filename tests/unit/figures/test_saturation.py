"""The picture of one unit draws the learner's step, and a wrong one visibly otherwise."""

import numpy as np
import pytest

from utils.figures import one_unit
from utils.figures.picture import Picture


def test_the_curves_are_the_learners(rnn_step_forward, line, title):
    picture = one_unit(rnn_step_forward)
    for prev_h in (-0.9, 0.0, 0.9):
        x, curve = line(picture, f"prev_h={prev_h:g}")
        assert curve == pytest.approx(np.tanh(1.0 * x + 2.0 * prev_h + 0.5), abs=1e-12)
    assert title(picture) == "next_h stays between −1.00 and 1.00; prev_h moves it by up to 1.9"


def test_both_ends_saturate(rnn_step_forward, line):
    x, curve = line(one_unit(rnn_step_forward), "prev_h=0")
    slope = np.gradient(curve, x)
    assert slope[0] < 0.01 and slope[-1] < 0.01 < 0.9 < slope.max()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda x, h, Wx, Wh, b: (1 / (1 + np.exp(-(x @ Wx + h @ Wh + b))), 0), "between 0.00 and 1.00"),
        (lambda x, h, Wx, Wh, b: (x @ Wx + h @ Wh + b, 0), "between −6.30 and 7.30"),
        (lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx) + np.tanh(h @ Wh) + np.tanh(b), 0), "between −1.48 and 2.41"),
        (lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx + b), 0), "prev_h changes nothing"),
    ],
)
def test_a_wrong_step_gives_another_finding(wrong, sentence, title):
    picture = one_unit(wrong)
    assert isinstance(picture, Picture)
    assert sentence in title(picture)
