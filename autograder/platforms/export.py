"""Write the marks of a class as a platform takes them in: `autograder export`."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course import Course, rules
from autograder.course.gradebook_address import gradebook_url
from autograder.errors import AutograderError, BadRequest
from autograder.files import write
from autograder.grading import export
from autograder.grading.database import patient
from autograder.grading.export import Row
from autograder.grading.workers import nbgrader_config
from autograder.platforms import canvas, moodle, tables
from autograder.platforms.people import Matched, Person, Student, match

RAW, PENALISED = "raw", "penalised"
GIVEN = {
    ("canvas", False): "the gradebook that Canvas exports",
    ("canvas", True): "the zip of Canvas's Download submissions",
    ("moodle", False): "the grading worksheet that Moodle lets you download",
    ("moodle", True): "the grading worksheet that Moodle lets you download",
}


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    path : Path
    count : int
        Of students.
    notes : tuple of str
        Who was left out and why, and what to look at: a sentence each.
    """

    path: Path
    count: int
    notes: tuple[str, ...]


def as_table(course: Course, assignment: str | None, output: Path | None) -> Exported:
    """Write the table that ``nbgrader export`` writes: of one assignment, or of all.

    Parameters
    ----------
    course : Course
    assignment : str, optional
    output : Path, optional
        By default ``course/grades.csv``.
    """
    if assignment is not None:
        require(course, assignment)
    found = _rows(gradebook_url(course, nbgrader_config(course)), course, [assignment] if assignment else [])
    rows = [row for listed in found.values() for row in listed or ()]
    path = output or course.workspace / "grades.csv"
    write(path, export.text(rows))
    idle = [name for name, listed in found.items() if listed is None]
    return Exported(path, len({row.student_id for row in rows}), named("Nobody has handed in", idle))


def for_canvas(
    course: Course, assignment: str, given: Path, scores: str | None, column: str | None, output: Path | None
) -> Exported:
    """Write a gradebook for Canvas: the students who have a mark or are excused, and one column.

    Parameters
    ----------
    course : Course
    assignment : str
    given : Path
        A gradebook that was exported from Canvas.
    scores : {"raw", "penalised"}, optional
        Not needed where no penalty stands.
    column : str, optional
        The title of the column, or a part of it, if the assignment's name is not in it.
    output : Path, optional

    Raises
    ------
    BadInput
        If the file or the course's rules cannot be used.
    BadRequest
        If no column or several fit, the kind of scores is not clear, or nobody matches.
    """
    require(course, assignment)
    gradebook = canvas.gradebook(tables.read(given))
    place = canvas.column(gradebook, column or assignment)
    rows, idle = class_rows(course, assignment)
    marked, notes = _marked(rows, scores)
    excused = sorted(name for known, name in rules.read(course).people.excused if known == assignment)
    everybody = [student_of(row) for row in marked] + [Student(name) for name in excused]
    matched = match(everybody, gradebook.people)
    cells = {matched.people[name].line: canvas.EXCUSED for name in excused if name in matched.people}
    for row, mark in marked.items():
        if person := matched.people.get(row.student_id):
            cells[person.line] = points(mark)
    require_somebody(matched, given)
    notes += _other_points(marked, canvas.points_possible(gradebook, place), "Canvas")
    path = output_path(course, assignment, "canvas.csv", output, given)
    write(path, canvas.filled(gradebook, place, cells))
    rest = [person for person in gradebook.people if person.line not in cells]
    return Exported(path, len(cells), (*notes, *idle, *left_out(matched, rest)))


def for_moodle(
    course: Course, assignment: str, given: Path, scores: str | None, column: str | None, output: Path | None
) -> Exported:
    """Write Moodle's grading worksheet with the grades of the students who have a mark; the rest stays as it is.

    Parameters
    ----------
    course, assignment, scores, column, output
        As for `for_canvas`; `column` is the heading of the grades.
    given : Path
        The worksheet, as it was downloaded.

    Raises
    ------
    BadInput, BadRequest
        As `for_canvas`.
    """
    require(course, assignment)
    sheet = moodle.worksheet(tables.read(given), column)
    rows, idle = class_rows(course, assignment)
    marked, notes = _marked(rows, scores)
    matched = match(map(student_of, marked), sheet.people)
    require_somebody(matched, given)
    places = {row: matched.people[row.student_id].line for row in marked if row.student_id in matched.people}
    above = [row for row in places if marked[row] > sheet.most]
    cells = {line: points(marked[row]) for row, line in places.items() if row not in above}
    notes += named(f"Moodle takes no more than {sheet.most:g} points, so left out", [one.student_id for one in above])
    notes += _other_points(marked, sheet.most, "Moodle")
    excused = sorted(row.student_id for row in rows if row.status == "excused")
    notes += named("Moodle's worksheet knows no excused students; nothing was written for", excused)
    path = output_path(course, assignment, "moodle.csv", output, given)
    write(path, moodle.filled(sheet, cells))
    rest = [person for person in sheet.people if person.line not in places.values()]
    return Exported(path, len(cells), (*notes, *idle, *left_out(matched, rest)))


def require(course: Course, assignment: str) -> None:
    """Raise `BadRequest` if the course has no such assignment, and no questions on one that are called so."""
    if assignment not in (*course.assignments, *map(rules.viva_of, course.assignments)):
        raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")


def class_rows(course: Course, assignment: str) -> tuple[list[Row], tuple[str, ...]]:
    """Return the lines of an assignment, and who of them has no mark, as sentences."""
    found = _rows(gradebook_url(course, nbgrader_config(course)), course, [assignment])
    if assignment not in found:
        raise AutograderError(f"The gradebook does not know {assignment}: run `autograder build`.")
    rows = found[assignment]
    if rows is None:
        raise BadRequest(f"Nobody has handed in {assignment}: there is no mark to export.")
    states = {
        "no mark": "Without a mark, so left out",
        "missing": "Nothing handed in, so left out",
        "out of date": "The mark is of an earlier submission or grader",
        "needs a person": "The mark is not final, since it needs a person",
    }
    kinds = {state: [row.student_id for row in rows if row.status == state] for state in states}
    return rows, tuple(note for state, text in states.items() for note in named(text, kinds[state]))


def student_of(row: Row) -> Student:
    """Return whom a line of the table is about."""
    return Student(row.student_id, row.first_name or "", row.last_name or "", row.email or "")


def points(score: float) -> str:
    """Return a score with at most two decimals.

    Examples
    --------
    >>> points(8.0), points(7.25), points(100 / 3)
    ('8', '7.25', '33.33')
    """
    return f"{score:.2f}".rstrip("0").rstrip(".")


def require_somebody(matched: Matched, given: Path) -> None:
    """Raise `BadRequest` if nobody who is to be exported is in the file."""
    if not matched.people:
        names = f": {', '.join(sorted(matched.unmatched))}" if matched.unmatched else ", since nobody has a mark"
        raise BadRequest(f"Nobody of this class is in {given}{names}. Nothing was written.")


def left_out(matched: Matched, rest: list[Person]) -> tuple[str, ...]:
    """Say who of the class is not in the file, and for whom in the file nothing was written."""
    return (
        *(f"Not exported: {student}, {reason}." for student, reason in sorted(matched.unmatched.items())),
        *named("In the file, but nothing to write for", sorted(person.label for person in rest)),
    )


def named(text: str, names: list[str]) -> tuple[str, ...]:
    """Return a sentence that names these, or none where there is nobody to name."""
    return (f"{text}: {', '.join(names)}.",) if names else ()


def output_path(course: Course, assignment: str, ending: str, output: Path | None, given: Path) -> Path:
    """Return where to write; raise `BadRequest` where that is the file that is filled."""
    path = output or course.workspace / f"{assignment}-{ending}"
    if path.resolve() == given.resolve():
        raise BadRequest(f"{path} is the file that is filled: name another one by --output, so that it is kept.")
    return path


@patient
def _rows(gradebook: Gradebook, course: Course, assignments: list[str]) -> dict[str, list[Row] | None]:
    return export.rows(course, gradebook, assignments)


def _marked(rows: list[Row], scores: str | None) -> tuple[dict[Row, float], tuple[str, ...]]:
    """Return the marks by line, raw or penalised, and the sentence that goes with penalised ones."""
    marked = [row for row in rows if row.score is not None and row.status != "missing"]
    late = [row for row in marked if row.late_submission_penalty]
    if late and scores is None:
        raise BadRequest(
            f"Lateness takes points from {len(late)} marks, and a platform may apply a late policy of its own to what "
            f"it is given: choose --scores {RAW} (the platform takes them) or --scores {PENALISED} (they are taken)."
        )
    note = "These scores have lost points for lateness already: the platform must not take them again."
    found = {row: (row.raw_score if scores == RAW else row.score) or 0.0 for row in marked}
    return found, (note,) if late and scores == PENALISED else ()


def _other_points(marked: dict[Row, float], theirs: float | None, platform: str) -> tuple[str, ...]:
    ours = {row.max_score for row in marked}
    if theirs is None or ours <= {theirs}:
        return ()
    return (f"{platform} gives {theirs:g} points, this course {max(ours):g}: the scores are written as they are.",)
