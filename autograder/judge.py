"""Run a submission and judge it from outside: its kernel gets inputs and gives bytes, and marks are made here.

An exercise is judged where its graded cell stands, in the kernel as it is by then. A kernel that dies or hangs costs
the cell it did so in: it is started anew, the earlier cells are run again without the culprit, and judging goes on.
"""

import secrets
from dataclasses import dataclass

import numpy as np
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from traitlets import Any, Enum, Float, Integer

from autograder import cases, marks, sanitise, seeds, wire
from autograder.errors import BuildError
from autograder.kernel import LastingKernel
from autograder.rebuild import rebuild
from autograder.verdict import ExerciseResult, not_run, verdict

NO_SANDBOX = "Submissions run in an ordinary kernel on this machine, without a sandbox."
_told = set()


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
    """

    results: list[ExerciseResult]
    repairs: list[str]
    notebook: NotebookNode
    score: float
    max_score: float


def judge_notebook(nb_submitted, course, assignment, student="", config=None):
    """Judge one submitted notebook, without a gradebook.

    Parameters
    ----------
    nb_submitted : NotebookNode
        As `autograder.rebuild.read_submission` returns it.
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
    rebuilt = rebuild(nb_submitted, course.release(assignment))
    judge = Judge(course=course, **({"config": config} if config is not None else {}))
    job = {"student": student, "assignment": assignment, "submission": rebuilt.digest}
    notebook, resources = judge.preprocess(rebuilt.notebook, {"unrolled": job})
    results, notes = resources["unrolled"]["results"], resources["unrolled"]["notes"]
    marks.write(notebook, results)
    sanitise.notebook(notebook)
    found = list(results.values())
    score, highest = sum(result.score for result in found), sum(result.max_score for result in found)
    return Judgement(found, [*rebuilt.repairs, *notes], notebook, round(score, 2), highest)


class Judge(LastingKernel):
    """Runs the cells and judges the graded ones; an nbgrader preprocessor in the place of `Execute`.

    It leaves ``resources["unrolled"]`` with ``results`` (an ExerciseResult by grade_id) and ``notes`` (sentences).
    It writes no mark itself: while a kernel lives, a cell can change what an earlier one has put out.
    """

    case_timeout = Float(10.0, help="Seconds that the calls for one drawing of inputs may take.").tag(config=True)
    case_count = Integer(cases.COUNT, min=2, help="How many inputs are drawn for an exercise.").tag(config=True)
    isolation = Enum(
        ["none"], default_value="none", help="What stands between a submission and this machine: nothing yet."
    ).tag(config=True)
    course = Any(None, help="The Course; by default the one that nbgrader is working on.")

    def preprocess(self, nb, resources=None, km=None):
        """Run and judge `nb` in place; see the class for what is left in `resources`."""
        resources = {} if resources is None else resources
        course = self.course or current_course(self)
        job = _job(nb, resources)
        declared = _declared(nb, course, job["assignment"])
        if self.isolation not in _told:
            _told.add(self.isolation)
            self.log.warning(NO_SANDBOX)
        results = {}
        with self.living(nb, resources):
            for index, cell in enumerate(nb.cells):
                if marks.is_graded(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    cell.outputs = []
                    results[grade_id] = self._judged(course, *declared[grade_id], index, job)
                else:
                    self.preprocess_cell(cell, resources, index)
        resources["unrolled"] = {"results": results, "notes": self.notes}
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        """Run a cell of the student's; cells tagged ``explore`` are left alone."""
        if cell.cell_type == "code" and "explore" not in cell.metadata.get("tags", []) and cell.source.strip():
            if why := self.given_up():
                cell.outputs = [new_output("stream", name="stdout", text=f"Not run: {why}")]
                return cell, resources
            what = self.run(index)
            # At once, since nbconvert refuses a whole notebook for one output that is none.
            cell.outputs = self.keep(index, sanitise.outputs(cell.outputs))
            cell.execution_count = sanitise.number(cell.execution_count)
            if what in ("hung", "died"):
                line = "The kernel ended while it ran this cell."
                cell.outputs.append(new_output("error", ename="KernelEnded", evalue=line, traceback=[line]))
        return cell, resources

    def _judged(self, course, exercise, points, index, job):
        seed = seeds.seed(seeds.secret(course.workspace), exercise=exercise.name, **job)
        drawn = cases.draw(exercise, course, np.random.default_rng(seed), self.case_count)
        answers = []
        for case in drawn:
            if why := self.given_up():
                return not_run(exercise, points, why)
            answers.append(self._asked(cases.plan(exercise, course, case), index))
            if answers[-1].failure:
                break
        return verdict(exercise, course, drawn, answers, points, self.case_timeout)

    def _asked(self, plan, index):
        """Return the answer to one plan, from one temporary cell."""
        tag, heard = secrets.token_hex(16), []

        def listen(kind, content):
            data = content.get("data") if kind == "display_data" else None
            answer = data.get(wire.MIME) if isinstance(data, dict) else None
            if isinstance(answer, dict) and answer.get("tag") == tag:
                heard[:] = [answer]

        what = self.attempt(new_code_cell(wire.request(plan, tag)), index, self.case_timeout, listen)
        self.restore(what)
        if what is None:
            return wire.decode(heard[0] if heard else None, tag, plan)
        return wire.Answer(failure=wire.Failure("died" if what == "died" else "timeout", plan[-1].function))


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
