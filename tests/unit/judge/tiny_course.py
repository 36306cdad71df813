"""Make a small course to test the judge with: an affine pair with a cache, a recurrence, a written answer."""

import copy
import dataclasses
import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum

from autograder.course.exercise import Exercise, Mistake, OtherForm
from autograder.course.reference import Reference
from autograder.grading.workers import nbgrader_config

ASSIGNMENT = "00-tiny"

FORWARD = """def affine_forward(x, w, b):
    out = x @ w + b
    cache = (x, w)
    return out, cache"""

BACKWARD = """def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db"""

DECAY = """def decay(x, rate):
    h = np.zeros_like(x)
    state = np.zeros(x.shape[0])
    for t in range(x.shape[1]):
        state = np.tanh(rate * state + x[:, t])
        h[:, t] = state
    return h"""

SOLUTIONS = {"affine_forward": FORWARD, "affine_backward": BACKWARD, "decay": DECAY}
HINTS = ("{} is summed over the wrong axis.", "Over which axis does it run?", "With [[1, 2]] it is [1, 2].")


def affine_inputs(rng, sizes):
    return {
        "x": rng.standard_normal((sizes.N, sizes.D)),
        "w": rng.standard_normal((sizes.D, sizes.M)),
        "b": rng.standard_normal(sizes.M),
    }


def decay_inputs(rng, sizes):
    return {"x": rng.standard_normal((sizes.N, sizes.T)), "rate": 0.9}


EXERCISES = [
    Exercise(
        "affine_forward",
        affine_inputs,
        {"out": "N M"},
        cache=True,
        mistakes=(
            Mistake(
                "no-bias", ("x @ w + b", "x @ w"), ("The bias is left out.", "What shifts it?", "With b = 1 it is 1.")
            ),
            Mistake(
                "no-bias-again", ("x @ w + b", "x @ w + b + 1"), ("One too many.", "Why 1?", "With b = 1 it is 1.")
            ),
            Mistake("mutates", ("out = x @ w + b", "x *= 1\n    out = x @ w + b"), HINTS, side_effect="mutates"),
        ),
    ),
    Exercise(
        "affine_backward",
        affine_inputs,
        {"dx": "N D", "dw": "D M", "db": "M"},
        forward="affine_forward",
        mistakes=(
            Mistake(
                "db-mean", ("dout.sum(axis=0)", "dout.mean(axis=0)"), ("db is a mean.", "Sum or mean?", "It is 3.")
            ),
        ),
        patterns={"dw": "Look at dw: which array goes with x?"},
    ),
    Exercise("decay", decay_inputs, {"h": "N T"}),
]


# The bias may be taken off as well, which is another form of both functions; the backward pass is a bonus.
MINUS = {
    "affine_forward": dataclasses.replace(
        EXERCISES[0], other_form=OtherForm("minus", "This is the form with −b.", ("x @ w + b", "x @ w - b"))
    ),
    "affine_backward": dataclasses.replace(
        EXERCISES[1],
        bonus=True,
        other_form=OtherForm("minus", "Its gradients, for −b.", ("dout.sum(axis=0)", "-dout.sum(axis=0)")),
    ),
}


def stub(name, solutions=SOLUTIONS):
    head = solutions[name].splitlines()[0]
    return f"{head}\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def _cell(make, source, grade_id, **about):
    cell = make(source)
    cell.id = grade_id
    meta = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}
    cell.metadata.nbgrader = {**meta, "grade_id": grade_id, **about}
    cell.metadata.nbgrader["cell_type"] = cell.cell_type
    cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    return cell


def _plain(make, source, id, tags=()):
    cell = make(source)
    cell.id = id
    if tags:
        cell.metadata.tags = list(tags)
    return cell


def build_release(assignment=ASSIGNMENT, solutions=SOLUTIONS, points=(3, 5, 2)):
    cells = [
        _plain(new_markdown_cell, "# A tiny assignment", "tiny-01"),
        _plain(new_code_cell, "import numpy as np\ndef check(function, forward=None):\n    return 0.0", "tiny-02"),
    ]
    for name, worth in zip(solutions, points, strict=True):
        cells += [
            _plain(new_markdown_cell, f"Write `{name}`.", f"tiny-{name}".replace("_", "-")),
            _cell(new_code_cell, stub(name, solutions), name, solution=True),
            _cell(new_code_cell, f"check({name})", f"test_{name}", grade=True, locked=True, points=worth),
        ]
    cells += [
        _plain(new_code_cell, "raise RuntimeError('explored')", "tiny-explore", ["explore"]),
        _cell(new_markdown_cell, "YOUR ANSWER HERE", "why", grade=True, solution=True, points=4),
    ]
    notebook = new_notebook(cells=cells)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata.unrolled = {"assignment": assignment}
    return notebook


RUBRIC = """**Exemplar.** It decays.

**Rubric.** Choose what the answer has.

- `what` (2): You say what $h_t$ does.
- `why` (1.5): You say why it does
  that.
- `how-fast` (0.5): You say how fast."""


class TinyCourse:
    """What the judge needs of a course."""

    def __init__(self, root, assignment=ASSIGNMENT):
        self.root, self.workspace, self.fixtures = root, root / "course", root / "fixtures"
        self.assignment, self.assignments = assignment, (assignment,)
        self.reference = Reference(SOLUTIONS)
        self._release = build_release(assignment)
        source = build_release(assignment)
        cell_of(source, "why").source = RUBRIC
        self.sources = {assignment: source}

    def __reduce__(self):
        return type(self), (self.root, self.assignment)

    def exercise(self, name):
        return next(exercise for exercise in EXERCISES if exercise.name == name)

    def exercises(self, assignment):
        return list(EXERCISES) if assignment == self.assignment else []

    def declaration(self, assignment):
        return Path(__file__)

    def release(self, assignment):
        return copy.deepcopy(self._release)


def on_disk(root, kind=TinyCourse):
    """Make the course at `root` an nbgrader course without submissions, with its gradebook; return `root`."""
    shutil.copy(Path(__file__).resolve().parents[3] / "nbgrader_config.py", root)
    course = kind(root)
    source = root / "course" / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(course.release(ASSIGNMENT), source)
    config = nbgrader_config(course)
    config.GenerateAssignment.preprocessors = ["nbgrader.preprocessors.SaveCells"]
    generated = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment(ASSIGNMENT)
    assert generated["success"], generated["log"]
    return root


class PicturedCourse(TinyCourse):
    """The same, with a picture in a cell that no student can change."""

    def __init__(self, *about):
        super().__init__(*about)
        for notebook in (self._release, *self.sources.values()):
            notebook.cells[0].source += "\n\n![A picture of the release.](figures/given.png)"


class BonusCourse(TinyCourse):
    """The same, with the backward pass as a bonus without points, and with two forms of the affine pair."""

    def __init__(self, *about):
        super().__init__(*about)
        self._release = build_release(self.assignment)
        for notebook in (self._release, self.sources[self.assignment]):
            cell_of(notebook, "test_affine_backward").metadata.nbgrader.points = 0

    def exercises(self, assignment):
        return [self.exercise(exercise.name) for exercise in super().exercises(assignment)]

    def exercise(self, name):
        return MINUS.get(name, super().exercise(name))


def cell_of(notebook, grade_id):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def submission(answers=SOLUTIONS, extra=()):
    """Return a submission with these functions (by name) and extra code cells ``(after grade_id, source)``."""
    notebook = build_release()
    for name, source in dict(answers).items():
        cell_of(notebook, name).source = source
    for after, source in extra:
        place = next(i for i, c in enumerate(notebook.cells) if c.id == after)
        notebook.cells.insert(place + 1, new_code_cell(source))
    return notebook
