"""Write the pages of a class, and let its marks into the gradebook: what `autograder viva` does."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, Student

from autograder.course import Course
from autograder.course.gradebook_address import gradebook_url
from autograder.course.rules import viva_of
from autograder.files import write
from autograder.grading import viva_marks
from autograder.grading.database import patient
from autograder.grading.workers import nbgrader_config
from autograder.viva import pages
from autograder.viva.making import make

FOLDER = "viva"


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
        The sheets, and their key.
    count : int
        Of sheets.
    notes : tuple of str
        Who has no sheet and why, and whose is not all about the student's own code.
    """

    paths: tuple[Path, Path]
    count: int
    notes: tuple[str, ...]


def write_pages(
    course: Course, assignment: str, student: str | None = None, isolation: str | None = None, progress: bool = True
) -> Written:
    """Write the sheets of an assignment and their key into ``course/viva``; those of one student in a folder there."""
    roster = _roster(gradebook_url(course, nbgrader_config(course)))
    made = make(course, assignment, student, isolation, progress, roster)
    names = {one.student: roster.get(one.student, one.student) for one in made.sheets}
    made.sheets.sort(key=lambda one: (names[one.student].casefold(), one.student))
    folder = course.workspace / FOLDER / (student or "")
    paths = folder / f"{assignment}.html", folder / f"{assignment}-key.html"
    folder.mkdir(parents=True, exist_ok=True)
    write(paths[0], pages.sheets(assignment, made.sheets, names))
    write(paths[1], pages.keys(assignment, made.sheets, names, made.left_out))
    fewer = [f"{one.student}: {one.own} of {len(one.questions)}" for one in made.sheets if one.own < pages.COUNT]
    notes = [f"No sheet for {who}: {why}" for who, why in sorted(made.left_out.items())]
    notes += [f"Fewer than three questions on the student's own code: {', '.join(fewer)}."] if fewer else []
    return Written(paths, len(made.sheets), tuple(notes))


def weigh(course: Course, assignment: str, weight: float) -> str:
    """Let the questions count so many points; return what was done."""
    url = gradebook_url(course, nbgrader_config(course))
    students = _asked(url, assignment)
    viva_marks.set_weight(url, assignment, weight, students)
    return f"{viva_of(assignment)} counts {weight:g} points; {len(students)} students wait for a mark, or have one."


def mark(course: Course, assignment: str, table: Path) -> str:
    """Enter the marks of a table; return what was done."""
    marks = viva_marks.read(table)
    weight = viva_marks.enter(gradebook_url(course, nbgrader_config(course)), assignment, marks)
    return f"{len(marks)} marks of {viva_of(assignment)} entered, each of {weight:g} points at most."


@patient
def _roster(gradebook: Gradebook) -> dict[str, str]:
    return {student.id: _called(student) for student in gradebook.students}


def _called(student: Student) -> str:
    name = " ".join(filter(None, (student.first_name, student.last_name)))
    return f"{name} ({student.id})" if name else str(student.id)


@patient
def _asked(gradebook: Gradebook, assignment: str) -> list[str]:
    """Return whose work the gradebook knows."""
    return sorted(one.student_id for one in gradebook.assignment_submissions(assignment))
