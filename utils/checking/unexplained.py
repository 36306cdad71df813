"""Find what is known of a wrong answer besides a mistake: likenesses, where it goes wrong, where to look."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from utils.checking import fingerprints
from utils.checking.case_facts import Distinction, TypedCall
from utils.checking.comparison import Comparison
from utils.checking.distinction import distinction, typed_call
from utils.checking.findings import Case, Findings, Subject
from utils.checking.resemblance import Pair, Resemblance, in_a_row, sizes
from utils.checking.resembling import resemblance

_Answered = Mapping[int, Mapping[str, object]]  # the outputs by name, by answered case


def with_likenesses(exercise: Subject, cases: Sequence[Case], answered: _Answered, findings: Findings) -> Findings:
    """Return the findings on a wrong answer with all that is known without a mistake."""
    likenesses = _resemblances(exercise, cases, answered, findings)
    findings = dataclasses.replace(
        findings,
        resemblances=likenesses,
        distinction=_distinction(exercise, cases, findings, likenesses.values()),
        typed_call=None if exercise.properties else _typed_call(cases, answered, findings),
    )
    return dataclasses.replace(findings, pattern=_pattern(exercise, findings))


def _distinction(
    exercise: Subject, cases: Sequence[Case], findings: Findings, likenesses: Collection[Resemblance]
) -> Distinction | None:
    """Return what tells the wrong cases from the right ones; its bound is the step from which on they are wrong."""
    wrong = {index for indices in findings.wrong.values() for index in indices}
    by_case = [sizes(exercise.outputs, case.expected) for case in cases]
    found = distinction(cases, by_case, sorted(wrong), findings.right_cases)
    if found and found.bound and found.bound[2] == "more":
        name, number, more = found.bound
        longest = max(by_case[index].get(name, number) for index in findings.right_cases)
        steps = [one.index + 1 for one in likenesses if (one.kind, one.axis) == ("wrong from", name)]
        if steps and longest < min(steps) <= number:
            return dataclasses.replace(found, bound=(name, min(steps), more))
    return found


def _typed_call(cases: Sequence[Case], answered: _Answered, findings: Findings) -> TypedCall | None:
    """Return the first call that goes wrong, if a learner can type it."""
    first = min(index for indices in findings.wrong.values() for index in indices)
    wrong = [output for output, indices in findings.wrong.items() if first in indices]
    return typed_call(cases[first], first, answered[first], wrong)


def _resemblances(
    exercise: Subject, cases: Sequence[Case], answered: _Answered, findings: Findings
) -> dict[str, Resemblance]:
    """Return how unexplained outputs resemble the right ones, in all wrong cases or else in all ordinary ones."""
    likenesses = {}
    for output in findings.unexplained:
        wrong = findings.wrong[output]
        ordinary = tuple(index for index in wrong if not cases[index].special)
        for indices in (wrong, ordinary):
            # A choice that resembles the right one would give it away.
            if not indices or {findings.compared[index][output].problem for index in indices} != {"value"}:
                continue
            keys = _entries([findings.compared[index][output] for index in indices])
            pairs = [_pair(exercise, cases[index], answered[index], output, keys) for index in indices]
            if found := resemblance(pairs, exercise.outputs[output]):
                right = any(findings.compared[index][output].right_entries for index in indices)
                likenesses[output] = dataclasses.replace(found, ordinary=indices != wrong, wrong_part=right)
                break
    return likenesses


def _pair(exercise: Subject, case: Case, outputs: Mapping[str, object], output: str, keys: Sequence[str] = ()) -> Pair:
    """Return one wrong output, of a dict those entries, with all that it could have been mistaken for."""
    inputs = {**case.inputs, **case.upstream}
    whole = {name: n for name, n in inputs.items() if isinstance(n, int) and not isinstance(n, bool)}
    others = {name: value for name, value in case.expected.items() if name != output}
    rows = {name: in_a_row(value, keys) for name, value in inputs.items()} if keys else inputs
    own, right = (in_a_row(values[output], keys) if keys else values[output] for values in (outputs, case.expected))
    return Pair(own, right, sizes(exercise.outputs, case.expected) | whole, rows, others)


def _pattern(exercise: Subject, findings: Findings) -> str | None:
    """Return the key of the hint for these wrong outputs, if there are numbers among them of which nothing is known."""
    if findings.mistake or findings.by_output or findings.resemblances or findings.saturation:
        return None
    all_compared = [findings.compared[index][output] for output, indices in findings.wrong.items() for index in indices]
    if not any(_has_wrong_numbers(found) for found in all_compared):
        return None
    # Where a number is wrong, nothing is known of the choices that wait for it.
    numbers = [name for name in findings.wrong if exercise.outputs[name] != ("choice",)]
    return fingerprints.where_to_look(
        numbers or list(findings.wrong), list(exercise.outputs), exercise.patterns, _entries(all_compared)
    )


def _has_wrong_numbers(found: Comparison) -> bool:
    """Whether a question about the numbers of a wrong output may help: it has some, and they are not all right."""
    if found.problem == "shape" and found.shape:
        return not found.shape.same_numbers
    return found.problem not in (None, "kind", "missing")


def _entries(found: Sequence[Comparison]) -> tuple[str, ...]:
    """Return the keys of a dict that are wrong in any case; nothing if some case does not tell them."""
    if not all(one.entries for one in found):
        return ()
    return tuple(dict.fromkeys(key for one in found for key in one.entries))
