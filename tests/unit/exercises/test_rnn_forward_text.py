"""Assignment 01: what the text says is true."""

import re

import numpy as np
import pytest

from autograder.assignments.rnn_forward.exercises import ASSIGNMENT
from utils import figures

# What the text says.


def cell_with(course, words):
    [text] = [c.source for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown" and words in c.source]
    return " ".join(text.split())


def drawn_line(picture, gid):
    [found] = [line for axes in picture.figure.axes for line in axes.lines if line.get_gid() == gid]
    return np.asarray(found.get_ydata(), float)


def test_the_exemplar_reads_the_figures_rightly(course):
    forward, text = course.reference["rnn_forward"], cell_with(course, "**Exemplar")
    size, pieces, reach = (f(forward) for f in (figures.same_parameters, figures.carried_state, figures.reach))

    shared, apart = drawn_line(size, "shared"), drawn_line(size, "unshared")
    assert len(set(shared)) == 1
    assert f"{shared[0]:.0f} parameters at every T, where a set for every step would need {apart[-1]:.0f}" in text
    longest = drawn_line(size, "T=40")
    assert all((drawn_line(size, f"T={T}") == longest[:T]).all() for T in (5, 10, 20)), "they differ by 0"

    assert len(drawn_line(pieces, "whole")) == 4 * 12
    assert drawn_line(pieces, "apart").max() <= 1e-19  # where the figure draws 0
    assert f"difference 0, and {drawn_line(pieces, 'lost').max():.1f} with the state reset" in text

    weak, even, above, strong = (drawn_line(reach, f"norm={norm}") for norm in (0.5, 1.0, 1.5, 2.0))
    assert f"at norm 1.5, h still differs by {above[59]:.2f} at step 60" in text
    assert f"at norm 0.5 the difference is below 1e-6 at step {np.argmax(weak < 1e-6) + 1} and lost to rounding" in text
    assert weak[58] < 1e-15
    assert f"at norm 1 it is {even[59]:.0e} at step 60".replace("e-0", "e-") in text
    assert f"at norm 1.5 it is {above[-1]:.0e} at step 300".replace("e-0", "e-") in text
    assert f"a change of 1e-6 ends about as large ({drawn_line(reach, 'tiny')[-1]:.1f})" in text
    assert f"{above[-1]:.0e} and {strong[-1]:.1f}".replace("e-0", "e-") in text.split("Numeric anchors")[1]
    assert max(weak[-1], even[-1]) < 2e-15


def test_the_prediction_about_reach_has_its_answer_in_the_figure(course):
    assert "below a thousandth at step 60?" in cell_with(course, "**Reach.**")
    picture = figures.reach(course.reference["rnn_forward"])
    norms = (0.5, 1.0, 1.5, 2.0)
    at_60, at_300 = ([n for n in norms if drawn_line(picture, f"norm={n}")[t - 1] < 1e-3] for t in (60, 300))
    assert (at_60, at_300) == ([0.5, 1.0], [0.5, 1.0, 1.5])


def test_the_written_answers_have_what_was_chosen(course):
    answers = cell_with(course, "**Exemplar")
    exemplar = answers.split("**Rubric.**")[0].split("**Exemplar (10 of 10).** *")[1]
    *six, last = exemplar.split(" *")
    assert len(six) == 6 and last.startswith("No contradiction*")
    assert all("figure" in claim and re.search(r"\d", claim) for claim in six), "each with its figure and its number"

    [quoted] = re.findall(r'Borderline \(5.5 of 10\)\.\*\* "(.*?)" Chosen: `any-length`, `size`, `same', answers)
    assert len(re.findall("figure on", quoted)) == 4
    assert re.findall(r"\d+", quoted) == ["32", "5", "40", "0", "16", "16"]  # of size; of pieces; of time

    [quoted] = re.findall(r'Tempting and wrong \(2 of 10\)\.\*\* "(.*?)" Chosen: `any-length`, `same-we', answers)
    assert re.findall(r"\d+", quoted) == ["40", "0"], "two numbers, where a third would earn more"


def test_without_rotation_nearly_all_starts_end_in_four_places(course):
    """Of the nine places that gain 1.5 leaves as they are, four draw nearby starts in; the axes lead to others."""
    step = course.reference["rnn_step_forward"]

    def ends(starts):
        h = np.array(starts, dtype=float)
        for _ in range(200):
            h, _ = step(np.zeros((len(h), 1)), h, np.zeros((1, 2)), 1.5 * np.eye(2), np.zeros(2))
        return {tuple(place) for place in (h.round(2) + 0.0).tolist()}

    corners = {(a, b) for a in (-0.86, 0.86) for b in (-0.86, 0.86)}
    assert ends(np.random.default_rng(0).uniform(-1, 1, (500, 2))) == corners
    assert ends([(0.3, 0), (0, -0.3), (0, 0)]) == {(0.86, 0), (0, -0.86), (0, 0)}
    assert "in how many places do nearly all starts end?" in cell_with(course, "**Two units, no input.**")


def test_a_window_forgets_and_grows_and_a_state_does_neither(course):
    """What the text says for a state and against a window of k inputs, on T = 9 inputs and k = 4."""
    text = cell_with(course, "## Why a state, and not a window")
    assert "older inputs can never matter" in text and "Its state can depend on every input so far" in text
    rng = np.random.default_rng(5)
    T, k, D, H = 9, 4, 2, 3
    x = rng.normal(size=(1, T, D))
    moved = x.copy()
    moved[:, 0] += 1
    window = rng.normal(size=(k * D, H))
    assert (np.tanh(x[:, -k:].reshape(1, -1) @ window) == np.tanh(moved[:, -k:].reshape(1, -1) @ window)).all()
    weights = np.zeros((1, H)), rng.normal(size=(D, H)), rng.normal(size=(H, H)), rng.normal(size=H)
    (h, _), (other, _) = (course.reference["rnn_forward"](inputs, *weights) for inputs in (x, moved))
    assert (np.abs(h - other).max(axis=(0, 2)) > 1e-9).all(), "every later state"


def test_without_tanh_a_state_is_a_weighted_sum_of_the_inputs_plus_a_constant(course):
    """With it, it is not, and every unit stays between −1 and 1."""
    text = cell_with(course, "Why tanh?")
    assert "without it, each state would be a weighted sum of the inputs so far, plus a constant" in text

    class Straight:  # NumPy, but for the tanh
        tanh = staticmethod(lambda z: z)

        def __getattr__(self, name):
            return getattr(np, name)

    def run_of(space):
        exec(course.reference.sources["rnn_step_forward"], space)
        exec(course.reference.sources["rnn_forward"], space)
        return lambda x, *others: space["rnn_forward"](x, *others)[0]

    rng = np.random.default_rng(6)
    weights = tuple(rng.normal(size=shape) for shape in ((1, 3), (2, 3), (3, 3), (3,)))
    one, two = rng.normal(size=(2, 1, 7, 2))
    for space, adds in (({"np": Straight()}, True), ({"np": np}, False)):
        run = run_of(space)
        constant = run(0 * one, *weights)
        sums = run(one, *weights) - constant + run(two, *weights) - constant
        assert np.allclose(run(one + two, *weights) - constant, sums) == adds
    assert (np.abs(run_of({"np": np})(100 * one, *weights)) <= 1).all()


def test_the_exit_question_is_answered_rightly(course):
    """Put the LSTM of assignment 05 in place of the cell: four functions do as they are, four do not."""
    text = cell_with(course, "Exit question, for yourself: the LSTM")
    must = set(re.findall(r"`(\w+)`", text.split("Four: ")[1].split(". The")[0]))
    assert must == {"rnn_step_forward", "rnn_forward", "one_to_many", "encode_decode"}

    reference, rng = course.reference, np.random.default_rng(2)
    N, T, D, H, M = 2, 5, 3, 4, 3
    x, h0, c0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), np.zeros((N, H))
    encoder = tuple(rng.normal(size=shape) for shape in ((D, 4 * H), (H, 4 * H), (4 * H,)))
    decoder = tuple(rng.normal(size=shape) for shape in ((M, 4 * H), (H, 4 * H), (4 * H,)))
    Wy, by = rng.normal(size=(H, M)), rng.normal(size=M)

    def with_lstm(name, **others):
        """Return the solution of 01 with the LSTM's functions under the names that it calls."""
        lstm = {"rnn_step_forward": reference["lstm_step_forward"], "rnn_forward": reference["lstm_forward"]}
        space = {"np": np, "temporal_affine_forward": reference["temporal_affine_forward"], **lstm, **others}
        exec(reference.sources[name], space)
        return space[name]

    h, h_T, c_T, _ = reference["lstm_forward_full"](x, h0, c0, *encoder)
    np.testing.assert_allclose(with_lstm("many_to_one")(x, h0, *encoder, Wy, by), h_T @ Wy + by)
    np.testing.assert_allclose(with_lstm("many_to_many")(x, h0, *encoder, Wy, by), h @ Wy + by)
    for name in ("word_embedding_forward", "temporal_affine_forward"):
        assert "rnn_" not in reference.sources[name]

    for name, args in (("rnn_forward", (x, h0)), ("one_to_many", (x[:, 0], h0, 3))):
        with pytest.raises(TypeError):  # the LSTM's step asks for a cell too
            with_lstm(name)(*args, *encoder, *((Wy, by) if name == "one_to_many" else ()))

    def write(x, h, steps, *weights, c=c0):
        outputs = []
        for _ in range(steps):
            h, c, _ = reference["lstm_step_forward"](x, h, c, *weights[:3])
            x = h @ weights[3] + weights[4]
            outputs.append(x)
        return np.stack(outputs, axis=1)

    forgets_c = with_lstm("encode_decode", one_to_many=write)(x, h0, 3, encoder, (*decoder, Wy, by))
    carries_c = write(np.zeros((N, M)), h_T, 3, *decoder, Wy, by, c=c_T)
    assert np.abs(forgets_c - carries_c).max() > 0.01
