"""Whether the answer that a person marked is the one that lies there now."""

import hashlib
import json

from nbgrader.utils import is_grade, is_solution

CHANGED = "changed"
UNKNOWN = "unknown"


def digests(notebook):
    """Return a hash of each answer of a submission, by the grade_id of the cell that has its points.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt by `autograder.collecting.rebuild`, which leaves the hash of the whole submission in its metadata.

    Returns
    -------
    dict of str to str
        A written answer is its text and its pictures. What a function gives may rest on any cell, so that is the whole
        submission.
    """
    found = {}
    for cell in filter(is_grade, notebook.cells):
        written = [cell.source.strip(), cell.get("attachments")]
        answer = written if is_solution(cell) else notebook.metadata.unrolled.submission
        found[cell.metadata.nbgrader.grade_id] = hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()
    return found


def marked(grade, known, kept=""):
    """Return which answer a person's mark is for.

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
    # nbgrader's formgrader takes the flag away when a person gives points, and we set it only beside an `earlier`.
    return shown if earlier is None or not grade.needs_manual_grade else earlier


def state(mark, answer):
    """Return `CHANGED` or `UNKNOWN` if a person has to look again at the answer that is shown, else an empty string.

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
