"""Labels stand where their lines end and never overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.figures._powers import log_axis
from utils.figures.labels import at_exit, spread
from utils.figures.style import drawn, sheet


@pytest.mark.parametrize(
    ("heights", "placed"),
    [
        ([], []),
        ([3.0], [3.0]),
        ([0.0, 5.0], [0.0, 5.0]),
        ([0.0, 0.0], [-0.5, 0.5]),
        ([0.0, 0.0, 10.0], [-0.5, 0.5, 10.0]),
        ([4.0, 4.0, 4.0], [3.0, 4.0, 5.0]),
        ([9.0, 1.0, 1.2], [9.0, 0.6, 1.6]),
        ([0.0, 0.9, 1.8], [-0.1, 0.9, 1.9]),
    ],
)
def test_labels_that_would_overlap_move_equally(heights, placed):
    assert spread(heights, 1.0) == pytest.approx(placed)


def test_labels_stay_within_limits():
    assert spread([0.0, 0.0, 9.0, 9.0, 5.0], 1.0, low=0.0, high=9.0) == pytest.approx([0.0, 1.0, 8.0, 9.0, 5.0])


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=6), st.lists(st.floats(1, 8), min_size=5), st.floats(-30, 30))
def test_labels_move_as_little_as_possible(heights, gaps, start):
    placed, order = spread(heights, 1.0), np.argsort(heights, kind="stable")
    assert (np.diff(placed[order]) >= 1 - 1e-9).all()
    other = np.cumsum([start, *gaps[: len(heights) - 1]])
    moved = ((placed - heights) ** 2).sum()
    assert moved <= ((other - np.array(heights)[order]) ** 2).sum() + 1e-6


def labelled(**lines):
    """Return the labels' places, (x, log10 y), of lines over t = 0, ..., 60 on an axis from 1e-8 to 1e8."""
    with drawn():
        figure, margins = sheet("Lines", "", height=3.8)
        axes = figure.add_gridspec(1, 1, **margins).subplots()
        log_axis(axes, 1e-8, 1e8)
        axes.set_xlim(0, 60)
        at_exit(axes, [(name, np.asarray(y, float), "black") for name, y in lines.items()], least=9)
    assert all(text.get_fontsize() >= 10 for text in axes.texts)
    return {text.get_text(): (text.xy[0], round(np.log10(text.xy[1]), 6)) for text in axes.texts}


T = np.arange(61.0)


def test_a_label_stands_where_its_line_leaves_the_axes():
    found = labelled(grows=10**T, falls=0.1**T, stays=np.full(61, 100.0))
    assert found == {"grows": (9, 8), "falls": (9, -8), "stays": (60, 2)}


def test_lines_that_leave_together_have_their_labels_side_by_side_and_within():
    found = labelled(a=100**T, b=100**T, c=100**T)
    assert [found[name] for name in "abc"] == [(0, 8), (9, 8), (18, 8)]


def test_lines_that_end_together_have_their_labels_above_one_another_and_within():
    found = labelled(a=np.full(61, 1e8), b=np.full(61, 1e8), c=np.full(61, 1e-8), d=np.full(61, 1e-8))
    assert {x for x, _ in found.values()} == {60}
    heights = np.sort([y for _, y in found.values()])
    assert np.diff(heights).min() > 1 and heights[0] > -8 and heights[-1] < 8


def test_a_line_that_leaves_by_the_corner_is_labelled_at_the_right_edge():
    found = labelled(late=np.where(T < 55, 1.0, 1e9), stays=np.full(61, 1e8))
    assert found["late"][0] == found["stays"][0] == 60
    assert abs(found["late"][1] - found["stays"][1]) > 1


def test_a_line_of_zeros_leaves_at_once():
    assert labelled(nothing=np.append(1.0, np.zeros(60))) == {"nothing": (1, -8)}
