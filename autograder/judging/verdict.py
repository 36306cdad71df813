"""From a student's answers to marks, the name of the mistake, and what the student may read."""

import math
from dataclasses import dataclass

import numpy as np

from autograder.judging import cases, cost
from autograder.judging.protocol import Opaque
from utils.checking import properties
from utils.checking.compare import TOLERANCE, Comparison, compare
from utils.checking.fingerprints import where_to_look
from utils.checking.resemblance import Pair, resemblance, sentence, sizes

NUMERIC = "numeric-differentiation"  # the mistake of a backward pass that is none


@dataclass(frozen=True)
class ExerciseResult:
    """What became of one exercise.

    Attributes
    ----------
    name : str
        The exercise.
    score, max_score : float
        Points.
    status : {"passed", "failed"}
        "passed" only for all points.
    mistake : str or None
        The id of the known mistake whose numbers these are; ``"carried:<function>"`` where outputs are right over the
        student's own wrong function.
    output : str
        What the student may read, one sentence a line. No expected value is in it.
    right, wrong : tuple of str
        The outputs.
    reason : str or None
        The kind of `autograder.judging.protocol.Failure`, if a call failed; or `NUMERIC`.
    """

    name: str
    score: float
    max_score: float
    status: str
    mistake: str | None
    output: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    reason: str | None = None


def verdict(exercise, course, drawn, answers, points, seconds=None, carried=None):
    """Compare a student's answers with the reference's.

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

    Returns
    -------
    ExerciseResult
    """
    failure = next((answer.failure for answer in answers if answer.failure), None)
    told = [answer.calls[-1] for answer in answers if not answer.failure]
    expected = [cases.answer(exercise, course, case) for case in drawn] if not exercise.properties else []
    rights = expected or [None] * len(drawn)  # an answer judged by its properties is not compared with the reference's
    compared = [
        compared_case(exercise, course, case, own, right) for case, own, right in zip(drawn, told, rights, strict=False)
    ]
    names = tuple(exercise.outputs)
    held = tuple(name for name in names if all(case[name].ok for case in compared))
    if exercise.properties and held == names and not failure:
        side_by_side = [(case.inputs, own) for case, own in zip(drawn, told, strict=False)]
        spoilt = properties.together(exercise.properties, side_by_side, course.reference)
        compared = [case | spoilt for case in compared]
        held = tuple(name for name in names if name not in spoilt)
    if failure or len(told) < len(drawn):
        sentences = _failed(exercise, failure, seconds)
        if compared and held == names:
            sentences += f"\nOn the {len(compared)} inputs before that, all outputs were right."
        return ExerciseResult(
            exercise.name, 0.0, points, "failed", None, sentences, (), names, failure.kind if failure else "not-run"
        )
    if held == names:
        return ExerciseResult(exercise.name, points, points, "passed", None, _praise(exercise, compared), names)
    wrong = tuple(name for name in names if name not in held)
    over = tuple(name for name in wrong if carried and name in carried.origins)
    wrong = tuple(name for name in wrong if name not in over)
    right = tuple(name for name in names if name not in wrong)
    lines = [f"{_listed(held)} correct{_within(exercise, held, compared)}."] if held else []
    lines += [_kept(carried, origin) for origin in dict.fromkeys(carried.origins.values())] if over else []
    if not wrong:
        return ExerciseResult(exercise.name, points, points, "passed", carried.mistake, "\n".join(lines), right)
    mistake = _recognised(exercise, compared) or _named(exercise, course, drawn, told)
    lines += _sentences(exercise, drawn, expected, told, compared, wrong, mistake)
    share = exercise.score(expected, told) if exercise.score else len(right) / len(names)
    mistake_id = carried.mistake if over else mistake.id if mistake else None
    return ExerciseResult(
        exercise.name, _share(points, share), points, "failed", mistake_id, "\n".join(lines), right, wrong
    )


def too_costly(exercise, points, case, began=False):
    """Return the result of a backward pass that differentiates numerically while it runs.

    With `began`, what is known is that it began processes or threads, whose work nobody can measure.
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
    return ExerciseResult(
        exercise.name, 0.0, points, "failed", NUMERIC, output, (), tuple(exercise.outputs), reason=NUMERIC
    )


def not_run(exercise, points, why):
    """Return the result of an exercise that could not be judged through the submission's own doing."""
    names = tuple(exercise.outputs)
    output = f"`{exercise.name}` was not checked: {why}"
    return ExerciseResult(exercise.name, 0.0, points, "failed", None, output, (), names, "not-run")


def quoted(text):
    """Return a student's words as code, so that they are shown and nothing else, wherever they are shown."""
    text = " ".join(str(text).replace("`", "'").split())
    return f"`{text}`" if text else ""


def _share(points, share):
    """Return this share of the points, to 0.01, and never all of them: something is wrong."""
    score = round(points * share, 2)
    return score if score < points else max(math.ceil(100 * points - 1) / 100, 0.0)


def _compare(name, actual, expected, axes=()):
    if isinstance(actual, Opaque):
        wanted = type(expected).__name__ if isinstance(expected, (dict, list, tuple)) else "NumPy array of real numbers"
        return Comparison(name, "kind", f"{name} is {_a(actual.type_name)}, expected a {wanted}.")
    return compare(name, actual, expected, axes)


def compared_case(exercise, course, case, own, right=None):
    """Compare the outputs `own` of one case with the reference's, `right`, or judge them by their properties.

    Returns
    -------
    dict of str to Comparison
        By output.
    """
    if exercise.properties and not any(isinstance(value, Opaque) for value in own.values()):
        # The judges of properties know arrays.
        return properties.compared(exercise.properties, case.inputs, own, course.reference)
    right = cases.answer(exercise, course, case) if right is None else right
    return {name: _compare(name, own[name], right[name], exercise.axes(name)) for name in exercise.outputs}


def _recognised(exercise, compared):
    """Return the mistake that the judge of properties named, or None."""
    named = next((found.mistake for case in compared for found in case.values() if found.mistake), None)
    return next((mistake for mistake in exercise.mistakes if mistake.id == named), None)


def _named(exercise, course, drawn, told):
    """Return the one mistake whose outputs are the student's in every case, or None."""
    if exercise.properties:
        return None
    matching = []
    for mistake in exercise.mistakes:
        if mistake.side_effect is not None:
            continue
        function = course.reference.mistaken(exercise.name, mistake)
        if all(_same(exercise, course, case, own, function) for case, own in zip(drawn, told, strict=True)):
            matching.append(mistake)
    return matching[0] if len(matching) == 1 else None


def _same(exercise, course, case, own, function):
    try:
        with np.errstate(all="ignore"):
            outputs = cases.answer(exercise, course, case, function)
    except Exception:  # a mistake that raises has no numbers to be recognised by
        return False
    return all(_compare(name, own[name], outputs[name], exercise.axes(name)).ok for name in exercise.outputs)


def _praise(exercise, compared):
    if exercise.properties:  # right answers are many: there are no numbers to agree with
        does = "they do" if len(exercise.outputs) > 1 else "it does"
        return f"{_listed(exercise.outputs)} correct: {does} what was asked for."
    within = _within(exercise, exercise.outputs, compared)
    return f"{_listed(exercise.outputs)} correct on {len(compared)} fresh inputs{within}."


def _within(exercise, names, compared):
    """Say to which tolerance outputs were compared; nothing where not their numbers were."""
    if exercise.properties:
        return ""
    tolerance = max(case[name].tolerance for case in compared for name in names)
    single = "float32: " if tolerance > TOLERANCE["float64"] else ""
    return f" ({single}to {tolerance:.0e} of the largest expected entry)"


def _kept(carried, origin):
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


def _sentences(exercise, drawn, expected, told, compared, wrong, mistake):
    lines = []
    for name in wrong:
        index = next(i for i, case in enumerate(compared) if not case[name].ok)
        found = compared[index][name]
        failing = sum(not case[name].ok for case in compared)
        line = found.message
        if found.problem == "value":
            truth = isinstance(found.yours, bool)
            yours = found.yours if truth else f"{found.yours:.6g}"
            line += f" Yours is {yours}." if found.where == name else f" The worst is {found.place}: yours is {yours}."
            kind = " of float32" if found.tolerance > TOLERANCE["float64"] else ""
            to = f" (An entry{kind} counts as right to {found.tolerance:.0e} of the largest expected one.)"
            line += "" if truth else to
        if failing < len(compared):
            special = drawn[index].special
            only = f" (only with {special})" if special and failing == 1 else ""
            line += f" This is so for {failing} of {len(compared)} inputs{only}."
        lines.append(line)
        if mistake is None and expected:
            failed = [i for i, case in enumerate(compared) if not case[name].ok]
            lines.append(_likeness(exercise, name, [told[i] for i in failed], [expected[i] for i in failed]))
    if mistake is not None:
        which, question, _ = mistake.hints
        lines += [f"{which} (Known as `{mistake.id}`.)", question]
    elif any(case[name].problem not in (None, "kind", "missing") for case in compared for name in wrong):
        # What is no array has no numbers that could tell where to look.
        lines.append(where_to_look(wrong, tuple(exercise.outputs), exercise.patterns, _entries(compared, wrong)))
    return list(dict.fromkeys(filter(None, lines)))  # outputs that are judged as one share a sentence


def _entries(compared, wrong):
    """Return the wrong entries of the one wrong output, where that is a dict."""
    return next((case[wrong[0]].entries for case in compared if not case[wrong[0]].ok), ()) if len(wrong) == 1 else ()


def _likeness(exercise, name, outputs, expected):
    """Say how an output resembles the right one, if it does so in every case in which it is wrong."""
    axes = exercise.axes(name)
    if not all(isinstance(own[name], np.ndarray) for own in outputs):
        return None
    pairs = [
        Pair(own[name], right[name], sizes({output: exercise.axes(output) for output in exercise.outputs}, right))
        for own, right in zip(outputs, expected, strict=True)
    ]
    found = resemblance(pairs, axes)
    return found and sentence(name, found, axes)


def _failed(exercise, failure, seconds):
    if failure is None:
        return f"`{exercise.name}` was not checked."
    name, at = f"`{failure.function}`", f" in line {failure.line} of its cell" if failure.line else ""
    limit = f"{seconds:g} seconds" if seconds else "the time limit"
    slots = (*exercise.outputs, "cache") if exercise.cache else tuple(exercise.outputs)
    message = f": {quoted(failure.message)}" if failure.message else ""
    sentence = {
        "not-started": f"{name} is not started yet.",
        "undefined": f"{name} is not defined: is its cell there, and does it run without an error?",
        "not-function": f"{name} is no function but {quoted(failure.name)}: was the name used for something else?",
        "count": f"{name} returned {_RETURNED.get(failure.name, failure.name)}",
        "exception": f"{name} stopped with {quoted(failure.name)}{at}{message}.",
        "too-large": f"{name} returned far more numbers than were asked for.",
        "timeout": f"{name} was still running after {limit} and was stopped. Is there a loop that never ends? If not, "
        "it is too slow: the arrays that it was given are small.",
        "died": f"The kernel stopped while {name} was checked: does it end the process, or run out of memory?",
        "no-answer": f"No answer came back from {name}: something in the notebook keeps its cells from running.",
        "malformed": f"No answer that can be read came back from {name}.",
    }.get(failure.kind, f"{name} was not checked.")
    if failure.kind == "count":
        wanted = f", but {len(slots)} values are needed: {', '.join(slots)}."
        sentence += wanted if failure.function == exercise.name else "."
    if failure.kind == "not-started" and failure.name not in ("", failure.function) and failure.name.isidentifier():
        sentence = f"{name} needs `{failure.name}`, which is not started yet."
    if failure.function != exercise.name:
        sentence = f"`{exercise.name}` could not be checked, since it needs {name}. {sentence}"
    return sentence


_RETURNED = {"a ndarray": "one array", "a NoneType": "nothing (None)", "1 values": "1 value"}


def _a(kind):
    return f"an {kind}" if kind[:1].lower() in ("a", "e", "i", "o", "u") else f"a {kind}"


def _listed(names):
    return ", ".join(names)
