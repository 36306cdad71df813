"""Write the mark into a judged notebook where nbgrader reads it, and words for the student next to it."""

import dataclasses
from collections.abc import Iterable, Mapping

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_solution

from autograder.course.exercise import Exercise
from autograder.judging.results import ExerciseResult
from autograder.safe_html import card, clean, markdown
from utils.checking.card import escape


def is_graded(cell: NotebookNode) -> bool:
    """Whether nbgrader takes this cell's mark from its outputs."""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(about.get("grade"))


def write(notebook: NotebookNode, results: Mapping[str, ExerciseResult]) -> None:
    """Write a mark into every graded code cell, in place; call this when no kernel is alive that could change it.

    Parameters
    ----------
    notebook : NotebookNode
    results : dict of str to ExerciseResult
        By grade_id. A graded cell that is not in it gets an explicit 0.0: to nbgrader, an empty cell is full marks.
    """
    solutions = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_solution(cell)}
    for cell in filter(is_graded, notebook.cells):
        name = cell.metadata.nbgrader.grade_id
        result = results.get(name)
        if result is None:
            put(cell, 0.0, name, "This exercise was not checked.")
        else:
            comment = result.name if result.name in solutions else ""
            put(cell, result.score, result.name, result.output, comment, result.outcome)


def put(cell: NotebookNode, score: float, title: str, text: str, comment: str = "", outcome: str = "") -> None:
    """Write a mark into a graded cell, in place: its outputs, and in its metadata what the page of feedback asks for.

    Parameters
    ----------
    cell : NotebookNode
    score : float
    title, text : str
        As for `outputs`.
    comment : str
        The grade_id of the solution cell whose automatic comment holds `text` too; empty if none does.
    outcome : str
        As for `outputs`.
    """
    points = cell.metadata.nbgrader.points
    cell.outputs = outputs(score, points, title, text, outcome)
    cell.execution_count = None
    lines = [line for line in clean(text).splitlines() if line.strip()]
    cell.metadata.unrolled = nbformat.from_dict({"lines": lines, "comment": comment, "outcome": outcome})


def better_of_two(results: Mapping[str, ExerciseResult], exercises: Iterable[Exercise]) -> dict[str, ExerciseResult]:
    """Let the better of two counterparts count for both; call this once, when every result is there.

    Parameters
    ----------
    results : dict of str to ExerciseResult
        By grade_id.
    exercises : list of Exercise
        Those of the assignment; ``counterpart`` names the other of two exercises of which one is required.

    Returns
    -------
    dict of str to ExerciseResult
        A credited result keeps its own verdict, its mistake and what is said about it; the points are the other's share
        of its own maximum, and a sentence says where they come from.
    """
    counted = dict(results)
    for exercise in exercises:
        own, other = results.get(exercise.grade_id), results.get(f"test_{exercise.counterpart}")
        if own is None or other is None or other.score * own.max_score <= own.score * other.max_score:
            continue
        score = round(own.max_score * other.score / other.max_score, 2)
        credit = f"{score:g} points are counted from your `{other.name}`: one of the two parts is required."
        counted[exercise.grade_id] = dataclasses.replace(
            own,
            score=score,
            status="passed" if score == own.max_score else "failed",
            output=f"{credit}\n{own.output}",
        )
    return counted


def without_points(results: Mapping[str, ExerciseResult], exercises: Iterable[Exercise]) -> dict[str, ExerciseResult]:
    """Return results, by grade_id, in which every bonus is right or wrong as before, and worth 0 of 0 points."""
    bonus = {exercise.grade_id for exercise in exercises if exercise.bonus}
    return {
        name: dataclasses.replace(result, score=0.0, max_score=0.0) if name in bonus else result
        for name, result in results.items()
    }


def earned(score: float, points: float, outcome: str = "", unit: str = " points") -> str:
    """Return what an exercise has earned, in words; a bonus, which has no points, is right or not yet right.

    Examples
    --------
    >>> earned(7.5, 15.0)
    '7.5 of 15 points'
    >>> earned(0.0, 0.0, "passed")
    'right, a bonus without points'
    """
    if points:
        return f"{score:g} of {points:g}{unit}"
    known = {"passed": "right, ", "failed": "not right yet, ", "not started": "not started, "}
    return f"{known.get(outcome, '')}a bonus without points"


def outputs(score: float, points: float, title: str, text: str, outcome: str = "") -> list[NotebookNode]:
    """Return the outputs of a graded cell: a card for people, then the number that `SaveAutoGrades` reads.

    Parameters
    ----------
    score, points : float
        0 <= score <= points.
    title, text : str
        Plain text; backticks mark code.
    outcome : str
        As of `ExerciseResult`, where it is known: of a bonus the points do not say it.
    """
    score = min(max(float(score), 0.0), float(points))
    if score != score:
        raise ValueError(f"The mark of {title} is not a number.")
    heading = f"{title}: {earned(score, points, outcome)}"
    items = "".join(f"<li>{escape(line)}</li>" for line in text.splitlines() if line.strip())
    html = card(f"<div><p><strong>{escape(heading)}</strong></p><ul>{items}</ul></div>")
    plain = clean(f"{heading}\n{text}")
    return [
        new_output("display_data", data={"text/html": html, "text/plain": plain}),
        # repr keeps the number exactly; nbgrader takes what it cannot read as a number for full marks.
        new_output("execute_result", data={"text/plain": repr(score)}),
    ]


def comments_of(notebook: NotebookNode, results: Mapping[str, ExerciseResult], notes: Iterable[str]) -> dict[str, str]:
    """Return the comments of a judged notebook by the grade_id of the solution cell.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt and judged; its metadata holds the repairs.
    results : dict of str to ExerciseResult
        By grade_id.
    notes : list of str
        What happened while it ran.
    """
    solutions = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_solution(cell)]
    repairs = [*notebook.metadata.get("unrolled", {}).get("repairs", []), *notes]
    found = comments(results.values(), repairs, next(iter(solutions), None))
    return {name: text for name, text in found.items() if name in solutions}


def comments(results: Iterable[ExerciseResult], repairs: Iterable[str], first: str | None) -> dict[str, str]:
    """Return the comments of a judged notebook as markdown, by the grade_id of the solution cell they belong to.

    Parameters
    ----------
    results : iterable of ExerciseResult
    repairs : list of str
        What was done to the notebook; it goes to the first solution cell.
    first : str or None
        The grade_id of the first solution cell.
    """
    lines = {result.name: result.output.splitlines() for result in results}
    if repairs and first is not None:
        lines[first] = [*lines.get(first, []), "About the notebook:", *repairs]
    return {name: markdown("\n\n".join(own)) for name, own in lines.items()}
