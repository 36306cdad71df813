"""Every other assignment, solved, in JupyterLab: every check is right, and every picture is there."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from autograder.course import open_course

pytestmark = pytest.mark.browser
COURSE = open_course()

# The explorers of each assignment, with the beginning of a slider's label and the key that moves it.
ASSIGNMENTS = {
    "00-start-here": {"explorers.u_curve": ("Step h", "ArrowLeft")},
    "02-bptt": {
        "explorers.graph_stepper": ("Position", "ArrowRight"),
        "explorers.who_blames_whom": ("Norm of Wh", "ArrowRight"),
    },
    "03-training": {"explorers.cut_lines": ("k", "ArrowLeft"), "explorers.clip_compass": ("max_norm", "ArrowLeft")},
    "04-gradient-flow": {"explorers.spectrum_fan": ("σ_max", "ArrowLeft")},
    "05-lstm": {"explorers.gate_console": ("f", "ArrowLeft")},
    "06-highway": {"explorers.two_lanes": ("Forget bias", "ArrowRight")},
    "07-capstone": {"explorers.connectivity": ("Phoneme", "ArrowRight")},
}
SKIPPED = "Skip"  # the button that shows what was to be predicted
EXPLORER = re.compile(r"explorers\.(?!predict\b)\w+")
DARK = {"04-gradient-flow"}
RUN_ALL = 400_000  # ms: 03, 06 and 07 train networks, half a minute alone and ten times as long on a busy machine
GREEN = "rgb(0, 158, 115)"
READABLE = 4.5  # WCAG 2, level AA
CUT_OFF = """place => {
    const words = [...place.querySelectorAll('.widget-label, .widget-readout, .widget-button')]
        .filter(words => words.scrollWidth > words.clientWidth + 1);
    const pictures = [...place.querySelectorAll('.widget-html img')].filter(picture => {
        const [shown, all] = [picture.closest('.widget-html'), picture].map(node => node.getBoundingClientRect());
        return all.right > shown.right + 1 || all.bottom > shown.bottom + 1;
    });
    return [...words.map(node => node.innerText), ...pictures.map(node => node.alt)];
}"""


@pytest.fixture
def solved(lab, root):
    """Return a function that opens an assignment with its solutions and runs it; its kernel ends with the test."""

    def solved(assignment):
        folder = f"work/solved-{assignment}"
        shutil.copytree(root / "course" / "source" / assignment, root / folder)
        lab.open(f"{folder}/{assignment}.ipynb")
        lab.run_all(timeout=RUN_ALL)
        return lab

    yield solved
    lab.close()
    lab.theme("JupyterLab Light")


def answers_to_the_keyboard(lab, output, label, key):
    """Move one slider by one key: the picture and its words become others."""
    picture = output.get_by_role("img")
    before = {name: picture.get_attribute(name) for name in ("src", "alt")}
    widget_label = lab.page.locator(".widget-label", has_text=re.compile(f"^{label}"))
    output.locator(".widget-slider", has=widget_label).get_by_role("slider").focus()
    lab.page.keyboard.press(key)
    for name, value in before.items():
        expect(picture).not_to_have_attribute(name, value)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_solved_notebook_is_right_and_shows_all_it_draws(solved, assignment):
    explorers = ASSIGNMENTS[assignment]
    lab = solved(assignment)
    if assignment in DARK:
        lab.theme("JupyterLab Dark")
    assert lab.tracebacks() == []
    assert lab.complaints() == []

    sources = lab.sources()
    found = {name: EXPLORER.findall(source)[0] for name, source in sources.items() if EXPLORER.search(source)}
    assert sorted(found.values()) == sorted(explorers)
    graded = [name.removeprefix("test_") for name in sources if name.startswith("test_")]
    for function in graded:
        card = lab.output(f"test_{function}").get_by_role("note")
        expect(card).to_have_count(1)
        expect(card).to_contain_text(f"{function} is right.")
        expect(card).to_have_css("border-left-color", GREEN)
        assert min(lab.contrasts(card)) >= READABLE
    required = [function for function in graded if not COURSE.exercise(function).bonus]
    expect(lab.output("check.progress")).to_contain_text(f"{len(required)} of {len(required)} exercises right")

    for name, source in sources.items():
        if "explorers.predict(" in source or "explorers.spectrum_fan(" in source:
            output = lab.output(name)
            expect(output.get_by_role("img")).to_have_count(0)
            output.get_by_role("button", name=SKIPPED).press("Enter")
            expect(output.get_by_role("note").first).to_contain_text("Shown without a prediction")
    for picture in lab.pictures():
        assert picture["width"] > 100, f"does not load: {picture}"
        assert len(picture["alt"].split()) > 5, f"says too little: {picture}"

    drawn = [name for name in sources if lab.output(name).get_by_role("img").count()]
    assert set(found) < set(drawn)
    for number, name in enumerate(drawn, start=1):
        lab.keep(f"{assignment}-{number}", lab.output(name))
    for name, explorer in found.items():
        output = lab.output(name)
        assert output.evaluate(CUT_OFF) == [], explorer
        answers_to_the_keyboard(lab, output, *explorers[explorer])
        assert output.evaluate(CUT_OFF) == [], explorer
        lab.keep(f"{assignment}-{drawn.index(name) + 1}-moved", output)
