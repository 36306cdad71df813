"""A page without points opens by its link in a notebook, runs, and shows its text and figures in light and in dark."""

import pytest

from autograder.course import Course

pytestmark = pytest.mark.browser

NOTEBOOK = "work/07-capstone/07-capstone.ipynb"
PAGE = "work/further/from-here-to-today.ipynb"


@pytest.fixture(scope="module")
def page(lab):
    """The page, opened by its link in either theme and then run."""
    lab.open(NOTEBOOK)
    for theme in ("Dark", "Light"):
        lab.theme(f"JupyterLab {theme}")
        lab.show(NOTEBOOK)
        lab.cell("## What you built").get_by_role("link", name="From here to today").click()
        lab.wait_for(PAGE)
    lab.open(PAGE)  # alone: the other notebook closes
    lab.run_all()
    yield lab
    lab.close()
    lab.theme("JupyterLab Light")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_link_opens_the_page_which_runs_and_shows_all_it_draws(page, root, theme):
    page.theme(f"JupyterLab {theme}")
    assert page.tracebacks() == [] and page.complaints() == []
    pictures = page.pictures()
    assert len(pictures) == sum("figures." in source.split("\n")[-1] for source in page.sources().values()) == 3
    for picture in pictures:
        assert picture["width"] > 100 and len(picture["alt"].split()) > 20
    for number, cell in enumerate(Course(root).pages["from-here-to-today"].cells, start=1):
        place = page.cell(cell.source)
        if cell.cell_type == "markdown":
            assert "$" not in place.inner_text() and "\\" not in place.locator("p").all_inner_texts()
        page.keep(f"further-{theme}-{number:02}", place)
