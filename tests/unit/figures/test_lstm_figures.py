"""The LSTM's figures show what the learner's functions do, right or wrong, and say so in their titles."""

import re

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils import figures
from utils.checking.card import Note
from utils.figures import _carried_cell as pieces
from utils.figures import _gate_console as console
from utils.figures import _held_bit as latch
from utils.figures import _one_gate_at_a_time as gates
from utils.figures import cell
from utils.figures.picture import Picture
from utils.figures.step_by_numbers import step_by_numbers


def logistic(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = logistic(f) * prev_c + logistic(i) * np.tanh(g)
    return logistic(o) * np.tanh(next_c), next_c, None


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c, _ = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1), h, c, None


def lstm_forward(x, h0, Wx, Wh, b):
    return lstm_forward_full(x, h0, np.zeros_like(h0), Wx, Wh, b)[0], None


def lstm_from_gates(i, f, o, g, c0):
    c = [c0]
    for t in range(g.shape[1]):
        c.append(f[:, t] * c[-1] + i[:, t] * g[:, t])
    c = np.stack(c[1:], axis=1)
    return o * np.tanh(c), c


def latch_weights():
    return np.array([[0, 0, 0, 8.0], [16, -16, 0, 0]]), np.zeros((1, 4)), np.array([-8.0, 8, 8, 0])


EVERY = {
    "one_gate_at_a_time": lambda f=lstm_step_forward: figures.one_gate_at_a_time(f),
    "held_bit": lambda f=lstm_forward: figures.held_bit(f, latch_weights),
    "carried_cell": lambda f=lstm_forward_full: figures.carried_cell(f),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_right_function_draws_a_tidy_picture_with_words(name):
    picture = EVERY[name]()
    assert_tidy(picture.figure)
    assert len(picture.alt.split()) > 20


@pytest.mark.parametrize("name", EVERY)
def test_a_stub_is_not_started(name):
    def lstm(*arguments):
        raise NotImplementedError

    note = EVERY[name](lstm)
    assert isinstance(note, Note)
    assert note.sentence == "Write `lstm` above first; this figure is drawn by it."


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    "returned", [None, 7, (None, None), (np.zeros(3),) * 4, ("a", "b", "c"), (np.full((1, 303, 1), np.nan), None)]
)
def test_nonsense_gets_a_sentence(name, returned):
    note = EVERY[name](lambda *arguments: returned)
    assert isinstance(note, Note)
    assert "should return (" in note.sentence or "holds nan" in note.sentence


def test_the_stub_of_the_weights_is_named():
    def latch_weights():
        raise NotImplementedError

    note = figures.held_bit(lstm_forward, latch_weights)
    assert note.sentence == "Write `latch_weights` above first; this figure is drawn by it."


def test_steps_count_from_1(line):
    whole = figures.carried_cell(lstm_forward_full)
    assert line(whole, "whole")[0].tolist() == line(whole, "lost")[0].tolist() == list(range(1, pieces.T + 1))
    cells = console.draw(lstm_from_gates, **console.PUZZLES["Latch"][1])
    assert line(cells, "h")[0].tolist() == list(range(1, console.T + 1))
    at, c = line(cells, "c")
    assert at.tolist() == list(range(console.T + 1)) and c[0] == console.C0  # c_0, then a cell a step
    held = figures.held_bit(lstm_forward, latch_weights)
    assert line(held, "h")[0].tolist() == list(range(1, len(latch.stream()[0]) + 1))
    for picture in (whole, cells, held):
        assert picture.figure.axes[-1].get_xlabel() == "step t"


# One gate at a time.


def test_each_gate_moves_what_it_is_for(line, title):
    picture = figures.one_gate_at_a_time(lstm_step_forward)
    assert title(picture) == (
        "The cell held 1. Turned up, i moves c by −1, f moves c by +1, o moves only h, by +0.76, g moves c by +2"
    )
    for gate in gates.ORDER:
        z, c = line(picture, f"{gate}: next_c")
        _, h = line(picture, f"{gate}: next_h")
        expected = {"i": 1 - logistic(z), "f": logistic(z), "o": np.ones_like(z), "g": np.tanh(z)}[gate]
        np.testing.assert_allclose(c, expected, atol=1e-6)
        np.testing.assert_allclose(h, (logistic(z) if gate == "o" else 1) * np.tanh(expected), atol=1e-6)


def test_a_wrong_gate_order_shows(title):
    def ifgo(x, prev_h, prev_c, Wx, Wh, b):
        order = [0, 1, 3, 2]
        return lstm_step_forward(x, prev_h, prev_c, Wx[:, order], Wh[:, order], b[order])

    picture = figures.one_gate_at_a_time(ifgo)
    assert "o moves nothing" in title(picture)
    assert_tidy(picture.figure)


@pytest.mark.parametrize("value", [0.0, 3.0, -1e90])
def test_whatever_numbers_come_back_are_drawn(value):
    def odd(*arguments):
        return np.full((33, 1), value), np.full((33, 1), -value), None

    assert figures.one_gate_at_a_time(odd).png()
    steps = np.full((1, console.T, 1), value)
    assert console.draw(lambda *arguments: (steps, -steps), **console.START).png()
    assert figures.held_bit(lambda *arguments: (np.full((1, 303, 1), value), None), latch_weights).png()


# The latch.


def test_a_latch_holds_its_three_bits(line, title):
    picture = figures.held_bit(lstm_forward, latch_weights)
    assert title(picture) == "Three bits, each held through 100 distractor steps: |h| is at least 0.74"
    x, bit = latch.stream()
    _, h = line(picture, "h")
    np.testing.assert_allclose(h, lstm_forward(x[None], np.zeros((1, 1)), *latch_weights())[0][0, :, 0])
    assert (h * bit).min() == pytest.approx(0.74, abs=0.005)
    steps, written = line(picture, "writes")
    assert steps.tolist() == [1, 102, 203] and written.tolist() == list(latch.BITS)


@pytest.mark.parametrize(
    ("share", "sentence"),
    [(0.0, "The first bit is not written: right after it h is +0.00"), (0.4, "The first bit is lost ")],
)
def test_a_bit_that_is_lost_is_named_in_the_title(title, share, sentence):
    picture = figures.held_bit(lstm_forward, lambda: tuple(share * w for w in latch_weights()))
    assert title(picture).startswith(sentence)
    assert_tidy(picture.figure)


# Pieces.


def test_pieces_agree_with_the_whole_if_the_cell_goes_on(line, title):
    picture = figures.carried_cell(lstm_forward_full)
    assert title(picture).startswith(
        "Pieces that hand over h and c differ from the whole by 0; pieces that hand over only h, by "
    )
    assert line(picture, "apart")[1].max() < 1e-15
    lost = line(picture, "lost")[1]
    assert lost[: pieces.PIECE].max() < 1e-15 and lost[pieces.PIECE :].min() > 0.1
    np.testing.assert_array_equal(line(picture, "whole")[1], line(picture, "h and c")[1])


def test_a_function_that_ignores_its_cell_shows(line, title):
    def forgetful(x, h0, c0, Wx, Wh, b):
        return lstm_forward_full(x, h0, 0 * c0, Wx, Wh, b)

    picture = figures.carried_cell(forgetful)
    assert not title(picture).startswith("Pieces that hand over h and c differ from the whole by 0;")
    np.testing.assert_array_equal(line(picture, "apart")[1], line(picture, "lost")[1])
    assert_tidy(picture.figure)


# Static pictures.


def test_the_cell_as_a_drawing():
    picture = cell.lstm_cell()
    assert_tidy(picture.figure)
    texts = {text.get_text() for text in picture.figure.axes[0].texts}
    assert {"$i$", "$f$", "$o$", "$g$", "$c_{t-1}$", "$h_t$", "how much\nto keep", "what\nto write"} <= texts


def test_the_step_by_numbers_lights_one_part_a_panel():
    picture = step_by_numbers()
    assert_tidy(picture.figure)
    numbers = [
        {text.get_text() for text in axes.texts if re.search(r"\d\.\d|^2$", text.get_text())}
        for axes in picture.figure.axes
    ]
    assert numbers == [
        {"2", "0.731", "1.462"},
        {"0.881", "−0.762", "−0.671"},
        {"1.462", "−0.671", "0.791"},
        {"0.791", "tanh: 0.659", "0.500", "0.330"},
    ]


def test_the_picture_of_the_puzzles_does_not_show_their_answers():
    picture = console.puzzles(lstm_from_gates)
    assert isinstance(picture, Picture)
    assert_tidy(picture.figure)
    titles = [axes.get_title(loc="left") for axes in picture.figure.axes]
    assert titles == ["Latch", "Leaky integrator", "Reset the cell"]
