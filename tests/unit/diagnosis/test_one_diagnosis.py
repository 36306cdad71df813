"""A learner's card and the grade's feedback say the same of the same wrong answer.

The texts are kept in `tests/cases/wrong_answers.md`, to be read by people: `UPDATE_GOLDEN=1 pytest` on this file writes
it again; read the diff. The grade's answers go over the wire, as they do from a kernel.
"""

import functools
import os
import re
from pathlib import Path

import numpy as np
import pytest
from over_the_wire import asked
from wrong_answers import COURSE, WRONG, functions

from autograder.judging import cases, family_judge
from autograder.judging.diagnosis import diagnosed
from autograder.judging.feedback import verdict
from utils import fixtures
from utils.checking import check_function, families
from utils.checking.run_cases import Clock

GOLDEN = Path(__file__).parents[2] / "cases" / "wrong_answers.md"
NUMBER = re.compile(r"(?<![\w.\[])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
every_wrong_answer = pytest.mark.parametrize("name", WRONG)


@functools.cache  # one run of each wrong answer serves all tests of this file
def checked(name):
    """Return the findings and the report of a learner's check."""
    exercise, space = fixtures.load(WRONG[name].exercise), functions(name)
    function, forward = space[exercise["name"]], space.get(exercise["forward"])
    findings = check_function._findings(function, forward, exercise, Clock(60))
    return findings, check_function.checked(function, forward=forward, seconds=60)


@functools.cache
def graded(name, shown=False, by_families=True):
    """Return the findings and the result of the grade on fresh inputs, or on those that the check shows."""
    exercise, space = COURSE.exercise(WRONG[name].exercise), functions(name)
    drawn = shown_cases(exercise) if shown else cases.draw(exercise, COURSE, np.random.default_rng(5))

    def answered(asked_cases):
        return [asked(cases.plan(exercise, COURSE, case), space) for case in asked_cases]

    answers = []
    for case in drawn:
        answers += answered([case])
        if answers[-1].failure:
            break
    recognise = families.recognises_nothing
    if by_families:
        recognise = family_judge.recogniser(exercise, COURSE, drawn, lambda public: dict(enumerate(answered(public))))
    findings, _ = diagnosed(exercise, COURSE, drawn, answers, recognise=recognise)
    return findings, verdict(exercise, COURSE, drawn, answers, 10.0, 5.0, recognise=recognise)


def facts(findings):
    """Return what does not depend on the numbers that were drawn."""
    failure = findings.failure
    return {
        "wrong": sorted(findings.wrong),
        "right": sorted(findings.right_outputs),
        "problems": {name: found.problem for name, found in findings.comparisons.items()},
        "entries": {name: len(found.entries) for name, found in findings.comparisons.items()},
        "mistake": findings.mistake,
        "by output": findings.by_output,
        "resemblances": {
            name: (found.kind, found.axis, found.letter, found.power) for name, found in findings.resemblances.items()
        },
        "pattern": findings.pattern,
        # A wrong number of parameters is an exception like any other to a kernel.
        "failure": failure and ("exception" if failure.kind == "parameters" else failure.kind, failure.function),
    }


def shown_cases(exercise):
    """Return the cases that a learner's check asks, as cases of the judge's."""
    fixture = fixtures.load(exercise.name)
    return [cases.Case(dict(c["inputs"]), dict(c["upstream"]), c["special"]) for c in fixture["cases"]]


@every_wrong_answer
def test_both_sides_find_the_same(name):
    """On fresh inputs the kind of every fact is the same; on the very inputs of the check the facts are."""
    own, report = checked(name)
    fresh, result = graded(name)
    assert facts(own) == facts(fresh)
    same, _ = graded(name, shown=True)
    assert facts(own) == facts(same)
    if own.failure is None:
        assert own.wrong == same.wrong
        assert result.mistake == report.mistake == own.mistake


def test_a_planted_difference_between_the_sides_is_found():
    own, _ = checked("known: db averaged")
    other, _ = graded("by output: two known")
    assert facts(own) != facts(other)


@every_wrong_answer
def test_no_feedback_holds_an_expected_value(name):
    findings, result = graded(name)
    assert leaked(result.output, findings) == []


def leaked(text, findings):
    """Return the numbers in a text that are expected at a worst entry, to three digits or more, and are not returned.

    What was returned as another output is the student's own number, though it should stand elsewhere.
    """
    numbers = {float(number) for number in NUMBER.findall(text)}
    expected, own = set(), set()
    for case in findings.compared.values():
        for found in (case[output] for output in findings.wrong):
            if found.expected is not None and not isinstance(found.expected, bool) and found.yours is not None:
                expected |= forms(found.expected)
                own |= forms(found.yours)
    return sorted((numbers & expected) - own - HARMLESS)


def forms(number):
    """Return a number with three digits or more, as a text may write it."""
    return {float(f"{number:.{digits}g}") for digits in range(3, 17)}


HARMLESS = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}  # as counts, sizes and steps they stand in every text


def test_a_leak_would_be_found():
    findings, result = graded("unnamed: everything")
    found = findings.comparisons["dx"]
    assert leaked(f"{result.output} It should be {found.expected:.4g}.", findings)
    assert leaked(f"dx should be {found.expected:.10f}"[:18], findings)


def test_a_resemblance_never_reveals_a_choice():
    """Choices are numbers too: 1 where 3 is right is a third of it, which said everything."""
    findings, result = graded("choice: another statement")
    assert findings.comparisons["formula"].problem == "choice" and not findings.resemblances
    assert "times what it should be" not in result.output and findings.comparisons["formula"].expected is None


def test_there_are_forty_and_more_of_every_kind():
    assert len(WRONG) >= 40 and len({wrong.exercise for wrong in WRONG.values()}) >= 15
    found = [checked(name)[0] for name in WRONG]
    problems = {comparison.problem for findings in found for comparison in findings.comparisons.values()}
    assert problems >= {None, "missing", "kind", "shape", "nan", "value", "property", "choice"}
    unnamed = [graded(name, by_families=False)[0] for name in WRONG]  # else families name most of what resembles
    likenesses = {likeness.kind for findings in unnamed for likeness in findings.resemblances.values()}
    assert likenesses >= {"zeros", "sign", "reversed", "wrong from", "transposed", "factor", "places"}
    assert likenesses >= {"truncated", "output", "input", "first along", "same along", "multiple", "offset", "opposite"}
    failures = {findings.failure.kind for findings in found if findings.failure}
    assert failures >= {"exception", "count", "parameters", "not-started"}
    assert any(findings.by_output for findings in found) and any(findings.forward_fault for findings in found)
    assert any(findings.misordered_parameters for findings in found)
    assert any(findings.numpy_warnings for findings in found)


def test_learners_read_the_golden_text():
    parts = ["# What learners read of wrong answers\n\nWritten by `tests/unit/diagnosis/test_one_diagnosis.py`.\n"]
    for name, wrong in WRONG.items():
        report, result = checked(name)[1], graded(name)[1]
        parts.append(f"## {name} (`{wrong.exercise}`)\n")
        parts.append(f"The card, {report.status}:\n\n```text\n{report}\n```\n")
        parts.append(f"The grade, {result.score:g} of {result.max_score:g}:\n\n```text\n{result.output}\n```\n")
    text = "\n".join(parts)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
