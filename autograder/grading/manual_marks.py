"""Remember which answer a person marked, and find out whether it is still the one that is shown.

The gradebook holds a hash of each answer that people were last shown and of the one that they marked.
"""

import hashlib
import json
from collections.abc import Collection, Iterable

from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry
from nbgrader.utils import is_grade, is_solution
from sqlalchemy import delete, insert, select

from autograder.grading.database import ANSWERS, patient

CHANGED = "changed"
UNKNOWN = "unknown"
# By grade_id, hashes of the answer that people were last shown and of the one that they marked.
Answers = dict[str, tuple[str, str | None]]


def digests(notebook: NotebookNode) -> dict[str, str]:
    """Return a hash of each answer of a submission, by the grade_id of the cell that has its points.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt by `autograder.collecting.rebuild`, which leaves the hash of the whole submission in its metadata.

    Returns
    -------
    dict of str to str
        For a written answer, of its text and its pictures. What a function returns may rest on any cell, so its hash is
        that of the whole submission.
    """
    found = {}
    for cell in filter(is_grade, notebook.cells):
        written = [cell.source.strip(), cell.get("attachments")]
        answer = written if is_solution(cell) else notebook.metadata.unrolled.submission
        found[cell.metadata.nbgrader.grade_id] = hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()
    return found


def marked(grade: Grade, known: tuple[str, str | None] | None, kept: str = "") -> str | None:
    """Return the hash of the answer that a person's mark is for.

    Parameters
    ----------
    grade : nbgrader.api.Grade
    known : (str, str or None) or None
        The answer that people were last shown, and what this function returned then; None if that was not written down.
    kept : str
        Where it was not: the answer that was shown, if it can be known.

    Returns
    -------
    str or None
        None if no person has given points; empty if it is not known for which answer.
    """
    if grade.manual_score is None:
        return None
    if known is None:
        return "" if grade.needs_manual_grade else kept
    shown, earlier = known
    # nbgrader's formgrader removes the flag when a person gives points, and we set it only with an `earlier`.
    return shown if earlier is None or not grade.needs_manual_grade else earlier


def outdated(mark: str | None, answer: str) -> str:
    """Return `CHANGED` or `UNKNOWN` if a person must look again at the answer that is shown, else an empty string.

    Parameters
    ----------
    mark : str or None
        As `marked` returns it.
    answer : str
        The hash of the answer.
    """
    if mark is None or mark == answer:
        return ""
    return CHANGED if mark else UNKNOWN


def note_marked(gradebook: Gradebook, assignment: str, student: str) -> None:
    """Record which answers a person's marks are for, before anything flags these marks; the caller commits.

    It is to be called before anything changes ``needs_manual_grade``, and may be called again.
    """
    known = _answers(gradebook, assignment, student)
    for grade in grades(gradebook, assignment, student):
        if grade.name in known:
            shown, before = known[grade.name]
            if (mark := marked(grade, (shown, before))) != before:
                _set_answer(gradebook, assignment, student, grade.name, shown, mark)


def note_shown(
    gradebook: Gradebook, assignment: str, student: str, shown: dict[str, str], same: bool = False
) -> dict[str, tuple[str, float]]:
    """Record which answers people are shown from now on, and flag what a person must mark; the caller commits.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    assignment, student : str
    shown : dict of str to str
        As `digests` returns it.
    same : bool
        As in `autograder.grading.gradebook.save`.

    Returns
    -------
    dict of str to (str, float)
        As of `autograder.grading.gradebook.save`.
    """
    known = _answers(gradebook, assignment, student)
    again: dict[str, tuple[str, float]] = {}
    for grade in grades(gradebook, assignment, student):
        answer = shown.get(grade.name, "")
        mark = marked(grade, known.get(grade.name), answer if same else "")
        if state := outdated(mark, answer):
            again[grade.name] = state, grade.manual_score
        waits = grade.auto_score is None and grade.manual_score is None
        grade.needs_manual_grade = waits or bool(state)
        if known.get(grade.name) != (answer, mark):
            _set_answer(gradebook, assignment, student, grade.name, answer, mark)
    return again


def marks_to_review(gradebook: Gradebook, assignment: str, student: str) -> dict[str, tuple[str, float]]:
    """Return, as `autograder.grading.gradebook.save` does, where a person's mark may not be for what is shown."""
    return outdated_marks(grades(gradebook, assignment, student), _answers(gradebook, assignment, student))


def outdated_marks(grades: Iterable[Grade], known: Answers) -> dict[str, tuple[str, float]]:
    """Return the same of these grades, with what is known of their answers."""
    found = {}
    for grade in grades:
        if grade.name in known:
            state = outdated(marked(grade, known[grade.name]), known[grade.name][0])
            found[grade.name] = state, grade.manual_score
    return {name: (state, points) for name, (state, points) in found.items() if state}


marks_to_review_at = patient(marks_to_review)  # the same, of the gradebook at an address


def grades(gradebook: Gradebook, assignment: str, student: str) -> list[Grade]:
    """Return nbgrader's grades of a submission; none if there is no submission."""
    try:
        return [grade for one in gradebook.find_submission(assignment, student).notebooks for grade in one.grades]
    except MissingEntry:
        return []


def answers(gradebook: Gradebook, assignment: str, students: Collection[str] | None = None) -> dict[str, Answers]:
    """Return what is known of the answers of an assignment, by student: of these, or of all."""
    theirs = select(ANSWERS).where(ANSWERS.c.assignment == assignment)
    found: dict[str, Answers] = {}
    for row in gradebook.db.execute(theirs if students is None else theirs.where(ANSWERS.c.student.in_(students))):
        found.setdefault(row.student, {})[row.cell] = row.shown, row.marked
    return found


def _answers(gradebook: Gradebook, assignment: str, student: str) -> Answers:
    return answers(gradebook, assignment, [student]).get(student, {})


def _set_answer(gradebook: Gradebook, assignment: str, student: str, cell: str, shown: str, marked: str | None) -> None:
    theirs = (ANSWERS.c.assignment == assignment) & (ANSWERS.c.student == student) & (ANSWERS.c.cell == cell)
    gradebook.db.execute(delete(ANSWERS).where(theirs))
    row = {"assignment": assignment, "student": student, "cell": cell, "shown": shown, "marked": marked}
    gradebook.db.execute(insert(ANSWERS).values(**row))
