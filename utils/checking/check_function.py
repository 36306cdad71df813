"""Answer one `check`: run the learner's function on its cases, diagnose what came back, and word the report."""

import dataclasses
import inspect
from collections.abc import Mapping, Sequence

from utils import fixtures
from utils.checking import (
    arguments,
    calling,
    families,
    kinds,
    known_right,
    learner_card,
    models,
    printing,
    properties,
    reached,
    run_cases,
    unwritten,
)
from utils.checking.cache_layout import CacheMismatch, mismatch
from utils.checking.case_in_hand import CaseInHand, in_hand
from utils.checking.changes import changes
from utils.checking.diagnose import diagnose
from utils.checking.findings import Findings, ForwardFault, ModelFault
from utils.checking.locate.locating import locate
from utils.checking.locate.location import Location
from utils.checking.printing import Printed
from utils.checking.report import Report
from utils.checking.run_cases import Clock, Fixture, Function, Run
from utils.checking.side_effects import side_effects
from utils.checking.smallest_case import first_step, smallest_failing
from utils.checking.stages import ALL, Stages

PLACE = 4  # the level of hints that shows the place in the code


def checked(
    function: object,
    *,
    forward: object = None,
    hint: object = 1,
    seconds: float = calling.SECONDS,
    stages: Stages = ALL,
) -> Report:
    """Return the Report on `function`; see `utils.check.check`.

    `seconds` is the wall time that all cases share, and `stages` says which levels of hints are open.
    """
    level, notes = arguments.hint_level(hint)
    if refused := arguments.refusal(function, forward):
        return refused.noting(notes)
    exercise = fixtures.load(calling.name_of(function))
    assert callable(function) and (forward is None or callable(forward))  # anything else was refused
    place = min(level, stages.open_to) >= PLACE
    findings = _findings(function, forward, exercise, Clock(seconds), place=place)
    report = learner_card.in_words(exercise, findings, level, stages).noting(notes)
    finding = "wrong" if report.unaided else kinds.finding(findings)
    named = () if report.unaided else kinds.named(findings)
    return dataclasses.replace(report, finding=finding, named=named, printed=findings.printed)


def case_in_hand(function: object, forward: object = None, seconds: float = calling.SECONDS) -> CaseInHand:
    """Return the CaseInHand of `function`; see `utils.check.case`."""
    if refused := arguments.refusal(function, forward):
        return CaseInHand(refused.name, refused.title, refused.paragraphs)
    exercise = fixtures.load(calling.name_of(function))
    assert callable(function) and (forward is None or callable(forward))  # anything else was refused
    with printing.caught():  # the call that is handed over prints once more, by itself
        findings = _findings(function, forward, exercise, Clock(seconds))
    return in_hand(function, forward, run_cases.in_form(exercise, findings.other_form), findings, Clock(seconds))


def found(
    function: Function, forward: Function | None = None, seconds: float = calling.SECONDS, place: bool = False
) -> Findings:
    """Return what `checked` would put into words, for those who count facts or have words of their own.

    With `place`, the place in the code is sought for every wrong answer.
    """
    return _findings(function, forward, fixtures.load(calling.name_of(function)), Clock(seconds), place=place)


def _findings(
    function: Function, forward: Function | None, exercise: Fixture, clock: Clock, place: bool = False
) -> Findings:
    """Run a function on the cases of its exercise and return what is found, side effects and forward pass included.

    The place in the code is sought where no mistake is named, and with `place` in any case.
    """
    findings, runs = _diagnosed(function, forward, exercise, clock)
    if findings.model_fault:
        return findings
    exercise = run_cases.in_form(exercise, findings.other_form)
    cases = [run_cases.case_of(exercise, case) for case in exercise["cases"]]
    if findings.ok:
        effects = side_effects(function, forward, exercise, runs, clock)
        return dataclasses.replace(findings, side_effects=effects, printed=_printed(findings, runs))
    alike = findings.failure and findings.failure.kind in ("parameters", "timeout")  # no case would say more
    if not alike and (index := smallest_failing(findings, cases, runs)) >= 0:
        findings = dataclasses.replace(findings, smallest=index)
        first = first_step(exercise, findings, cases[index], runs[index])
        findings = dataclasses.replace(findings, first_step=first)
    findings = dataclasses.replace(findings, printed=_printed(findings, runs))
    if findings.unexplained and not exercise.get("properties"):
        unfilled = _unwritten(function, forward, exercise, findings, runs, clock)
        findings = dataclasses.replace(findings, unwritten=unfilled)
    fault = _forward_fault(forward, exercise, clock) if findings.unexplained else None
    findings = dataclasses.replace(
        findings,
        misordered_parameters=_other_order(function, exercise),
        forward_fault=fault,
        wrong_below=_wrong_below(function, clock) if findings.unexplained or findings.failure else (),
        cache_mismatch=_cache_mismatch(function, forward, findings),
    )
    if place or not (findings.mistake or findings.by_output):
        findings = dataclasses.replace(findings, location=_location(function, forward, exercise, findings, runs, clock))
    return findings


def _diagnosed(
    function: Function, forward: Function | None, exercise: Fixture, clock: Clock
) -> tuple[Findings, list[Run]]:
    """Run a function on the cases of its exercise and compare what it returns."""
    handed_in: dict[str, Function] = {}
    try:
        handed_in = models.found(function, exercise, clock, checked)
    except properties.ModelFailed as failed:
        if not calling.is_stub(function):  # a stub is not started, whatever it would be judged with
            return _without_a_model(exercise, failed), []
    runs = run_cases.run_all(function, forward, exercise, clock)
    cases = [run_cases.case_of(exercise, case) for case in exercise["cases"]]
    try:
        findings = diagnose(
            run_cases.subject(exercise), cases, runs, handed_in, recognise=families.recogniser(exercise["name"])
        )
    except properties.ModelFailed as failed:
        return _without_a_model(exercise, failed), []
    return findings, runs


def _printed(findings: Findings, runs: Sequence[Run]) -> Printed | None:
    return printing.chosen([run.printed for run in runs], findings.smallest, findings.failed_case)


def _unwritten(
    function: Function,
    forward: Function | None,
    exercise: Fixture,
    findings: Findings,
    runs: Sequence[Run],
    clock: Clock,
) -> tuple[str, ...]:
    """Return the wrong outputs that are others, in every wrong case, where `np.empty` finds other numbers in memory."""

    def again(index: int, other: bool) -> Mapping[str, object]:
        with unwritten.filled(other):
            return run_cases.run_case(function, forward, exercise, exercise["cases"][index], clock).outputs or {}

    left = findings.unexplained
    for index in sorted({index for output in left for index in findings.wrong[output]}):
        own, moved = runs[index].outputs or {}, again(index, other=True)
        concerned = [output for output in left if index in findings.wrong[output]]
        changed = {o for o in concerned if o in own.keys() & moved.keys() and any(changes(o, own[o], moved[o]))}
        if changed:
            repeated = again(index, other=False)
            changed = {o for o in changed if o in repeated and not any(changes(o, own[o], repeated[o]))}  # no chance
        left = tuple(output for output in left if output in changed or output not in concerned)
        if not left:
            break
    return left


def _cache_mismatch(function: Function, forward: Function | None, findings: Findings) -> CacheMismatch | None:
    """Return how the cache is made and taken apart, where that may be why numbers are wrong or the call stopped."""
    failure = findings.failure
    stopped = failure is not None and failure.kind == "exception" and failure.function == findings.name
    if forward is None or not (stopped or findings.unexplained):
        return None
    return mismatch(function, forward, failure.sites[-1].text if failure and failure.sites else "")


def _location(
    function: Function,
    forward: Function | None,
    exercise: Fixture,
    findings: Findings,
    runs: Sequence[Run],
    clock: Clock,
) -> Location | None:
    """Return where a wrong answer parts from every right way, if it has numbers and rests on right functions."""
    comparisons = findings.comparisons
    if findings.failure or findings.forward_fault:
        return None
    if any(comparisons[output].problem not in ("value", "shape", "nan") for output in findings.wrong):
        return None
    found = locate(function, forward, exercise, runs, findings.wrong, clock)
    return None if found and found.calls and not _is_right(function, found.calls, clock) else found


def _is_right(function: Function, name: str, clock: Clock) -> bool:
    """Whether the function of the course that `function` calls by this name is right."""
    exercise = fixtures.load(name)
    try:
        called = models.lookup(function, name)
        forward = models.lookup(function, exercise["forward"]) if exercise["forward"] else None
    except properties.ModelFailed:
        return False
    return calling.name_of(called) == name and _diagnosed_below(called, forward, exercise, clock) is None


def _without_a_model(exercise: Fixture, failed: properties.ModelFailed) -> Findings:
    fault = ModelFault(failed.model, failed.problem, failed.detail)
    return Findings(exercise["name"], case_count=0, compared={}, model_fault=fault)


def _other_order(function: Function, exercise: Fixture) -> tuple[str, ...]:
    """Return the learner's parameters if their names are right but their order is not: arguments go by position."""
    try:
        own = tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
    meant = tuple(run_cases.parameters(exercise["signature"]))
    return own if own != meant and sorted(own) == sorted(meant) else ()


def _wrong_below(function: Function, clock: Clock) -> tuple[str, ...]:
    """Return the exercises that a function calls, of the learner's own, and that are not right all by themselves."""
    names, wrong = fixtures.names(), []
    for inner in reached.functions(function):
        name = inner.__name__
        if name == calling.name_of(function) or name not in names or name in wrong:
            continue
        forward = inner.__globals__.get(fixtures.load(name)["forward"] or "")
        findings = _diagnosed_below(inner, forward, fixtures.load(name), clock)
        if findings is None:
            continue
        if not (findings.unexplained or findings.failure) or not _wrong_below(inner, clock):
            wrong.append(name)  # else what that one calls is named
    return tuple(wrong)


def _diagnosed_below(function: Function, forward: Function | None, exercise: Fixture, clock: Clock) -> Findings | None:
    """Return what is wrong with a function of the course that the checked one calls; None if it is right.

    It is run again only if it may be another one than it was, or was not right.
    """
    # A judge of properties looks at more functions than this one calls.
    key = None if exercise.get("properties") else known_right.key("right", exercise, function, forward)
    if known_right.holds(key):
        return None
    findings, _ = _diagnosed(function, forward, exercise, Clock(clock.left))
    if not findings.ok:
        return findings
    known_right.remember(key)
    return None


def _forward_fault(forward: Function | None, exercise: Fixture, clock: Clock) -> ForwardFault | None:
    """Return what is wrong with the forward pass that the cache comes from."""
    name = exercise["forward"]
    if forward is None or not name or calling.name_of(forward) != name:
        return None
    source = fixtures.load(name)
    key = known_right.key("right, and its cache too", source, forward)
    if known_right.holds(key):
        return None
    findings = _findings(forward, None, source, Clock(clock.left))
    if not findings.ok:
        return ForwardFault(name, "wrong")
    # A cache that is already spoilt shows here, not in the forward pass's own numbers.
    for kind in ("aliases", "mutates"):
        if kind in findings.side_effects:
            return ForwardFault(name, kind, findings.side_effects[kind])
    known_right.remember(key)
    return None
