"""The figures of assignment 04 show what the functions they are given do, and say so in their titles."""

from pathlib import Path

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils import figures
from utils.card import Note
from utils.figures import fan, growth, repairs
from utils.figures.experiment import gaussian
from utils.figures.stills import gradient_flow


@pytest.fixture(scope="module")
def flow(course):
    return course.reference


@pytest.fixture
def caption():
    def find(picture):
        (text,) = [text for text in picture.figure.texts if text.get_gid() == "caption"]
        return " ".join(text.get_text().split())

    return find


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


def test_powers_say_what_became_of_the_worst(flow, title):
    says = title(figures.powers(flow["counterexample_vanish"], below=1e-6))
    assert says == "H = 2: σ_max = 1.65, and ‖W⁶⁰‖ = 2e−16"
    assert "‖W⁶⁰‖ = 4e10" in title(figures.powers(lambda H: 1.5 * np.eye(H), below=1e-6))
    assert "‖W²‖ = 0.25" in title(figures.powers(lambda H: 0.5 * np.eye(H), above=10))


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 1e5, 1e60])
@pytest.mark.parametrize("goal", [{"below": 1e-6}, {"above": 10}])
def test_powers_of_anything_are_drawn_tidily(scale, goal):
    assert_tidy(figures.powers(lambda H: scale * np.eye(H), **goal).figure)


# What tanh makes of an orthogonal and of a Gaussian matrix.


def test_orthogonal_stays_1_for_powers_and_not_for_the_rnn(flow, rnn_forward, title, caption):
    given = flow["orthogonal"], flow["jacobian_product"], rnn_forward
    curves, W = growth.measure_flow(*given)
    assert curves["Q^t"] == pytest.approx(np.ones((1, 60)))
    assert np.median(curves["RNN, Q"][:, -1]) == pytest.approx(4e-7, rel=0.1)
    assert np.median(curves["RNN, W"][:, -1]) == pytest.approx(1e-3, rel=0.1)
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(1.26, abs=5e-3)
    assert np.linalg.norm(W, 2) == pytest.approx(2.26, abs=5e-3)
    picture = figures.orthogonal_flow(*given)
    assert "‖Qᵗ‖ stays 1" in title(picture) and "4e−7" in title(picture)
    assert "ρ = 1.26, σ_max = 2.26" in caption(picture) and "seed 1196" in caption(picture)
    assert_tidy(picture.figure)


def test_the_spread_over_seeds_is_the_one_the_text_tells(flow, rnn_forward):
    """The figure shows one seed; the text tells what forty others give."""
    given = (flow["orthogonal"], flow["jacobian_product"], rnn_forward)
    kept = {"RNN, Q": [], "RNN, W": []}
    for seed in range(40):
        curves, _ = growth.measure_flow(*given, seed=seed)
        for name, values in kept.items():
            values.append(np.median(curves[name], axis=0)[-1])
    text = (Path(__file__).parents[3] / "solutions" / "04-gradient-flow.py").read_text(encoding="utf-8")
    text = text.replace("\n# ", " ")
    low, high = (f"{edge(kept['RNN, Q']):.0e}".replace("e-0", "e-") for edge in (min, max))
    assert f"seeds 0 to 39) the RNN keeps {low} to {high} with an orthogonal W" in text
    low, high, middle = (f"{edge(kept['RNN, W']):.0e}".replace("e-0", "e-") for edge in (min, max, np.median))
    assert f"{low} to {high}, median {middle}." in text


def test_other_seeds_tell_the_same_story(flow, rnn_forward):
    for seed in (586, 1202, 215):
        curves, _ = growth.measure_flow(flow["orthogonal"], flow["jacobian_product"], rnn_forward, seed)
        assert 2e-7 < np.median(curves["RNN, Q"][:, -1]) < 7e-7
        assert 1e-4 < np.median(curves["RNN, W"][:, -1]) < 1.1e-3


def test_a_matrix_that_is_not_orthogonal_shows(flow, rnn_forward, title):
    picture = figures.orthogonal_flow(
        lambda H, rng: rng.standard_normal((H, H)) / np.sqrt(H), flow["jacobian_product"], rnn_forward
    )
    assert title(picture).startswith("‖Q⁵⁹‖ is ")
    assert_tidy(picture.figure)


# The repaired notes.


def test_the_notes_product_is_exact_for_one_unit_only(flow, rnn_forward, title, caption, line):
    picture = figures.repaired_products(flow["repair_products"], rnn_forward)
    one = {H: repairs.measure(flow["repair_products"], rnn_forward, H, 16, 33, 0.0)[0] for H in (1, 4, 16)}
    assert one[1] < 1e-14
    assert one[4] == pytest.approx(1.4, abs=0.05)
    assert one[16] == pytest.approx(8, abs=0.3)
    assert "1.4 at H = 4, 7.8 at H = 16" in caption(picture)
    assert "seed 33" in caption(picture)
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
    assert "off by 1e−17 at H = 1, beyond by 1e−17 to 1e−17; step 1 alone gives 1 of" in title(picture)
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
