"""Find out whether answers are in the other published form of an exercise, and compare them with that form if they are.

The outputs of the forward pass show the form. So a backward pass is compared with the gradients of the form that
its own forward pass has, and one that mixes the two forms is right in neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from utils.checking.compare import compare
from utils.checking.findings import Answer, Case


def in_their_form(cases: Sequence[Case], answers: Sequence[Answer]) -> tuple[Sequence[Case], bool]:
    """Return the cases with what is right in the form of the answers, and whether that is the other form.

    Parameters
    ----------
    cases : sequence of Case
    answers : sequence of Answer
        One a case, in order; they may stop early.

    Notes
    -----
    It is the other form if the answers to all ordinary cases are. A special case may go wrong in either form.
    """
    ordinary = [(case, answer) for case, answer in zip(cases, answers, strict=False) if not case.special]
    if not ordinary or not all(_is_in_it(case, answer) for case, answer in ordinary):
        return cases, False
    return [replace(case, expected=case.other.expected) if case.other else case for case in cases], True


def _is_in_it(case: Case, answer: Answer) -> bool:
    if case.other is None or answer.outputs is None:
        return False
    own: Mapping[str, object] = answer.outputs
    if case.upstream:
        own = dict(zip(case.other.sign, answer.forward_outputs, strict=False))
    return own.keys() >= case.other.sign.keys() and all(
        compare(name, own[name], expected).ok for name, expected in case.other.sign.items()
    )
