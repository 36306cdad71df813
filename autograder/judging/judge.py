"""Run a submission and judge it from outside: its kernel gets inputs and gives bytes, and marks are made here.

An exercise is judged where its graded cell stands, in the kernel as it is by then. A kernel that dies or hangs costs
the cell it did so in: it is started anew, the earlier cells are run again without the culprit, and judging goes on.
"""

import dataclasses
import time
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from traitlets import Any, Dict, Integer

from autograder import safe_html
from autograder.collecting.rebuild import rebuild, refuse_another
from autograder.errors import BuildError
from autograder.judging import cases, cost, marks, protocol, seeds
from autograder.judging.asked import AskedKernel
from autograder.judging.carry_forward import Carried, carry
from autograder.judging.feedback import ExerciseResult, not_run, too_costly, verdict, with_cause

NO_SANDBOX = "Isolation is none: submissions run in ordinary kernels, with your files and your network in their reach."
_told = set()


@dataclass(frozen=True)
class Evidence:
    """What a result rests on, for whoever must explain it.

    Attributes
    ----------
    seed : int
        All inputs were drawn from it.
    drawn : list of Case
    answers : list of Answer
        One a case, in order; it may stop early, at the first failure.
    carried : Carried or None
        The outputs that were right over the student's own mistake.
    cost : list of str
        What was measured of a backward pass; empty if nothing was.
    """

    seed: int
    drawn: list[cases.Case]
    answers: list[protocol.Answer]
    carried: Carried | None = None
    cost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Judgement:
    """What `judge_notebook` returns.

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


def judge_notebook(nb_submitted, course, assignment, student="", config=None):
    """Judge one submitted notebook, without a gradebook.

    Parameters
    ----------
    nb_submitted : NotebookNode
        As `autograder.collecting.rebuild.read_submission` returns it.
    course : Course
    assignment : str
    student : str
        Goes into the seeds.
    config : traitlets.config.Config, optional
        ``c.Judge`` is read.

    Returns
    -------
    Judgement

    Raises
    ------
    BadInput
        If it is another assignment's notebook.
    InfrastructureError
        If no kernel can be started; no mark is given then.
    """
    refuse_another(nb_submitted, course, assignment)
    rebuilt = rebuild(nb_submitted, course.release(assignment))
    judge = Judge(course=course, **({"config": config} if config is not None else {}))
    job = {"student": student, "assignment": assignment, "submission": rebuilt.digest}
    notebook, resources = judge.preprocess(rebuilt.notebook, {"unrolled": job})
    judged = resources["unrolled"]
    results, notes = judged["results"], judged["notes"]
    marks.write(notebook, results)
    safe_html.notebook(notebook)
    found = list(results.values())
    score, highest = sum(result.score for result in found), sum(result.max_score for result in found)
    repairs = [*rebuilt.repairs, *notes]
    about = judged["trust"], rebuilt.digest, judged["evidence"], judged["seconds"]
    return Judgement(found, repairs, notebook, round(score, 2), highest, *about)


class Judge(AskedKernel):
    """Runs the cells and judges the graded ones; an nbgrader preprocessor in the place of `Execute`.

    It leaves ``resources["unrolled"]`` with ``results`` (an ExerciseResult by grade_id), ``notes`` (sentences) and
    ``trust`` (what stood between the submission and this machine), ``evidence`` (an Evidence by exercise) and
    ``seconds`` (how long judging took, by exercise).
    It writes no mark itself: while a kernel lives, a cell can change what an earlier one has put out.
    """

    case_count = Integer(cases.COUNT, min=2, help="How many inputs are drawn for an exercise.").tag(config=True)
    course = Any(None, help="The Course; by default the one that nbgrader is working on.")
    evidence = Dict(help="By exercise, the Evidence of what was judged last; never for the student's eyes.")

    def preprocess(self, nb, resources=None, km=None):
        """Run and judge `nb` in place; see the class for what is left in `resources`."""
        resources = {} if resources is None else resources
        course = self.course or current_course(self)
        job = _job(nb, resources)
        declared = _declared(nb, course, job["assignment"])
        results, seconds, self.evidence = {}, {}, {}
        with self.living(nb, resources):
            self._tell_trust()
            for index, cell in enumerate(nb.cells):
                if marks.is_graded(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    cell.outputs = []
                    exercise, points = declared[grade_id]
                    since = time.monotonic()
                    result = self._judged(course, exercise, points, index, job, results)
                    seconds[exercise.name] = round(time.monotonic() - since, 3)
                    results[grade_id] = with_cause(result, exercise, course, nb, results)
                else:
                    self.preprocess_cell(cell, resources, index)
        results = marks.better_of_two(results, [exercise for exercise, _ in declared.values()])
        found = {"results": results, "notes": self.notes, "trust": self.trust, "evidence": self.evidence}
        resources["unrolled"] = {**found, "seconds": seconds}
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        """Run a cell of the student's; cells tagged ``explore`` are left alone."""
        if cell.cell_type == "code" and "explore" not in cell.metadata.get("tags", []) and cell.source.strip():
            if why := self.given_up():
                cell.outputs = [new_output("stream", name="stdout", text=f"Not run: {why}")]
                return cell, resources
            what = self.run(index)
            # At once, since nbconvert refuses a whole notebook for one output that is none.
            cell.outputs = self.keep(index, safe_html.outputs(cell.outputs))
            cell.execution_count = safe_html.number(cell.execution_count)
            for error in (output for output in cell.outputs if output.output_type == "error"):
                self.tell_limit(f"Your cell {index + 1}", error.ename, error.evalue)
            if what in ("hung", "died"):
                line = "The kernel ended while it ran this cell."
                cell.outputs.append(new_output("error", ename="KernelEnded", evalue=line, traceback=[line]))
        return cell, resources

    def _tell_trust(self):
        if self.trust not in _told:  # once, not with every submission
            _told.add(self.trust)
            if self.trust == "none":
                self.log.warning(NO_SANDBOX)
            else:
                self.log.info("Submissions run in a %s.", self.trust)

    def _judged(self, course, exercise, points, index, job, earlier=MappingProxyType({})):
        """Judge one exercise; `earlier` holds the results of those before it."""
        seed = seeds.seed(seeds.secret(course.workspace), exercise=exercise.name, **job)
        rng = np.random.default_rng(seed)
        drawn = cases.draw(exercise, course, rng, self.case_count)
        plans, answers = [cases.plan(exercise, course, case) for case in drawn], []
        self.evidence[exercise.name] = Evidence(seed, drawn, answers)
        ahead = {} if self.given_up() else self.asked_together(plans, index)
        for number, plan in enumerate(plans):
            if why := self.given_up():
                return not_run(exercise, points, why)
            answers.append(ahead[number] if number in ahead else self.asked(plan, index))
            if failure := answers[-1].failure:
                self.tell_limit(f"`{failure.function}`", failure.name, failure.message)
                break
        result, carried = verdict(exercise, course, drawn, answers, points, self.case_timeout), None
        if result.wrong and result.reason is None:
            results = {one.name: one for one in earlier.values()}
            carried = carry(exercise, course, result.wrong, results, self.asker(index), self.anew(index), rng)
            if carried:
                result = verdict(exercise, course, drawn, answers, points, self.case_timeout, carried)
                self.evidence[exercise.name] = Evidence(seed, drawn, answers, carried)
        if cost.is_bounded(exercise, course) and result.score > 0:
            case, answer, told = cost.measured(exercise, course, rng, self.asker(index), self.read_clocks)
            self.evidence[exercise.name] = dataclasses.replace(self.evidence[exercise.name], cost=told)
            if case and (why := self.given_up()):  # the notebook's time is up, so nothing is known of this one
                return not_run(exercise, points, why)
            if answer and answer.failure and answer.failure.kind in ("costly", "timeout"):
                return too_costly(exercise, points, case, began=answer.failure.name == cost.BEGAN)
            if answer and not carried:
                drawn.append(case)
                answers.append(answer)
                result = verdict(exercise, course, drawn, answers, points, self.case_timeout)
        return result


def _job(nb, resources):
    """Return what a judgement is for: from nbgrader's resources and the notebook, or as `judge_notebook` says."""
    about, carried = resources.get("nbgrader") or {}, nb.metadata.get("unrolled", {})
    return resources.get("unrolled") or {
        "student": about.get("student", ""),
        "assignment": about.get("assignment", ""),
        "submission": carried.get("submission", ""),
    }


def _declared(nb, course, assignment):
    """Return exercise and points by grade_id; a graded code cell that nobody declared is refused, not passed over."""
    known, found = {exercise.grade_id: exercise for exercise in course.exercises(assignment)}, {}
    for cell in filter(marks.is_graded, nb.cells):
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id not in known or cell.metadata.nbgrader.solution:
            raise BuildError(f"{assignment}, graded cell {grade_id!r}: no exercise is declared for it.")
        found[grade_id] = known[grade_id], float(cell.metadata.nbgrader.points)
    return found


def current_course(preprocessor=None):
    """Return the course that a preprocessor or its parents work on, else the one around the working directory."""
    from autograder.course import open_course  # only here, so that judging needs nothing that building needs

    owner = preprocessor
    while owner is not None:
        if getattr(owner, "course", None) is not None:
            return owner.course
        if getattr(owner, "coursedir", None) is not None:
            return open_course(owner.coursedir.root)
        owner = getattr(owner, "parent", None)
    return open_course()
