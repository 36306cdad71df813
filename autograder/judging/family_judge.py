"""Recognise the families' mistakes in a student's answers: by the fixture's cases, confirmed on the fresh ones.

The numbers that families are recognised by are of the fixture's cases, which are public. So the student's function is
asked about those too, once something is wrong that no declared mistake explains; what is recognised there counts only
if the very edit gives the student's numbers on the fresh cases as well.
"""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.families.catalogue import Workshop
from autograder.families.family import Edit
from autograder.judging import cases
from autograder.judging.family_scopes import scopes_of, widest
from autograder.judging.protocol import Answer
from utils import fixtures
from utils.checking import families
from utils.checking.families import Answers, Recognised
from utils.checking.fingerprints import fingerprint

Asking = Callable[[Sequence[cases.Case]], Mapping[int, Answer]]


def recogniser(exercise: Exercise, course: Course, drawn: Sequence[cases.Case], ask: Asking) -> families.Recogniser:
    """Return ``recognise(answers, wrong)`` for answers to fresh cases.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    drawn : sequence of Case
        The fresh cases.
    ask : callable
        ``ask(cases)`` returns the student's answers to cases, by number. It is called once at most.
    """
    table = families.load(exercise.name)
    if table is None:
        return families.recognises_nothing
    public = [shown(exercise, place) for place in table.cases]
    if any(case.inputs.keys() != drawn[0].inputs.keys() for case in public):  # another course's exercise of that name
        return families.recognises_nothing

    @functools.cache
    def asked() -> dict[int, Mapping[str, object]]:
        answers = ask(public)
        whole = {place: answer for place, answer in answers.items() if not answer.failure}
        return {table.cases[place]: answer.calls[-1] for place, answer in whole.items()}

    def recognised(answers: Answers, wrong: Collection[str]) -> tuple[Recognised, ...]:
        workshop = workshop_of(exercise.name, course)
        ordinary = {index: own for index, own in answers.items() if not drawn[index].special}
        found = families.recognise(table, asked(), wrong)
        return tuple(one for one in found if ordinary and _holds(one, workshop, drawn, ordinary))

    return recognised


def shown(exercise: Exercise, place: int) -> cases.Case:
    """Return a case of an exercise's fixture."""
    case = fixtures.load(exercise.name)["cases"][place]
    return cases.Case(case["inputs"], case["upstream"])


# A process has one course, and each exercise's workshop is small.
@functools.cache
def workshop_of(exercise_name: str, course: Course) -> Workshop:
    """Return what makes the edits of an exercise, by its solution on the fixture's cases."""
    exercise, table = course.exercise(exercise_name), families.load(exercise_name)
    assert table is not None, "asked only for an exercise with families"
    return Workshop(exercise, course, scopes_of(exercise, course, widest([shown(exercise, k) for k in table.cases])))


def run(edit: Edit, workshop: Workshop, case: cases.Case) -> dict[str, object]:
    """Return what the exercise's function answers with an edit in it; it may raise anything."""
    exercise, course = workshop.exercise, workshop.course
    with np.errstate(all="ignore"):
        outputs = cases.answer(exercise, course, case, workshop.function(edit) if edit.nodes or edit.before else None)
        return edit.after(outputs, {**case.inputs, **case.upstream}) if edit.after else outputs


@functools.lru_cache(maxsize=512)
def _edit(name: str, exercise_name: str, course: Course) -> Edit | None:
    return workshop_of(exercise_name, course).edit(name)


def answer(name: str, exercise: Exercise, course: Course, case: cases.Case) -> dict[str, object] | None:
    """Return what the mistake of a family answers to a case; None where it raises, or there is no such mistake."""
    edit = _edit(name, exercise.name, course)
    try:
        return run(edit, workshop_of(exercise.name, course), case) if edit else None
    except Exception:  # a mistake may raise anything
        return None


def _holds(one: Recognised, workshop: Workshop, drawn: Sequence[cases.Case], answers: Answers) -> bool:
    """Whether a mistake changes nothing but what is wrong, and that as it is wrong, in all of these cases."""
    for index, own in answers.items():
        theirs = answer(one.id, workshop.exercise, workshop.course, drawn[index])
        if theirs is None:
            return False
        right = cases.answer(workshop.exercise, workshop.course, drawn[index])
        for output in workshop.exercise.outputs:
            made, answered, expected = (_parts(output, outputs[output]) for outputs in (theirs, own, right))
            if not families.alike(made, answered) and (output in one.outputs or not families.alike(made, expected)):
                return False
    return True


def _parts(output: str, value: object) -> dict[str, tuple[str, families.Numbers]]:
    return families.parts_of([fingerprint({output: value})])
