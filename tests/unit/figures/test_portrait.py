"""The phase portrait draws what the step does, right or wrong."""

import itertools

import numpy as np
import pytest

from utils.figures import _phase_portrait as portrait


def rotation(angle):
    turn = np.deg2rad(angle)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def test_states_turn_anticlockwise_by_the_angle_and_grow_by_the_gain(rnn_step_forward):
    found = portrait.orbits(rnn_step_forward, angle=40, gain=0.9, tanh=True)
    assert (found.turn, found.scale) == (pytest.approx(40), pytest.approx(0.9))
    for before, after in zip(found.h, found.h[1:], strict=False):
        assert after == pytest.approx(np.tanh(0.9 * before @ rotation(40).T))
    assert found.field_to == pytest.approx(np.tanh(0.9 * found.field_from @ rotation(40).T))


def test_without_tanh_it_is_the_linear_map_exactly_enough(rnn_step_forward):
    found = portrait.orbits(rnn_step_forward, angle=-70, gain=1.1, tanh=False)
    expected = found.h[0]
    for states in found.h:
        assert states == pytest.approx(expected, rel=1e-9, abs=1e-12)
        expected = 1.1 * expected @ rotation(-70).T
    assert found.field_to == pytest.approx(1.1 * found.field_from @ rotation(-70).T, abs=1e-11)


@pytest.mark.parametrize(
    ("angle", "gain", "tanh", "sentence"),
    [
        (30, 0.8, True, "every start is forgotten"),
        (30, 1.2, True, "it never rests"),
        (0, 1.5, True, "4 resting places, so 4 things to remember"),
        (20, 4, True, "all saturated"),
        (30, 1.1, False, "every start runs away"),
        (30, 1, False, "turns for ever at its own distance"),
        (0, 1, False, "nothing moves"),
        (30, 1, True, "every start fades, slowly"),
        (0, 0.95, True, "every start fades, slowly"),
        (0, 1, True, "every start fades, slowly"),
        (90, 1, True, "every start fades, slowly"),
        (180, 0.95, True, "every start fades, slowly"),
        (0, 0.95, False, "every start fades, slowly"),
        (0, 1.05, True, "4 resting places, so 4 things to remember"),
        (180, 1.5, True, "comes round every 2 steps"),
        (90, 1.3, True, "comes round every 4 steps"),
    ],
)
def test_the_finding_is_read_off_the_states(rnn_step_forward, angle, gain, tanh, sentence):
    found = portrait.orbits(rnn_step_forward, angle, gain, tanh)
    assert sentence in portrait.finding(found, gain, tanh)


def test_a_step_with_wh_transposed_turns_the_other_way(rnn_step_forward):
    transposed = lambda x, h, Wx, Wh, b: rnn_step_forward(x, h, Wx, Wh.T, b)  # noqa: E731
    assert portrait.orbits(transposed, 30, 0.8, True).turn == pytest.approx(-30)
    assert "turns by −30°" in portrait.draw(transposed, 30, 0.8, True).figure.texts[1].get_text().replace("\n", " ")


def test_a_step_without_tanh_runs_away_where_it_should_rotate():
    linear = lambda x, h, Wx, Wh, b: (x @ Wx + h @ Wh + b, None)  # noqa: E731
    assert "runs away" in portrait.finding(portrait.orbits(linear, 30, 1.2, True), 1.2, True)


def test_a_step_that_forgets_prev_h_rests_at_once():
    forgets = lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx + b), None)  # noqa: E731
    assert "every start is forgotten" in portrait.finding(portrait.orbits(forgets, 30, 1.2, True), 1.2, True)


def test_a_state_that_left_the_plane_is_not_drawn_again(rnn_step_forward, line):
    drawn = np.isfinite(line(portrait.draw(rnn_step_forward, 30, 1.1, False), "thick path")[0])
    assert drawn[0] and not drawn[-1] and np.all(np.diff(drawn.astype(int)) <= 0)


@pytest.mark.parametrize(("gain", "largest"), [(1.1, 100), (2, 1e13), (4, 1e25)])
def test_units_that_run_away_are_drawn_to_the_end_on_a_log_axis(rnn_step_forward, line, gain, largest):
    picture = portrait.draw(rnn_step_forward, 0, gain, False)
    time = picture.figure.axes[1]
    assert time.get_yscale() == "symlog"
    steps, unit = line(picture, "unit1")
    assert steps.tolist() == list(range(portrait.STEPS + 1))
    assert unit == pytest.approx(np.cos(np.deg2rad(15)) * gain**steps, rel=1e-9)
    assert time.get_yticks() == pytest.approx([-largest, -1, 0, 1, largest])
    assert "log" in " ".join(text.get_text() for text in time.texts)


def test_units_that_stay_are_drawn_on_a_plain_axis_with_whole_marks_at_both_ends(rnn_step_forward):
    time = portrait.draw(rnn_step_forward, 30, 1.2, True).figure.axes[1]
    assert time.get_yscale() == "linear"
    assert time.get_xlim()[0] < 0 and time.get_xlim()[1] > portrait.STEPS


def test_the_marks_above_are_those_in_the_panel(rnn_step_forward):
    plane, time = portrait.draw(rnn_step_forward, 30, 1.2, True).figure.axes

    def look(mark):
        return mark.get_marker(), mark.get_markersize(), mark.get_markerfacecolor(), mark.get_markeredgecolor()

    def named(axes):
        return {line.get_gid(): look(line) for line in axes.lines if line.get_gid()}

    def above(axes):
        return [look(mark) for mark in axes.lines if mark.get_transform() == axes.transAxes]

    assert above(plane) == [named(plane)["starts"], named(plane)["ends"]]
    assert above(time) == [named(time)["unit1"], named(time)["unit2"]]


def test_a_finding_is_one_line_so_that_an_explorer_does_not_jump(rnn_step_forward):
    for tanh, gain, angle in itertools.product((True, False), np.linspace(0, 3.9, 14), range(-180, 181, 60)):
        found = portrait.orbits(rnn_step_forward, angle, gain, tanh)
        assert len(portrait.finding(found, gain, tanh)) <= 76
