"""No text of any figure is cut off at the edge or overlaps another."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from utils import figures
from utils.figures import _phase_portrait as portrait
from utils.figures import _time_per_length as timing
from utils.figures.stills import rnn_forward as stills
from utils.figures.style import drawn, sheet


def texts_of(figure):
    for axes in [figure, *figure.axes]:
        found = list(axes.texts)
        if axes is not figure:
            found += [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
            for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
                if axes.axison:
                    ticks = axis.get_major_ticks()
                    found += [
                        label
                        for t in ticks
                        if min(limits) <= t.get_loc() <= max(limits)
                        for label in (t.label1, t.label2)
                    ]
        yield from (t for t in found if t.get_text().strip() and t.get_visible())


def assert_tidy(figure):
    with drawn():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        width, height = canvas.get_width_height()
        boxes = [(t.get_text(), t.get_window_extent()) for t in texts_of(figure)]
    for text, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, f"{text!r} is cut off"
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 1 or b.y1 <= a.y0 + 1
        assert apart, f"{one!r} lies on {other!r}"


@pytest.mark.parametrize("name", ["same_parameters", "time_per_length", "carried_state", "reach"])
def test_the_measured_figures(name, rnn_forward):
    assert_tidy(getattr(figures, name)(rnn_forward).figure)


@pytest.mark.parametrize("name", ["same_parameters", "time_per_length", "carried_state", "reach"])
def test_the_measured_figures_of_a_wrong_function(name):
    stuck = lambda x, h0, Wx, Wh, b: (x @ Wx + (h0 @ Wh)[:, None] + b, None)  # noqa: E731
    assert_tidy(getattr(figures, name)(stuck).figure)


def test_one_unit(rnn_step_forward):
    assert_tidy(figures.one_unit(rnn_step_forward).figure)
    assert_tidy(figures.one_unit(lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx + b), 0)).figure)


@pytest.mark.parametrize(
    "setting", [*portrait.PRESETS.values(), {"angle": 20, "gain": 3.95, "tanh": False}], ids=[*portrait.PRESETS, "huge"]
)
def test_portraits(setting, rnn_step_forward):
    assert_tidy(portrait.draw(rnn_step_forward, **setting).figure)


@pytest.mark.parametrize(
    "times",
    [
        [[7.0, 2.0, 3.0, 8.0, 16.0], [7.0, 2.0, 2.0, 2.0, 2.0]],
        [[1.0, 2.0, 4.0, 8.0, 16.0], [1.0, 2.0, 4.0, 8.0, 16.5]],
        [[1.0, 2.0, 4.0, 8.0, 16.5], [1.0, 2.0, 4.0, 8.0, 16.0]],
        [[1.0, 2.0, 4.0, 8.0, 16.0], [9.0, 9.0, 9.0, 9.0, 90.0]],
    ],
    ids=["busy", "product a little slower", "product a little faster", "product far slower"],
)
def test_a_figure_of_times_however_they_lie(monkeypatch, times):
    times = np.array(times)
    monkeypatch.setattr(timing, "measured", lambda _: (np.array(timing.LENGTHS), times, 12))
    assert_tidy(figures.time_per_length(None).figure)


def test_a_curve_that_ends_at_0_has_its_label_above_the_last_tick(monkeypatch):
    """So it is where a loop was stopped at a short length: one call of NumPy takes next to nothing of its time."""
    monkeypatch.setattr(timing, "measured", lambda _: (np.array([100, 200]), np.array([[20.0, 41.0], [0.1, 0.2]]), 1))
    picture = figures.time_per_length(None)
    assert_tidy(picture.figure)
    assert picture.alt.startswith("2 times the steps take 2 times as long; one call of NumPy takes less than 1% of it")


@pytest.mark.parametrize("caption", ["", "A recipe"])
def test_a_short_title_leaves_no_empty_line(caption):
    tops = []
    for finding in ("Short", "A finding that is " + "long " * 15):
        with drawn():
            figure, margins = sheet(finding, caption, height=3.0)
            (title,) = [text for text in figure.texts if text.get_gid() == "title"]
            bottom = title.get_window_extent(FigureCanvasAgg(figure).get_renderer()).y0 / figure.bbox.height
        tops.append(3.0 * (bottom - margins["top"]))
    assert len(set(np.round(tops, 2))) == 1 and 0.15 < tops[0] < 0.35, "inches between the title and the axes"


def test_the_static_pictures(rnn_step_forward):
    assert_tidy(stills.wirings().figure)
    assert_tidy(stills.phase_portraits(rnn_step_forward).figure)
    assert_tidy(stills.recurrence().figure)
