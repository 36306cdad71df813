"""Tell a learner what was found: turn facts into a report's title and paragraphs. It may show expected values.

What is right comes first, then what is wrong and where, then which mistake it is; the order is decided here, the
sentences that the grade's feedback shares are those of `utils.checking.wording`.
"""

import dataclasses
from collections.abc import Sequence

from utils import fixtures
from utils.checking import (
    case_wording,
    edges,
    failure_wording,
    levels,
    likeness_wording,
    run_cases,
    time_axis,
    unaided,
    wording,
)
from utils.checking.arguments import as_typed
from utils.checking.crash_causes import cause
from utils.checking.findings import Findings, ModelFault
from utils.checking.report import Report
from utils.checking.run_cases import Fixture
from utils.checking.stages import ALL, Stages
from utils.errors import Failure

_LIKENESSES = 2  # at most; more would bury what comes after them
_BEGIN = "Put your own lines in the place of `raise NotImplementedError`, run that cell, and then this one again."
_UNKNOWN = "These are not the numbers of a mistake I know"


def in_words(exercise: Fixture, findings: Findings, asked: int, stages: Stages = ALL) -> Report:
    """Return the report on what was found, in words.

    Parameters
    ----------
    exercise : dict
        The fixture.
    findings : Findings
    asked : {1, 2, 3, 4}
        How many levels of hints the learner asked for.
    stages : Stages
        Which of them are open.
    """
    name, failure = findings.name, findings.failure
    if findings.model_fault:
        title, *paragraphs = _about_the_model(name, findings.model_fault)
        return Report(name, "cannot check", title, tuple(paragraphs))
    if failure and failure.function != name:
        return _without_a_cache(exercise, failure)
    if failure and failure.kind == "not-started":
        advice = (_BEGIN,) if failure.name == name else ()
        return Report(name, "not started", " ".join(failure_wording.failed(failure)), advice)
    if findings.ok:
        return _right(exercise, findings, asked, stages)
    if stages.unaided:
        return unaided.wrong(exercise, findings)
    return _with_hints(exercise, findings, asked, stages, _wrong(exercise, findings))


def _wrong(exercise: Fixture, findings: Findings) -> Report:
    """Return what level 1 says of a wrong answer."""
    name, failure, compared = findings.name, findings.failure, findings.comparisons
    if failure and (failure.called or cause(failure)):
        compared = {}  # what stopped spoils numbers too
    title, *paragraphs = failure_wording.failed(failure, run_cases.slots(exercise)) if failure else (_title(findings),)
    if not failure or failure.kind != "timeout":  # the time was up for all cases together
        paragraphs += failure_wording.explained(failure) if failure else ()
        if findings.wrong_below:
            paragraphs.append(wording.wrong_below(findings.wrong_below))
        if findings.cache_mismatch:
            paragraphs.append(wording.cache_mismatch(findings.cache_mismatch))
        paragraphs += [*_around(exercise, findings), *_remarks(findings)]
        if findings.typed_call:
            paragraphs.append(case_wording.typed_call(name, findings.typed_call, expected=True))
        if findings.mistake is not None:
            paragraphs.append(levels.hints(exercise, findings, findings.mistake)[0])
        elif findings.wrong and compared:
            paragraphs += _about_the_numbers(exercise, findings)
    paragraphs += _the_smallest_case(exercise, findings)
    if at_the_edge := edges.failed(findings):
        paragraphs.append(case_wording.edge(at_the_edge, only=not edges.lost(findings), graded=False))
    case = as_typed(name, exercise["forward"], call="check.case") if findings.smallest >= 0 else ""
    return Report(name, "wrong", title, tuple(paragraphs), findings.mistake, compared, case=case, level=1)


def _with_hints(exercise: Fixture, findings: Findings, asked: int, stages: Stages, report: Report) -> Report:
    """Add the further levels that were asked for and are open, and say how to get the next one."""
    further = levels.levels(exercise, findings)
    shown = [level for level in further if level <= min(asked, stages.open_to)]
    level = max(shown, default=1)
    paragraphs = [*report.paragraphs, *(paragraph for each in shown for paragraph in further[each])]
    following = next((each for each in further if level < each <= stages.last), 0)
    refused = stages.open_to < asked <= stages.last and following > 0
    if asked > stages.last:
        paragraphs.append("This course gives no further hints here.")
    elif refused:
        when = f"Hint {following} opens once your function has changed: try something, and check it again."
        paragraphs.append(f"{when} With `anyway=True` it opens at once.")
    elif asked > level and 4 not in further:
        known = findings.failure and findings.failure.source
        why = "the first sentence says where it stops" if known else "the place in your code is not known"
        paragraphs.append(f"There are no further hints: {why}.")
    ask = as_typed(findings.name, exercise["forward"], following) if following else ""
    closed = bool(following) and not stages.opens(following, level)
    return dataclasses.replace(
        report,
        paragraphs=tuple(paragraphs),
        ask=ask,
        next_level=following,
        closed=closed,
        refused=refused,
        level=level,
    )


def _without_a_cache(exercise: Fixture, failure: Failure) -> Report:
    """Return the report on a backward pass whose forward pass gives no cache."""
    own, needed = exercise["name"], failure.function
    needs = f"{own} needs the cache of your forward pass,"
    if failure.kind == "not-started":
        title = f"{needs} and {' '.join(failure_wording.failed(failure))}"
    elif failure.kind == "count":
        slots = wording.listing(run_cases.slots(fixtures.load(exercise["forward"])))
        title = f"{needs} but {needed} does not return {slots}: check it first with `{as_typed(needed)}`."
    else:
        title = f"{needs} but {' '.join(failure_wording.failed(failure))}"
    return Report(own, "cannot check", title, failure_wording.explained(failure))


def _about_the_model(exercise: str, fault: ModelFault) -> tuple[str, ...]:
    """Say why an exercise cannot be judged with a function of the learner's: a title, and what follows it."""
    name, judged_with = fault.name, f"{exercise} is judged with your {fault.name}"
    if fault.problem == "failed":
        return f"{judged_with}, and that did not work.", fault.detail
    if fault.problem == "renamed":
        return (
            f"{judged_with}, but what goes by that name here was defined as {fault.detail}.",
            f"Define it with `def {name}`, then `{as_typed(name)}` first.",
        )
    which = {
        "not defined": f"is not defined: run its cell, then `{as_typed(name)}` first.",
        "not a function": f"is {fault.detail}, not a function: run its cell again, then `{as_typed(name)}` first.",
        "not started": f"is not started yet: write it, then `{as_typed(name)}` first.",
        "not right": f"is not right yet: `{as_typed(name)}` first.",
    }
    return (f"{judged_with}, which {which[fault.problem]}",)


def _right(exercise: Fixture, findings: Findings, asked: int, stages: Stages) -> Report:
    level = min(asked, stages.last)  # nothing is left to be found by trying
    name, declared = findings.name, exercise["side_effects"]
    many = len(exercise["outputs"]) > 1
    outputs = wording.listing(exercise["outputs"])
    if exercise.get("properties"):  # right answers are many: there are no numbers to agree with
        praise = f"{outputs} {'do' if many else 'does'} what was asked for."
    else:
        agree = "agree" if many else "agrees"
        praise = f"{outputs} {agree} with the expected numbers in all {findings.case_count} cases."
    paragraphs = (praise, exercise["other_form"]) if findings.other_form else (praise,)
    warnings = {
        kind: wording.side_effect(kind, arrays, declared, level) for kind, arrays in findings.side_effects.items()
    }
    if remarks := _remarks(findings):
        warnings["container"] = " ".join(remarks)
    further = stages.last > 1 and any(level < len(declared.get(kind, ())) for kind in warnings)
    next_level = level + 1 if further else 0
    ask = as_typed(name, exercise["forward"], next_level) if next_level else ""
    comparisons = findings.comparisons
    return Report(name, "right", f"{name} is right.", paragraphs, None, comparisons, warnings, ask, next_level)


def _remarks(findings: Findings) -> list[str]:
    """Say which outputs came in an unusual form."""
    return [*filter(None, map(wording.remark, findings.comparisons.values()))]


def _title(findings: Findings) -> str:
    """Say what is right, then what is not."""
    numbers = [name for name, found in findings.comparisons.items() if name in findings.wrong and not found.choices]
    named = numbers or [*findings.wrong]  # choices are wrong by themselves only where all numbers are right
    wrong = f"{wording.listing(named)} {'are' if len(named) > 1 else 'is'} not {'' if numbers else 'all '}right yet."
    right = findings.right_outputs
    first = f"{wording.listing(right)} {'are' if len(right) > 1 else 'is'} right; " if right else ""
    return f"{findings.name}: {first}{wrong}"


def _around(exercise: Fixture, findings: Findings) -> list[str]:
    """Say what a call was about that stopped, and how the parameters stand: most exceptions are about shapes."""
    sentences = []
    if findings.misordered_parameters:
        meant = ", ".join(run_cases.parameters(exercise["signature"]))
        own = ", ".join(findings.misordered_parameters)
        sentences.append(f"Your parameters stand in the order {own}; they are handed over as {meant}.")
    if findings.failure and findings.failure.kind == "exception":
        sentences += filter(None, [wording.arguments(findings.failed_call)])
    if findings.failure and findings.compared:
        well, cases, special = len(findings.compared), findings.case_count, findings.special(findings.failed_case)
        if special and well == cases - 1 and not findings.wrong:
            sentences.append(f"This call has {special}; all others came out right.")
        else:
            which = f", which has {special}" if special else ""
            sentences.append(f"It ran to its end in {well} of {cases} cases, but not in this one{which}.")
    return sentences


def _about_the_numbers(exercise: Fixture, findings: Findings) -> list[str]:
    """Say all that can be said about numbers that no one mistake explains."""
    if findings.saturation:
        return [likeness_wording.saturation(findings.saturation)]
    sentences = _only_there(exercise, findings)
    named = findings.by_output.items()
    sentences += levels.each({outputs: levels.hints(exercise, findings, mistake)[0] for mistake, outputs in named})
    rest = findings.unexplained
    if not rest:
        return sentences
    comparisons = findings.comparisons
    counted = any(comparisons[output].problem not in ("kind", "missing") for output in rest)
    if exercise.get("properties"):  # what has the form that is asked for is judged by what it does
        counted = all(comparisons[output].problem == "property" for output in rest)
    if findings.by_output:
        sentences.append(f"The numbers of {wording.listing(rest)} are not those of a mistake I know.")
    elif counted:  # what is no array has no numbers, known or not
        sentences.append(f"{_UNKNOWN}.")
    if findings.numpy_warnings and any(comparison.problem == "nan" for comparison in comparisons.values()):
        sentences.append(wording.numpy_warnings(findings.numpy_warnings))
    if findings.unwritten:
        sentences.append(wording.unwritten(findings.unwritten))
    likenesses = list(findings.resemblances.items())[:_LIKENESSES]
    sentences += [likeness_wording.likeness(output, found, exercise["outputs"][output]) for output, found in likenesses]
    sentences += _about_the_forward_pass(findings)
    return sentences


def _the_smallest_case(exercise: Fixture, findings: Findings) -> list[str]:
    """Say at which step the smallest case that fails goes wrong first, where nothing else says it."""
    first = findings.first_step
    if first is None or first.output in findings.resemblances or (findings.typed_call and findings.typed_call.rows):
        return []
    place = time_axis.place(first.output, exercise["outputs"][first.output], first.index)
    axes = exercise["outputs"][first.output]
    order = f", going back from {time_axis.last_one(axes)}" if first.backward else ""
    return [f"In the case that `check.case` gives, {first.output} is wrong first at {place}{order}."]


def _only_there(exercise: Fixture, findings: Findings) -> list[str]:
    """Say which cases go wrong, if others go right."""
    good = len(findings.right_cases)
    right = case_wording.where_right(good, findings.case_count, findings.distinction, outputs=exercise["outputs"])
    return [right] if good else []


def _about_the_forward_pass(findings: Findings) -> Sequence[str]:
    """Say so if the forward pass, where the cache comes from, is itself not right."""
    fault = findings.forward_fault
    if fault is None:
        return ()
    if fault.kind == "wrong":
        return (f"{fault.name} is not right either, and the cache comes from it: `{as_typed(fault.name)}` first.",)
    declared = fixtures.load(fault.name)["side_effects"]
    besides = wording.side_effect(fault.kind, fault.arrays, declared, 1)
    return (f"{fault.name} gives the right numbers, but: {besides}",)
