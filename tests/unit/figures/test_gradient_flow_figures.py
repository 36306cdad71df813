"""The figures of assignment 04 show what the functions they draw do, and say so in their titles."""

from pathlib import Path

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils import figures
from utils.checking.card import Note
from utils.figures import _norm_against_gain as gains
from utils.figures import _powers as growth
from utils.figures import _repaired_notes as repairs
from utils.figures import _spectrum_fan as fan
from utils.figures.networks import gaussian, random_network
from utils.figures.stills import gradient_flow

SOURCE = Path(__file__).parents[3] / "solutions" / "04-gradient-flow.py"
TEXT = " ".join(SOURCE.read_text(encoding="utf-8").replace("\n# ", " ").split())


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


# What tanh makes of an orthogonal and of a Gaussian matrix.


def product_norm(Wh, x, slope=1):
    """The norm of the product of Jacobians over the steps of x (T, H), by an RNN and a chain rule of our own."""
    h, product = np.zeros(len(Wh)), np.eye(len(Wh))
    for t in range(len(x)):
        h = np.tanh(h @ Wh + x[t])
        # The transpose of the product of Jacobians, which has the same norm.
        product = product @ Wh * (1 - slope * h**2) if t else product
    return np.linalg.norm(product, 2)


def network(H, gain, seed):
    rng = np.random.default_rng(seed)
    W = gain * rng.standard_normal((H, H)) / np.sqrt(H)
    return W, 0.5 * rng.standard_normal((60, H))


@pytest.fixture(scope="module")
def kept(flow):
    """The norms over 59 steps that `orthogonal_flow` draws."""
    found = {"Q^t": [], "RNN, Q": [], "RNN, W": []}
    radius, stretch = [], []
    for seed in range(40):
        W, x = network(24, 1.2, seed)
        Q = flow["orthogonal"](24, np.random.default_rng(seed))
        radius.append(np.abs(np.linalg.eigvals(W)).max())
        stretch.append(np.linalg.norm(W, 2))
        for name, Wh, slope in (("Q^t", Q, 0), ("RNN, Q", Q, 1), ("RNN, W", W, 1)):
            found[name].append(product_norm(Wh, x, slope))
    return {name: np.array(values) for name, values in found.items()}, np.array(radius), np.array(stretch)


@pytest.fixture(scope="module")
def by_gain():
    """The norms over 59 steps of 40 draws, for each (H, gain) that a title or a text names."""
    pairs = [*((24, gain) for gain in (*gains.GAINS, 40.0)), *((H, gain) for H in (8, 100) for gain in (1.0, 2.0, 3.0))]
    return {
        (H, round(float(gain), 1)): np.array([product_norm(*network(H, gain, seed)) for seed in range(40)])
        for H, gain in pairs
    }


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


def short(number, digits=1):
    """A number as the texts write it: ``3e-4``, ``0.03``, ``3``, ``150``."""
    rounded = float(f"{number:.{digits}g}")
    if 0.002 <= rounded < 1000:
        return f"{rounded:g}"
    mantissa, exponent = f"{rounded:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def spread_of(norms):
    low, high = np.quantile(norms, [0.1, 0.9])
    return f"{short(low)} to {short(high)}"


def test_the_texts_give_median_and_spread_of_40_draws(kept, by_gain):
    norms, radius, stretch = kept
    Q, vanishing, exploding = norms["RNN, Q"], norms["RNN, W"], by_gain[24, 2.0]
    assert vanishing == pytest.approx(by_gain[24, 1.2])
    orthogonal, small, large = short(np.median(Q)), short(np.median(vanishing)), short(np.median(exploding), 2)
    stretch_2 = min(np.linalg.norm(network(24, 2.0, seed)[0], 2) for seed in range(40))
    for sentence in (
        f"at gain g = 1.2 ρ is {radius.min():.2f} or more and σ_max {stretch.min():.2f} or more",
        f"the RNN's norm is {small} in the median (10 to 90 %: {spread_of(vanishing)})",
        f"At gain 2 σ_max is {stretch_2:.2f} or more, and the norm {large} in the median (10 to 90 %: "
        f"{spread_of(exploding)}): the RNN explodes, in spite of tanh",
        f"Even an orthogonal W leaves {orthogonal} in the median of the same draws",
        f"at gain 2 it keeps {large} in the median",
        f"Orthogonal: {orthogonal} ({spread_of(Q)}); gain 1.2: {small} ({spread_of(vanishing)}); gain 2: "
        f"{large} ({spread_of(exploding)}), in spite of tanh",
        f"Gain 2, H = 8: {short(np.median(by_gain[8, 2.0]), 2)} ({spread_of(by_gain[8, 2.0])}); "
        f"H = 100: {short(np.median(by_gain[100, 2.0]), 2)} ({spread_of(by_gain[100, 2.0])})",
        f"anything from {short(vanishing.min())} to {short(vanishing.max())} at gain 1.2, and from 1 to "
        f"{short(exploding.max(), 2)} at gain 2, where {(exploding > 1).sum()} of 40 draws are above 1 (the other "
        f"{(exploding < 1).sum()} do not explode)",
    ):
        assert sentence in TEXT, sentence


def test_no_text_says_that_tanh_always_saves_the_rnn_or_never_does(by_gain):
    """At gain 2 the draws refute the one, at every size but the smallest; at gain 40 they refute the other."""
    assert (by_gain[24, 2.0] > 10).mean() > 0.75 and (by_gain[100, 2.0] > 10).all() and by_gain[24, 3.0].min() > 1
    assert "tanh saves" not in TEXT and not any("tanh saves" in preset for preset in fan.PRESETS)
    assert by_gain[24, 40.0].max() < 1e-4
    assert "does not save" not in TEXT


def test_saturated_units_let_the_norm_vanish_again(by_gain):
    """Far above the gains of the figure nearly every slope is small, and small slopes outweigh large weights."""
    vanished, flat = by_gain[24, 40.0], []
    for seed in range(40):
        Wh, x = network(24, 40.0, seed)
        h = np.zeros(24)
        for t in range(60):
            h = np.tanh(h @ Wh + x[t])
            flat.append(np.mean(1 - h**2 < 0.01))
    size, share = f"{short(np.median(vanished))} ({spread_of(vanished)})", f"{100 * np.mean(flat):.0f} %"
    assert f"gain 40: {size}, saturated: {share} of slopes are below 0.01." in TEXT
    assert f"at gain 40, where {share} of the slopes are below 0.01, the RNN vanishes again: {size}." in TEXT


def test_the_title_says_where_the_median_passes_1(flow, rnn_forward, title, caption, line, by_gain):
    picture = figures.norm_against_gain(flow["jacobian_product"], rnn_forward)
    assert title(picture) == (
        "H = 24: over 59 steps the median norm is 5e−7 at gain 1, 152 at gain 2; it passes 1 near gain 1.6"
    )
    for H in (8, 24, 100):
        gain, middle = line(picture, f"H={H}")
        assert middle == pytest.approx([np.median(by_gain[H, round(g, 1)]) for g in gain], rel=1e-6)
        assert gain[0] == 1 and gain[-1] == 3
    assert np.median(by_gain[24, 1.6]) < 1 < np.median(by_gain[24, 1.8])
    (band,) = [area for area in picture.figure.axes[0].collections if area.get_gid() == "band"]
    corners = band.get_paths()[0].vertices
    for gain in (1.0, 2.0, 3.0):
        edges = np.unique(corners[np.isclose(corners[:, 0], gain), 1])
        assert edges[[0, -1]] == pytest.approx(np.quantile(by_gain[24, gain], [0.1, 0.9]), rel=1e-6)
    assert "medians of seeds 0 to 39" in caption(picture) and "input N(0, 0.5²) into each unit" in caption(picture)
    assert_tidy(picture.figure)


def test_a_product_without_slopes_explodes_sooner(flow, rnn_forward, title):
    picture = figures.norm_against_gain(lambda h, Wh: flow["jacobian_product"](0 * h, Wh), rnn_forward)
    found = title(picture)
    powers = [
        np.linalg.norm(np.linalg.matrix_power(network(24, 2.0, seed)[0], 59), 2) for seed in range(40)
    ]  # 59 Jacobians
    assert f"{short(np.median(powers))} at gain 2" in found and "gain 1.6" not in found
    assert_tidy(picture.figure)


def test_a_crossing_is_named_only_if_there_is_one():
    at = np.array([1.0, 2.0, 3.0])
    assert gains.crossing(at, np.array([1e-2, 1e2, 1e3])) == pytest.approx(1.5)
    assert gains.crossing(at, np.array([0.0, 0.0, 1e3])) > 2.9
    for sizes in ([2.0, 3.0, 4.0], [0.1, 0.2, 0.3], [3.0, 0.1, 0.1], [0.1, 2.0, 0.1], [0.0, 0.0, 0.0]):
        assert gains.crossing(at, np.array(sizes)) is None


@pytest.mark.parametrize(("gain", "std", "chaotic"), [(0.9, 0.0, False), (1.3, 0.0, True), (1.3, 0.5, False)])
def test_input_suppresses_chaos(gain, std, chaotic):
    """Two states that start close drift apart above gain 1, unless there is input."""
    drift = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        W = gain * rng.standard_normal((300, 300)) / np.sqrt(300)
        h, nudge, growth = rng.uniform(-0.5, 0.5, 300), rng.standard_normal(300), []
        for _ in range(400):
            h = np.tanh(W @ h + std * rng.standard_normal(300))
            nudge = (1 - h**2) * (W @ nudge)
            growth.append(np.log(np.linalg.norm(nudge)))
            nudge /= np.linalg.norm(nudge)
        drift.append(np.mean(growth[200:]))
    assert (np.median(drift) > 0) == chaotic, drift


def test_the_long_run_boundary_is_where_the_text_says():
    """The exponent of a change's growth, by 40 draws of the text's recipe: its median changes sign near gain 1.8."""
    gains, steps, exponents = (1.6, 2.0), 1500, []
    for gain in gains:
        drawn = [random_network(np.random.default_rng(seed), 24, gain, steps) for seed in range(40)]
        Wh, x = np.array([W for W, _ in drawn]), np.concatenate([x for _, x in drawn])
        h, change, growth = np.zeros((40, 24)), np.ones((40, 24)), np.zeros(40)
        for t in range(steps):
            h = np.tanh(np.einsum("ni,nij->nj", h, Wh) + x[:, t])
            change = (1 - h**2) * np.einsum("ni,nij->nj", change, Wh)
            size = np.linalg.norm(change, axis=1, keepdims=True)
            change, growth = change / size, growth + np.log(size[:, 0]) / steps
        exponents.append(np.median(growth))
    assert exponents[0] < 0 < exponents[1]
    assert np.interp(0, exponents, gains) == pytest.approx(1.8, abs=0.05)
    recipe = "Over 1,500 steps (H = 24, input 0.5, 40 seeds)"
    assert f"{recipe} a nudge's median growth rate passes 0 near gain 1.8" in TEXT


def test_a_matrix_that_is_not_orthogonal_shows(flow, rnn_forward, title):
    picture = figures.orthogonal_flow(
        lambda H, rng: rng.standard_normal((H, H)) / np.sqrt(H), flow["jacobian_product"], rnn_forward
    )
    assert title(picture).startswith("‖Q⁵⁹‖ is ")
    assert_tidy(picture.figure)


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
    assert "From left, one draw each: both vanish; only the RNN vanishes; only $W^t$ explodes; both explode." in TEXT
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
