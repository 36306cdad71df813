"""Choose three questions for one student: of three kinds, about few functions, so that they fit a page."""

from collections.abc import Iterable, Sequence

from numpy.random import Generator

from autograder.viva.finding import Finder
from autograder.viva.questions import Question, Reach, Scale, Sheet

COUNT = 3
LINES, WIDTH = 40, 100  # of code on one page
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
    excerpts: dict[str, str] = {}
    found: list[Question] = []
    # Slips and reaches are asked wherever they can be; of the other two kinds it is either one.
    last = ["scale", "shape"] if rng.random() < 0.5 else ["shape", "scale"]
    for kind in ("slip", "reach", *last):
        question = _first(kind, own, excerpts, rng) if len(found) < COUNT else None
        if question and not any(_alike(question, other) for other in found):
            found.append(question)
    found.sort(key=lambda question: KINDS.index(type(question).__name__.lower()))
    if len(found) < COUNT:
        _fill(found, right)
    used = {question.subject.name for question in found if question.subject.own}
    return Sheet(student, tuple(found), {name: text for name, text in excerpts.items() if name in used})


def _alike(one: Question, other: Question) -> bool:
    """Whether the same argument of the same function is changed in both."""
    reach, scale = (one, other) if isinstance(one, Reach) else (other, one)
    if not (isinstance(reach, Reach) and isinstance(scale, Scale)) or one.subject.name != other.subject.name:
        return False
    return reach.argument == scale.doubled or not scale.doubled


def _first(kind: str, own: Sequence[Finder], excerpts: dict[str, str], rng: Generator) -> Question | None:
    """Return a question of a kind: one of the better ones, if any; about functions that are on the page come last."""
    fallback: tuple[Question, str] | None = None
    order = [own[place] for place in rng.permutation(len(own))]
    for one in sorted(order, key=lambda one: one.subject.name in excerpts):
        text = getattr(one.function, "text", "")
        lines = "\n".join({**excerpts, one.subject.name: text}.values()).split("\n")
        if sum(1 + len(line) // WIDTH for line in lines) > LINES or (found := one.find(kind)) is None:
            continue
        question, good = found
        fallback = fallback if fallback and not good else (question, text)
        if good:
            break
    if fallback is None:
        return None
    question, excerpts[question.subject.name] = fallback
    return question


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
