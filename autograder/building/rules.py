"""Check the rules for source notebooks before they are built, and that no solution reaches a student."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from nbformat.notebooknode import NotebookNode

from autograder.course import rubrics, source
from autograder.course.exercise import Exercise
from autograder.errors import BuildError

POINTS = 100
NBGRADER_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()", "YOUR ANSWER HERE")
INSTRUCTOR_MARKS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME")


def check_source(notebook: NotebookNode, name: str, exercises: Sequence[Exercise]) -> None:
    """Refuse a source notebook that breaks a rule, naming file and cell.

    Parameters
    ----------
    notebook : NotebookNode
        As `autograder.course.source.read_source` returns it.
    name : str
        The assignment.
    exercises : list of Exercise
        Those declared for it.

    Raises
    ------
    BuildError
        For a duplicate grade_id, a graded code cell without a declared exercise, an exercise without its cells, a
        solution cell without its check after it, counterparts that do not name each other, a graded cell
        without points that is no bonus, a bonus with points or without its tag, points that do not sum to 100, or a
        rubric that cannot be used.
    """
    where = f"solutions/{name}.py"
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    for grade_id, times in Counter(source.grade_id(cell) for cell in marked).items():
        if times > 1:
            raise BuildError(f"{where}, cell {grade_id!r}: the grade_id is used {times} times.")
    order = [source.grade_id(cell) for cell in marked]
    declared = {exercise.grade_id: exercise for exercise in exercises}
    code = [cell for cell in marked if cell.cell_type == "code"]
    for cell in code:
        if source.is_grade(cell) and source.grade_id(cell) not in declared:
            raise BuildError(
                f"{where}, cell {source.grade_id(cell)!r}: no exercise is declared for this graded cell. Declare it in "
                "exercises/ of the assignment's folder, and list it among the EXERCISES in exercises/__init__.py."
            )
    for cell in code:
        grade_id = source.grade_id(cell)
        if source.is_solution(cell):
            if source.is_grade(cell):
                raise BuildError(f"{where}, cell {grade_id!r}: a code cell is either a solution or graded, not both.")
            check = f"test_{grade_id}"
            if check not in order or order.index(check) < order.index(grade_id):
                raise BuildError(f"{where}, cell {grade_id!r}: no graded cell {check!r} comes after this solution.")
    for grade_id, exercise in declared.items():
        for wanted in (exercise.name, grade_id):
            if wanted not in order:
                raise BuildError(f"{where}: the exercise {exercise.name!r} is declared but has no cell {wanted!r}.")
    by_name = {exercise.name: exercise for exercise in exercises}
    for exercise in filter(lambda exercise: exercise.counterpart, exercises):
        other = by_name.get(exercise.counterpart or "")
        if other is None or other.counterpart != exercise.name:
            raise BuildError(
                f"{where}: {exercise.name!r} has the counterpart {exercise.counterpart!r}, which is not an "
                "exercise of this assignment, or does not name it in turn."
            )
    for exercise in filter(lambda exercise: exercise.bonus, exercises):
        _check_bonus(marked, where, exercise)
    for cell in filter(source.is_grade, marked):
        grade_id = source.grade_id(cell)
        is_bonus = grade_id in declared and declared[grade_id].bonus
        if not cell.metadata.nbgrader.points and not is_bonus:
            raise BuildError(
                f"{where}, cell {grade_id!r}: this graded cell has no points. "
                f"`autograder rebalance {name} {grade_id}=10` gives it 10, and takes them from the others."
            )
    points = sum(cell.metadata.nbgrader.points for cell in marked if source.is_grade(cell))
    if points != POINTS:
        raise BuildError(
            f"{where}: the points sum to {points:g}, not to {POINTS}. "
            f"`autograder rebalance {name}` shares {POINTS} out in the same proportions."
        )
    rubrics.check(notebook)


def _check_bonus(marked: Sequence[NotebookNode], where: str, exercise: Exercise) -> None:
    """Refuse a bonus that has points or a counterpart, or whose cells would be counted among the required ones."""
    if exercise.counterpart:
        raise BuildError(f"{where}: {exercise.name!r} is a bonus, so no other exercise can count for it.")
    for cell in marked:
        grade_id = source.grade_id(cell)
        if grade_id not in (exercise.name, exercise.grade_id):
            continue
        if cell.metadata.nbgrader.get("points"):
            raise BuildError(f"{where}, cell {grade_id!r}: it is declared as a bonus, so it has no points.")
        if source.BONUS not in cell.metadata.get("tags", []):
            raise BuildError(f"{where}, cell {grade_id!r}: a cell of a bonus has the tag {source.BONUS!r}.")


def check_pages(pages: Mapping[str, NotebookNode], assignments: Iterable[NotebookNode]) -> None:
    """Refuse a page without points that holds what a page cannot, and a link without a page.

    Parameters
    ----------
    pages : dict of str to NotebookNode
        By name, as `autograder.course.Course.pages` has them.
    assignments : iterable of NotebookNode
        The source notebooks of all assignments.

    Raises
    ------
    BuildError
        If a page has a cell of nbgrader's or a static picture, or an assignment links to one that does not exist.
    """
    for name, page in pages.items():
        where = f"solutions/{source.FURTHER}/{name}.py"
        for cell in page.cells:
            if "nbgrader" in cell.metadata:
                raise BuildError(
                    f"{where}, cell {cell.id!r}: nothing on this page is graded, so no cell is nbgrader's."
                )
            if cell.cell_type == "markdown" and "![" in cell.source:
                raise BuildError(f"{where}, cell {cell.id!r}: on this page code draws the pictures.")
    links = {name for notebook in assignments for name in source.linked(notebook)}
    if missing := sorted(links - set(pages)):
        raise BuildError(
            f"An assignment links to {missing[0]}.ipynb, but there is no solutions/{source.FURTHER}/{missing[0]}.py."
        )


def check_release(release: NotebookNode, notebook: NotebookNode, name: str) -> None:
    """Refuse a released notebook that shows a part of a solution, or whose stubs contradict the solution.

    Parameters
    ----------
    release, notebook : NotebookNode
        What students receive, and the source it was made from.
    name : str
        The assignment.

    Raises
    ------
    BuildError
        If the release holds an instructor's region or a line of a solution, or a stub holds a line that its source does
        not.
    """
    where = f"solutions/{name}.py"
    sources = {source.grade_id(cell): cell for cell in notebook.cells if source.grade_id(cell)}
    secret = {}
    for grade_id, cell in sources.items():
        if source.is_solution(cell):
            for line in source.region_lines(cell.source):
                if _gives_away(line):
                    secret[line] = grade_id
    for cell in release.cells:
        grade_id = source.grade_id(cell)
        shown = cell.id
        if (grade_id or "").startswith(source.GIVEN):
            continue
        for mark in INSTRUCTOR_MARKS:
            if mark in cell.source:
                raise BuildError(f"{where}, cell {shown!r}: the instructor's mark {mark!r} reached the student.")
        lines = [line.strip() for line in cell.source.splitlines()]
        for line in lines:
            if line in secret:
                raise BuildError(
                    f"{where}, cell {shown!r}: a line of the solution of {secret[line]!r} reached the student: {line}"
                )
        if grade_id in sources and source.is_solution(cell):
            known = {line.strip() for line in sources[grade_id].source.splitlines()}
            for line in lines:
                if line and line not in known and line not in NBGRADER_STUB:
                    raise BuildError(f"{where}, cell {shown!r}: the stub's line is not in the solution: {line}")


def _gives_away(line: str) -> bool:
    """Whether a solution's line gives anything away: it is not a blank, bracket, comment or lone keyword."""
    return len(line) > 4 and not line.startswith("#") and line.rstrip(":") not in {"else", "try", "pass", "return"}
