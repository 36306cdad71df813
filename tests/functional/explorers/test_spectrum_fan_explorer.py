"""Answer the prediction of the spectrum fan and move every control over its range, with the real ipywidgets."""

import numpy as np
import pytest

from utils.checking.card import Note
from utils.explorers import spectrum_fan
from utils.explorers.explorer import Explorer
from utils.figures._spectrum_fan import HIGH, LOW, PRESETS, STEPS, UNITS, matrix


def jacobian_product(h, Wh):
    """Written on its own: one vector of the basis after the other is carried back."""
    N, T, H = h.shape
    product = np.zeros((N, T, H, H))
    for n in range(N):
        rows = np.eye(H)
        for t in range(T - 1, -1, -1):
            product[n, t] = rows
            rows = (rows * (1 - h[n, t] ** 2)) @ Wh.T
    return product


def rnn_forward(x, h0, Wx, Wh, b):
    states, h = [], h0
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        states.append(h)
    return np.stack(states, axis=1), None


@pytest.fixture
def question():
    return spectrum_fan(jacobian_product, rnn_forward)


@pytest.fixture(scope="module")
def shown():
    question = spectrum_fan(jacobian_product, rnn_forward)
    question.buttons["below 0.1"].click()
    return question.explorer


@pytest.fixture
def explorer(shown):
    if shown.values != PRESETS["Gaussian"]:
        shown.buttons["Reset"].click()
    return shown


def norm(explorer, gid):
    (line,) = [line for axes in explorer.figure.axes for line in axes.lines if line.get_gid() == f"{gid} norm"]
    return np.asarray(line.get_ydata(), float)


def assert_shows(explorer):
    """Compare what is drawn with powers of W and with the RNN's own bound."""
    assert explorer.errors == []
    sigma, skew, drive = explorer.values.values()
    W = matrix(sigma, skew)
    expected = [np.linalg.norm(np.linalg.matrix_power(W, t), 2) for t in range(STEPS + 1)]
    drawn = norm(explorer, "power")
    inside = (drawn > LOW) & (drawn < HIGH)
    assert drawn[inside] == pytest.approx(np.array(expected)[inside], rel=1e-6)
    rnn = norm(explorer, "rnn")
    if drive == 0:
        assert rnn == pytest.approx(drawn)
    assert rnn[0] == drawn[0] == pytest.approx(1)
    assert np.all(rnn[inside] <= sigma ** np.arange(STEPS + 1)[inside] * (1 + 1e-9))
    for gid in ("power", "rnn"):
        (thin,) = [line for axes in explorer.figure.axes for line in axes.lines if line.get_gid() == gid]
        assert len(thin.get_ydata()) == UNITS * (STEPS + 2)
    assert f"σ_max = {sigma:.2f}" in explorer.figure.texts[0].get_text()


def test_nothing_is_shown_before_a_prediction(question):
    assert question.explorer is None and question.predicted is None
    assert not any(isinstance(child, Explorer) for child in question.children)
    assert "σ_max = 1.67" in question.says
    assert list(question.buttons) == ["above 10", "between 0.1 and 10", "below 0.1", "Skip"]


def test_a_right_prediction(question):
    question.buttons["below 0.1"].click()
    assert question.children[-1] is question.explorer
    assert question.says.startswith("You predicted “below 0.1”. It is “below 0.1”. Measured by your `jacobian_product`")
    assert "‖W^60‖ = 0.0036" in question.says
    assert_shows(question.explorer)


def test_a_wrong_prediction_is_shown_beside_what_was_measured(question):
    question.buttons["above 10"].click()
    assert question.says.startswith("You predicted “above 10”. It is “below 0.1”. Measured by your")
    first = question.explorer
    question.predict("below 0.1")
    assert question.predicted == "above 10" and question.explorer is first, "only the first prediction counts"
    assert {text: button.icon for text, button in question.buttons.items() if button.icon} == {
        "above 10": "times",
        "below 0.1": "check",
    }
    assert not any(button.disabled for button in question.buttons.values()), "the keyboard would lose its place"


def test_who_skips_is_shown_what_was_measured(question):
    question.buttons["Skip"].click()
    assert question.says.startswith("It is “below 0.1”. Measured by your")
    assert_shows(question.explorer)


@pytest.mark.parametrize(("name", "count"), [("sigma", 5), ("skew", 4), ("drive", 4)])
def test_every_control_over_its_range(explorer, name, count):
    slider = explorer.controls[name]
    for value in np.linspace(slider.min, slider.max, count):
        slider.value = value
        assert_shows(explorer)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(explorer, preset):
    explorer.buttons[preset].click()
    assert explorer.values == PRESETS[preset]
    assert_shows(explorer)


def test_the_presets_show_what_they_were_made_for(explorer):
    last = {}
    for preset in PRESETS:
        explorer.buttons[preset].click()
        last[preset] = norm(explorer, "power")[-1], norm(explorer, "rnn")[-1]
    assert last["Gaussian"][0] < 0.01
    assert last["Orthogonal"][0] == pytest.approx(1) and last["Orthogonal"][1] < 1e-5
    assert last["Edge"] == pytest.approx((1, 1))
    assert last["Only W^t explodes"][0] > 1e5 and last["Only W^t explodes"][1] < 0.01
    assert last["The RNN explodes"][0] > HIGH and last["The RNN explodes"][1] > 1e3
    assert last["No input"][1] == pytest.approx(last["No input"][0]) and last["No input"][1] > 1e5


def test_some_preset_with_input_explodes_and_some_vanishes(explorer):
    ends = []
    for preset, values in PRESETS.items():
        if values["drive"] > 0:
            explorer.buttons[preset].click()
            ends.append(norm(explorer, "rnn")[-1])
    assert max(ends) > 100 and min(ends) < 0.01


def test_the_largest_sigma_explodes_and_stays_readable(explorer):
    explorer.buttons["The RNN explodes"].click()
    explorer.controls["sigma"].value = 5.0
    assert explorer.values["sigma"] == 5.0 == explorer.controls["sigma"].max
    assert_shows(explorer)
    assert 1e4 < norm(explorer, "rnn")[-1] < HIGH and (norm(explorer, "rnn") > LOW).all()
    assert (norm(explorer, "power") < HIGH).sum() > 20, "W^t is seen for a while before it leaves the frame"


def test_reset_and_controls(explorer):
    explorer.set(sigma=0.5, skew=0.0, drive=2.0)
    explorer.buttons["Reset"].click()
    assert explorer.values == PRESETS["Gaussian"]
    assert len(explorer.controls) <= 3 and all(control.description for control in explorer.controls.values())


def test_words_say_what_is_certain(explorer):
    explorer.set(sigma=0.9, skew=1.0, drive=0.5)
    assert "W^t is sure to vanish" in explorer.says
    explorer.set(sigma=1.2, skew=0.5)
    assert "W^t may grow, or not" in explorer.says
    explorer.set(sigma=1.2, skew=0.0, drive=0.0)
    assert "W^t grows" in explorer.says and "it is W^t" in explorer.says


@pytest.mark.parametrize("skew", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("drive", [0.0, 0.05, 0.5, 2.0])
def test_words_are_true_over_the_whole_slider(explorer, skew, drive):
    for sigma in (0.5, 0.99, 1.0, 1.01, 1.67, 2.3, 4.2, 5.0):
        explorer.set(sigma=sigma, skew=skew, drive=drive)
        power, rnn, says = norm(explorer, "power"), norm(explorer, "rnn"), explorer.says
        assert ("W^t cannot grow" not in says and "W^t is sure to vanish" not in says) or power.max() <= 1 + 1e-9
        assert "W^t keeps its norm" not in says or power == pytest.approx(np.ones(STEPS + 1))
        assert "W^t grows" not in says or (np.diff(power[power < HIGH]) > 0).all()
        assert "W^t vanishes" not in says or (np.diff(power[power > LOW]) < 0).all()
        assert ("the RNN cannot grow" in says) == (drive > 0 and sigma <= 1)
        assert "the RNN cannot grow" not in says or rnn.max() <= 1 + 1e-9
        x = drive * np.random.default_rng(29).standard_normal((1, STEPS + 1, UNITS))
        h = rnn_forward(x, np.zeros((1, UNITS)), np.eye(UNITS), matrix(sigma, skew).T, np.zeros(UNITS))[0]
        assert ("every slope is below 1" in says) == bool((1 - h**2 < 1).all())
        assert ("every slope is 1" in says) == bool((1 - h**2 == 1).all())


def test_the_words_leave_open_what_is_open(explorer):
    ends = []
    for preset in ("Only W^t explodes", "The RNN explodes"):
        explorer.buttons[preset].click()
        assert "σ_max leaves open whether the RNN grows" in explorer.says
        ends.append(norm(explorer, "rnn")[-1])
    assert ends[0] < 0.01 and ends[1] > 100


def test_a_product_in_reverse_order_shows():
    """W^t cannot tell the order, the RNN can."""

    def reverse_order(h, Wh):
        product = jacobian_product(h, Wh)
        for t in range(h.shape[1] - 1, 0, -1):
            product[:, t - 1] = ((1 - h[:, t] ** 2)[:, :, None] * Wh.T) @ product[:, t]
        return product

    settings = PRESETS["Only W^t explodes"]
    right, wrong = (spectrum_fan(f, rnn_forward) for f in (jacobian_product, reverse_order))
    for question in (right, wrong):
        question.predict("above 10")
        question.explorer.set(**settings)
    assert norm(wrong.explorer, "power") == pytest.approx(norm(right.explorer, "power"))
    assert norm(wrong.explorer, "rnn")[-1] != pytest.approx(norm(right.explorer, "rnn")[-1], rel=0.01)


def test_a_stub_gets_a_note():
    def jacobian_product(h, Wh):
        raise NotImplementedError

    note = spectrum_fan(jacobian_product, rnn_forward)
    assert isinstance(note, Note)
    assert note.sentence == "Write `jacobian_product` above first; this figure is drawn by it."
    assert isinstance(spectrum_fan(lambda h, Wh: np.zeros(3), rnn_forward), Note)
