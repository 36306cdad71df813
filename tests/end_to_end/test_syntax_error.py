"""A syntax error costs what rests on it and no more: *Run All* goes on, and for nbgrader the cell has failed."""

import shutil

import nbformat
import pytest
from end_to_end_course import run
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbgrader.api import Gradebook
from nbgrader.validator import Validator

from autograder.course.source import GOES_ON

ASSIGNMENT, STEP, APART = "01-rnn-forward", "rnn_step_forward", "word_embedding_forward"
BROKEN = "def rnn_step_forward(x, prev_h, Wx, Wh, b)\n    return 1\n"
STOCK = """\
c = get_config()
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.db_url = "sqlite:///course/gradebook.db"
"""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")  # zmq and tornado


@pytest.fixture(scope="module")
def handed_out(built):
    """The imports and two exercises of the released notebook: the first does not parse, the second is right."""
    notebook = nbformat.read(built.release_path(ASSIGNMENT), as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    wanted = [first.id, STEP, f"test_{STEP}", APART, f"test_{APART}"]
    notebook.cells = [cell for cell in notebook.cells if cell.id in wanted]
    answers = {STEP: BROKEN, APART: built.reference.sources[APART]}
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return notebook


def errors(notebook):
    return [cell.id for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]


def test_run_all_goes_on(handed_out, tmp_path):
    notebook = nbformat.from_dict(handed_out)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert errors(notebook) == [STEP, f"test_{STEP}"]
    [shown] = [output for output in notebook.cells[-1].outputs if output.output_type == "execute_result"]
    assert f"{APART} is right" in shown.data["text/html"]


def test_without_the_imports_nothing_goes_on(handed_out, tmp_path):
    notebook = nbformat.from_dict(handed_out)
    assert all((GOES_ON in cell.metadata.get("tags", [])) == (cell is not notebook.cells[0]) for cell in notebook.cells)
    notebook.cells[0].source = "import no_such_module"
    with pytest.raises(CellExecutionError, match="no_such_module"):
        NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()


def test_validate_counts_the_cell_as_failed(handed_out, tmp_path):
    nbformat.write(handed_out, tmp_path / f"{ASSIGNMENT}.ipynb")
    failed = Validator().validate(str(tmp_path / f"{ASSIGNMENT}.ipynb"))["failed"]
    assert [cell["source"].splitlines()[-1] for cell in failed] == [f"check({STEP})"]
    assert "NameError" in failed[0]["raw_error"]


def test_stock_autograde_gives_it_no_points(handed_out, built, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(STOCK)
    folder = tmp_path / "course" / "submitted" / "ann" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(handed_out, folder / f"{ASSIGNMENT}.ipynb")
    shutil.copy(built.workspace / "gradebook.db", tmp_path / "course")
    done = run(tmp_path, "nbgrader", "autograde", ASSIGNMENT, "--create")
    assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{tmp_path}/course/gradebook.db") as gradebook:
        [notebook] = gradebook.find_submission(ASSIGNMENT, "ann").notebooks
        marks = {grade.name: (grade.auto_score, grade.max_score) for grade in notebook.grades}
    assert marks[f"test_{STEP}"] == (0, 15)
    assert marks[f"test_{APART}"] == (8, 8)
