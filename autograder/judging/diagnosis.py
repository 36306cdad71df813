"""Diagnose a student's answers as `check` diagnoses a learner's, but on fresh inputs and against the reference."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, protocol
from autograder.judging.carry_forward import Carried
from utils.checking import choices, families
from utils.checking.comparison import Comparison
from utils.checking.diagnose import compared, diagnose, judged_by_properties
from utils.checking.findings import Answer, Case, Findings, Fingerprint, Subject
from utils.checking.fingerprints import fingerprint
from utils.checking.other_form import in_their_form


class Asked:
    """Drawn cases with what is expected of them: computed when an answer needs it, and kept for further answers.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    drawn : sequence of Case
    """

    def __init__(self, exercise: Exercise, course: Course, drawn: Sequence[cases.Case]) -> None:
        self.exercise, self.course, self.drawn = exercise, course, drawn
        self._known: dict[tuple[cases.Case, bool | None], Case] = {}

    def case(self, index: int, own: Mapping[str, object] | None) -> Case:
        """Return the case that `own` answers, with the reference's outputs if `own` is compared with them."""
        drawn = self.drawn[index]
        by_properties = None if own is None else judged_by_properties(_subject(self.exercise), own)
        if (drawn, by_properties) not in self._known:
            self._known[drawn, by_properties] = _case(self.exercise, self.course, drawn, own)
        return self._known[drawn, by_properties]

    def expect(self) -> None:
        """Compute now what is expected of right outputs, while a kernel is asked for the student's."""
        for index in range(len(self.drawn)):
            self.case(index, {})

    def prepare(self) -> None:
        """Compute now what is expected, for processes that are forked from this one."""
        for index in range(len(self.drawn)):
            case = self.case(index, {})
            for mistake in _subject(self.exercise).mistakes:
                case.fingerprint(mistake)

    def is_right(self, index: int, own: Mapping[str, object]) -> bool:
        """Whether all outputs `own` of one case are right, taken alone."""
        found = compared(_subject(self.exercise), self.case(index, own), own, self.course.reference)
        return all(comparison.ok for comparison in found.values())


def diagnosed(
    exercise: Exercise,
    course: Course,
    drawn: Sequence[cases.Case],
    answers: Sequence[protocol.Answer],
    carried: Carried | None = None,
    recognise: families.Recogniser = families.recognises_nothing,
    known: Asked | None = None,
) -> tuple[Findings, list[Case]]:
    """Return what a student's answers hold, and the cases with what was expected.

    `recognise` names the families' mistakes; see `family_judge`. `known` is what earlier answers to `drawn` have shown.

    Returns
    -------
    findings : Findings
    asked : list of Case
    """
    outputs = [None if answer.failure else answer.calls[-1] for answer in answers]
    known = known or Asked(exercise, course, drawn)
    asked = [known.case(index, values) for index, values in enumerate(outputs)]
    own = _own(answers)
    excused = carried.origins if carried else ()
    return diagnose(_subject(exercise), asked, own, course.reference, excused, recognise), asked


def right_answers(
    exercise: Exercise, course: Course, drawn: Sequence[cases.Case], answers: Sequence[protocol.Answer]
) -> list[Mapping[str, object]]:
    """Return what would be right for each drawn case, in the form that a student's answers have."""
    if exercise.other_form is None:
        return [cases.answer(exercise, course, case) for case in drawn]
    asked, _ = in_their_form([_case(exercise, course, case, {}) for case in drawn], _own(answers))
    return [case.expected for case in asked]


def compared_case(
    exercise: Exercise,
    course: Course,
    case: cases.Case,
    own: Mapping[str, object],
    right: Mapping[str, object] | None = None,
) -> Mapping[str, Comparison]:
    """Compare the outputs `own` of one case with the reference's, `right`, or judge them by their properties.

    Returns
    -------
    dict of str to Comparison
        By output.
    """
    asked = _case(exercise, course, case, own) if right is None else Case(case.inputs, case.upstream, right)
    found = compared(_subject(exercise), asked, own, course.reference)
    return choices.together(_subject(exercise), found, [name for name, one in found.items() if not one.ok])


def _own(answers: Sequence[protocol.Answer]) -> list[Answer]:
    """Return a student's answers as a diagnosis takes them."""
    return [
        Answer(
            None if answer.failure else answer.calls[-1],
            answer.failure,
            forward_outputs=tuple(answer.calls[0].values()) if len(answer.calls) > 1 else (),
        )
        for answer in answers
    ]


def _subject(exercise: Exercise) -> Subject:
    outputs = {name: tuple(exercise.axes(name)) for name in exercise.outputs}
    known = () if exercise.properties else tuple(m.id for m in exercise.mistakes if m.side_effect is None)
    return Subject(exercise.name, outputs, known, exercise.patterns, exercise.properties)


def _case(exercise: Exercise, course: Course, case: cases.Case, own: Mapping[str, object] | None) -> Case:
    """Return a drawn case with the reference's outputs, if the student's are compared with them."""
    by_properties = own is not None and judged_by_properties(_subject(exercise), own)
    expected = {} if by_properties or own is None else cases.answer(exercise, course, case)

    @functools.cache  # for as long as this case is diagnosed
    def fingerprint_of(mistake: str) -> Fingerprint | None:
        meant = next(one for one in exercise.mistakes if one.id == mistake)
        wrong = course.reference.mistaken(exercise.name, meant)
        try:
            with np.errstate(all="ignore"):
                return fingerprint(cases.answer(exercise, course, case, wrong))
        except Exception:  # a mistake that raises has no numbers to be recognised by
            return None

    followed = cases.followed(exercise, course, case) if by_properties else {}
    other = cases.in_other_form(exercise, course, case) if exercise.other_form else None
    return Case(case.inputs, case.upstream, expected, fingerprint_of, case.special, case.edge, followed, other)
