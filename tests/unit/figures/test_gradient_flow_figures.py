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


def test_lines_that_end_at_one_place_share_a_label():
    def labels(construction):
        return {text.get_text() for text in figures.powers(construction, above=10).figure.axes[0].texts}

    assert "H = 2, 5, 12" in labels(lambda H: 0.9 * np.eye(H))
    assert {"H = 2", "H = 5", "H = 12"} < labels(lambda H: (0.9 + H / 100) * np.eye(H))


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 1e5, 1e60])
@pytest.mark.parametrize("goal", [{"below": 1e-6}, {"above": 10}])
def test_powers_of_anything_are_drawn_tidily(scale, goal):
    assert_tidy(figures.powers(lambda H: scale * np.eye(H), **goal).figure)


# What tanh makes of an orthogonal and of a Gaussian matrix.


@pytest.fixture(scope="module")
def kept(flow):
    """The norms over 59 steps that `orthogonal_flow` draws, by an RNN and a chain rule of our own."""
    found = {"Q^t": [], "RNN, Q": [], "RNN, W": []}
    radius, stretch = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        W = 1.2 * rng.standard_normal((24, 24)) / np.sqrt(24)
        x = 0.5 * rng.standard_normal((60, 24))
        Q = flow["orthogonal"](24, np.random.default_rng(seed))
        radius.append(np.abs(np.linalg.eigvals(W)).max())
        stretch.append(np.linalg.norm(W, 2))
        for name, Wh, slope in (("Q^t", Q, 0), ("RNN, Q", Q, 1), ("RNN, W", W, 1)):
            h, product = np.zeros(24), np.eye(24)
            for t in range(60):
                h = np.tanh(h @ Wh + x[t])
                # The transpose of the product of Jacobians, which has the same norm.
                product = product @ Wh * (1 - slope * h**2) if t else product
            found[name].append(np.linalg.norm(product, 2))
    return {name: np.array(values) for name, values in found.items()}, np.array(radius), np.array(stretch)


def test_orthogonal_stays_1_for_powers_and_not_for_the_rnn(flow, rnn_forward, title, caption, line, kept):
    norms, radius, stretch = kept
    picture = figures.orthogonal_flow(flow["orthogonal"], flow["jacobian_product"], rnn_forward)
    curves, _ = growth.measure_flow(flow["orthogonal"], flow["jacobian_product"], rnn_forward)
    for name, values in norms.items():
        assert curves[name].shape == (40, 60)
        assert curves[name][:, -1] == pytest.approx(values)
        assert line(picture, name)[1][-1] == pytest.approx(np.median(values))
        drawn = [line for line in picture.figure.axes[0].lines if line.get_gid() == f"{name} draws"]
        assert len(drawn) == 40, "every draw is shown, none is picked"
    assert norms["Q^t"] == pytest.approx(np.ones(40))
    assert "‖Qᵗ‖ stays 1. Over 59 steps the RNN with Q keeps 4e−7" in title(picture)
    assert "powers explode, 3e−4, in single draws 1e−6 to 0.2" in title(picture)
    assert (radius > 1).all(), "each W's powers do explode"
    assert f"ρ {radius.min():.2f} to {radius.max():.2f}, σ_max {stretch.min():.2f}" in caption(picture)
    assert_tidy(picture.figure)


def test_the_spread_is_the_one_the_text_tells(kept):
    norms, radius, stretch = kept
    text = (Path(__file__).parents[3] / "solutions" / "04-gradient-flow.py").read_text(encoding="utf-8")
    text = text.replace("\n# ", " ")

    def told(name):
        values = norms[name]
        least, most, middle = (f"{edge(values):.0e}".replace("e-0", "e-") for edge in (min, max, np.median))
        return least, most.replace("2e-1", "0.2"), middle

    least, most, middle = told("RNN, Q")
    assert f"seeds 0 to 39) the RNN keeps {least} to {most} with an orthogonal W, median {middle};" in text
    assert f"leaves {middle} in the median of the same draws" in text
    least, most, middle = told("RNN, W")
    rho = f"{radius.min():.2f} to {radius.max():.2f}"
    assert f"with a Gaussian one, ρ from {rho}, {least} to {most}, median {middle}." in text
    assert f"ρ is {radius.min():.2f} or more and σ_max {stretch.min():.2f} or more" in text
    assert f"over 59 steps is {middle} in the median, and {most} at most" in text
    assert f"anything from {least} to {most}" in text
    assert f"ρ from {rho} keep {middle} in the median" in text


def test_a_matrix_that_is_not_orthogonal_shows(flow, rnn_forward, title):
    picture = figures.orthogonal_flow(
        lambda H, rng: rng.standard_normal((H, H)) / np.sqrt(H), flow["jacobian_product"], rnn_forward
    )
    assert title(picture).startswith("‖Q⁵⁹‖ is ")
    assert_tidy(picture.figure)


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
