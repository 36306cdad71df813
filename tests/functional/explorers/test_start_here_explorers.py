"""Move every control of the U-curve explorer over its range, and compare it with the arithmetic itself."""

import ipywidgets
import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import u_curve
from utils.figures._u_curve import FUNCTIONS, PRECISIONS


def numerical_gradient(f, x, h):
    return np.array([(f(x + x.dtype.type(h)) - f(x - x.dtype.type(h))) / (2 * h)], dtype=x.dtype)


@pytest.fixture
def explorer():
    return u_curve(numerical_gradient)


def data(explorer, gid):
    [line] = [line for axes in explorer.figure.axes for line in axes.lines if line.get_gid() == gid]
    return np.array(line.get_xdata(), float), np.array(line.get_ydata(), float)


def assert_shows(explorer):
    """Compare what is drawn with the central difference worked out here."""
    assert explorer.errors == []
    h, precision, name = (explorer.values[key] for key in ("h", "precision", "f"))
    f, kind = FUNCTIONS[name].value, np.dtype(precision).type
    x = kind(1.25)
    slope = float((f(np.asarray(x + kind(h))) - f(np.asarray(x - kind(h)))) / kind(2 * h))
    error = abs(slope / FUNCTIONS[name].slope - 1)
    [now_h], [now] = data(explorer, "now")
    assert now_h == pytest.approx(h)
    assert now == pytest.approx(max(error, 3e-15), rel=1e-4, abs=1e-7 if precision == "float32" else 1e-15)
    at, line = data(explorer, "slope")
    assert np.diff(line) / np.diff(at) == pytest.approx(np.full(len(at) - 1, slope), rel=1e-4, abs=1e-9)
    assert precision in explorer.figure.texts[0].get_text()
    assert name in explorer.figure.texts[1].get_text()


def test_the_first_picture_raises_a_question(explorer):
    assert explorer.values == {"h": 1.0, "precision": "float64", "f": "sin x"}
    assert_shows(explorer)
    assert "the curve bends within the step" in " ".join(explorer.alt.split())


def test_h_over_its_range(explorer):
    slider = explorer.controls["h"]
    assert (slider.min, slider.max) == (-16, 0)
    for exponent in np.arange(slider.min, slider.max + 0.1):
        slider.value = 10.0**exponent
        assert_shows(explorer)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_in_both_precisions(explorer, precision, name):
    explorer.controls["precision"].value = precision
    explorer.controls["f"].value = name
    assert_shows(explorer)
    explorer.controls["h"].value = 1e-5
    assert_shows(explorer)


@pytest.mark.parametrize(
    ("preset", "sentence"),
    [
        ("Too wide", "the curve bends within the step"),
        ("About right", "both errors are about as large"),
        ("Too narrow", "rounding dominates"),
        ("In float32", "rounding dominates"),
        ("A parabola", "nothing is lost"),
    ],
)
def test_presets(explorer, preset, sentence):
    explorer.controls["h"].value = 1e-2
    explorer.buttons[preset].click()
    assert_shows(explorer)
    assert sentence in " ".join(explorer.alt.split())


def test_the_slope_is_zero_where_nothing_moves(explorer):
    explorer.set(h=1e-16)
    assert "x + h is x" in explorer.alt
    _, errors = data(explorer, "yours")
    assert errors[0] == 1


def test_moving_h_measures_no_curve_again():
    calls = []

    def counted(f, x, h):
        calls.append(h)
        return numerical_gradient(f, x, h)

    counting = u_curve(counted)
    before = len(calls)
    counting.controls["h"].value = 1e-4
    assert len(calls) - before == 1


def test_reset(explorer):
    explorer.set(h=1e-12, precision="float32", f="x²")
    explorer.buttons["Reset"].click()
    assert explorer.values == {"h": 1.0, "precision": "float64", "f": "sin x"}
    assert_shows(explorer)


def test_words_measure_the_branch(explorer):
    assert "grows like h to the power 2.0" in explorer.says
    one_sided = u_curve(lambda f, x, h: np.array([(f(x + h) - f(x)) / h]))
    assert "grows like h to the power 1.0" in one_sided.says
    explorer.controls["f"].value = "x²"
    assert "the third derivative, which makes it, is 0" in explorer.says
    constant = u_curve(lambda f, x, h: np.zeros(1))
    assert "does not depend on h" in constant.says and constant.errors == []


def test_no_control_is_a_dropdown_whose_arrow_keys_jupyterlab_takes(explorer):
    kinds = ipywidgets.SelectionSlider | ipywidgets.FloatLogSlider
    assert all(isinstance(control, kinds) for control in explorer.controls.values())
    assert len(explorer.controls) <= 3


def test_a_stub_gets_a_note_in_place_of_the_explorer():
    def numerical_gradient(f, x, h):
        raise NotImplementedError

    note = u_curve(numerical_gradient)
    assert isinstance(note, Note)
    assert note.sentence == "Write `numerical_gradient` above first; this figure is drawn by it."


@pytest.mark.parametrize("returned", [None, 7.0, "slope", np.zeros((2, 2)), np.array([np.nan])])
def test_nonsense_gets_a_note(returned):
    note = u_curve(lambda f, x, h: returned)
    assert isinstance(note, Note) and ("should return grad" in note.sentence or "nan" in note.sentence)


def test_a_function_that_fails_at_one_step_says_so_in_its_own_name():
    def falters(f, x, h):
        if h < 1e-9:
            raise ValueError("too small for me")
        return numerical_gradient(f, x, h)

    note = u_curve(falters)
    assert isinstance(note, Note)
    assert "falters stopped with ValueError" in note.sentence and "too small for me" in note.sentence
