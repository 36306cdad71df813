"""The class report in a browser: without a fault that axe-core knows, light and dark, narrow and on paper."""

import sys
from pathlib import Path

import pytest
from axe import violations

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "judge"))

from report_record import record

from autograder.reporting.page import page as html_of
from autograder.reporting.shareable import shareable

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("version", [record, lambda: shareable(record())], ids=["own", "for others"])
def test_axe_finds_nothing_and_nothing_overhangs(shown, scheme, version):
    shown.emulate_media(color_scheme=scheme)
    shown.set_viewport_size({"width": 360, "height": 800})
    shown.set_content(html_of(version()))
    assert violations(shown, "body") == []
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    white = shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert white == (scheme == "light")


def test_axe_finds_a_histogram_without_its_words(shown):
    shown.set_content(html_of(record()))
    shown.evaluate("document.querySelector('.bars').removeAttribute('aria-label')")
    assert [line.partition(":")[0] for line in violations(shown, "body")] == ["svg-img-alt"]


def test_paper_is_white_and_has_all_of_the_page(shown):
    shown.emulate_media(media="print", color_scheme="dark")
    shown.set_content(html_of(record()))
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert shown.get_by_text("Mistakes that have a name").is_visible()
    assert shown.get_by_text("The grader's work").is_visible()
