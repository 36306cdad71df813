"""Move every slider of the gate console over its range and solve every puzzle, with the real ipywidgets."""

import itertools
import time

import ipywidgets
import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import gate_console
from utils.figures import _gate_console as console


def lstm_from_gates(i, f, o, g, c0):
    c, content = np.zeros_like(g), c0
    for t in range(g.shape[1]):
        content = f[:, t] * content + i[:, t] * g[:, t]
        c[:, t] = content
    return o * np.tanh(c), c


@pytest.fixture
def explorer():
    return gate_console(lstm_from_gates)


def data(explorer, gid):
    (line,) = [line for axes in explorer.figure.axes for line in axes.lines if line.get_gid() == gid]
    return np.asarray(line.get_ydata(), float)


def bars(explorer, gid):
    (found,) = [c for axes in explorer.figure.axes for c in axes.collections if c.get_gid() == gid]
    return {round(segment[1][0]): segment[1][1] for segment in found.get_segments()}


def assert_shows(explorer):
    """Compare what is drawn with the recurrence, written for one number."""
    assert explorer.errors == []
    i, f, o, g = explorer.values.values()
    content, c, h = 1.0, [1.0], []
    for t in range(1, 31):
        offered = {7: g, 8: g, 19: -g, 20: -g}.get(t, 0.0)
        content = f * content + i * offered
        c.append(content)
        h.append(o * np.tanh(content))
    np.testing.assert_allclose(data(explorer, "c"), c, atol=1e-12)
    np.testing.assert_allclose(data(explorer, "h"), h, atol=1e-12)
    assert bars(explorer, "offered") == pytest.approx({7: g, 8: g, 19: -g, 20: -g})
    assert bars(explorer, "written") == pytest.approx({7: i * g, 8: i * g, 19: -i * g, 20: -i * g})
    title = explorer.figure.texts[0].get_text()
    assert "\n" not in title, "a second line would move the axes"
    assert title in explorer.alt


@pytest.mark.parametrize("gate", "ifog")
def test_every_slider_over_its_range(explorer, gate):
    slider = explorer.controls[gate]
    assert (slider.min, slider.max) == ((-1, 1) if gate == "g" else (0, 1))
    for value in np.linspace(slider.min, slider.max, 6):
        slider.value = round(float(value), 2)
        assert_shows(explorer)


def test_corners(explorer):
    for i, f, o, g in itertools.product((0, 1), (0, 1), (0, 1), (-1,)):
        explorer.set(i=i, f=f, o=o, g=g)
        assert_shows(explorer)


@pytest.mark.parametrize("name", console.PUZZLES)
def test_a_puzzles_button_solves_it(explorer, name):
    explorer.buttons[name].click()
    assert_shows(explorer)
    assert explorer.says.endswith(f"solves a puzzle: {name}.")
    assert explorer.figure.texts[0].get_text().startswith(f"{name}: ")


def test_a_puzzle_is_solved_by_the_cells_behaviour_and_not_by_the_sliders(explorer):
    explorer.set(i=0.8, f=1.0, o=0.9, g=0.0)  # nothing is offered, so nothing need be shut
    assert "solves a puzzle: Latch" in explorer.says
    explorer.set(i=0.4, f=0.88, o=0.5, g=-1.0)
    assert "solves a puzzle: Leaky integrator" in explorer.says
    explorer.set(i=0.4, f=0.5, o=0.5, g=1.0)
    assert "solves" not in explorer.says


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "A step keeps 50 % of c, so half is gone after 1 step"),
        ({"f": 1.0}, "Nothing is forgotten: c adds up what is written, up to 2"),
        ({"f": 0.0}, "Nothing is kept: c is what was written in this very step"),
        ({"o": 0.0}, "A step keeps 50 % of c, so half is gone after 1 step, and nothing shows"),
    ],
)
def test_the_title_says_what_the_traces_do(explorer, values, sentence):
    explorer.set(**values)
    assert explorer.figure.texts[0].get_text() == sentence


def test_a_cell_that_never_forgets_looks_wrong():
    explorer = gate_console(lambda i, f, o, g, c0: lstm_from_gates(i, 0 * f + 1, o, g, c0))
    explorer.buttons["Reset the cell"].click()
    assert explorer.errors == []
    assert "solves" in explorer.says and "Latch" in explorer.says  # it latches where it was told to forget


def test_reset(explorer):
    explorer.set(i=0.1, f=0.2, o=0.3, g=-0.4)
    explorer.buttons["Reset"].click()
    assert explorer.values == console.START
    assert_shows(explorer)


def test_four_sliders_side_by_side_with_names_and_hues(explorer):
    assert [control.description for control in explorer.controls.values()] == [
        "i: write", "f: keep", "o: reveal", "g: what",
    ]  # fmt: skip
    assert len({control.style.handle_color for control in explorer.controls.values()}) == 4
    assert all(control.orientation == "vertical" for control in explorer.controls.values())
    shown = explorer.children[0].children
    assert list(shown[0].children) == list(explorer.controls.values())
    assert [row.children[0] for row in shown[1].children] == list(explorer.buttons.values())
    assert all(isinstance(row.children[1], ipywidgets.HTML) and row.children[1].value for row in shown[1].children)


def test_it_answers_at_once(explorer):
    took = []
    for value in (0.1, 0.4, 0.7):
        begin = time.process_time()
        explorer.controls["i"].value = value
        took.append(time.process_time() - begin)
    assert min(took) < 0.15


def test_a_stub_gets_a_note_in_place_of_the_explorer():
    def lstm_from_gates(i, f, o, g, c0):
        raise NotImplementedError

    note = gate_console(lstm_from_gates)
    assert isinstance(note, Note)
    assert note.sentence == "Write `lstm_from_gates` above first; this figure is drawn by it."


@pytest.mark.parametrize("returned", [None, 7, (None, None), (np.zeros(3), np.zeros(3)), np.zeros((1, 30, 1))])
def test_nonsense_gets_a_note(returned):
    note = gate_console(lambda i, f, o, g, c0: returned)
    assert isinstance(note, Note) and "should return (h, c)" in note.sentence
