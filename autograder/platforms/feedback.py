"""Pack the feedback pages of a class as a platform hands them to students: `autograder export --feedback`."""

import re
import zipfile
from pathlib import Path

from autograder.bundling.archive import zipped
from autograder.course import Course
from autograder.errors import BadInput, BadRequest
from autograder.files import write
from autograder.grading.gradebook import DEMO
from autograder.platforms import canvas, downloads, moodle, tables
from autograder.platforms.export import Exported, class_rows, left_out, named, output_path, require, student_of
from autograder.platforms.people import Student, ids_by_number, match

RENAMED = (
    "Canvas shows each page under the name of the student's own file: say that it is a page, to be saved as .html. "
    "Uploaded again, each is one more comment."
)


def for_mail(course: Course, assignment: str, output: Path | None) -> Exported:
    """Write a folder of pages, each named by its student's id.

    Parameters
    ----------
    course : Course
    assignment : str
    output : Path, optional
        By default ``course/<assignment>-mail``; a page of today replaces one of yesterday.

    Raises
    ------
    BadRequest
        If there is no page, or the folder cannot be made.
    """
    pages, _, notes = _pages(course, assignment)
    folder = output or course.workspace / f"{assignment}-mail"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"{folder} cannot be made: {error.strerror}.") from None
    for student, page in pages.items():
        write(folder / f"{student}.html", page)
    others = sorted(path.name for path in folder.iterdir() if path.stem not in pages)
    return Exported(folder, len(pages), (*notes, *named(f"{folder} also holds, from before", others)))


def for_moodle(course: Course, assignment: str, given: Path, column: str | None, output: Path | None) -> Exported:
    """Write the zip of "Upload multiple feedback files in a zip".

    Parameters
    ----------
    course : Course
    assignment : str
    given : Path
        The grading worksheet: it has the numbers of participants.
    column : str, optional
        The heading of its grades.
    output : Path, optional

    Raises
    ------
    BadInput
        If the worksheet cannot be used.
    BadRequest
        If there is no page, or nobody matches.
    """
    pages, students, notes = _pages(course, assignment)
    sheet = moodle.worksheet(tables.read(given), column)
    matched = match([students[student] for student in pages], sheet.people)
    files = {
        f"{_plain(person.name)}_{person.number}_assignsubmission_file_/{assignment}-feedback.html": pages[student]
        for student, person in matched.people.items()
    }
    return _write(course, assignment, "moodle", files, output, given, (*notes, *left_out(matched, [])))


def for_canvas(course: Course, assignment: str, given: Path, roster: Path | None, output: Path | None) -> Exported:
    """Write the zip of "Upload submissions", whose files are called as in the download.

    Parameters
    ----------
    course : Course
    assignment : str
    given : Path
        The zip of "Download submissions".
    roster : Path, optional
        The gradebook that was exported from Canvas; without it, students are called by Canvas's own numbers.
    output : Path, optional

    Raises
    ------
    BadInput
        If one of the files cannot be used.
    BadRequest
        If there is no page, or nobody matches.
    """
    pages, students, notes = _pages(course, assignment)
    people = canvas.gradebook(tables.read(roster)).people if roster else ()
    ids = ids_by_number(students.values(), people)
    try:
        with zipfile.ZipFile(given) as archive:
            names = sorted(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise BadInput(f"{given} cannot be read as the zip of Canvas's submissions: {error}.") from None
    own: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (not name.endswith(".ipynb"), name)):
        handed = downloads.of_canvas(name.rpartition("/")[2])
        student = ids.get(handed.number, "" if roster else handed.number) if handed else ""
        if student in pages:
            own.setdefault(student, name.rpartition("/")[2])
    files = {name: pages[student] for student, name in own.items()}
    missing = named("No file in the download, so left out", sorted(pages.keys() - own.keys()))
    return _write(course, assignment, "canvas", files, output, given, (*notes, *missing, RENAMED))


def _pages(course: Course, assignment: str) -> tuple[dict[str, bytes], dict[str, Student], tuple[str, ...]]:
    """Return the pages and the students by id, and who handed in and has no page."""
    require(course, assignment)
    rows, _ = class_rows(course, assignment)
    students = {row.student_id: student_of(row) for row in rows}
    pages = {}
    for path in sorted((course.workspace / "feedback").glob(f"*/{assignment}/{assignment}.html")):
        student = path.parent.parent.name
        if not student.startswith(DEMO):
            pages[student] = path.read_bytes()
            students.setdefault(student, Student(student))
    if not pages:
        raise BadRequest(f"There is no feedback page of {assignment}: run `nbgrader generate_feedback {assignment}`.")
    handed_in = {row.student_id for row in rows if row.status not in ("missing", "excused")}
    old = sorted(row.student_id for row in rows if row.status == "out of date" and row.student_id in pages)
    notes = named("The mark is of an earlier submission or grader; look at the page of", old)
    return pages, students, (*notes, *named("No feedback page, so left out", sorted(handed_in - pages.keys())))


def _write(
    course: Course,
    assignment: str,
    platform: str,
    files: dict[str, bytes],
    output: Path | None,
    given: Path,
    notes: tuple[str, ...],
) -> Exported:
    if not files:
        raise BadRequest(f"Nobody who has a feedback page is in {given}. Nothing was written.")
    path = output_path(course, assignment, f"{platform}-feedback.zip", output, given)
    write(path, zipped(files))
    return Exported(path, len(files), notes)


def _plain(name: str) -> str:
    """Return a full name as it can stand in a folder's: Moodle reads what follows the first underscore."""
    return re.sub(r'[_/\\:*?"<>|\x00-\x1f]', " ", name).strip(" .~") or "Participant"
