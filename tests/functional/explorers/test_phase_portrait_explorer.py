"""Move every control of the phase portrait explorer over its range, with the real ipywidgets."""

import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import phase_portrait
from utils.figures._phase_portrait import STEPS


@pytest.fixture(scope="module")
def explorer(rnn_step_forward):
    return phase_portrait(rnn_step_forward)


def data(explorer, gid, panel=0):
    (line,) = [line for line in explorer.figure.axes[panel].lines if line.get_gid() == gid]
    return np.stack(line.get_data(), axis=-1).astype(float)


def expected_path(start, angle, gain, tanh):
    turn, path = np.deg2rad(angle), [np.asarray(start)]
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for _ in range(STEPS):
        h = gain * rotation @ path[-1]
        path.append(np.tanh(h) if tanh else h)
    return np.array(path)


def assert_shows(explorer):
    """Compare what is drawn with the map itself."""
    assert explorer.errors == []
    shown = data(explorer, "thick path")
    expected = expected_path(shown[0], **explorer.values)
    near = np.isfinite(shown).all(axis=1)
    assert near[0]
    assert shown[near] == pytest.approx(expected[near], abs=1e-8)
    assert np.all(np.abs(expected[~near]).max(axis=1) > 1.15), "only what is outside the plane may be left out"
    for unit in (1, 2):
        assert data(explorer, f"unit{unit}", panel=1)[:, 1] == pytest.approx(expected[:, unit - 1], rel=1e-8, abs=1e-8)
    assert f"{explorer.values['gain']:g}" in explorer.figure.texts[0].get_text()


def test_rotation_over_its_range(explorer):
    explorer.buttons["Reset"].click()
    slider = explorer.controls["angle"]
    assert (slider.min, slider.max) == (-180, 180)
    for angle in range(slider.min, slider.max + 1, 9 * slider.step):
        slider.value = angle
        assert_shows(explorer)


@pytest.mark.parametrize("tanh", [True, False])
def test_gain_over_its_range_with_tanh_on_and_off(explorer, tanh):
    explorer.set(angle=30, tanh=tanh)
    slider = explorer.controls["gain"]
    for value in np.linspace(slider.min, slider.max, 11):
        slider.value = value
        assert_shows(explorer)


def test_spiral_in_ends_at_zero(explorer):
    explorer.buttons["Spiral in"].click()
    assert_shows(explorer)
    assert np.abs(data(explorer, "ends")).max() < 1e-3
    assert "every start is forgotten" in explorer.alt


def test_rotate_ends_on_a_ring(explorer):
    explorer.buttons["Rotate"].click()
    assert_shows(explorer)
    distance = np.linalg.norm(data(explorer, "ends"), axis=1)
    assert np.ptp(distance) < 0.1 and distance.min() > 0.6
    assert "never rests" in explorer.alt


def test_four_memories_are_four_resting_places(explorer):
    explorer.buttons["Four memories"].click()
    assert_shows(explorer)
    ends = data(explorer, "ends")
    # Each unit rests where h = tanh(1.5 h), that is at about 0.8586.
    assert np.abs(ends) == pytest.approx(np.full_like(ends, 0.85862), abs=1e-4)
    assert len({tuple(corner) for corner in np.sign(ends)}) == 4


def test_saturated_is_close_to_one(explorer):
    explorer.buttons["Saturated"].click()
    assert_shows(explorer)
    assert np.abs(data(explorer, "ends")).min() > 0.95
    assert "saturated" in explorer.alt


def test_without_tanh_states_run_away(explorer):
    explorer.buttons["No tanh"].click()
    assert_shows(explorer)
    assert "runs away" in explorer.alt
    caption = " ".join(explorer.figure.texts[1].get_text().split())
    assert "measured so near to 0 that tanh is a straight line" in caption


def test_reset(explorer):
    explorer.set(angle=-90, gain=3.0, tanh=False)
    explorer.buttons["Reset"].click()
    assert explorer.values == {"angle": 30, "gain": 0.8, "tanh": True}
    assert_shows(explorer)


def test_the_arrows_are_the_learners_step(explorer):
    explorer.set(angle=90, gain=1.0, tanh=True)
    (field,) = [c for c in explorer.figure.axes[0].collections if c.get_gid() == "field"]
    start = np.stack([field.X, field.Y], axis=-1)
    ahead = start + np.stack([field.U, field.V], axis=-1)
    assert ahead == pytest.approx(np.tanh(np.stack([-start[:, 1], start[:, 0]], axis=-1)))


def test_a_stub_gets_a_note_in_place_of_the_explorer():
    def rnn_step_forward(x, prev_h, Wx, Wh, b):
        raise NotImplementedError

    note = phase_portrait(rnn_step_forward)
    assert isinstance(note, Note)
    assert note.sentence == "Write `rnn_step_forward` above first; this figure is drawn by it."


@pytest.mark.parametrize("returned", [None, 7, (None, None), (np.zeros(3), None)])
def test_nonsense_gets_a_note(returned):
    note = phase_portrait(lambda x, prev_h, Wx, Wh, b: returned)
    assert isinstance(note, Note) and "should return (next_h, cache)" in note.sentence


def test_a_step_that_fails_only_at_some_settings_says_so_and_recovers(rnn_step_forward):
    def fragile(x, prev_h, Wx, Wh, b):
        if np.abs(Wh).max() > 2:
            raise OverflowError("too strong")
        return rnn_step_forward(x, prev_h, Wx, Wh, b)

    explorer = phase_portrait(fragile)
    explorer.controls["gain"].value = 4.0
    assert explorer.figure is None and explorer.errors == []
    assert "OverflowError" in explorer.says and "too strong" in explorer.says
    explorer.buttons["Reset"].click()
    assert explorer.figure is not None


def test_a_step_without_tanh_looks_the_same_with_tanh_on_and_off():
    explorer = phase_portrait(lambda x, prev_h, Wx, Wh, b: (x @ Wx + prev_h @ Wh + b, None))
    explorer.set(angle=30, gain=1.1, tanh=True)
    on = data(explorer, "thick path")
    explorer.controls["tanh"].value = False
    assert data(explorer, "thick path") == pytest.approx(on, nan_ok=True)
    assert explorer.errors == []
