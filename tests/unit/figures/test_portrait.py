import numpy as np
import pytest

from utils.figures import portrait


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
        assert states == pytest.approx(expected, rel=1e-6, abs=1e-8)
        expected = 1.1 * expected @ rotation(-70).T
    assert found.field_to == pytest.approx(1.1 * found.field_from @ rotation(-70).T, abs=1e-11)


@pytest.mark.parametrize(
    ("angle", "gain", "tanh", "said"),
    [
        (30, 0.8, True, "every start is forgotten"),
        (30, 1.2, True, "it never rests"),
        (0, 1.5, True, "4 resting places, so 4 things to remember"),
        (20, 4, True, "all saturated"),
        (30, 1.1, False, "every start runs away"),
        (30, 1, False, "turns for ever at its own distance"),
        (0, 1, False, "nothing moves"),
        (30, 1, True, "every start fades, slowly"),
        (180, 1.5, True, "comes round every 2 steps"),
        (90, 1.3, True, "comes round every 4 steps"),
    ],
)
def test_the_finding_is_read_off_the_states(rnn_step_forward, angle, gain, tanh, said):
    found = portrait.orbits(rnn_step_forward, angle, gain, tanh)
    assert said in portrait.finding(found, gain, tanh)


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


def test_what_has_left_the_plane_is_not_drawn_coming_back(rnn_step_forward):
    picture = portrait.draw(rnn_step_forward, 30, 1.1, False)
    time = picture.figure.axes[1]
    for line in time.lines:
        if line.get_gid():
            drawn = np.isfinite(line.get_ydata())
            assert drawn[0] and not drawn[-1] and np.all(np.diff(drawn.astype(int)) <= 0)
