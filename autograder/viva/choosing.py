"""Choose three questions for one student: of three kinds, about few functions, so that they fit a page.

Sheets are dealt by place in the class. From the questions that a submission allows, the first place gets three, the
second place three others, and so on: each time what was asked least, with the answer that was right least often. A
student gets what this place would if the whole class had handed in the same. So two students with the same code are
asked the same only where nothing else is left, and a sheet needs no other student's notebook.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from numpy.random import Generator

from autograder.viva.finding import Finder
from autograder.viva.questions import Question, Reach, Scale, Sheet, Slip, answer

COUNT = 3
LINES, WIDTH = 31, 100  # of code on one page
KINDS = ("slip", "reach", "scale", "shape")  # in the order in which they are asked
# What each question may be, until there are three: no kind twice, except that slips fill up.
TURNS = (("slip",), ("reach",), ("scale", "shape"), ("scale", "shape"), ("slip",))
RIGHT_KINDS = ("reach", "scale")  # which show no code


@dataclass(frozen=True, eq=False)
class Candidate:
    """A question that can be asked.

    Attributes
    ----------
    question : Question
    kind : str
    poor : int
        How poor the question is: 0 is best.
    text : str
        Of its function; empty where no code is shown.
    key : tuple
        Kind and right answer: whoever learns it can answer every question that has the same.
    """

    question: Question
    kind: str
    poor: int
    text: str
    key: tuple[object, ...]

    @property
    def name(self) -> str:
        """The function."""
        return self.question.subject.name

    @cached_property
    def lines(self) -> int:
        """How many lines of a page its function takes."""
        return sum(1 + len(line) // WIDTH for line in self.text.split("\n"))


Dealt = Counter[object]  # how often a candidate was taken, and how often a key


def choose(
    student: str, place: int, own: Sequence[Finder], right: Callable[[], Sequence[Finder]], rng: Generator
) -> Sheet:
    """Return a student's sheet.

    Parameters
    ----------
    student : str
    place : int
        In the class, from 0.
    own : list of Finder
        Of the student's own functions that can be asked about.
    right : callable
        Returns those of the solution's functions; these questions fill up, with the label that no code of the student's
        is meant.
    rng : numpy.random.Generator
        Decides among questions that are equally good; it must be the same for everybody.
    """
    found = _dealt(place, _candidates(KINDS, own, rng), _page)
    if len(found) < COUNT:
        others = _dealt(place, _candidates(RIGHT_KINDS, right(), rng), _right)[: COUNT - len(found)]
    else:
        others = []
    excerpts = {one.name: one.text for one in found}
    ordered = sorted(found, key=lambda one: KINDS.index(one.kind))
    return Sheet(student, tuple(one.question for one in ordered + others), excerpts)


def _candidates(kinds: Sequence[str], finders: Sequence[Finder], rng: Generator) -> list[Candidate]:
    found = [
        Candidate(question, kind, poor, getattr(one.function, "text", ""), (kind, *answer(question)))
        for kind in kinds
        for one in finders
        for question, poor in one.find(kind).items()
    ]
    return [found[number] for number in rng.permutation(len(found))]


def _dealt(
    place: int, candidates: list[Candidate], take: Callable[[list[Candidate], Dealt], list[Candidate]]
) -> list[Candidate]:
    """Return what this place gets, after all before it have got theirs."""
    dealt: Dealt = Counter()
    for _ in range(place):
        for one in take(candidates, dealt):
            dealt.update([one, one.key])
    return take(candidates, dealt)


def _page(candidates: list[Candidate], dealt: Dealt) -> list[Candidate]:
    """Return questions that fit a page, as many as are asked if possible."""
    most: list[Candidate] = []
    for shortest_first in (False, True):  # if the first leave no room
        found: list[Candidate] = []
        for kinds in TURNS:
            there = {one.name: one.lines for one in found}
            room = LINES - sum(there.values())
            fitting = [one for one in candidates if one.kind in kinds and (one.name in there or one.lines <= room)]
            possible = [one for one in fitting if _goes_with(found, one, kinds)]
            if possible and len(found) < COUNT:
                found.append(min(possible, key=lambda one: _order(one, found, dealt, shortest_first)))
        most = found if len(found) > len(most) else most
        if len(most) == COUNT:
            break
    return most


def _right(candidates: list[Candidate], dealt: Dealt) -> list[Candidate]:
    """Return questions about right functions, one a function and the two kinds in turn, if there are enough."""
    found: list[Candidate] = []
    while len(found) < COUNT:
        possible = [one for one in candidates if one.name not in {other.name for other in found}]
        if not possible:
            break
        kinds = Counter(one.kind for one in found)
        found.append(min(possible, key=lambda one: (kinds[one.kind], *_order(one, found, dealt))))
    return found


def _order(one: Candidate, found: list[Candidate], dealt: Dealt, shortest_first: bool = False) -> tuple[int, ...]:
    """Return what a candidate is sorted by: asked least, right least often and good, on the page already."""
    new = one.name not in {other.name for other in found}
    return len(one.text) if shortest_first else 0, dealt[one], dealt[one.key] + one.poor, new


def _goes_with(found: list[Candidate], one: Candidate, kinds: Sequence[str]) -> bool:
    """Whether a question is unlike those that are found."""
    if len(kinds) > 1 and any(one.kind == other.kind for other in found):
        return False
    return not any(one is other or _alike(one.question, other.question) for other in found)


def _alike(one: Question, other: Question) -> bool:
    """Whether both change the same argument of the same function, or the same line."""
    if one.subject.name != other.subject.name:
        return False
    if isinstance(one, Slip) and isinstance(other, Slip):
        return one.line == other.line
    reach, scale = (one, other) if isinstance(one, Reach) else (other, one)
    if not (isinstance(reach, Reach) and isinstance(scale, Scale)):
        return False
    return reach.argument == scale.doubled or not scale.doubled
