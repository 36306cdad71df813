"""Answer one `check`: run the learner's function on its cases, diagnose what came back, and word the report."""

import dataclasses
import inspect

from utils import fixtures
from utils.checking import arguments, calling, families, learner_card, models, properties, run_cases
from utils.checking.diagnose import diagnose
from utils.checking.findings import Findings, ForwardFault, ModelFault
from utils.checking.report import Report
from utils.checking.run_cases import Clock, Fixture, Function
from utils.checking.side_effects import side_effects


def checked(function: object, *, forward: object = None, hint: object = 1, seconds: float = calling.SECONDS) -> Report:
    """Return the Report on `function`; see `utils.check.check`.

    `seconds` is the wall time that all cases share.
    """
    level, notes = arguments.hint_level(hint)
    if refused := arguments.refusal(function, forward):
        return refused.noting(notes)
    exercise = fixtures.load(calling.name_of(function))
    assert callable(function) and (forward is None or callable(forward))  # anything else was refused
    findings = _findings(function, forward, exercise, Clock(seconds))
    return learner_card.in_words(exercise, findings, level).noting(notes)


def found(function: Function, forward: Function | None = None, seconds: float = calling.SECONDS) -> Findings:
    """Return what `checked` would put into words, for those who count facts."""
    return _findings(function, forward, fixtures.load(calling.name_of(function)), Clock(seconds))


def _findings(function: Function, forward: Function | None, exercise: Fixture, clock: Clock) -> Findings:
    """Run a function on the cases of its exercise and return what is found, side effects and forward pass included."""
    handed_in: dict[str, Function] = {}
    try:
        handed_in = models.found(function, exercise, clock, checked)
    except properties.ModelFailed as failed:
        if not run_cases.is_stub(function):  # a stub is not started, whatever it would be judged with
            return _without_a_model(exercise, failed)
    runs = run_cases.run_all(function, forward, exercise, clock)
    cases = [run_cases.case_of(exercise, case) for case in exercise["cases"]]
    try:
        findings = diagnose(
            run_cases.subject(exercise), cases, runs, handed_in, recognise=families.recogniser(exercise["name"])
        )
    except properties.ModelFailed as failed:
        return _without_a_model(exercise, failed)
    if findings.ok:
        return dataclasses.replace(findings, side_effects=side_effects(function, forward, exercise, runs, clock))
    fault = _forward_fault(forward, exercise, clock) if findings.unexplained else None
    return dataclasses.replace(findings, misordered_parameters=_other_order(function, exercise), forward_fault=fault)


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


def _forward_fault(forward: Function | None, exercise: Fixture, clock: Clock) -> ForwardFault | None:
    """Return what is wrong with the forward pass that the cache comes from."""
    name = exercise["forward"]
    if forward is None or not name or calling.name_of(forward) != name:
        return None
    findings = _findings(forward, None, fixtures.load(name), Clock(clock.left))
    if not findings.ok:
        return ForwardFault(name, "wrong")
    # A cache that is already spoilt shows here, not in the forward pass's own numbers.
    for kind in ("aliases", "mutates"):
        if kind in findings.side_effects:
            return ForwardFault(name, kind, findings.side_effects[kind])
    return None
