"""nbgrader's formgrader shows an instructor what was judged."""

import re

import pytest
from axe import violations
from lab import keep
from lab_server import run
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ASSIGNMENT = "01-rnn-forward"
STEP = "rnn_step_forward"


@pytest.fixture(scope="module")
def graded(root, write, answers):
    """Grade one submission: everything right but the step, whose bias is missing, and a hostile written answer."""
    wrong = {STEP: answers[STEP].replace(" + b)", ")"), "trade_offs": "<script>document.title = 'taken'</script> Slow."}
    write(f"course/submitted/ann/{ASSIGNMENT}", answers | wrong)
    run(root, "autograder", "grade", ASSIGNMENT)


@pytest.fixture
def page(browser, server):
    """A page of formgrader's, logged in."""
    address, token = server
    page = browser.new_page()
    page.goto(f"{address}/formgrader/?token={token}")
    yield page
    page.close()


def test_formgrader_shows_marks_and_hints(page, graded):
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=ASSIGNMENT))
    expect(row.get_by_role("link", name="1", exact=True)).to_be_visible()  # the number of submissions
    keep(page, "formgrader-assignments")

    page.get_by_role("link", name="Manual Grading").click()
    page.wait_for_url("**/formgrader/gradebook")
    page.get_by_role("link", name=ASSIGNMENT).click()
    page.wait_for_url(f"**/gradebook/{ASSIGNMENT}")
    page.get_by_role("row").get_by_role("link", name=ASSIGNMENT).click()
    page.get_by_role("link", name="Submission #1").click()

    expect(page.locator("#test_word_embedding_forward")).to_have_attribute("placeholder", "8")
    expect(page.locator(f"#test_{STEP}")).to_have_attribute("placeholder", "0")
    comment = page.locator(f"#{STEP}-comment")
    comment.scroll_into_view_if_needed()
    assert "the states of a cell whose b is 0" in comment.get_attribute("placeholder")
    expect(page.locator("#trade_offs")).to_have_class(re.compile("needs_manual_grade"))
    assert page.title() != "taken"
    keep(page, "formgrader-submission")


def test_axe_finds_nothing_on_a_feedback_page(page, graded, root):
    run(root, "nbgrader", "generate_feedback", ASSIGNMENT)
    html = (root / "course" / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    page.set_content(html)
    for width, scheme in ((1280, "light"), (640, "dark")):  # the second is a zoom of 200 %
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme=scheme)
        assert violations(page, "body") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(page, f"feedback-{width}")
    page.set_content(html.replace("<h1>", "<img src='data:,'><h1>", 1))
    assert [line.partition(":")[0] for line in violations(page, "body")] == ["image-alt"]
