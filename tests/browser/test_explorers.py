"""Explorers in JupyterLab: moved with the keyboard, they answer with another picture."""

import itertools
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WIRINGS, PORTRAIT = "explorers.wirings", 'explorers.predict("memories"'
STEP = "rnn_step_forward"


@pytest.fixture(scope="module")
def notebook(opened, answers):
    lab = opened("explorers", {STEP: answers[STEP]})
    for cell in ("import numpy", STEP):
        lab.run(cell)
    return lab


def test_a_prediction_is_made_with_the_keyboard_before_anything_is_seen(notebook):
    output = notebook.run(PORTRAIT)
    button = output.get_by_role("button", name="two")
    expect(button).to_be_visible()
    expect(output.get_by_role("img")).to_have_count(0)
    press(notebook, button, "Enter")
    expect(output.get_by_role("img")).to_be_visible()
    expect(output.get_by_role("note")).to_contain_text("You predicted “two”. With right functions it is “four”. Each")
    expect(button).to_be_focused()
    notebook.keep("prediction", output)


@pytest.fixture
def explorer(notebook):
    """Return a function that runs an explorer's cell again and gives its place."""

    def explorer(name):
        output = notebook.run(name)
        if name == PORTRAIT:
            output.get_by_role("button", name="Skip").click()
            output = output.locator(".unrolled-explorer .unrolled-explorer")
        expect(output.get_by_role("img")).to_be_visible()
        return output

    return explorer


def shown(output):
    picture = output.get_by_role("img")
    return picture.get_attribute("alt"), picture.get_attribute("src")


def becomes_other_than(output, before):
    """Wait until picture and words both differ from `before`, and return them."""
    picture = output.get_by_role("img")
    expect(picture).not_to_have_attribute("alt", before[0])
    expect(picture).not_to_have_attribute("src", before[1])
    return shown(output)


def press(lab, place, *keys):
    place.focus()
    for key in keys:
        lab.page.keyboard.press(key)


def test_wirings_answer_to_the_keyboard(lab, explorer):
    output = explorer(WIRINGS)
    lab.keep("wirings", output)
    first = shown(output)
    wiring, T, light = output.get_by_role("slider").all()
    press(lab, wiring, "ArrowLeft")
    second = becomes_other_than(output, first)
    assert "Many to many, delayed" in second[0]
    press(lab, T, "ArrowRight")
    third = becomes_other_than(output, second)
    assert "over 6 steps" in third[0]
    press(lab, light, "ArrowRight")
    fourth = becomes_other_than(output, third)
    assert "rests on 3 of 3 inputs" in fourth[0]
    lab.keep("wirings-delayed-first-output", output)
    press(lab, output.get_by_role("button", name="Reset"), "Enter")
    expect(output.get_by_role("img")).to_have_attribute("src", first[1])


def test_the_phase_portrait_answers_to_the_keyboard(lab, explorer):
    output = explorer(PORTRAIT)
    lab.keep("phase-portrait", output)
    spiral = shown(output)
    press(lab, output.get_by_role("slider").nth(1), *["ArrowRight"] * 10)
    expect(output.get_by_role("img")).to_have_attribute("alt", re.compile("gain 1.3"))
    stretched = becomes_other_than(output, spiral)
    lab.keep("phase-portrait-gain", output)
    press(lab, output.get_by_label("tanh"), "Space")
    becomes_other_than(output, stretched)
    lab.keep("phase-portrait-no-tanh", output)


@pytest.mark.parametrize("name", [WIRINGS, PORTRAIT])
def test_every_preset_draws_another_picture_of_the_same_size(lab, explorer, name):
    output = explorer(name)
    height, picture = output.bounding_box()["height"], shown(output)
    first, second, *others = output.get_by_role("button").all()
    for button in (second, first, *others):  # the first may be what is shown already
        button.click()
        picture = becomes_other_than(output, picture)
        words = button.inner_text().strip()
        lab.keep(re.sub(r"\W+", "-", f"{name}-{words}"), output)
        assert abs(output.bounding_box()["height"] - height) < 1, f"{words!r} makes the page jump"


@pytest.mark.parametrize("name", [WIRINGS, PORTRAIT])
def test_controls_and_words_have_their_room(lab, explorer, name):
    output = explorer(name)
    boxes = [row.bounding_box() for row in output.locator(".widget-slider, .widget-checkbox").all()]
    assert len(boxes) == 3
    for left, right in itertools.pairwise(boxes):
        below = right["y"] >= left["y"] + left["height"]
        assert below or right["x"] - (left["x"] + left["width"]) >= 4
    for key in ["Home", *["ArrowRight"] * 4]:
        for words in output.locator(".widget-label, .widget-readout").all():
            assert words.evaluate("place => place.scrollWidth <= place.clientWidth"), f"{words.inner_text()} is cut off"
        press(lab, output.get_by_role("slider").first, key)
    size, height = output.locator(".widget-html p").evaluate(
        "p => ['fontSize', 'lineHeight'].map(name => parseFloat(getComputedStyle(p)[name]))"
    )
    assert height == pytest.approx(1.45 * size, abs=0.1)


@pytest.mark.parametrize("name", [WIRINGS, PORTRAIT])
def test_every_control_has_words(explorer, name):
    output = explorer(name)
    controls = output.locator("select, input[type=checkbox], .noUi-handle, button")
    assert controls.count() >= 7
    for control in controls.all():
        words = control.evaluate(
            "control => control.labels?.[0]?.innerText || control.innerText"
            " || control.closest('.jupyter-widgets').querySelector('label')?.innerText"
        )
        assert words and words.strip(), control.evaluate("control => control.outerHTML")
