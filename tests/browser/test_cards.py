"""A learner's hour with cards, with the keyboard alone: in JupyterLab and in Notebook 7, wide and narrow."""

import json

import pytest
from axe import violations
from lab import Notebook7
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STEP, CHECK, BOARD = "rnn_step_forward", "test_rnn_step_forward", "check.progress"
WIDE, NARROW = {"width": 1280, "height": 1000}, {"width": 800, "height": 1000}
ZOOMED = {"width": 640, "height": 500}  # 1280 × 1000 at 200 %
QUESTION, EXAMPLE = "Which of the function's arguments have you not used", "only the bias is left"
READABLE = 4.5  # WCAG 2, level AA
ACTIVE = "jupyterapp.shell.currentWidget.content.activeCell.model.id"
OVERHANG = """area => [...area.querySelectorAll('[role=note] *, summary, button')].filter(
    node => node.getBoundingClientRect().right > area.getBoundingClientRect().right + 1
).map(node => node.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def without_bias(answers):
    """Return a wrong step that prints 50 lines in each call."""
    lines = "    for i in range(50):\n        print('<b>line</b>', i, len(x))\n"
    head, body = answers[STEP].replace(" + b)", ")").split("\n", 1)
    return f"{head}\n{lines}{body}"


@pytest.fixture(scope="module")
def notebook7(browser, server):
    page = browser.new_page()
    yield Notebook7(page, *server)
    page.close()


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def desk(request, write, without_bias):
    """A notebook with a wrong answer whose cell and check were run, with the keyboard alone."""
    lab = request.getfixturevalue("lab" if request.param == "JupyterLab" else "notebook7")
    path = write(f"work/cards-{request.param.replace(' ', '-')}", {STEP: without_bias})
    lab.open(path)
    if request.param == "JupyterLab":
        lab.page.evaluate("jupyterapp.shell.collapseLeft()")
    within = "!!document.activeElement.closest('.jp-Notebook')"
    press_until(lab, "Tab", lambda: lab.page.evaluate(within), most=60)
    press_until(lab, "Shift+Enter", lambda: lab.page.evaluate(ACTIVE) == CHECK)
    lab.page.keyboard.press("Control+Enter")
    expect(lab.output(CHECK).get_by_role("button", name="Hint 2")).to_be_visible()
    lab.path = path
    yield lab
    lab.close()
    lab.page.emulate_media(forced_colors="none")
    lab.page.set_viewport_size(WIDE)
    lab.theme("JupyterLab Light")
    if request.param == "JupyterLab":
        lab.page.evaluate("jupyterapp.shell.expandLeft()")


def press_until(lab, key, reached, most=20):
    for _ in range(most):
        if reached():
            return
        lab.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there")


def focused(lab):
    return lab.page.evaluate("document.activeElement.innerText")


def card(lab):
    """Return the card that is seen; there must be one."""
    seen = lab.output(CHECK).get_by_role("note").filter(visible=True)
    expect(seen).to_have_count(1)
    return seen


def test_hints_open_below_the_card_with_the_keyboard_alone(desk):
    expect(card(desk).get_by_role("status")).to_have_text([f"{STEP}: next_h is not right yet."])
    expect(card(desk)).not_to_contain_text(QUESTION)
    press_until(desk, "Tab", lambda: focused(desk).startswith("What your function printed in"))
    folded = desk.output(CHECK).locator("details", has_text="in the smallest case").filter(visible=True)
    expect(folded).not_to_have_attribute("open", "")
    desk.page.keyboard.press("Enter")
    expect(folded.locator("pre")).to_contain_text("<b>line</b> 0 ")
    expect(folded.locator("pre")).to_contain_text("… and 10 more lines")

    press_until(desk, "Tab", lambda: focused(desk) == "Hint 2: a question that may help")
    desk.page.keyboard.press("Enter")
    expect(card(desk).get_by_role("status")).to_contain_text([QUESTION])
    assert focused(desk) == "Hint 3: a small example with numbers"
    desk.page.wait_for_timeout(500)  # a double click is not meant
    desk.page.keyboard.press("Space")
    expect(card(desk).get_by_role("status")).to_contain_text(["Hint 3 opens once your function has changed"])
    expect(card(desk)).not_to_contain_text(EXAMPLE)
    desk.page.wait_for_timeout(500)
    press_until(desk, "Tab", lambda: focused(desk) == "Hint 3 at once")
    desk.page.keyboard.press("Enter")
    expect(card(desk).get_by_role("status")).to_contain_text([EXAMPLE])


@pytest.mark.parametrize(
    "window, size, theme",
    [("wide", WIDE, "Light"), ("wide", WIDE, "Dark"), ("narrow", NARROW, "Dark"), ("zoomed", ZOOMED, "Light")],
)
def test_cards_and_progress_fit_and_axe_finds_nothing(desk, window, size, theme):
    desk.page.set_viewport_size(size)
    desk.theme(f"JupyterLab {theme}")
    desk.run(BOARD)
    for cell in (CHECK, BOARD):
        output = desk.output(cell)
        assert output.evaluate(OVERHANG) == []
        output.evaluate("node => node.setAttribute('data-looked-at', '')")
        assert violations(desk.page, "[data-looked-at]", ["img"]) == []
        output.evaluate("node => node.removeAttribute('data-looked-at')")
        for one in output.get_by_role("note").filter(visible=True).all():
            assert min(desk.contrasts(one)) >= READABLE
        app = "lab" if type(desk) is not Notebook7 else "notebook"
        desk.keep(f"cards-{app}-{window}-{theme.lower()}-{cell}", desk.cell(cell))


def test_buttons_and_edges_are_seen_in_the_systems_colours(desk):
    desk.page.emulate_media(forced_colors="active")
    for button in desk.output(CHECK).get_by_role("button").filter(visible=True).all():
        assert button.evaluate("node => getComputedStyle(node).borderStyle") == "solid"
    assert card(desk).evaluate("node => getComputedStyle(node).borderLeftStyle") == "solid"
    app = "lab" if type(desk) is not Notebook7 else "notebook"
    desk.keep(f"cards-{app}-forced-colours", desk.output(CHECK).locator(".unrolled-hints"))
    desk.page.emulate_media(forced_colors="none")


def test_axe_finds_a_button_that_lost_its_name(desk):
    output = desk.output(CHECK)
    output.evaluate("node => node.setAttribute('data-looked-at', '')")
    button = output.get_by_role("button").filter(visible=True).first
    words = button.inner_text()
    button.evaluate("node => { node.textContent = ''; node.removeAttribute('title'); }")
    assert "button-name" in json.dumps(violations(desk.page, "[data-looked-at]"))
    button.evaluate("(node, words) => { node.textContent = words; }", words)


def test_a_cell_that_stopped_is_said_and_its_earlier_version_is_not_judged(desk, answers):
    desk.page.set_viewport_size(WIDE)
    desk.type(STEP, answers[STEP].replace("):", ")", 1))
    desk.run(STEP)
    shown = desk.run(CHECK)
    expect(card(desk)).to_contain_text(
        f"Your newest {STEP} is not defined: its cell stopped with SyntaxError in line 1"
    )
    expect(shown.get_by_role("button").filter(visible=True)).to_have_count(0)
    expect(desk.run(BOARD)).to_contain_text("wrong")
    desk.type(STEP, answers[STEP])
    desk.run(STEP)
    desk.run(CHECK)
    expect(card(desk)).to_contain_text(f"{STEP} is right.")
    expect(shown.get_by_role("button").filter(visible=True)).to_have_count(0)


def test_a_saved_notebook_shows_its_card_without_a_kernel(desk, without_bias):
    desk.type(STEP, without_bias)
    desk.run(STEP)
    expect(desk.run(CHECK).get_by_role("button", name="Hint 2")).to_be_visible()
    desk.page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    desk.close()
    desk.open(desk.path)
    expect(card(desk)).to_contain_text("next_h is not right yet")
    rest = desk.output(CHECK).get_by_text("displaying widget")
    expect(rest).to_have_count(1)  # it is there, and not seen
    expect(rest).to_be_hidden()
