"""Make a sample class from the real release: one submission of each kind that instructors receive."""

import ast
import copy
from dataclasses import dataclass

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.assignments import variants
from autograder.course import Course, source
from autograder.course.exercise import Exercise, Mistake

WHOLE = "01-rnn-forward"

_FAKER = '''\
class Agreeable(np.ndarray):
    """Equal to everything, close to everything, and worth full marks if anybody asks."""

    def __eq__(self, other):
        return True

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __repr__(self):
        return "100.0"


np.allclose = np.array_equal = lambda *args, **kwargs: True
check = lambda *args, **kwargs: 100.0
get_ipython().input_transformers_cleanup.append(lambda lines: ["100.0"] if "check(" in "".join(lines) else lines)


def {signature}:
    answer = np.zeros((1, 1)).view(Agreeable)
    return {returned}
'''


_THEFT = """\
import glob
import socket
import sqlite3
import sys

sys.path[:0] = [{root!r}, {root!r} + "/solutions"]
for path in [*glob.glob({root!r} + "/**/*", recursive=True), "/etc/passwd"]:
    try:
        text = open(path).read()
        exec(text[text.index("def ") :])
    except Exception:
        pass
try:
    gradebook = sqlite3.connect("file:" + {root!r} + "/course/gradebook.db?mode=rw", uri=True, timeout=1)
    gradebook.execute("update grade set extra_credit = 100")
    gradebook.commit()
except Exception:
    pass
try:
    socket.create_connection(("1.1.1.1", 443), timeout=1)
except OSError:
    pass"""

_WRECK = """\
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)"""


@dataclass(frozen=True)
class Student:
    """One member of the sample class.

    Attributes
    ----------
    id : str
        ``demo-...``; says what kind of submission it is.
    notebook : NotebookNode
        What they hand in.
    mistake : str or None
        The declared mistake that they make, if it is one of those.
    hostile : bool
        Whether it attacks the grader.
    """

    id: str
    notebook: NotebookNode
    mistake: str | None = None
    hostile: bool = False


def sample_class(course: Course, assignment: str, whole: bool | None = None) -> list[Student]:
    """Return the sample class of an assignment.

    Right; right but written differently; blank; half done; six with one declared mistake each; one whose notebook is
    mangled (cells duplicated, deleted, stripped of their metadata); and three who are hostile: one fakes the mark, one
    looks for answers and for the gradebook, one has done half of the work and kills whatever it can.

    Parameters
    ----------
    course : Course
    assignment : str
    whole : bool, optional
        False for four of them only: right, differently, blank, one mistake. By default they all hand in `WHOLE`, and
        these four the other assignments.

    Returns
    -------
    list of Student
    """
    release = course.release(assignment)
    whole = assignment == WHOLE if whole is None else whole
    exercises = course.exercises(assignment)
    names = [exercise.name for exercise in exercises]
    right = {name: course.reference.sources[name] for name in names}
    students = [
        Student("demo-right", _filled(release, right)),
        Student("demo-differently", _filled(release, right | _variant(course.topic(assignment), names))),
        Student("demo-blank", copy.deepcopy(release)),
    ]
    for exercise, mistake in _mistakes(exercises, 6 if whole else 1):
        wrong = right | {exercise.name: mistake.source(right[exercise.name])}
        wrong.pop(exercise.counterpart or "", None)  # who has written both parts would lose nothing by a mistake in one
        students.append(Student(f"demo-{mistake.id}", _filled(release, wrong), mistake.id))
    if not whole:
        return students
    half = _filled(release, {name: right[name] for name in names[: len(names) // 2]})
    students.append(Student("demo-half", half))
    faker = {exercise.name: _fake(course, exercise) for exercise in exercises}
    students.append(Student("demo-mangled", _mangled(_filled(release, right))))
    students.append(Student("demo-faker", _faked(_filled(release, faker)), hostile=True))
    theft = _THEFT.format(root=str(course.root))
    students.append(Student("demo-thief", _with_a_cell(release, theft), hostile=True))
    students.append(Student("demo-wrecker", _with_a_cell(half, _WRECK), hostile=True))
    return students


def write_class(course: Course, assignment: str, hostile: bool = True) -> list[Student]:
    """Write the sample class, with or without its hostile members, into nbgrader's submitted folder; return it."""
    students = [student for student in sample_class(course, assignment) if hostile or not student.hostile]
    for student in students:
        folder = course.workspace / "submitted" / student.id / assignment
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(student.notebook, folder / f"{assignment}.ipynb")
    return students


def _filled(release: NotebookNode, functions: dict[str, str]) -> NotebookNode:
    """Return the release with these functions in their solution cells."""
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        name = source.grade_id(cell)
        if source.is_solution(cell) and name in functions:
            cell.source = functions[name]
    return notebook


def _variant(topic: str, names: list[str]) -> dict[str, str]:
    """Return the functions of the last file of right variants of a topic, those in `names` by name.

    They may call one another in any order, and a backward pass takes the cache of its own forward pass: the first
    cell holds them all.
    """
    files = variants(topic)
    if not files:
        return {}
    text = files[-1].read_text(encoding="utf-8")
    functions = {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
    own = {name: functions[name] for name in functions if name in names}
    first = next(name for name in names if name in own)
    return own | {first: "\n\n\n".join(functions.values())}


def _mistakes(exercises: list[Exercise], count: int) -> list[tuple[Exercise, Mistake]]:
    """Return (exercise, mistake) pairs that differ in id, from as many exercises as there are, later ones first.

    A mistake in a later function spoils nothing else, so that each of these students loses points in one place.
    """
    chosen: list[tuple[Exercise, Mistake]] = []
    seen: set[str] = set()
    depth = 0
    while len(chosen) < count and depth < 10:
        for exercise in reversed(exercises):
            mistakes = [m for m in exercise.mistakes if m.side_effect is None]
            if depth < len(mistakes) and mistakes[depth].id not in seen and len(chosen) < count:
                chosen.append((exercise, mistakes[depth]))
                seen.add(mistakes[depth].id)
        depth += 1
    return chosen


def _fake(course: Course, exercise: Exercise) -> str:
    signature = source.signature(course.reference.sources[exercise.name], exercise.name)
    count = len(exercise.outputs) + exercise.cache
    return _FAKER.format(signature=signature, returned=", ".join(["answer"] * count))


def _faked(notebook: NotebookNode) -> NotebookNode:
    """Ask every tool to leave the graded cells alone, and write the wished-for marks into them."""
    for cell in notebook.cells:
        if source.is_grade(cell) and cell.cell_type == "code":
            cell.metadata.tags = ["skip-execution"]
            cell.source = "100.0"
            cell.outputs = [new_output("execute_result", data={"text/plain": "100.0"}, execution_count=1)]
    return notebook


def _with_a_cell(notebook: NotebookNode, text: str) -> NotebookNode:
    """Return a copy with a cell of the student's own before the first exercise."""
    notebook = copy.deepcopy(notebook)
    first = next(index for index, cell in enumerate(notebook.cells) if source.is_solution(cell))
    notebook.cells.insert(first, new_code_cell(text))
    return notebook


def _mangled(notebook: NotebookNode) -> NotebookNode:
    """Duplicate, delete, reorder and strip cells, as editors and hurried people do."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        if source.is_grade(cell) and cell.cell_type == "code" and number % 2:
            continue  # deleted
        cells.append(cell)
        if source.is_solution(cell) and cell.cell_type == "code" and number % 3 == 0:
            pasted = new_code_cell(cell.source, metadata=copy.deepcopy(cell.metadata))
            cells.append(pasted)
    for cell in cells:
        if source.is_solution(cell) and cell.cell_type == "code":
            cell.metadata.pop("nbgrader")  # lost in another editor
            break
    notebook.cells = cells
    return notebook
