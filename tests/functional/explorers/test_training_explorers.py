"""Move every control of the explorers of assignment 03, cut lines and clip compass, over its range."""

import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import clip_compass, cut_lines
from utils.figures._cut_lines import T


def truncated_bptt(x, h0, Wx, Wh, b, dh, k, cut=True, reset=False):
    """All steps in one loop, the gradient dropped at each cut; wrong on request."""
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wx + (h0 if reset and t % k == 0 else h[-1]) @ Wh + b))
    dx, later, dWx, dWh, db = np.zeros_like(x), 0 * h0, 0 * Wx, 0 * Wh, 0 * b
    for t in reversed(range(x.shape[1])):
        if cut and (t + 1) % k == 0:
            later = 0 * h0
        da = (dh[:, t] + later) * (1 - h[t + 1] ** 2)
        dx[:, t], later = da @ Wx.T, da @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ da, dWh + h[t].T @ da, db + da.sum(axis=0)
    return dx, later, dWx, dWh, db


def clip_grad_norm(grads, max_norm):
    norm = float(np.sqrt(sum(np.vdot(g, g) for g in grads.values())))
    return {name: g * min(1.0, max_norm / max(norm, 1e-300)) for name, g in grads.items()}, norm


def lines(axes):
    return {line.get_gid(): np.stack(line.get_data(), axis=-1).astype(float) for line in axes.lines}


def heat(explorer):
    """Return the T × T map that is drawn, 0 where it is white."""
    [mesh] = [c for c in explorer.figure.axes[0].collections if c.get_gid() == "map"]
    return np.ma.filled(mesh.get_array().reshape(T, T), 0.0)


def cuts(explorer):
    [vertical] = [c for c in explorer.figure.axes[0].collections if c.get_gid() == "cuts in τ"]
    return [segment[0, 0] for segment in vertical.get_segments()]


def title(explorer):
    return " ".join(explorer.figure.texts[0].get_text().split())


# Cut lines.


@pytest.fixture(scope="module")
def cut_explorer():
    return cut_lines(truncated_bptt)


def test_k_over_its_range(cut_explorer):
    cut_explorer.buttons["Reset"].click()
    slider = cut_explorer.controls["k"]
    assert (slider.min, slider.max) == (1, T)
    lost = []
    for k in (1, 2, 5, 6, 10, 13, T - 1, T):
        slider.value = k
        assert cut_explorer.errors == []
        assert cuts(cut_explorer) == [cut + 0.5 for cut in range(k, T, k)]
        shown, segment = heat(cut_explorer), np.arange(T) // k
        allowed = (segment[:, None] == segment[None, :]) & np.tri(T, dtype=bool)
        assert ((shown > 0) == allowed).all()
        bias = lines(cut_explorer.figure.axes[3])
        assert bias["now"].tolist() == [bias["bias"][k - 1].tolist()]
        lost.append(bias["now"][0, 1])
    assert lost[-1] == 0 and lost[0] > lost[2] > lost[4] > 0.1


def test_gain_over_its_range_changes_what_is_lost(cut_explorer):
    lost = []
    cut_explorer.controls["k"].value = 5
    for gain in cut_explorer.controls["gain"].options:
        cut_explorer.controls["gain"].value = gain
        assert cut_explorer.errors == []
        lost.append(lines(cut_explorer.figure.axes[3])["now"][0, 1])
        assert f"norm {gain:g}" in " ".join(cut_explorer.figure.texts[1].get_text().split())
    assert lost == sorted(lost), "the more Wh keeps, the more a cut costs"


def test_a_bar_says_what_the_colours_of_the_map_are(cut_explorer):
    """It has the map's own colours and limits, is as high as the map, and stands clear of everything else."""
    for k in (1, 5, T):
        cut_explorer.set(k=k, gain=1.0)
        figure = cut_explorer.figure
        whole, *panels, bar = figure.axes
        [mesh] = [c for c in whole.collections if c.get_gid() == "map"]
        [shades] = [c for c in bar.collections if hasattr(c, "get_cmap") and c.get_array() is not None]
        assert shades.get_cmap() == mesh.get_cmap()
        assert bar.get_ylim() == pytest.approx(mesh.get_clim())
        figure.canvas.draw()
        around = {axes: axes.get_tightbbox() for axes in figure.axes}
        assert not any(around[bar].overlaps(around[axes]) for axes in panels)
        extent = whole.get_window_extent()
        assert extent.x1 < bar.get_window_extent().x0 < extent.x1 + 15
        assert (bar.get_window_extent().y0, bar.get_window_extent().y1) == pytest.approx((extent.y0, extent.y1), abs=1)


def test_memory_and_work_are_counted(cut_explorer):
    kept = {1: "1 state is kept at a time", 7: "7 states are kept at a time", T: f"all {T} states are kept"}
    for k, says in kept.items():
        cut_explorer.set(k=k, gain=1.0)
        memory, work = (lines(axes) for axes in cut_explorer.figure.axes[1:3])
        assert memory["now"].tolist() == [[k, k]]
        assert work["now"].tolist() == [[k, T]]
        assert work["window"][k - 1, 1] == sum(min(t, k) for t in range(1, T + 1))
        assert says in cut_explorer.says


def test_presets_and_reset(cut_explorer):
    for text in cut_explorer.buttons:
        cut_explorer.buttons[text].click()
        assert cut_explorer.errors == [] and cut_explorer.figure is not None
    cut_explorer.buttons["Nothing cut"].click()
    assert "nothing is cut and nothing is lost" in title(cut_explorer)
    cut_explorer.buttons["Reset"].click()
    assert cut_explorer.values == {"k": 5, "gain": 1.0}


def test_a_gradient_that_is_not_cut_shows():
    explorer = cut_lines(lambda *arguments: truncated_bptt(*arguments, cut=False))
    assert "gradient crosses the cuts" in title(explorer)
    assert (heat(explorer) > 0).sum() == T * (T + 1) // 2


def test_a_cut_one_step_late_shows():
    explorer = cut_lines(lambda *arguments: truncated_bptt(*arguments[:-1], arguments[-1] + 1))
    assert "gradient crosses the cuts" in title(explorer)


# The clip compass.


@pytest.fixture(scope="module")
def compass():
    return clip_compass(clip_grad_norm)


def tips(explorer):
    return [{way: drawn[-1] for way, drawn in lines(axes).items()} for axes in explorer.figure.axes]


def turned(one, other):
    both = np.linalg.norm(one) * np.linalg.norm(other)
    return np.rad2deg(np.arccos(np.clip(np.dot(one, other) / both, -1, 1)))


def test_every_angle_and_limit(compass):
    angle, limit = compass.controls["angle"], compass.controls["limit"]
    for a in range(angle.min, angle.max + 1, 6 * angle.step):
        for m in np.linspace(limit.min, limit.max, 4):
            compass.set(angle=a, limit=m)
            assert compass.errors == []
            within, across = tips(compass)
            m = limit.value
            before = np.array([4 * np.cos(np.deg2rad(a)), 4 * np.sin(np.deg2rad(a))])
            assert within["before"] == pytest.approx(before, abs=1e-9)
            assert across["before"] == pytest.approx([4, 3])
            assert within["yours"] == pytest.approx(before * min(1, m / 5), abs=1e-9)
            assert across["yours"] == pytest.approx(np.array([4, 3]) * min(1, m / 5))
            assert within["per parameter"] == pytest.approx(before * min(1, m / 4), abs=1e-9)
            assert across["per parameter"][1] == pytest.approx(min(3, m))
            assert within["each entry"] == pytest.approx(np.minimum(before, m), abs=1e-9)


def test_only_the_global_norm_keeps_the_direction(compass):
    compass.buttons["Hard"].click()
    within, across = tips(compass)
    assert turned(across["yours"], [4, 3]) == pytest.approx(0, abs=1e-5)
    assert turned(across["per parameter"], [4, 3]) == pytest.approx(45 - np.rad2deg(np.arctan(0.75)))
    assert turned(within["each entry"], within["before"]) > 20
    assert "yours turns by 0°" in title(compass)


def test_very_low_limits_send_every_entry_to_the_diagonal(compass):
    compass.buttons["Very hard"].click()
    within, _ = tips(compass)
    assert within["each entry"] == pytest.approx([0.3, 0.3])


def test_short_gradients_are_left_alone_and_reset(compass):
    compass.buttons["Short enough"].click()
    assert "short enough" in title(compass)
    assert "None is longer than the limit" in compass.says
    compass.buttons["Reset"].click()
    assert compass.values == {"angle": 20, "limit": 2.0}
    assert compass.says.endswith(" Of these, per parameter and each entry are longer than the limit.")


def test_clipping_per_parameter_shows_as_a_turn():
    def per_parameter(grads, max_norm):
        clipped = {name: g * min(1.0, max_norm / np.linalg.norm(g)) for name, g in grads.items()}
        return clipped, 1.0

    explorer = clip_compass(per_parameter)
    explorer.buttons["Hard"].click()
    assert "yours turns by 8°" in title(explorer)


def test_a_function_that_fails_at_some_settings_says_so_and_recovers():
    def fragile(grads, max_norm):
        if max_norm < 1:
            raise OverflowError("too low")
        return clip_grad_norm(grads, max_norm)

    explorer = clip_compass(fragile)
    explorer.controls["limit"].value = 0.5
    assert explorer.figure is None and "too low" in explorer.says and explorer.errors == []
    explorer.buttons["Reset"].click()
    assert explorer.figure is not None


@pytest.mark.parametrize("explorer", [cut_lines, clip_compass])
def test_a_stub_and_nonsense_get_a_note(explorer):
    def not_written(*arguments):
        raise NotImplementedError

    note = explorer(not_written)
    assert isinstance(note, Note)
    assert note.sentence == "Write `not_written` above first; this figure is drawn by it."
    for returned in (None, 7, (None, None), (None,) * 5, ({"W": 1}, 2), ("a", "b", "c", "d", "e")):
        assert isinstance(explorer(lambda *arguments, returned=returned: returned), Note)
