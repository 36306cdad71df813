"""Choose three questions for one student: of three kinds, about few functions, so that they fit a page."""

from collections.abc import Iterable, Sequence

from numpy.random import Generator

from autograder.viva.finding import Finder
from autograder.viva.questions import Question, Reach, Scale, Sheet

COUNT = 3
LINES, WIDTH = 31, 100  # of code on one page
KINDS = ("slip", "reach", "scale", "shape")  # in the order in which they are asked
RIGHT_KINDS = ("reach", "scale")  # which show no code


def choose(student: str, own: Sequence[Finder], right: Iterable[Finder], rng: Generator) -> Sheet:
    """Return a student's sheet.

    Parameters
    ----------
    student : str
    own : list of Finder
        Of the student's own functions that can be asked about.
    right : iterable of Finder
        Of the solution's functions; these questions fill up, with the label that no code of the student's is meant.
    rng : numpy.random.Generator
    """
    # Slips and reaches are asked wherever they can be; of the other two kinds it is either one.
    kinds = ["slip", "reach", *(["scale", "shape"] if rng.random() < 0.5 else ["shape", "scale"])]
    order = [own[place] for place in rng.permutation(len(own))]
    found: dict[Question, str] = {}
    for one in (order, sorted(order, key=lambda one: len(_text(one)))):  # the shortest, if the first leave no room
        other = _found(kinds, one)
        found = other if len(other) > len(found) else found
    questions = sorted(found, key=lambda question: KINDS.index(type(question).__name__.lower()))
    if len(found) < COUNT:
        _fill(questions, right)
    return Sheet(student, tuple(questions), {question.subject.name: text for question, text in found.items()})


def _found(kinds: Sequence[str], own: Sequence[Finder]) -> dict[Question, str]:
    """Return questions of these kinds, each with the text of its function, as many as are asked and fit the page.

    Where there are too few kinds, a second slip is asked about, in another function.
    """
    found: dict[Question, str] = {}
    for kind in (*kinds, "slip"):
        if len(found) < COUNT:
            found |= _first(kind, own, found)
    return found


def _first(kind: str, own: Sequence[Finder], found: dict[Question, str]) -> dict[Question, str]:
    """Return a question of a kind, if any: one of the better ones; of functions that are on the page only else."""
    there = {question.subject.name: text for question, text in found.items()}
    fallback: dict[Question, str] = {}
    for one in sorted(own, key=lambda one: one.subject.name in there):
        lines = "\n".join({**there, one.subject.name: _text(one)}.values()).split("\n")
        asked = one.find(kind) if sum(1 + len(line) // WIDTH for line in lines) <= LINES else None
        if asked and asked[0] not in found and not any(_alike(asked[0], other) for other in found):
            fallback = fallback if fallback and not asked[1] else {asked[0]: _text(one)}
            if asked[1]:
                break
    return fallback


def _text(one: Finder) -> str:
    return getattr(one.function, "text", "")


def _alike(one: Question, other: Question) -> bool:
    """Whether the same argument of the same function is changed in both."""
    reach, scale = (one, other) if isinstance(one, Reach) else (other, one)
    if not (isinstance(reach, Reach) and isinstance(scale, Scale)) or one.subject.name != other.subject.name:
        return False
    return reach.argument == scale.doubled or not scale.doubled


def _fill(found: list[Question], right: Iterable[Finder]) -> None:
    """Add questions about right functions, of both kinds in turn, one a function."""
    better: list[Question] = []
    others: list[Question] = []
    for place, one in enumerate(right):
        kinds = RIGHT_KINDS if place % 2 == 0 else RIGHT_KINDS[::-1]
        questions = [question for question in map(one.find, kinds) if question]
        for question, good in sorted(questions, key=lambda one: not one[1])[:1]:
            (better if good else others).append(question)
    found += [*better, *others][: COUNT - len(found)]
