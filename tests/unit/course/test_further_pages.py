"""Pages without points are built, linked and handed out like notebooks, and are no assignments."""

import io
import re
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from test_formulae import raw_formulae
from test_packaging import too_long
from test_steps_count_from_one import docstrings, faults

from autograder.building import rules
from autograder.bundling.bundle import bundle
from autograder.collecting.which_week import assignment_of
from autograder.course import open_course, source
from autograder.errors import BadInput, BuildError

COURSE = open_course()
PAGE = "from-here-to-today"
LINKING = "07-capstone"


def linking(name):
    return new_notebook(cells=[new_markdown_cell(f"Go on: [a page](../further/{name}.ipynb).")])


@pytest.mark.parametrize("name", COURSE.pages)
def test_a_page_keeps_the_limits_of_a_notebook(name):
    page = COURSE.pages[name]
    texts = [cell.source for cell in page.cells if cell.cell_type == "markdown"]
    prose = [
        re.sub(r"\$\$.*?\$\$|\$[^$]*\$|^\|[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE) for text in texts[:-1]
    ]
    assert texts[-1].startswith("## Sources") and too_long(page) == []
    assert sum(len(re.findall(r"\w[\w'’-]*", text)) for text in prose) < 850
    assert {text: found for text in texts if (found := raw_formulae(text))} == {}
    code = [text for cell in page.cells if cell.cell_type == "code" for text in docstrings(cell.source).values()]
    assert [fault for text in texts + code for fault in faults(text)] == []


@pytest.mark.parametrize("name", COURSE.pages)
def test_a_page_is_built_and_no_assignment(name):
    built = nbformat.read(COURSE.notebooks / "further" / f"{name}.ipynb", as_version=4)
    assert [cell.source for cell in built.cells] == [cell.source for cell in COURSE.pages[name].cells]
    assert "unrolled" not in built.metadata and all("nbgrader" not in cell.metadata for cell in built.cells)
    assert name not in COURSE.assignments and "further" not in COURSE.assignments


@pytest.mark.parametrize("name", COURSE.pages)
def test_a_page_is_taken_for_no_assignment_when_it_is_collected(name):
    path = COURSE.notebooks / "further" / f"{name}.ipynb"
    with pytest.raises(BadInput, match="is none of this course's notebooks"):
        assignment_of(nbformat.read(path, as_version=4), COURSE, path)
    assert assignment_of(COURSE.release(LINKING), COURSE, COURSE.release_path(LINKING)) == LINKING


def test_every_page_is_linked_from_an_assignment():
    assert {name for notebook in COURSE.sources.values() for name in source.linked(notebook)} == set(COURSE.pages)
    assert source.linked(COURSE.sources[LINKING]) == [PAGE]


def test_what_a_page_cannot_hold_is_refused():
    page = new_notebook(cells=[new_markdown_cell("A text."), new_code_cell("x = 1")])
    rules.check_pages({"more": page}, [linking("more")])
    graded = new_code_cell("x = 1", id="graded", metadata={"nbgrader": {"grade": True}})
    with pytest.raises(BuildError, match=r"solutions/further/more\.py, cell 'graded': nothing on this page is graded"):
        rules.check_pages({"more": new_notebook(cells=[graded])}, [linking("more")])
    drawn = new_markdown_cell("![A line that falls](figures/line.png)")
    with pytest.raises(BuildError, match="code draws the pictures"):
        rules.check_pages({"more": new_notebook(cells=[drawn])}, [linking("more")])
    with pytest.raises(BuildError, match=r"links to less\.ipynb, but there is no solutions/further/less\.py"):
        rules.check_pages({"more": page}, [linking("more"), linking("less")])


def names_in(path):
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name.removeprefix("unrolled/") for name in archive.namelist() if "/notebooks/" in name}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("kind", ["student", "hub"])
def test_a_page_is_handed_out_with_what_links_to_it_and_with_nothing_else(tmp_path, kind, own):
    place, beside = f"notebooks/further/{PAGE}.ipynb", "notebooks/further/utils.py"
    found = names_in(bundle(COURSE, [LINKING], tmp_path / "a.zip", kind, own))
    assert place in found and (beside in found) == (kind == "hub")
    other = names_in(bundle(COURSE, ["06-highway"], tmp_path / "b.zip", kind, own))
    assert not any("further" in name for name in other)
    if kind == "hub":
        assert "notebooks/06-highway/utils.py" in other and f"notebooks/{LINKING}/utils.py" in found
