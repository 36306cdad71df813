"""Run a submission and judge it from outside: its kernel gets inputs and returns bytes, and marks are made here.

An exercise is judged where its graded cell stands, in the kernel as it is by then. A kernel that dies or hangs costs
the cell it did so in: it is started again, the earlier cells are run in it without the culprit, and judging goes on.
"""

import functools
import time
from dataclasses import dataclass, field
from typing import Any

import traitlets
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder import safe_html
from autograder.course import Course, open_course
from autograder.course.exercise import Exercise
from autograder.errors import BuildError
from autograder.judging import marks, seeds, shared_inputs
from autograder.judging.caller import Caller
from autograder.judging.exercise_judge import Evidence, ExerciseJudge
from autograder.judging.kernel import GradingKernel
from autograder.judging.recovery import Recovery
from autograder.judging.results import ExerciseResult
from autograder.judging.settings import Settings

NO_SANDBOX = "Isolation is none: submissions run in ordinary kernels, with your files and your network in their reach."
_logged: set[str] = set()  # trust levels that this process has logged: once, not with every submission


@dataclass(frozen=True)
class Judged:
    """The result of running and judging a notebook.

    Attributes
    ----------
    results : dict of str to ExerciseResult
        By grade_id, in the notebook's order.
    notes : list of str
        What happened while it ran, in sentences for the student.
    trust : str
        What stood between the submission and this machine.
    evidence : dict of str to Evidence
        By exercise; never for the student's eyes.
    seconds : dict of str to float
        How long judging took, by exercise.
    answers_to_shared_inputs : dict of str to dict
        By exercise with a wrong answer that has no name: what it answers to inputs that all students share; see
        `autograder.judging.shared_inputs`.
    """

    results: dict[str, ExerciseResult]
    notes: list[str]
    trust: str
    evidence: dict[str, Evidence]
    seconds: dict[str, float]
    answers_to_shared_inputs: dict[str, dict[str, Any]] = field(default_factory=dict)


class Judge(Settings, NbGraderPreprocessor):
    """Runs the cells and judges the graded ones; an nbgrader preprocessor that replaces `Execute`.

    It has a `GradingKernel` for each notebook, and leaves a `Judged` as ``resources["unrolled"]``. It writes no mark
    itself: while a kernel lives, a cell can change what an earlier one has put out.
    """

    course = traitlets.Any(None, help="The Course; by default the one that nbgrader is working on.")

    @traitlets.default("enabled")
    def _enabled_default(self) -> bool:
        """Take nbgrader's ``--no-execute``, which names `Execute`, for this preprocessor."""
        return bool(self.config.get("Execute", {}).get("enabled", True))

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Run and judge a rebuilt notebook in place."""
        course: Course = self.course or current_course(self)
        about = resources["nbgrader"]
        submission = {
            "student": about["student"],
            "assignment": about["assignment"],
            "submission": nb.metadata.get("unrolled", {}).get("submission", ""),
        }
        declared = _declared(nb, course, about["assignment"])
        seed = _seeds(course, [one for one, _ in declared.values()], resources.get("unrolled_seeds"), **submission)
        results: dict[str, ExerciseResult] = {}
        evidence: dict[str, Evidence] = {}
        seconds: dict[str, float] = {}
        with GradingKernel(self, nb) as kernel:
            self._log_trust(kernel.trust)
            recovery = Recovery(kernel, nb)
            caller = Caller(kernel, self.case_timeout)
            judge = ExerciseJudge(course, self, caller, nb)
            for index, cell in enumerate(nb.cells):
                if marks.is_graded(cell):
                    grade_id, cell.outputs = cell.metadata.nbgrader.grade_id, []
                    exercise, points = declared[grade_id]
                    began = time.monotonic()
                    ask = functools.partial(judge.judge, exercise, points, seed.own[exercise.name], results)
                    results[grade_id], evidence[exercise.name] = recovery.judged(exercise, index, ask)
                    seconds[exercise.name] = round(time.monotonic() - began, 3)
                else:
                    run_cell(kernel, recovery, index, cell)
            notes = list(kernel.notes)
            # Last, when all marks are made: whatever comes of it moves none.
            unnamed = [course.exercise(one.name) for one in results.values() if shared_inputs.is_asked(one)]
            answers = {one.name: shared_inputs.ask(one, course, seed.shared[one.name], caller) for one in unnamed}
        exercises = [exercise for exercise, _ in declared.values()]
        results = marks.without_points(marks.better_of_two(results, exercises), exercises)
        resources["unrolled"] = Judged(results, notes, kernel.trust, evidence, seconds, answers)
        return nb, resources

    def _log_trust(self, trust: str) -> None:
        if trust not in _logged:
            _logged.add(trust)
            if trust == "none":
                self.log.warning(NO_SANDBOX)
            else:
                self.log.info("Submissions run in a %s.", trust)


def run_cell(kernel: GradingKernel, recovery: Recovery, index: int, cell: NotebookNode) -> None:
    """Run a cell of the student's, and keep what is harmless of its outputs.

    Text, graded cells and explorers are passed over.
    """
    explores = "explore" in cell.metadata.get("tags", [])
    if cell.cell_type != "code" or marks.is_graded(cell) or explores or not cell.source.strip():
        return
    if reason := kernel.given_up():
        cell.outputs = [new_output("stream", name="stdout", text=f"Not run: {reason}")]
        return
    ending = kernel.run(index)
    # At once, since nbconvert refuses a whole notebook for one output that is not valid.
    cell.outputs = kernel.keep(index, safe_html.outputs(cell.outputs))
    cell.execution_count = safe_html.number(cell.execution_count)
    for error in (output for output in cell.outputs if output.output_type == "error"):
        kernel.note_limit(f"Your cell {kernel.number(index)}", error.ename, error.evalue)
    recovery.after(index, ending)
    if ending in ("hung", "died"):
        line = "The kernel ended while it ran this cell."
        cell.outputs.append(new_output("error", ename="KernelEnded", evalue=line, traceback=[line]))


def _seeds(course: Course, exercises: list[Exercise], made: seeds.Seeds | None, **about: str) -> seeds.Seeds:
    """Return a submission's seeds: those `made` where the secret is, or made here if the secret is here."""
    if made is None:
        names = [exercise.name for exercise in exercises]
        return seeds.seeds(seeds.secret(course.workspace), exercises=names, **about)
    if made.submission != about["submission"]:
        raise seeds.SeedsWanted(about["submission"])
    return made


def _declared(nb: NotebookNode, course: Course, assignment: str) -> dict[str, tuple[Exercise, float]]:
    """Return exercise and points by grade_id; refuse a graded code cell for which no exercise is declared.

    A bonus is judged as if it were worth a point, so that right and wrong are what they are elsewhere; the point is
    taken out in the end.
    """
    known, found = {exercise.grade_id: exercise for exercise in course.exercises(assignment)}, {}
    for cell in filter(marks.is_graded, nb.cells):
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id not in known or cell.metadata.nbgrader.solution:
            raise BuildError(f"{assignment}, graded cell {grade_id!r}: no exercise is declared for it.")
        exercise = known[grade_id]
        found[grade_id] = exercise, 1.0 if exercise.bonus else float(cell.metadata.nbgrader.points)
    return found


def current_course(preprocessor: Any = None) -> Course:
    """Return the course that a preprocessor or its parents work on, else the one around the working directory."""
    owner, course = preprocessor, None
    while owner is not None and course is None:
        course = getattr(owner, "course", None)
        if course is None and getattr(owner, "coursedir", None) is not None:
            course = open_course(owner.coursedir.root)
        owner = getattr(owner, "parent", None)
    found: Course = course or open_course()
    return found


def unknown_settings(config: dict[str, Any]) -> list[str]:
    """Return a sentence for each ``c.Judge.…`` of a course's configuration that is not a setting of `Judge`."""
    known = Judge.class_trait_names(config=True)
    return [
        f"nbgrader_config.py sets c.Judge.{name}, which is not a setting and has no effect; "
        f"there are {', '.join(sorted(known))}."
        for name in config.get("Judge", {})
        if name not in known
    ]
