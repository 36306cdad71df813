"""Find facts in answers: what is right, what is wrong and where, and which mistake it is.

The one diagnosis of the course: `check` calls it with a fixture's cases, the autograder with fresh ones. It is pure: it
makes no sentence, and calls no function but those that a judge of properties is handed.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from utils.checking import choices, families, fingerprints, properties
from utils.checking.compare import compare
from utils.checking.comparison import Comparison, Opaque
from utils.checking.containers import opened
from utils.checking.families import Recogniser
from utils.checking.findings import Answer, Case, Findings, Subject
from utils.checking.other_form import in_their_form
from utils.checking.properties import Models
from utils.checking.resemblance import sizes
from utils.checking.saturation import Asked, Saturation, saturation
from utils.checking.unexplained import with_likenesses


def diagnose(
    exercise: Subject,
    cases: Sequence[Case],
    answers: Sequence[Answer],
    models: Models = MappingProxyType({}),
    excused: Collection[str] = (),
    recognise: Recogniser = families.recognises_nothing,
) -> Findings:
    """Return all that is known of a learner's answers.

    Parameters
    ----------
    exercise : Subject
    cases : sequence of Case
        What was asked.
    answers : sequence of Answer
        One a case, in order; they may stop early.
    models : Models
        Where properties are judged: the functions that the judge needs, by name.
    excused : collection of str
        Wrong outputs that are not looked at any further.
    recognise : callable
        ``recognise(answers, wrong)`` names the families' mistakes that answers show, by case, where the declared ones
        do not explain all; see `utils.checking.families`.

    Returns
    -------
    Findings
    """
    cases, other_form = in_their_form(cases, answers)
    answered = {index: answer.outputs for index, answer in enumerate(answers) if answer.outputs is not None}
    failed = next((index for index, answer in enumerate(answers) if answer.failure is not None), -1)
    failure = answers[failed].failure if failed >= 0 else None
    found = {index: compared(exercise, cases[index], outputs, models) for index, outputs in answered.items()}
    if exercise.properties and failure is None and all(c.ok for case in found.values() for c in case.values()):
        side_by_side = [(cases[index].inputs, _plain(outputs)) for index, outputs in answered.items()]
        spoilt = properties.together(exercise.properties, side_by_side, models)
        found = {index: {**case, **spoilt} for index, case in found.items()}
    all_wrong = _wrong(exercise, found)
    wrong = {output: indices for output, indices in all_wrong.items() if output not in excused}
    stopped = any(answer.failure and not case.special for case, answer in zip(cases, answers, strict=False))
    # No known mistake stops a call, so one that stops is not explained by a mistake in the others.
    mistake, by_output = (None, {}) if stopped else _named(exercise, cases, answered, found, wrong)
    mistake, by_output, family_hints = families.added(
        mistake, by_output, wrong, lambda: () if stopped else recognise(answered, list(wrong))
    )
    found = {index: choices.together(exercise, case, wrong) for index, case in found.items()}
    wrong = {output: indices for output, indices in _wrong(exercise, found).items() if output not in excused}
    findings = Findings(
        exercise.name,
        len(answers),
        found,
        wrong,
        tuple(output for output in all_wrong if output in excused),
        failure,
        failed,
        arguments_of(cases[failed]) if failure else {},
        mistake,
        choices.named(exercise, by_output, wrong),
        family_hints,
        specials=[case.special for case in cases],
        stopped=tuple(index for index, answer in enumerate(answers) if answer.failure is not None),
        edges=tuple(index for index, case in enumerate(cases) if case.edge),
        saturation=None if mistake or by_output or failure else _saturation(exercise, cases, answers, found),
        numpy_warnings=tuple(dict.fromkeys(kind for answer in answers for kind in answer.numpy_warnings)),
        other_form=other_form,
    )
    return with_likenesses(exercise, cases, answered, findings) if wrong else findings


def _wrong(exercise: Subject, found: Mapping[int, Mapping[str, Comparison]]) -> dict[str, tuple[int, ...]]:
    """Return in which cases each wrong output is wrong."""
    return {
        output: indices
        for output in exercise.outputs
        if (indices := tuple(index for index, case in found.items() if not case[output].ok))
    }


def compared(
    exercise: Subject, case: Case, outputs: Mapping[str, object], models: Models = MappingProxyType({})
) -> Mapping[str, Comparison]:
    """Compare one answer's outputs with what is expected, or judge them by their properties.

    Returns
    -------
    dict of str to Comparison
        By output.
    """
    if exercise.properties and judged_by_properties(exercise, outputs):
        judged = properties.compared(exercise.properties, case.inputs, _plain(outputs), models, case.followed)
        return {name: dataclasses.replace(one, container=opened(outputs[name])[1]) for name, one in judged.items()}
    letters = sizes(exercise.outputs, case.expected) if case.expected else {}
    return {
        name: compare(name, outputs[name], case.expected[name], axes, letters)
        for name, axes in exercise.outputs.items()
    }


def _plain(outputs: Mapping[str, object]) -> dict[str, object]:
    return {name: opened(value)[0] for name, value in outputs.items()}


def judged_by_properties(exercise: Subject, outputs: Mapping[str, object]) -> bool:
    """Whether these outputs are judged by what they do; a judge of properties cannot read an `Opaque` value."""
    return exercise.properties is not None and not any(isinstance(value, Opaque) for value in outputs.values())


def arguments_of(case: Case) -> dict[str, tuple[int, ...] | int | float]:
    """Return what a call was about: the shape of each array, and each number."""
    found: dict[str, tuple[int, ...] | int | float] = {}
    for name, value in (*case.inputs.items(), *case.upstream.items()):
        # A cache that was made by hand and weights that belong together come in tuples.
        parts = {f"{name}[{i}]": entry for i, entry in enumerate(value)} if isinstance(value, tuple) else {name: value}
        for part, entry in parts.items():
            if isinstance(entry, np.ndarray):
                found[part] = entry.shape
            elif isinstance(entry, (int, float)) and not isinstance(entry, bool):
                found[part] = entry
    return found


def _saturation(
    exercise: Subject, cases: Sequence[Case], answers: Sequence[Answer], found: Mapping[int, Mapping[str, Comparison]]
) -> Saturation | None:
    """Return what large inputs alone do, if they do anything."""
    problems = {index: {one.problem for one in case.values()} - {None} for index, case in found.items()}
    asked = [Asked(cases[index].inputs, problems[index], answers[index].numpy_warnings) for index in found]
    return saturation(asked, gates=any("4H" in axes for axes in exercise.outputs.values()))


def _named(
    exercise: Subject,
    cases: Sequence[Case],
    answered: Mapping[int, Mapping[str, object]],
    found: Mapping[int, Mapping[str, Comparison]],
    wrong: Mapping[str, tuple[int, ...]],
) -> tuple[str | None, dict[str, tuple[str, ...]]]:
    """Return the one mistake that explains all, or those that explain some of the wrong outputs.

    Numbers are recognised in ordinary cases only, and only there something must be wrong.
    """
    if not wrong:
        return None, {}
    if exercise.properties:
        return _named_by_the_judge([one for case in found.values() for one in case.values()]), {}
    asked = _telling(cases, found)
    if not asked:
        return None, {}
    answers = [fingerprints.fingerprint(answered[index]) for index in asked]
    rights = [fingerprints.fingerprint(cases[index].expected) for index in asked]
    known = [cases[index].fingerprint for index in asked]
    not_right = {output for case in found.values() for output, comparison in case.items() if not comparison.ok}
    explained = fingerprints.explanations(answers, rights, exercise.mistakes, known, not_right)
    # What goes wrong in special cases alone is no reason against a mistake, and nothing that it has to explain.
    return fingerprints.chosen(explained, [output for output, indices in wrong.items() if {*indices} & {*asked}])


def _telling(cases: Sequence[Case], found: Mapping[int, Mapping[str, Comparison]]) -> list[int]:
    """Return the cases by which mistakes are recognised: the ordinary ones, if anything is wrong in these."""
    ordinary = [index for index in found if not cases[index].special]
    wrong = any(not comparison.ok for index in ordinary for comparison in found[index].values())
    return ordinary if wrong else []


def _named_by_the_judge(comparisons: Sequence[Comparison]) -> str | None:
    """Return the one mistake that a judge of properties recognises in all that is wrong, and excludes nowhere."""
    named = {one.mistake for one in comparisons if not one.ok and one.possible is None}
    possible = [set(one.possible) for one in comparisons if one.possible is not None]
    candidates = set.intersection(*possible, *([named] if named else [])) if possible else named
    return next(iter(candidates)) if len(candidates) == 1 else None
