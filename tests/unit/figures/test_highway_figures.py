"""The figures of assignment 06 draw right functions as the formulas say, and wrong ones visibly otherwise."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils.checking.card import Note
from utils.figures import _two_lanes as lanes
from utils.figures import half_lives, highway_map, roads, static, through_the_gate

NAMES = ("residual_stack_gradient", "rnn_forward", "rnn_backward", "lstm_forward_full", "lstm_backward_full")


@pytest.fixture
def functions(course):
    return [course.reference[name] for name in NAMES]


@pytest.fixture
def gate_picture(course):
    forward = course.reference["lstm_step_forward"]
    return lambda backward: through_the_gate(backward, forward)


def mistaken(course, name, mistake_id):
    exercise = course.exercise(name)
    (mistake,) = [mistake for mistake in exercise.mistakes if mistake.id == mistake_id]
    return course.reference.mistaken(name, mistake)


def test_both_ways_into_the_cell_pass_its_gate(course, gate_picture, line, title):
    picture = gate_picture(course.reference["lstm_step_backward"])
    x, along = line(picture, "along the cell")
    gate = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(along, gate, atol=1e-12)
    np.testing.assert_allclose(line(picture, "through h")[1], 0.5 * (1 - np.tanh(gate) ** 2) * gate, atol=1e-12)
    np.testing.assert_allclose(line(picture, "both")[1], along + line(picture, "through h")[1], atol=1e-12)
    assert title(picture).startswith("Both gradients that reach the cell pass the forget gate")


@pytest.mark.parametrize("mistake", ["h-path-missing", "c-path-missing", "dprev-c-from-dnext-c"])
def test_the_title_names_a_lost_path(course, gate_picture, title, mistake):
    picture = gate_picture(mistaken(course, "lstm_step_backward", mistake))
    assert title(picture) == "One of the two gradients that should reach the cell is lost"


def test_the_title_names_a_gate_that_is_not_passed(course, gate_picture, title):
    picture = gate_picture(mistaken(course, "lstm_step_backward", "dprev-c-without-f"))
    assert "shut on the left, and still" in title(picture)


def test_half_lives_are_measured(course, line, title):
    picture = half_lives(course.reference["cell_highway"])
    assert title(picture) == "Half of the gradient is gone after 1, 2.2, 14 and 103 steps"
    steps, left = line(picture, "bias=1")
    np.testing.assert_allclose(left, (1 / (1 + np.exp(-1))) ** steps, rtol=1e-12)


@pytest.mark.parametrize("mistake", ["off-by-one", "counts-its-own-gate", "sum-for-product", "includes-i"])
def test_a_wrong_highway_is_drawn_too(course, mistake):
    picture = half_lives(mistaken(course, "cell_highway", mistake))
    assert not isinstance(picture, Note) and len(picture.png()) > 1000


def test_steps_of_the_lanes_count_from_1(course, line):
    names = ("lstm_backward_full", "lstm_forward_full", "cell_highway", "forget_bias")
    picture = lanes.draw(*(course.reference[name] for name in names), **lanes.PRESETS["Bias 1"])
    for gid in ("cell", "direct", "hidden"):
        assert line(picture, gid)[0].tolist() == list(range(1, lanes.T + 1))
    assert line(picture, "cell")[1][-1] == pytest.approx(1)  # at c_T itself
    assert {axes.get_xlabel() for axes in picture.figure.axes} == {"step τ"}


def test_the_heading_says_how_far_weights_move_the_arriving_gradient(course, functions, line, title):
    picture = roads(*functions)
    heading = "Weight std 1/8 to 1/2 moves a plain stack's gradient by 13 powers of ten; with a skip, by 1"
    assert title(picture) == heading
    assert_tidy(picture.figure)
    assert [axes.get_title(loc="left") or axes.get_title() for axes in picture.figure.axes] == [
        "RNN", "LSTM, bias 1", "LSTM, bias 5", "stack, no skip", "stack, skip 1"
    ]  # fmt: skip
    # At the size of the function's own draw the figure is the median of what the function says of ordinary generators.
    own = [functions[0](40, 1.0, np.random.default_rng(seed))[0] for seed in range(40)]
    assert line(picture, "stack, skip 1")[1][0] == pytest.approx(np.median(own), rel=1e-12)
    wrong = mistaken(course, "residual_stack_gradient", "no-tanh-slope")
    assert title(roads(wrong, *functions[1:])).endswith("by 23 powers of ten; with a skip, by 11")


def test_a_gradient_of_exactly_0_is_drawn(course, functions, title):
    picture = roads(mistaken(course, "residual_stack_gradient", "layer-missing-backwards"), *functions[1:])
    assert title(picture).endswith("by ∞ powers of ten; with a skip, by 0")
    assert_tidy(picture.figure)


@pytest.mark.parametrize("mistake", ["skip-missing-backwards", "slope-from-x", "skip-is-one-backwards"])
def test_roads_of_a_wrong_function_are_tidy(course, functions, mistake):
    assert_tidy(roads(mistaken(course, "residual_stack_gradient", mistake), *functions[1:]).figure)


@pytest.mark.parametrize("missing", NAMES)
def test_a_stub_is_named(functions, missing):
    space = {}
    exec(f"def {missing}(*args):\n    raise NotImplementedError()", space)
    note = roads(*[space[missing] if name == missing else own for name, own in zip(NAMES, functions, strict=True)])
    assert isinstance(note, Note)
    assert note.sentence == f"Write `{missing}` above first; this figure is drawn by it."


@pytest.mark.parametrize("returned", [None, 3, np.zeros(2), "no"])
def test_nonsense_gets_a_note(course, functions, gate_picture, returned):
    def nonsense(*args):
        return returned

    for note in (half_lives(nonsense), gate_picture(nonsense), roads(nonsense, *functions[1:])):
        assert isinstance(note, Note) and "repaired" in note.sentence


def test_the_map_names_both_states_and_every_gate():
    texts = [text.get_text() for text in highway_map.draw().figure.axes[0].texts]
    assert {"$c_{t-1}$", "$c_{t}$", "$c_{t+1}$", "$h_{t-1}$", "$h_{t}$", "$h_{t+1}$"} <= set(texts)
    assert all(texts.count(gate) == 2 for gate in "ifog")


def test_static_pictures_of_the_highway(course, tmp_path, capsys):
    files = [str(course.solutions / f"{name}.py") for name in ("05-lstm", "06-highway")]
    static.main([str(tmp_path), *files])
    names = {path.name for path in tmp_path.iterdir()}
    assert {"highway.png", "two-lanes.png"} <= names
    assert "two-lanes.png: Three panels" in capsys.readouterr().out
