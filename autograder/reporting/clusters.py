"""Put wrong answers that have no name together: those with the same numbers, and those that failed alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, shared_inputs
from autograder.reporting import anonymous
from autograder.reporting.facts import Judged
from autograder.reporting.wrong_answers import Difference

_NOTHING = ("not-started", "not-run")  # reasons of a result without an answer that could be like another

Answers = tuple[tuple[str, ...], ...]  # of each shared case what is compared: digests by output, or a failure


@dataclass(frozen=True)
class Group:
    """Students whose wrong answers to an exercise are the same.

    Attributes
    ----------
    exercise : Exercise
    answers : tuple
        What they share.
    members : tuple of Judged
    failure, error, code, inside : str
        As of `autograder.reporting.wrong_answers.Cluster`.
    outputs : tuple of str
        Wrong in the mark of one of them at least.
    first : Difference or None
    """

    exercise: Exercise
    answers: Answers
    members: tuple[Judged, ...]
    failure: str
    error: str
    code: str
    inside: str
    outputs: tuple[str, ...]
    first: Difference | None


_FAILED = "failure"


def groups(course: Course, assignment: str, exercise: Exercise, judged: Iterable[Judged]) -> list[Group]:
    """Return the groups of students with the same unnamed wrong answers to an exercise, the largest first."""
    found: dict[Answers, list[Judged]] = {}
    for one in judged:
        result = one.results.get(exercise.name)
        if result and result["unnamed"] and result["reason"] not in _NOTHING:
            found.setdefault(_compared(course, exercise.name, result), []).append(one)
    shared = shared_inputs.drawn(exercise, course, assignment) if found else []
    made = [_group(course, exercise, shared, answers, members) for answers, members in found.items()]
    return sorted(made, key=lambda group: -len(group.members))


def answers_of(course: Course, name: str, shared: Iterable[Mapping[str, Any]]) -> Answers:
    """Return what is compared of answers to an exercise, as `autograder.judging.shared_inputs.as_data` writes them."""
    return tuple(_answer(course, name, case) for case in shared)


def has_numbers(answers: Answers) -> bool:
    """Whether at least one case was answered."""
    return any(answer[0] == "outputs" for answer in answers)


def _compared(course: Course, name: str, result: Mapping[str, Any]) -> Answers:
    shared = result["answers_to_shared_inputs"] or {}
    answers = answers_of(course, name, shared.get("cases", ()))
    if has_numbers(answers):
        return (("drawing", shared["drawing"]), *answers)
    # All calls fail, or it was not asked: one failure is as good as six.
    return answers[:1] or ((_FAILED, result["reason"] or "not asked", "", "", ""),)


def _answer(course: Course, name: str, case: Mapping[str, Any]) -> tuple[str, ...]:
    if failure := case.get("failure"):
        about = anonymous.error(failure["name"]) if failure["kind"] == "exception" else ""
        # A helper of the student's own is a part of this answer; another exercise's function is not.
        others = course.reference.sources.keys() - {name}
        inside = failure["function"] if failure["function"] in others else ""
        operation = anonymous.operation(failure["code"], anonymous.known_names(course))
        return (_FAILED, failure["kind"], about, operation, inside)
    return ("outputs", *(f"{name}:{digest}" for name, digest in case["outputs"].items()))


def _group(
    course: Course, exercise: Exercise, shared: list[cases.Case], answers: Answers, members: Sequence[Judged]
) -> Group:
    results = [one.results[exercise.name] for one in members]
    outputs = tuple(name for name in exercise.outputs if any(name in result["unnamed"] for result in results))
    failure, error, code, inside = answers[0][1:] if answers[0][0] == _FAILED else ("", "", "", "")
    first, data = None, results[0]["answers_to_shared_inputs"] or {}
    if not failure and data["drawing"] == shared_inputs.drawing(shared):
        first = _first(course, exercise, shared, data["first"])
    return Group(exercise, answers, tuple(members), failure, error, code, inside, outputs, first)


def _first(
    course: Course, exercise: Exercise, shared: list[cases.Case], data: Mapping[str, Any] | None
) -> Difference | None:
    """Return where the answers differ first, with what is expected there, of which the notebooks know nothing."""
    if data is None:
        return None
    case, output, part = shared[data["case"]], data["output"], tuple(data["part"])
    axes = tuple(exercise.axes(output))
    about: dict[str, Any] = {}
    if not exercise.properties:
        expected = shared_inputs.entry_of(cases.answer(exercise, course, case), output, part)
        if "index" in data:
            about["expected"] = shared_inputs.number(expected, tuple(data["index"]))
        if "shape" in data:
            about["expected_shape"] = shared_inputs.shape(expected)
    return Difference(
        special=case.special,
        output=output,
        problem=data["problem"],
        part=part,
        index=tuple(data.get("index", ())),
        axes=axes,
        yours=data.get("yours"),
        shape=tuple(data["shape"]) if "shape" in data else None,
        **about,
    )
