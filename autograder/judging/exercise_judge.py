"""Judge one exercise in the kernel as it is now: draw inputs, ask for answers, compare them, make a result."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from nbformat.notebooknode import NotebookNode

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, cost, family_judge
from autograder.judging.caller import Caller
from autograder.judging.carried_training import carry_training
from autograder.judging.carry_forward import Carried, carried_on, carry
from autograder.judging.causes import with_cause
from autograder.judging.diagnosis import Asked
from autograder.judging.feedback import not_run, too_costly, verdict
from autograder.judging.overridden import overridden
from autograder.judging.protocol import Answer, Plan
from autograder.judging.results import ExerciseResult
from autograder.judging.settings import Settings


@dataclass(frozen=True)
class Evidence:
    """What a result depends on, kept to explain it.

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
    overridden : tuple of str
        Functions beneath it that were handed out and that the student has replaced by wrong ones.
    """

    seed: int
    drawn: list[cases.Case]
    answers: list[Answer]
    carried: Carried | None = None
    cost: list[str] = field(default_factory=list)
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExerciseJudge:
    """Judges the exercises of one notebook, each when its cell's turn has come.

    Attributes
    ----------
    course : Course
    settings : Settings
        ``case_count`` and ``case_timeout`` are read.
    caller : Caller
        Of the notebook's kernel.
    notebook : NotebookNode
        As far as it has run, for what else in it a failure may come from.
    """

    course: Course
    settings: Settings
    caller: Caller
    notebook: NotebookNode

    def judge(
        self, exercise: Exercise, points: float, seed: int, earlier: Mapping[str, ExerciseResult]
    ) -> tuple[ExerciseResult, Evidence]:
        """Judge one exercise.

        Parameters
        ----------
        exercise : Exercise
        points : float
            What it is worth.
        seed : int
        earlier : dict of str to ExerciseResult
            The results of the exercises before it in the notebook, by grade_id.
        """
        rng = np.random.default_rng(seed)
        evidence = Evidence(seed, cases.draw(exercise, self.course, rng, self.settings.case_count), [])
        result, evidence = self._judged(exercise, points, evidence, rng, earlier)
        return with_cause(result, exercise, self.course, self.notebook, earlier, evidence.overridden), evidence

    def _judged(
        self,
        exercise: Exercise,
        points: float,
        evidence: Evidence,
        rng: np.random.Generator,
        earlier: Mapping[str, ExerciseResult],
    ) -> tuple[ExerciseResult, Evidence]:
        known, seconds = Asked(exercise, self.course, evidence.drawn), self.settings.case_timeout
        if reason := self._ask(exercise, evidence, known.expect):
            return not_run(exercise, points, reason), evidence
        recognise = family_judge.recogniser(
            exercise,
            self.course,
            evidence.drawn,
            lambda shown: self.caller.answers([cases.plan(exercise, self.course, case) for case in shown]),
        )

        def judged(by: Evidence) -> ExerciseResult:
            return verdict(
                exercise, self.course, by.drawn, by.answers, points, seconds, by.carried, recognise, known=known
            )

        result = judged(evidence)
        if result.wrong and result.reason is None:
            by_name = {one.name: one for one in earlier.values()}
            caller, course = self.caller, self.course
            own = overridden(exercise, course, by_name, caller.ask(), rng.spawn(1)[0])
            evidence = dataclasses.replace(evidence, overridden=own)
            asked = exercise, course, result.wrong, by_name, caller.ask(), caller.ask_new_kernel, rng
            carried = carry_training(*asked) if exercise.followed else carry(*asked, own)
            if carried:
                evidence = dataclasses.replace(evidence, carried=carried)
                result = judged(evidence)
        if cost.is_bounded(exercise, self.course) and result.score > 0:
            return self._within_cost(exercise, points, result, evidence, rng, judged)
        return result, evidence

    def _ask(self, exercise: Exercise, evidence: Evidence, meanwhile: Callable[[], object]) -> str:
        """Add the answers to the evidence, up to the first failure; return why there are none, or ""."""
        kernel, answers, blocked = self.caller.kernel, evidence.answers, []
        plans: list[Plan] = [cases.plan(exercise, self.course, case) for case in evidence.drawn]
        ahead = {} if kernel.given_up() else self.caller.answers(plans, meanwhile)
        for number, plan in enumerate(plans):
            if reason := kernel.given_up():
                return reason
            answers.append(ahead[number] if number in ahead else self.caller.answer(plan))
            if failure := answers[-1].failure:
                kernel.note_limit(f"`{failure.function}`", failure.name, failure.message)
                if failure.kind not in ("exception", "count") or not evidence.drawn[number].edge:
                    break
                if failure.function != exercise.name:  # its forward pass has lost points for that already
                    blocked.append(number)
        for number in reversed(blocked):
            del evidence.drawn[number], answers[number]
        return ""

    def _within_cost(
        self,
        exercise: Exercise,
        points: float,
        result: ExerciseResult,
        evidence: Evidence,
        rng: np.random.Generator,
        judged: Callable[[Evidence], ExerciseResult],
    ) -> tuple[ExerciseResult, Evidence]:
        """Keep a result that has points only if the function does not differentiate numerically."""
        kernel = self.caller.kernel
        case, answer, measurements = cost.measured(exercise, self.course, rng, self.caller.ask(), kernel.read_clocks)
        evidence = dataclasses.replace(evidence, cost=measurements)
        if case and (reason := kernel.given_up()):  # the notebook's time is up, so nothing is known of this one
            return not_run(exercise, points, reason), evidence
        if case and answer and answer.failure and answer.failure.kind in ("costly", "timeout"):
            began = answer.failure.name == cost.BEGAN
            return too_costly(exercise, points, case, began=began), evidence
        if case and answer:
            if evidence.carried and not answer.failure:
                ask, outputs = self.caller.ask_new_kernel(), answer.calls[-1]
                carried = carried_on(evidence.carried, exercise, self.course, case, outputs, ask, rng)
                evidence = dataclasses.replace(evidence, carried=carried)
                if reason := kernel.given_up():
                    return not_run(exercise, points, reason), evidence
            evidence.drawn.append(case)
            evidence.answers.append(answer)
            result = judged(evidence)
        return result, evidence
