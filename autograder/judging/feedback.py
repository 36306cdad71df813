"""Turn a student's answers into marks and feedback. No sentence here holds an expected value.

The facts come from `utils.checking.diagnose`, as they do for a learner's card; here they are weighed, and worded for
whoever reads a grade.
"""

import dataclasses
import math
from collections.abc import Iterable, Sequence

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, cost, protocol
from autograder.judging.carry_forward import Carried
from autograder.judging.diagnosis import Asked, diagnosed
from autograder.judging.failures import failed
from autograder.judging.results import NUMERIC, ExerciseResult
from utils.checking import case_wording, edges, families, likeness_wording, wording
from utils.checking.comparison import TOLERANCE, Comparison
from utils.checking.findings import Findings

LONGEST = 200  # characters of an error's own words


def verdict(
    exercise: Exercise,
    course: Course,
    drawn: Sequence[cases.Case],
    answers: Sequence[protocol.Answer],
    points: float,
    seconds: float | None = None,
    carried: Carried | None = None,
    recognise: families.Recogniser = families.recognises_nothing,
    known: Asked | None = None,
) -> ExerciseResult:
    """Return the mark for a student's answers, and what to say about them.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    drawn : list of Case
        What was asked.
    answers : list of Answer
        One a case, in order; it may stop early, at the first failure.
    points : float
        What the exercise is worth.
    seconds : float, optional
        The time limit of a case, for the words.
    carried : Carried, optional
        Wrong outputs that are right over the student's own earlier mistakes; they keep their points.
    recognise : callable
        Names the families' mistakes; see `family_judge`.
    known : Asked, optional
        What is expected of the drawn cases, if other answers to them were judged before.

    Returns
    -------
    ExerciseResult
    """
    findings, asked = diagnosed(exercise, course, drawn, answers, carried, recognise, known)
    names = tuple(exercise.outputs)
    origin = next(iter(carried.origins.values())) if carried and findings.excused else None
    result = ExerciseResult(exercise.name, points, points, "passed", None, "", names, carried_from=origin)
    failure = next((answer.failure for answer in answers if answer.failure), None)
    if len(answers) < len(drawn) or {*findings.stopped} - {*findings.edges}:
        output = failed(exercise, failure, seconds)
        if findings.compared and findings.right_outputs == names:
            output += f"\nOn the {len(findings.compared)} inputs before that, all outputs were right."
        if failure and (special := findings.special(findings.failed_case)):
            output += f"\nThis call has {special}."
        reason = failure.kind if failure else "not-run"
        lost_all = dataclasses.replace(result, score=0.0, status="failed", right=(), wrong=names, reason=reason)
        return dataclasses.replace(lost_all, output=output, carried_from=None, unnamed=names)
    remarks = [*filter(None, map(wording.remark, findings.comparisons.values()))]
    if findings.ok:
        form = [exercise.other_form.words] if exercise.other_form and findings.other_form else []
        return dataclasses.replace(result, output="\n".join([_praise(exercise, findings), *form, *remarks]))
    good = findings.right_outputs
    lines = [f"{_listed(good)} correct{_within(exercise, good, findings)}."] if good else []
    lines += [_kept(carried, name) for name in dict.fromkeys(carried.origins.values())] if carried and origin else []
    mistake = carried.mistake if carried and origin else findings.mistake
    if not findings.wrong and not failure:
        return dataclasses.replace(result, mistake=mistake, output="\n".join(lines))
    lines += [*_about_the_numbers(exercise, findings), *remarks]
    lines += [failed(exercise, failure, seconds)] if failure else []
    lost, at_the_edge = edges.lost(findings), edges.failed(findings)
    if at_the_edge:
        lines.append(case_wording.edge(at_the_edge, only=not lost, graded=True))
    right = tuple(name for name in names if name not in findings.wrong)
    named = (findings.mistake,) if findings.mistake else tuple(findings.by_output)
    explained = findings.wrong if findings.mistake else {one for some in findings.by_output.values() for one in some}
    if exercise.score:
        judged = [index for index in findings.compared if index not in findings.edges]
        outputs = [dict(answers[index].calls[-1]) for index in judged]
        share = exercise.score([dict(asked[index].expected) for index in judged], outputs)
    else:
        share = 1 - len(lost) / len(names)
    share = max(share - edges.cost(len(at_the_edge)), 0.0)
    return dataclasses.replace(
        result,
        score=_share(points, share),
        status="failed",
        mistake=mistake,
        output="\n".join(dict.fromkeys(filter(None, lines))),  # outputs that are judged as one share a sentence
        right=right,
        wrong=tuple(findings.wrong),
        named=named,
        unnamed=tuple(name for name in findings.wrong if name not in explained),
    )


def too_costly(exercise: Exercise, points: float, case: cases.Case, began: bool = False) -> ExerciseResult:
    """Return the result of a backward pass that differentiates numerically while it runs.

    `began` says that it started processes or threads, whose work cannot be measured.
    """
    if began:
        output = (
            f"`{exercise.name}` earns nothing: on inputs with {case.special} it was to show that it does not "
            "differentiate numerically, and while it ran, processes or threads were begun or ended each time, so what "
            "it costs cannot be measured.\nCompute the gradients in the function itself, in one thread."
        )
    else:
        output = (
            f"`{exercise.name}` differentiates numerically while it runs: with {case.special} it costs more than "
            f"{cost.FORWARDS} forward passes, so it earns nothing.\nA backward pass applies the chain rule once, "
            "whatever the number of parameters. A numeric gradient is for checking it."
        )
    wrong = tuple(exercise.outputs)
    return ExerciseResult(
        exercise.name, 0.0, points, "failed", NUMERIC, output, (), wrong, reason=NUMERIC, named=(NUMERIC,)
    )


def not_run(exercise: Exercise, points: float, why: str) -> ExerciseResult:
    """Return the result of an exercise that could not be judged because of the submission itself."""
    names = tuple(exercise.outputs)
    output = f"`{exercise.name}` was not checked: {why}"
    return ExerciseResult(exercise.name, 0.0, points, "failed", None, output, (), names, "not-run")


def _share(points: float, share: float) -> float:
    """Return this share of the points, to 0.01, and never all of them: something is wrong."""
    score = round(points * share, 2)
    return score if score < points else max(math.ceil(100 * points - 1) / 100, 0.0)


def _praise(exercise: Exercise, findings: Findings) -> str:
    if exercise.properties:  # right answers are many: there are no numbers to agree with
        does = "they do" if len(exercise.outputs) > 1 else "it does"
        return f"{_listed(exercise.outputs)} correct: {does} what was asked for."
    within = _within(exercise, exercise.outputs, findings)
    return f"{_listed(exercise.outputs)} correct on {findings.case_count} fresh inputs{within}."


def _within(exercise: Exercise, names: Iterable[str], findings: Findings) -> str:
    """Say to which tolerance outputs were compared; return nothing if their numbers were not compared."""
    if exercise.properties:
        return ""
    tolerance = max(case[name].tolerance for case in findings.compared.values() for name in names)
    single = "float32: " if tolerance > TOLERANCE["float64"] else ""
    return f" ({single}to {tolerance:.0e} of the largest expected entry)"


def _kept(carried: Carried, origin: str) -> str:
    """Say what is right over the student's own mistake, and that it costs nothing here."""
    names = tuple(name for name in carried.origins if carried.origins[name] == origin)
    verb = "are" if len(names) > 1 else "is"
    if names[0] in carried.gradients:
        what = f"{verb} the right gradient{'s' * (len(names) > 1)} of your own `{origin}` (to a relative error of"
    else:
        what = f"{verb} right over your own `{origin}` (to"
    return (
        f"{_listed(names)} {what} {carried.tolerance:.0e}). That function is wrong, and what is wrong there costs "
        "nothing here."
    )


def _about_the_numbers(exercise: Exercise, findings: Findings) -> list[str]:
    """Say what is wrong about each output, and which mistakes these numbers are, or else where to look."""
    lines, comparisons = [], findings.comparisons
    for name, indices in findings.wrong.items():
        line = _worst(comparisons[name])
        if len(indices) < findings.case_count:
            line += f" This is so for {len(indices)} of {findings.case_count} inputs."
        lines.append(line)
        # A truth value has but one opposite: what it resembles is what it should be.
        if name in findings.resemblances and not isinstance(comparisons[name].expected, bool):
            lines.append(likeness_wording.likeness(name, findings.resemblances[name], exercise.axes(name)))
    if findings.saturation:
        lines.append(likeness_wording.saturation(findings.saturation))
    elif findings.distinction:
        good = len(findings.right_cases)
        count, asked = findings.case_count, "for {} of {} inputs"
        lines.append(case_wording.where_right(good, count, findings.distinction, asked, exercise.outputs))
    if findings.typed_call:
        lines.append(case_wording.typed_call(findings.name, findings.typed_call, expected=False))
    hints = {mistake.id: mistake.hints for mistake in exercise.mistakes} | dict(findings.family_hints)
    for mistake, outputs in ({findings.mistake: ()} if findings.mistake else findings.by_output).items():
        which, question, *_ = hints[mistake]
        whose = f"{wording.listing(outputs)}: " if outputs else ""
        lines += [f"{whose}{which} (Known as `{mistake}`.)", question]
    if findings.pattern is not None:
        lines.append(wording.possibility(exercise.patterns[findings.pattern]))
    return lines


def _worst(found: Comparison) -> str:
    """Say what is wrong about an output, with the student's own worst entry."""
    line = wording.comparison(found)
    if found.problem != "value" or found.yours is None:
        return line
    truth = isinstance(found.yours, bool)
    yours = found.yours if truth else wording.number(found.yours, 6)
    worst = f" The worst is {wording.worst_place(found)}: yours is" if not found.is_one_value else " Yours is"
    line += f"{worst} {yours}."
    kind = " of float32" if found.tolerance > TOLERANCE["float64"] else ""
    return (
        line
        if truth
        else (f"{line} (An entry{kind} counts as right to {found.tolerance:.0e} of the largest expected one.)")
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
