"""What stands behind a failure elsewhere in the notebook: a cell that stopped, a function that is not right itself."""

import dataclasses

from autograder.collecting.matching import defined
from autograder.judging.verdict import quoted

LONGEST = 200  # characters of an error's own words


def told(result, exercise, course, notebook, earlier):
    """Return a result that also says what else in the notebook it may come from.

    Parameters
    ----------
    result : ExerciseResult
    exercise : Exercise
    course : Course
    notebook : NotebookNode
        As far as it has run.
    earlier : dict of str to ExerciseResult
        What was judged before, by grade_id.

    Returns
    -------
    ExerciseResult
        The same mark and mistake, perhaps with one sentence more.
    """
    if result.status == "passed" or result.reason in ("not-started", "not-run"):
        return result
    cause = _beneath(exercise, course, earlier) or (
        _stopped(notebook, exercise) if result.reason == "undefined" else ""
    )
    return dataclasses.replace(result, output=f"{result.output}\n{cause}") if cause else result


def _beneath(exercise, course, earlier):
    """Name the first function that the solution calls, or whose cache it takes, and that is not right here."""
    used = {*course.reference.calls(exercise.name), exercise.forward}
    wrong = (one.name for one in earlier.values() if one.name in used and one.status == "failed")
    name = next(wrong, None)
    return f"`{name}`, which this builds on, did not pass either: mend that one first." if name else ""


def _stopped(notebook, exercise):
    """Quote the error of the cell in which the function should have been defined."""
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.name
        if cell.cell_type == "code" and (own or defined(exercise.name, cell.source)):
            for output in cell.outputs:
                if output.output_type == "error":
                    words = filter(None, (_word(output.ename), _word(output.evalue)))
                    return f"Its cell stopped with {': '.join(words)}."
    return ""


def _word(text):
    """Return a student's words as code, without what a terminal would obey."""
    return quoted("".join(c if c.isprintable() else " " for c in text[:LONGEST]))
