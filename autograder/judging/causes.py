"""Say what else in a notebook a wrong answer may come from: a cache, a function beneath it, a cell that stopped."""

import dataclasses
from collections.abc import Mapping, Sequence

from nbformat.notebooknode import NotebookNode

from autograder.collecting.matching import defined
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging.failures import quoted
from autograder.judging.other_cache import other_cache
from autograder.judging.results import ExerciseResult
from utils.checking import wording

LONGEST = 200  # characters of an error's own words


def with_cause(
    result: ExerciseResult,
    exercise: Exercise,
    course: Course,
    notebook: NotebookNode,
    earlier: Mapping[str, ExerciseResult],
    overridden: Sequence[str] = (),
) -> ExerciseResult:
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
    overridden : sequence of str
        Functions beneath it that were handed out and that the student has replaced by wrong ones.

    Returns
    -------
    ExerciseResult
        The same mark and mistake, perhaps with one sentence more.
    """
    if overridden and result.reason != "not-run":
        result = dataclasses.replace(result, output=f"{result.output}\n{_replaced(overridden, course)}")
    if result.status == "passed" or result.reason in ("not-started", "not-run"):
        return result
    if result.reason in (None, "exception") and (mismatch := other_cache(exercise, notebook)):
        result = dataclasses.replace(result, output=f"{result.output}\n{wording.cache_mismatch(mismatch)}")
    cause = _beneath(exercise, course, earlier) or (
        _stopped(notebook, exercise) if result.reason == "undefined" else ""
    )
    return dataclasses.replace(result, output=f"{result.output}\n{cause}") if cause else result


def _beneath(exercise: Exercise, course: Course, earlier: Mapping[str, ExerciseResult]) -> str:
    """Name the first function that the solution calls, or whose cache it takes, and that is not right here."""
    used = {*course.reference.calls(exercise.name), exercise.forward}
    wrong = (one.name for one in earlier.values() if one.name in used and one.status == "failed")
    name = next(wrong, None)
    return f"`{name}`, which this builds on, did not pass either: mend that one first." if name else ""


def _replaced(names: Sequence[str], course: Course) -> str:
    """Name the functions that the student wrote in the place of those that were handed out.

    What only calls one of them may be the one that was handed out.
    """
    own = [name for name in names if not {*course.reference.calls(name)} & {*names}]
    verb, it = ("are", "your own") if len(own) > 1 else ("is", "it")
    which = wording.listing(f"`{name}`" for name in own)
    return f"{which} of your own, in the place of what was handed out, {verb} not right: mend or delete {it}."


def _stopped(notebook: NotebookNode, exercise: Exercise) -> str:
    """Quote the error of the cell in which the function should have been defined."""
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.name
        if cell.cell_type == "code" and (own or defined(exercise.name, cell.source)):
            for output in cell.outputs:
                if output.output_type == "error":
                    words = filter(None, (_word(output.ename), _word(output.evalue)))
                    return f"Its cell stopped with {': '.join(words)}."
    return ""


def _word(text: str) -> str:
    """Return a student's words as code, without what a terminal would obey."""
    return quoted("".join(c if c.isprintable() else " " for c in text[:LONGEST]))
