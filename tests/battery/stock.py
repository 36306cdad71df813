"""Make the same exercises as an ordinary nbgrader course: hidden tests in the notebook, run in the student's kernel."""

import nbformat
from battery import ASSIGNMENT, BACKWARD, FIRST, RIGHT, SECOND
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = "course/source"
c.CourseDirectory.release_directory = "course/release"
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.feedback_directory = "course/feedback"
c.CourseDirectory.db_url = "sqlite:///course/gradebook.db"
c.Execute.timeout = 8
"""

TESTS = {
    f"test_{FIRST}": """\
z = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
assert np.allclose(stable_softmax(z).sum(axis=1), 1)
### BEGIN HIDDEN TESTS
right = np.array([[0.0900305731703805, 0.244728471054798, 0.665240955774822]] * 2)
assert np.allclose(stable_softmax(z), np.array([[0.0900305731703805, 0.244728471054798, 0.665240955774822]] * 2))
assert np.allclose(stable_softmax(z + 1000), right)
### END HIDDEN TESTS""",
    f"test_{FIRST}_part": """\
def part():
    z = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
    right = np.array([[0.0900305731703805, 0.244728471054798, 0.665240955774822]] * 2)
    return np.allclose(stable_softmax(z), right) * 2.0


part()""",
    f"test_{SECOND}": "assert abs(relative_error(np.array([3.0, 4.0]), np.array([0.0, 4.0])) - 1 / 3) < 1e-12\n"
    "assert relative_error(np.zeros(2), np.zeros(2)) == 0",
    f"test_{BACKWARD}": """\
### BEGIN HIDDEN TESTS
x, w, b = np.array([[1.0], [3.0]]), np.array([[2.0]]), np.array([0.0])
dx, dw, db = affine_backward(np.array([[1.0], [10.0]]), (x, w, b))
assert np.allclose(dx, [[2], [20]]) and np.allclose(dw, [[31]]) and np.allclose(db, [11])
### END HIDDEN TESTS""",
}
POINTS = {f"test_{FIRST}": 3, f"test_{FIRST}_part": 2, f"test_{SECOND}": 2, f"test_{BACKWARD}": 2}


def notebook():
    """Return the instructor's version, as `nbgrader generate_assignment` reads it."""

    def answer(name):
        signature, *body = RIGHT[name].splitlines()
        return "\n".join([signature, "    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"])

    cells = [new_markdown_cell("# Stock"), new_code_cell("import numpy as np")]
    for name in (FIRST, SECOND, BACKWARD):
        cells.append(_cell(answer(name), name, solution=True))
        cells += [
            _cell(text, grade_id, grade=True, locked=True, points=POINTS[grade_id])
            for grade_id, text in TESTS.items()
            if grade_id.startswith(f"test_{name}")
        ]
    return new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )


def _cell(text, grade_id, grade=False, solution=False, locked=False, points=None):
    about = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    if points is not None:
        about["points"] = points
    cell = new_code_cell(text, metadata={"nbgrader": about})
    cell.id = grade_id
    return cell


def make(root):
    """Write the course to `root`."""
    folder = root / "course" / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(notebook(), folder / f"{ASSIGNMENT}.ipynb")
    return root
