"""The figures of assignment 04 show what the functions they draw do, and say so in their titles."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy
from test_product_norms import TEXT, network, product_norm, short

from utils import figures
from utils.checking.card import Note
from utils.figures import _repaired_notes as repairs
from utils.figures import _spectrum_fan as fan
from utils.figures.networks import gaussian
from utils.figures.stills import gradient_flow

# One Jacobian.


def test_a_right_jacobian_is_what_nudging_measures(flow, rnn_step_forward, title):
    picture = figures.one_jacobian(flow["step_jacobian"], rnn_step_forward)
    assert title(picture).startswith("Your Jacobian is what nudging measures")
    yours, measured = (axes.images[0].get_array() for axes in picture.figure.axes[:2])
    assert np.abs(yours - measured).max() < 1e-9
    assert np.abs(yours[3]).max() < 1e-2 < np.abs(yours[:, 3]).max(), "a saturated unit's row is pale, not its column"
    assert_tidy(picture.figure)


def test_a_wrong_jacobian_is_seen(flow, rnn_step_forward, title):
    picture = figures.one_jacobian(lambda h, Wh: flow["step_jacobian"](h, Wh.T), rnn_step_forward)
    assert "differs" in title(picture)
    assert_tidy(picture.figure)


# Powers of the constructions.


@pytest.mark.parametrize(
    ("name", "goal"), [("counterexample_vanish", {"below": 1e-6}), ("counterexample_transient", {"above": 10})]
)
def test_powers_are_those_of_the_matrices(flow, line, name, goal):
    picture = figures.powers(flow[name], **goal)
    for H in (2, 5, 12):
        t, size = line(picture, f"H={H}")
        W = flow[name](H)
        assert size == pytest.approx([np.linalg.norm(np.linalg.matrix_power(W, int(n)), 2) for n in t])
    assert_tidy(picture.figure)


def test_the_title_of_the_powers_gives_their_norm(flow, title):
    says = title(figures.powers(flow["counterexample_vanish"], below=1e-6))
    assert says == "H = 2: σ_max = 1.65, and ‖W⁶⁰‖ = 2e−16"
    assert "‖W⁶⁰‖ = 4e10" in title(figures.powers(lambda H: 1.5 * np.eye(H), below=1e-6))
    assert "‖W²‖ = 0.25" in title(figures.powers(lambda H: 0.5 * np.eye(H), above=10))


def test_lines_that_end_at_one_place_share_a_label():
    def labels(construction):
        return {text.get_text() for text in figures.powers(construction, above=10).figure.axes[0].texts}

    assert "H = 2, 5, 12" in labels(lambda H: 0.9 * np.eye(H))
    assert {"H = 2", "H = 5", "H = 12"} < labels(lambda H: (0.9 + H / 100) * np.eye(H))


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 1e5, 1e60])
@pytest.mark.parametrize("goal", [{"below": 1e-6}, {"above": 10}])
def test_powers_of_anything_are_drawn_tidily(scale, goal):
    assert_tidy(figures.powers(lambda H: scale * np.eye(H), **goal).figure)


def test_the_drawn_way_back_has_transposed_jacobians(title):
    """Every arrow has the factor of the formula beside it, which multiplies a gradient from the left."""
    picture = gradient_flow.gradient_flow()
    letters = {text.get_text() for text in picture.figure.axes[0].texts}
    assert {rf"$J_{{{t}}}^\top$" for t in (2, 3, 4, 5)} <= letters
    assert "transposed" in title(picture) and "transposed" in picture.alt


# The repaired notes.


def test_the_notes_product_is_exact_for_one_unit_only(flow, rnn_forward, title, caption):
    picture = figures.repaired_products(flow["repair_products"], rnn_forward)
    error = np.empty((40, 5))
    for seed in range(40):
        for column, H in enumerate((1, 2, 4, 8, 16)):
            rng = np.random.default_rng(seed)
            Wh = 1.5 * rng.standard_normal((H, H)) / np.sqrt(H)
            x = 0.5 * rng.standard_normal((16, H))
            h, right, slopes = np.zeros(H), np.eye(H), np.eye(H)
            for t in range(16):
                h = np.tanh(h @ Wh + x[t])
                if t:
                    right, slopes = np.diag(1 - h**2) @ Wh.T @ right, np.diag(1 - h**2) @ slopes
            notes = slopes @ np.linalg.matrix_power(Wh.T, 15)
            error[seed, column] = np.linalg.norm(notes - right, 2) / np.linalg.norm(right, 2)
    (dots,) = [dots for dots in picture.figure.axes[0].lines if dots.get_gid() == "draws"]
    drawn = dots.get_ydata().reshape(40, 5)
    assert drawn[:, 1:] == pytest.approx(error[:, 1:], rel=1e-6)
    assert drawn[:, 0].max() < 1e-14 > error[:, 0].max()
    middle = np.median(error[:, 1:], axis=0)
    assert f"at H = 1, by {middle.min():.1f} to {middle.max():.1f} beyond" in title(picture)
    assert f"draws are off by {error[:, -1].min():.2g} to {error[:, -1].max():.0f}." in caption(picture)
    assert_tidy(picture.figure)


def test_the_path_through_h1_loses_its_share(flow, rnn_forward):
    share = {
        T: np.median([repairs.measure(flow["repair_products"], rnn_forward, 8, T, s, 0.9)[1] for s in range(40)])
        for T in (1, 8, 32)
    }
    assert share[1] == pytest.approx(1)
    assert share[1] > share[8] > share[32] and share[32] < 2e-3


def test_wrong_numbers_show(flow, rnn_forward, title):
    def wrong(dh_T, h0, h, Wh):
        _, error, _, _ = flow["repair_products"](dh_T, h0, h, Wh)
        return 1, 0 * error, 1, 1.0

    picture = figures.repaired_products(wrong, rnn_forward)
    assert "off by 1e−17 at H = 1, by 1e−17 to 1e−17 beyond; step 1 alone gives 1 of" in title(picture)
    assert_tidy(picture.figure)


def test_growth_of_the_gaussian(flow, title, line):
    picture = figures.repaired_growth(flow["repair_growth"])
    assert "σ_max = 1.67, and ‖W⁶⁰‖ = 0.00368" in title(picture)
    t, size = line(picture, "size")
    W = gaussian(24, 29, 0.9)
    assert size == pytest.approx([np.linalg.norm(np.linalg.matrix_power(W, int(n)), 2) for n in t])
    k, steepest = line(picture, "steepest")
    assert steepest == pytest.approx(k)
    assert_tidy(picture.figure)
    assert_tidy(figures.repaired_growth(lambda W, t, z, k: (1, np.linalg.norm(W, 2) ** t, 1, 1.0)).figure)


# The fan.


def test_the_matrix_goes_from_orthogonal_to_the_gaussian():
    W = fan.matrix(1.3, 0.0)
    assert pytest.approx(1.69 * np.eye(24)) == W.T @ W
    W = gaussian(24, 29, 0.9)
    assert fan.matrix(np.linalg.norm(W, 2), 1.0) == pytest.approx(W)
    for skew in np.linspace(0, 1, 11):
        assert np.linalg.norm(fan.matrix(0.7, skew), 2) == pytest.approx(0.7)
    ratio = [np.abs(np.linalg.eigvals(fan.matrix(1.0, skew))).max() for skew in np.linspace(0, 1, 11)]
    assert np.all(np.diff(ratio) < 0), "the more non-normal, the further the radius falls behind the norm"


@pytest.mark.parametrize("preset", fan.PRESETS)
def test_the_fan_is_tidy(flow, rnn_forward, preset):
    assert_tidy(fan.draw(flow["jacobian_product"], rnn_forward, **fan.PRESETS[preset]).figure)


def test_the_static_pictures_are_tidy(flow, rnn_forward):
    assert_tidy(gradient_flow.gradient_flow().figure)
    assert_tidy(gradient_flow.spectrum_fans(flow["jacobian_product"], rnn_forward).figure)


def test_the_static_fans_show_what_text_and_alternative_text_say(flow, rnn_forward):
    picture = gradient_flow.spectrum_fans(flow["jacobian_product"], rnn_forward)
    ends = {"power": [], "rnn": []}
    for axes in picture.figure.axes:
        for line in axes.lines:
            name = line.get_gid().removesuffix(" norm")
            if name != line.get_gid():
                ends[name].append(line.get_ydata()[-1])
    (both, orthogonal, only_power, exploding), rnn = ends["power"], ends["rnn"]
    assert both < 0.01 and orthogonal == pytest.approx(1) and only_power > 1e5 and exploding > 1e12
    assert rnn[0] < both and rnn[1] < 1e-5 and 1e-4 < rnn[2] < 0.01 and 1e3 < rnn[3] < exploding
    assert "Left to right, $W^t$ vanishes, stays 1, explodes twice; only the last RNN explodes." in TEXT
    assert "σ_max 4.2: both explode" in picture.alt
    assert f"for the fan's one draw over 60 steps {short(rnn[3])} at σ_max = 4.2" in TEXT


def test_the_fan_that_explodes_is_a_draw_like_others(flow, rnn_forward):
    """The one W of the fan, at the gain its σ_max amounts to, keeps what most of 40 draws keep."""
    preset = fan.PRESETS["The RNN explodes"]
    W = fan.matrix(preset["sigma"], preset["skew"])
    gain = np.sqrt((W**2).mean() * 24)
    low, high = np.quantile([product_norm(*network(24, gain, seed)) for seed in range(40)], [0.1, 0.9])
    shown = fan.measure(flow["jacobian_product"], rnn_forward, **preset).rnn[59, 0]
    assert 2.1 < gain < 2.3 and low < shown < high


# Stubs and nonsense.


def stub(*args):
    raise NotImplementedError


@pytest.mark.parametrize(
    "draw",
    [
        lambda f, rnn: figures.one_jacobian(f, lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx + h @ Wh + b), None)),
        lambda f, rnn: figures.powers(f, below=1e-6),
        lambda f, rnn: figures.powers(f, above=10),
        lambda f, rnn: figures.orthogonal_flow(f, f, rnn),
        lambda f, rnn: figures.norm_against_gain(f, rnn),
        lambda f, rnn: figures.repaired_products(f, rnn),
        lambda f, rnn: figures.repaired_growth(f),
    ],
)
def test_stubs_and_nonsense_get_a_note(draw, rnn_forward):
    assert repr(draw(stub, rnn_forward)) == "Write `stub` above first; this figure is drawn by it."
    for answer in (None, "seven", np.zeros(3), (1, 2), np.full((2, 2), np.nan), [[1, 2], [3]]):
        note = draw(lambda *args, answer=answer: answer, rnn_forward)
        assert isinstance(note, Note), note
        assert "waits until that is repaired" in repr(note)


def test_the_note_names_the_function_that_is_missing(flow, rnn_forward):
    def jacobian_product(h, Wh):
        raise NotImplementedError

    note = figures.orthogonal_flow(flow["orthogonal"], jacobian_product, rnn_forward)
    assert repr(note).startswith("Write `jacobian_product` above first")
