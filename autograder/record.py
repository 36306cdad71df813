"""The gradebook's only writer outside nbgrader's own converters."""

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import BuildError

DEMO = "demo-"  # every student of the sample class is called demo-…


def database(path):
    """Return the address of the SQLite gradebook at `path`."""
    return f"sqlite:///{path.as_posix()}"


def make_room(path, assignment, cells):
    """Let an assignment's cells change in the gradebook at `path`, if no real submission forbids it.

    Demo students' submissions are removed; they can be made again.

    Parameters
    ----------
    path : Path
        An SQLite gradebook.
    assignment : str
    cells : set of str
        The grade_ids that the assignment is about to have.

    Raises
    ------
    BuildError
        If graded cells would be added or removed although real students have submitted.
    """
    with Gradebook(database(path)) as gradebook:
        try:
            notebook = gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            return
        present = {cell.name for cell in notebook.source_cells}
        if present == cells:
            return
        students = {submission.assignment.student_id for submission in notebook.submissions}
        real = sorted(student for student in students if not student.startswith(DEMO))
        if real:
            raise BuildError(
                f"{assignment}: {len(real)} students have submitted (the first is {real[0]}), so its cells cannot be "
                f"added or removed any more ({', '.join(sorted(present ^ cells))}). Take the change back, or move "
                "course/gradebook.db away."
            )
        for student in students:
            gradebook.remove_student(student)


def knows(path, assignments):
    """Whether the gradebook at `path` holds all these assignments."""
    with Gradebook(database(path)) as gradebook:
        return set(assignments) <= {assignment.name for assignment in gradebook.assignments}


def forget_demo(path):
    """Remove the sample class from the gradebook at `path`."""
    with Gradebook(database(path)) as gradebook:
        for student in [student.id for student in gradebook.students if student.id.startswith(DEMO)]:
            gradebook.remove_student(student)
