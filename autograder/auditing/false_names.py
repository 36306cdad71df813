"""Find out whether a mistake that was named is what an answer does, on inputs that the naming never saw."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.auditing.in_process import asked, judged
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, family_judge
from utils.checking.findings import Findings

SEEDS = (20_210_308, 20_210_309)  # of the fresh inputs
TOLERANCE = 1e-5  # relative to the largest number of an output
Function = Callable[..., Any]
Answers = list[dict[str, Any] | None]  # outputs by name, one dict a case; None where the function raised


class Fresh:
    """Fresh ordinary inputs for an exercise, of other sizes than the fixture's, and what is answered to them.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    """

    def __init__(self, exercise: Exercise, course: Course) -> None:
        self.exercise, self.course = exercise, course
        known = [asked(exercise, course, seed) for seed in SEEDS]
        for one in known if exercise.properties else ():
            one.prepare()
        self._asked = [case for one in known for case in one.drawn if not case.special]
        self._right = [] if exercise.properties else self._answers(course.reference[exercise.name])
        self._mistaken: dict[str, Answers] = {}

    def false_names(self, findings: Findings, function: Function, forward: Function | None = None) -> tuple[str, ...]:
        """Return the mistakes named in `findings` that are not what `function` does.

        A name is true if, on the fresh inputs, the mistake changes no output that `findings` has as right, and each
        output that it changes is the function's own, number by number. Where right answers are many there are no
        numbers to compare: there a name is true if fresh inputs give it as well. A backward pass is called with the
        cache of `forward`, by default the reference's.

        Returns
        -------
        tuple of str
            Ids of mistakes.
        """
        named = [findings.mistake] if findings.mistake else list(findings.by_output)
        if self.exercise.properties and named:
            names = {judged(self.exercise, self.course, function, seed, forward).mistake for seed in SEEDS}
            return tuple(name for name in named if names != {name})
        own = self._answers(function, forward) if named else []
        return tuple(name for name in named if not self._is_true(name, findings, own))

    def _is_true(self, name: str, findings: Findings, own: Answers) -> bool:
        made = self._mistaken.setdefault(name, self._made_by(name))
        trios = zip(made, self._right, own, strict=True)
        answered = [trio for trio in trios if trio[0] is not None or trio[2] is not None]  # where both stop they agree
        theirs, right, own = ([trio[place] for trio in answered] for place in range(3))
        changed = {output for output in self.exercise.outputs if not _same(theirs, right, output)}
        spoilt = changed & set(findings.right_outputs)
        unchanged = set(findings.by_output.get(name, ())) - changed
        return not spoilt and not unchanged and all(_same(theirs, own, output) for output in changed)

    def _made_by(self, name: str) -> Answers:
        """Return the answers of a mistake, declared or of a family."""
        declared = next((one for one in self.exercise.mistakes if one.id == name), None)
        if declared is None:
            return [family_judge.answer(name, self.exercise, self.course, case) for case in self._asked]
        return self._answers(self.course.reference.mistaken(self.exercise.name, declared))

    def _answers(self, function: Function, forward: Function | None = None) -> Answers:
        answers: Answers = []
        for case in self._asked:
            try:
                answers.append(cases.answer(self.exercise, self.course, case, function, forward))
            except Exception:
                answers.append(None)
        return answers


def _same(one: Answers, other: Answers, output: str) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a is b if a is None or b is None else _equal(a[output], b[output]) for a, b in pairs)


def _equal(one: Any, other: Any) -> bool:
    """Whether two outputs hold the same numbers, part by part."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    a, b = _array(one), _array(other)
    if a is None or b is None:
        listed = isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other)
        return listed and all(map(_equal, one, other))
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    finite = np.isfinite(b)
    largest = float(np.abs(b[finite]).max(initial=1e-6))
    return bool((np.abs(a[finite] - b[finite]) <= TOLERANCE * largest).all())


def _array(value: Any) -> NDArray[np.float64] | None:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
