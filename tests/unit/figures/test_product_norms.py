"""The figures of norms against steps and gain show what an RNN of our own does, and the text says the same."""

from pathlib import Path

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils import figures
from utils.figures import _norm_against_gain as gains
from utils.figures import _powers as growth
from utils.figures import _spectrum_fan as fan
from utils.figures.networks import random_network

SOURCE = Path(__file__).parents[3] / "solutions" / "04-gradient-flow.py"
TEXT = " ".join(SOURCE.read_text(encoding="utf-8").replace("\n# ", " ").split())


def product_norm(Wh, x, slope=1):
    """The norm of the product of Jacobians over the steps of x (T, H), by an RNN and a chain rule of our own."""
    h, product = np.zeros(len(Wh)), np.eye(len(Wh))
    for t in range(len(x)):
        h = np.tanh(h @ Wh + x[t])
        # The transpose of the product of Jacobians, which has the same norm.
        product = product @ Wh * (1 - slope * h**2) if t else product
    return np.linalg.norm(product, 2)


def floored(value):
    """A bound "or more" with two decimals, which no draw may lie below."""
    return f"{np.floor(100 * value) / 100:.2f}"


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
    # Q as the plain QR factorisation gives it: its columns' signs follow a rule
    plain = [np.linalg.qr(np.random.default_rng(seed).standard_normal((24, 24)))[0] for seed in range(40)]
    not_fixed = np.array([product_norm(W, network(24, 1.2, seed)[1]) for seed, W in enumerate(plain)])
    unsigned = short(np.median(not_fixed))
    assert orthogonal != unsigned and spread_of(not_fixed) == spread_of(Q)
    stretch_2 = min(np.linalg.norm(network(24, 2.0, seed)[0], 2) for seed in range(40))
    for sentence in (
        f"at gain g = 1.2 ρ is {floored(radius.min())} or more and σ_max {floored(stretch.min())} or more",
        f"the RNN's norm is {small} in the median (10 to 90 %: {spread_of(vanishing)})",
        f"At gain 2 σ_max is {floored(stretch_2)} or more, and the norm {large} in the median (10 to 90 %: "
        f"{spread_of(exploding)}): the RNN explodes, in spite of tanh",
        f"Even an orthogonal W leaves {orthogonal} in the median of the same draws ({unsigned}, signs not fixed)",
        f"its median is {large} at gain 2",
        f"orthogonal: {orthogonal} with signs fixed, else {unsigned} (both {spread_of(Q)}); - "
        f"gain 1.2: {small} ({spread_of(vanishing)}); - gain 2: "
        f"{large} ({spread_of(exploding)}) [H = 8: {short(np.median(by_gain[8, 2.0]), 2)} "
        f"({spread_of(by_gain[8, 2.0])}); H = 100: {short(np.median(by_gain[100, 2.0]), 2)} "
        f"({spread_of(by_gain[100, 2.0])})];",
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
            if t > 0:  # the product over 59 steps has no factor from the first
                flat.append(np.mean(1 - h**2 < 0.01))
    size, share = f"{short(np.median(vanished))} ({spread_of(vanished)})", f"{100 * np.mean(flat):.0f} %"
    assert f"gain 40: {size}, {share} of slopes below 0.01." in TEXT
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
    assert "Over 59 steps the norm passed 1 near gain 1.6." in TEXT
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
    assert "Median norms (10–90 %) of 40 RNNs over 59 steps, H = 24, input 0.5" in TEXT
    assert "Over 1,500 steps the border lies near gain 1.8 (median)." in TEXT


def test_a_matrix_that_is_not_orthogonal_shows(flow, rnn_forward, title):
    picture = figures.orthogonal_flow(
        lambda H, rng: rng.standard_normal((H, H)) / np.sqrt(H), flow["jacobian_product"], rnn_forward
    )
    assert title(picture).startswith("‖Q⁵⁹‖ is ")
    assert_tidy(picture.figure)
