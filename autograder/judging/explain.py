"""Repeat a mark for the instructor: what was drawn, what was expected, what came back, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.diagnosis import compared_case, right_answers
from autograder.judging.marks import earned
from autograder.judging.results import NUMERIC
from utils.checking import wording
from utils.checking.comparison import Comparison, Opaque

if TYPE_CHECKING:
    from autograder.judging.exercise_judge import Evidence
    from autograder.judging.pipeline import Judgement

ENTRIES = 60  # of one array; longer ones are shown by their corners


def explain(exercise: Exercise, course: Course, judgement: Judgement, assignment: str, student: str) -> str:
    """Return how the mark of one exercise came about, as text. It holds expected values: for instructors only.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    judgement : Judgement
        Of a notebook that has the exercise.
    assignment, student : str
        As they went into the seed.

    Returns
    -------
    str
        The same for the same submission, student and course secret; but what was measured differs a little.
    """
    evidence = judgement.evidence[exercise.name]
    result = next(result for result in judgement.results if result.name == exercise.name)
    nobody = "" if student else " (no student is named, so these are not the inputs of anybody's mark)"
    lines = [
        f"{exercise.name} of {assignment}, student {student!r}. Expected values are in here: not for students.",
        "The inputs were drawn with NumPy's default_rng from HMAC-SHA256 of course/secret over",
        f"    student {student!r}{nobody}, assignment {assignment!r}, exercise {exercise.name!r},",
        f"    submission {judgement.submission}",
        f"    seed {evidence.seed}",
    ]
    with np.printoptions(threshold=ENTRIES, edgeitems=3, precision=6, linewidth=100):
        right = right_answers(exercise, course, evidence.drawn, evidence.answers)
        for number, (case, expected) in enumerate(zip(evidence.drawn, right, strict=True)):
            lines += _case(exercise, course, evidence, number, case, expected)
    if evidence.carried:
        for name, origin in evidence.carried.origins.items():
            how = "the numeric gradient of" if name in evidence.carried.gradients else "the reference's loop over"
            lines += [
                "",
                f"{name} is wrong above, but on further inputs it is {how} the student's {origin}.",
            ]
    if result.reason == NUMERIC:
        lines += [
            "",
            "Does it differentiate numerically while it runs? What it took of the processor, on large inputs:",
        ]
        lines += [f"    {line}" for line in evidence.cost]
    mistake = f", {result.mistake}" if result.mistake else ""
    lines += [
        "",
        f"Verdict: {earned(result.score, result.max_score)}, {result.status}{mistake}. The student reads:",
    ]
    lines += [f"    {line}" for line in result.output.splitlines()]
    return "\n".join(lines)


def _case(
    exercise: Exercise,
    course: Course,
    evidence: Evidence,
    number: int,
    case: cases.Case,
    expected: Mapping[str, object],
) -> list[str]:
    """Return the lines of one case."""
    special = f" ({case.special})" if case.special else ""
    lines = ["", f"Inputs {number + 1} of {len(evidence.drawn)}{special}"]
    for name, value in (case.inputs | case.upstream).items():
        lines += _shown(name, value)
    answer = evidence.answers[number] if number < len(evidence.answers) else None
    own = answer.calls[-1] if answer and not answer.failure else {}
    found = compared_case(exercise, course, case, own, expected) if own else {}
    for name in exercise.outputs:
        lines += _shown(f"{name} expected", expected[name])
        if name in own:
            lines += _shown(f"{name} given", own[name])
            lines.append(f"    {_outcome(name, found[name])}")
    if answer is None:
        lines.append("    not asked")
    elif answer.failure:
        about = answer.failure
        at = f", line {about.line}" if about.line else ""
        lines.append(f"    no answer: {about.kind} in {about.function}{at} {about.name} {about.message}".rstrip())
    return lines


def _outcome(name: str, comparison: Comparison) -> str:
    """Return the verdict on one output: right or wrong, the worst entry, the tolerance."""
    tolerance = f"tolerance {comparison.tolerance:.0e} of the largest expected entry"
    if comparison.ok:
        return f"{name} is right ({tolerance})"
    if not comparison.where:
        return f"{name} is wrong: {wording.comparison(comparison)}"
    worst = f"worst entry {comparison.where}: expected {comparison.expected:.10g}, given {comparison.yours:.10g}"
    return f"{name} is wrong: {worst} ({tolerance})"


def _shown(name: str, value: object) -> list[str]:
    """Return ``name = value`` in NumPy's own notation, indented, on as many lines as it takes."""
    text = f"<{value.type_name}>" if isinstance(value, Opaque) else repr(value)
    first, *rest = (text if len(text) <= 4_000 else text[:4_000] + " ...").splitlines() or [""]
    return [f"    {name} = {first}", *(" " * (len(name) + 7) + line for line in rest)]
