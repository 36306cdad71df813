"""Sheets of questions as a reader and a printer have them: nothing that axe-core finds, one page a sheet."""

import re

import pytest
from axe import violations

from autograder.viva import pages
from autograder.viva.choosing import LINES
from autograder.viva.questions import Along, Effect, Reach, Scale, Sheet, Slip, Subject

pytestmark = pytest.mark.browser

PAPERS = {"A4": (210, 297), "Letter": (216, 279)}  # millimetres
MARGIN, PIXELS = 13, 96 / 25.4
OUTPUTS = ("dx", "dh0", "dc0", "dWx", "dWh", "db")


@pytest.fixture(scope="module")
def long_sheet():
    """The longest sheet that there can be: all lines of code in three functions, and a table of six rows."""
    sizes = {"N": 2, "T": 4, "D": 3, "H": 5}
    subjects = [Subject(f"function_{number}", True, (("x", (2, 4, 3)),), sizes) for number in range(3)]
    along = Along(1, "T", 4)
    steps = Effect(("1", "2", "3", "4"), (True, True, False, False), 0.2, "dx", along)
    after = "dx[:, t], dh_prev, dc_prev, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, 0] + dh_prev, dc, cache[t])"
    rows = tuple((name, "doubled" if name > "d" else "same") for name in OUTPUTS)
    asked = (
        Slip(subjects[0], 7, after, Effect(OUTPUTS, (True, False) * 3, 0.2)),
        Reach(subjects[1], "dh", along, 1, True, steps),
        Scale(subjects[2], "x", "", rows),
    )
    share = [LINES // 3, LINES // 3, LINES - 2 * (LINES // 3)]
    text = "    dh[:, t] = dh[:, t] + dh_prev * (1 - h[:, t] ** 2)"
    return Sheet(
        "ann", asked, {one.name: "\n".join([text] * count) for one, count in zip(subjects, share, strict=True)}
    )


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_break_no_rule_of_access(page, long_sheet, scheme):
    page.emulate_media(color_scheme=scheme, media="screen")
    names = {"ann": "Ann Doe (ann)"}
    for text in (
        pages.sheets("02-bptt", [long_sheet], names),
        pages.keys("02-bptt", [long_sheet], names, {"cyd": "This is no notebook."}),
    ):
        page.set_content(text)
        assert violations(page, "html") == []


@pytest.mark.parametrize("paper", PAPERS)
def test_each_sheet_is_one_printed_page(page, long_sheet, paper):
    width, height = ((side - 2 * MARGIN) * PIXELS for side in PAPERS[paper])
    page.set_viewport_size({"width": int(width), "height": int(height)})
    page.emulate_media(media="print")
    page.set_content(pages.sheets("02-bptt", [long_sheet, long_sheet], {"ann": "Ann Doe (ann)"}))
    heights = page.evaluate("[...document.querySelectorAll('.sheet')].map(one => one.getBoundingClientRect().height)")
    assert len(heights) == 2 and max(heights) <= height
    printed = page.pdf(format=paper, prefer_css_page_size=False)
    assert re.findall(rb"/Count (\d+)", printed)[-1] == b"2"
