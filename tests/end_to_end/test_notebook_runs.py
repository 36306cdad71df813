"""A solved notebook runs from top to bottom, and all is right; test_bundle.py runs the released ones."""

import nbformat
import pytest
from end_to_end_course import ROOT
from nbclient import NotebookClient

ASSIGNMENTS = sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")  # zmq and tornado


def execute(notebook, folder):
    nbformat.write(notebook, folder / f"{notebook.metadata.unrolled.assignment}.ipynb")
    # Its cells are tagged so that a learner can go on after an error; here an error ends the run.
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=400, force_raise_errors=True, resources=where)
    client.execute()
    return notebook


def shown_by(notebook, grade_id):
    """Return what the graded cell shows as its value, in plain text and in HTML."""
    cell = next(cell for cell in notebook.cells if cell.id == grade_id)
    [value] = [output for output in cell.outputs if output.output_type == "execute_result"]
    return value.data["text/plain"], value.data["text/html"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_solution_form(built, tmp_path, assignment):
    source = built.workspace / "source" / assignment / f"{assignment}.ipynb"
    notebook = execute(nbformat.read(source, as_version=4), tmp_path)
    for exercise in built.exercises(assignment):
        plain, html = shown_by(notebook, exercise.grade_id)
        assert "is right" in html
        with pytest.raises(ValueError, match="could not convert"):
            float(plain)
    assert (tmp_path / f"{assignment}.progress.json").is_file()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output


@pytest.mark.parametrize("page", sorted(path.stem for path in (ROOT / "solutions" / "further").glob("*.py")))
def test_a_page_without_points(built, tmp_path, page):
    """It runs from top to bottom, and each of its figures is drawn."""
    notebook = nbformat.read(built.notebooks / "further" / f"{page}.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=400, force_raise_errors=True, resources={"metadata": {"path": tmp_path}})
    client.execute()
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        assert not any(output.get("name") == "stderr" for output in outputs), outputs
        if "figures." in cell.source.rpartition("\n")[2]:
            [picture] = outputs
            assert "image/png" in picture.data and len(picture.data["text/plain"].split()) > 20
