"""Rebuild, run, judge and mark a submission and make it safe, in the only order in which this is done.

It stands in the course's ``nbgrader_config.py`` (see `autograder.judging.steps`). `nbgrader autograde` follows it by
itself; `judge_submission` does for `autograder grade` and `autograder judge`. An instructor's own step runs where it
stands, before or after the judging, in all three ways. Only `nbgrader autograde` runs steps that write into a
gradebook: `autograder grade` has one writer, which takes what it needs where `SaveAutoGrades` stands, and
`autograder judge` has no gradebook.
"""

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import traitlets
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, SaveAutoGrades
from nbgrader.utils import determine_grade
from traitlets.config import Config, LoggingConfigurable

from autograder.collecting.lent import Beside
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.judging import marks
from autograder.judging.exercise_judge import Evidence
from autograder.judging.judge import Judge, Judged
from autograder.judging.results import ExerciseResult
from autograder.judging.seeds import Seeds
from autograder.judging.stages import describe
from autograder.judging.steps import conversions, is_a, name_of, needs_gradebook

_NEEDLESS = (CheckCellMetadata,)  # after `Rebuild`, all metadata is the release's, which was checked when it was built

Save = Callable[[NotebookNode, Judged], None]


@dataclass(frozen=True)
class Judgement:
    """What `judge_submission` returns.

    Attributes
    ----------
    results : list of ExerciseResult
        In the notebook's order.
    repairs : list of str
        What was done to the notebook before and while it ran, for the student.
    notebook : NotebookNode
        Executed, with the marks in it, and nothing in it that could run in a browser.
    score, max_score : float
        Summed over the exercises; written answers, which people grade, are left out of both.
    trust : str
        What stood between the submission and this machine: "none", or "sandbox: " and the walls by name.
    submission : str
        The hash of what was submitted, which goes into the seeds.
    evidence : dict of str to Evidence
        By exercise; never for the student's eyes.
    seconds : dict of str to float
        How long judging took, by exercise; the student's own cells come on top.
    """

    results: list[ExerciseResult]
    repairs: list[str]
    notebook: NotebookNode
    score: float
    max_score: float
    trust: str
    submission: str
    evidence: dict[str, Evidence]
    seconds: dict[str, float]


def judge_submission(
    submitted: NotebookNode,
    course: Course,
    assignment: str,
    student: str = "",
    config: Config | None = None,
    save: Save | None = None,
    beside: Beside | None = None,
    made: Seeds | None = None,
) -> Judgement:
    """Judge one submitted notebook, without a gradebook.

    Parameters
    ----------
    submitted : NotebookNode
        As `autograder.collecting.notebook_json.parse_submission` returns it.
    course : Course
    assignment : str
    student : str
        Goes into the seeds.
    config : traitlets.config.Config, optional
        The course's ``nbgrader_config.py``; without lists of preprocessors in it, there are the four stages only.
    save : callable, optional
        ``save(notebook, judged)`` is called where `SaveAutoGrades` stands: all marks are in the notebook, and nothing
        of the student's has been changed yet so that it may be shown.
    beside : Beside, optional
        What lies beside the notebook.
    made : Seeds, optional
        Where the course's secret is not: the seeds, made where it is.

    Returns
    -------
    Judgement

    Raises
    ------
    BadInput
        If it is another assignment's notebook.
    InfrastructureError
        If no kernel can be started; no mark is given then.
    SeedsWanted
        If `made` are not the submission's.
    AutograderError
        If the course's lists of preprocessors cannot be used, or one of them fails.
    """
    config = Config() if config is None else config
    owner, notebook = _Owner(course=course, config=config), submitted
    for steps in conversions(config):
        resources: dict[str, Any] = ResourcesDict(
            nbgrader=_About(student=student, assignment=assignment, notebook=assignment),
            metadata=ResourcesDict(name=assignment),
            unique_key=assignment,
            unrolled_beside=beside or Beside(),
            unrolled_seeds=made,
        )
        for step in steps:
            if is_a(step, SaveAutoGrades):
                resources["unrolled"] = _as_read(notebook, resources["unrolled"])
                if save is not None:
                    save(notebook, resources["unrolled"])
            elif not needs_gradebook(step) and not is_a(step, *_NEEDLESS):
                notebook, resources = _run(step, owner, notebook, resources)
            if is_a(step, Judge) and "unrolled" not in resources:
                raise AutograderError(
                    "nbgrader_config.py switches judging off by c.Judge.enabled or c.Execute.enabled: no marks."
                )
    judged, about = resources["unrolled"], notebook.metadata.unrolled
    results = list(judged.results.values())
    return Judgement(
        results=results,
        repairs=[*about.repairs, *judged.notes],
        notebook=notebook,
        score=round(sum(result.score for result in results), 2),
        max_score=sum(result.max_score for result in results),
        trust=judged.trust,
        submission=about.submission,
        evidence=judged.evidence,
        seconds=judged.seconds,
    )


class _Owner(LoggingConfigurable):
    """Stands in for nbgrader's converter: preprocessors find their settings and the course through it."""

    course = traitlets.Any()


class _GradebookWanted(Exception):
    """Raised when a step asks for the gradebook's address."""


class _About(dict[str, str]):
    """What nbgrader tells preprocessors about a submission, without the gradebook's address."""

    def __missing__(self, key: str) -> str:
        raise _GradebookWanted if key == "db_url" else KeyError(key)


def _run(
    step: object, owner: _Owner, notebook: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    """Run a step as nbgrader's converters do, in the course's folder; name it if it fails and is not ours."""
    try:
        preprocessor: Any = step
        if isinstance(step, type):
            preprocessor = step(parent=owner) if issubclass(step, traitlets.HasTraits) else step()
        with contextlib.chdir(owner.course.root):
            converted: tuple[NotebookNode, dict[str, Any]] = preprocessor(notebook, resources)
        return converted
    except _GradebookWanted:
        raise AutograderError(
            f"nbgrader_config.py names {name_of(step)}, which asks for the gradebook: it can run in `nbgrader "
            "autograde` only. Take it out of the list, or let it do without resources['nbgrader']['db_url']."
        ) from None
    except AutograderError:
        raise
    except Exception as error:
        if name_of(step).startswith("autograder."):
            raise
        raise AutograderError(
            f"{name_of(step)}, which nbgrader_config.py names, failed: {type(error).__name__}: {error}"
        ) from error


def _as_read(notebook: NotebookNode, judged: Judged) -> Judged:
    """Return what was judged, with the marks that nbgrader reads: a course's own step may have changed them."""
    results = dict(judged.results)
    for cell in filter(marks.is_graded, notebook.cells):
        grade_id, (score, _) = cell.metadata.nbgrader.grade_id, determine_grade(cell)
        result = results.get(grade_id)
        if result is not None and score != result.score:
            status = "passed" if score >= result.max_score else "failed"
            results[grade_id] = dataclasses.replace(result, score=score, status=status)
    if results == judged.results:
        return judged
    judged = dataclasses.replace(judged, results=results)
    describe(notebook, judged)
    return judged
