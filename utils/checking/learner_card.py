"""Tell a learner what was found: turn facts into a report's title and paragraphs. It may show expected values.

What is right comes first, then what is wrong and where, then which mistake it is; the order is decided here, the
sentences that the grade's feedback shares are those of `utils.checking.wording`.
"""

from collections.abc import Sequence

from utils import fixtures
from utils.checking import failure_wording, likeness_wording, run_cases, wording
from utils.checking.arguments import as_typed
from utils.checking.findings import Findings, ModelFault
from utils.checking.report import Report
from utils.checking.run_cases import Fixture
from utils.errors import Failure

_LIKENESSES = 2  # at most; more would bury what comes after them
_BEGIN = "Put your own lines in the place of `raise NotImplementedError`, then run this cell again."
_UNKNOWN = "These are not the numbers of a mistake I know"


def in_words(exercise: Fixture, findings: Findings, level: int) -> Report:
    """Return the report on what was found, in words.

    Parameters
    ----------
    exercise : dict
        The fixture.
    findings : Findings
    level : {1, 2, 3}
        How many hints to give.
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
        return _right(exercise, findings, level)
    title, *paragraphs = failure_wording.failed(failure, run_cases.slots(exercise)) if failure else (_title(findings),)
    if failure and failure.kind == "timeout":  # the time was up for all cases together
        return Report(name, "wrong", title, tuple(paragraphs))
    paragraphs += _around(exercise, findings)
    if findings.typed_call:
        paragraphs.append(wording.typed_call(name, findings.typed_call, expected=True))
    comparisons, more = findings.comparisons, ""
    if findings.mistake is not None:
        paragraphs += _hints(exercise, findings, findings.mistake)[:level]
        more = findings.mistake
    elif findings.wrong:
        paragraphs += _about_the_numbers(exercise, findings, level)
        more = next(iter(findings.by_output), "")
    next_level = level + 1 if more and level < 3 else 0
    ask = as_typed(name, exercise["forward"], next_level) if next_level else ""
    return Report(name, "wrong", title, tuple(paragraphs), findings.mistake, comparisons, {}, ask, next_level)


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
    return Report(own, "cannot check", title)


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


def _right(exercise: Fixture, findings: Findings, level: int) -> Report:
    name, declared = findings.name, exercise["side_effects"]
    many = len(exercise["outputs"]) > 1
    outputs = wording.listing(exercise["outputs"])
    if exercise.get("properties"):  # right answers are many: there are no numbers to agree with
        praise = f"{outputs} {'do' if many else 'does'} what was asked for."
    else:
        agree = "agree" if many else "agrees"
        praise = f"{outputs} {agree} with the expected numbers in all {findings.case_count} cases."
    warnings = {
        kind: wording.side_effect(kind, arrays, declared, level) for kind, arrays in findings.side_effects.items()
    }
    next_level = level + 1 if any(level < len(declared.get(kind, ())) for kind in warnings) else 0
    ask = as_typed(name, exercise["forward"], next_level) if next_level else ""
    comparisons = findings.comparisons
    return Report(name, "right", f"{name} is right.", (praise,), None, comparisons, warnings, ask, next_level)


def _title(findings: Findings) -> str:
    """Say what is right, then what is not."""
    wrong = f"{wording.listing(findings.wrong)} {'are' if len(findings.wrong) > 1 else 'is'} not right yet."
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
        well, cases = len(findings.compared), findings.case_count
        sentences.append(f"It got through {well} of {cases} cases, but not through this one.")
    return sentences


def _about_the_numbers(exercise: Fixture, findings: Findings, level: int) -> list[str]:
    """Say all that can be said about numbers that no one mistake explains."""
    sentences = _only_there(findings)
    for mistake, outputs in findings.by_output.items():
        sentences.append(f"{wording.listing(outputs)}: {' '.join(_hints(exercise, findings, mistake)[:level])}")
    rest, named = findings.unexplained, bool(findings.by_output)
    if not rest:
        return sentences
    comparisons = findings.comparisons
    counted = any(comparisons[output].problem not in ("kind", "missing") for output in rest)
    if named:
        sentences.append(f"The numbers of {wording.listing(rest)} are not those of a mistake I know.")
    elif level > 1:
        sentences.append(f"{_UNKNOWN}, so there are no further hints.")
    elif counted:  # what is no array has no numbers, known or not
        sentences.append(f"{_UNKNOWN}.")
    if findings.numpy_warnings and any(comparison.problem == "nan" for comparison in comparisons.values()):
        sentences.append(wording.numpy_warnings(findings.numpy_warnings))
    likenesses = list(findings.resemblances.items())[:_LIKENESSES]
    sentences += [likeness_wording.likeness(output, found, exercise["outputs"][output]) for output, found in likenesses]
    sentences += _about_the_forward_pass(findings)
    if findings.pattern is not None:
        sentences.append(wording.possibility(exercise["patterns"][findings.pattern]))
    return sentences


def _hints(exercise: Fixture, findings: Findings, mistake: str) -> Sequence[str]:
    """Return the hints of a declared mistake, or of one of a family."""
    hints: Sequence[str] = findings.family_hints.get(mistake) or exercise["mistakes"][mistake]
    return hints


def _only_there(findings: Findings) -> list[str]:
    """Say which cases go wrong, if others go right."""
    good = len(findings.right_cases)
    return [wording.where_right(good, findings.case_count, findings.distinction)] if good else []


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
