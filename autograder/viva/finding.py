"""Look for questions about one function: their keys are found by running, and are the same on every drawing.

Refused are a key that differs between two drawings, one that an effect too small to see would decide, and one that
nothing could be wrong about: everything changes, or nothing does.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator

from autograder.course import Course
from autograder.judging.cases import Case
from autograder.viva import effects, inputs, own_text
from autograder.viva.effects import Numbers
from autograder.viva.inputs import Argument
from autograder.viva.questions import (
    DRAWINGS,
    Along,
    Effect,
    Question,
    Reach,
    Scale,
    Shape,
    Slip,
    Subject,
    Verdict,
    answer,
)
from autograder.viva.subjects import Answers, Function, OwnFunction, working

FIRST = 2  # drawings on which a question is looked for
BATCH, BATCHES = 10, 2  # candidates of one kind that are run together, and how often, for one function
MOST_OPTIONS, MOST_ROWS = 14, 6
LEAST_OPTIONS = 2
COPIED = 3  # how poor a question is whose answer can be copied from it: asked where little else is left
Parts = tuple[tuple[str, ...], str, Along | None, list[float]]  # options, output, axis, and how much each changed
# Which argument changes, along which axis, at which place, and whether everything but that place becomes zero.
Changing = tuple[Argument, Along | None, int, bool]
TIME = ("T", "steps", "max_length")  # the letters and names of axes that count steps, from 1


@dataclass
class Finder:
    """Looks for questions about one function.

    Attributes
    ----------
    function : Function
    drawn, further : list of Case
        What it is called with: all questions on the first, and a question that is found on the others, which must give
        the same key. Masks and ids are drawn, too, and a key may rest on them.
    arguments : list of Argument
    before, before_further : list of dict
        What the function answers to each.
    subject : Subject
    rng : numpy.random.Generator
        Decides among questions.
    """

    function: Function
    drawn: list[Case]
    further: list[Case]
    arguments: list[Argument]
    before: Answers
    before_further: Answers
    subject: Subject
    rng: Generator
    _kept: dict[str, dict[Question, int]] = field(default_factory=dict)

    def find(self, kind: str) -> dict[Question, int]:
        """Return the questions of a kind that can be asked, and of each how poor it is: 0 is best."""
        if kind not in self._kept:
            search: Callable[[], Iterator[tuple[Question, int]]] = getattr(self, f"_{kind}s")
            self._kept[kind] = dict(search())
        return self._kept[kind]

    def _slips(self) -> Iterator[tuple[Question, int]]:
        if not isinstance(self.function, OwnFunction):
            return
        text = self.function.text
        groups = own_text.slips(text)
        batches = (batch for slips in groups for batch in self._batches(slips))
        # Where there is no loop, nearly every slip changes all of a single output.
        few = not groups[0] and len(self.before[0]) == 1
        for some in itertools.islice(batches, 1 if few else None):
            edited = [one for one in (own_text.edited(text, slip) for slip in some) if one]
            answers = self.function.edited([one.text for one in edited], self.drawn)
            tried = [self._effect(self.before, after) if after else None for after in answers]
            found = [(one, effect) for one, effect in zip(edited, tried, strict=True) if effect]
            further = self.function.edited([one.text for one, _ in found], self.further)
            for (one, effect), more in zip(found, further, strict=True):
                if more and _agree(effect, self._effect(self.before_further, more)):
                    yield Slip(self.subject, one.line, one.after, effect), int(sum(effect.touched) == 1)

    def _reachs(self) -> Iterator[tuple[Question, int]]:
        changes = sorted(self._changes(), key=lambda one: one[1] is None or one[1].letter not in TIME)
        over_time = sum(along is not None and along.letter in TIME for _, along, _, _ in changes)
        for some in (batch for part in (changes[:over_time], changes[over_time:]) for batch in self._batches(part)):
            seeds = self.rng.integers(2**32, size=len(some))
            sets = [_changed(self.drawn, one, int(seed)) for one, seed in zip(some, seeds, strict=True)]
            found = []
            for one, seed, after in zip(some, seeds, self.function.answers(sets), strict=True):
                effect = self._effect(_zeros(after) if one[3] else self.before, after) if after else None
                found += [(one, _changed(self.further, one, int(seed)), effect)] if effect else []
            answers = self.function.answers([further for _, further, _ in found])
            for ((argument, along, index, only), _, effect), more in zip(found, answers, strict=True):
                before = _zeros(more or []) if only else self.before_further
                if more and _agree(effect, self._effect(before, more)):
                    several = sum(effect.touched) > 1 and along is not None and along.letter in TIME
                    by_output = along is None and effect.along is None and len(effect.options) > 2
                    question = Reach(self.subject, argument.name, along, index, only, effect)
                    poor = 0 if by_output or several else COPIED if says_key(question) else 1
                    yield question, poor

    def _scales(self) -> Iterator[tuple[Question, int]]:
        names = list(self.before[0])
        floats = [one for one in self.arguments if not _is_ids(one)]
        sets = [[inputs.changed(case, one, inputs.doubled) for case in self.drawn + self.further] for one in floats]
        answers = self.function.answers(sets) if len(floats) <= MOST_OPTIONS else []
        found = {one.name: after for one, after in zip(floats, answers, strict=False)}
        tables = [("", names[0], {one: self._verdict(after, names[0]) for one, after in found.items()})]
        if len(names) > 1:
            tables = [(one, "", {name: self._verdict(after, name) for name in names}) for one, after in found.items()]
        for place in self.rng.permutation(len(tables)):
            if table := self._table(*tables[place]):
                yield table, int(len(table.rows) == 2)

    def _shapes(self) -> Iterator[tuple[Question, int]]:
        if not isinstance(self.function, OwnFunction):
            return
        printed = {shape for _, shape in self.subject.listed}  # an answer must not stand in the question
        for some in self._batches(list(own_text.probes(self.function.text))):
            for one, found in zip(
                some, self.function.shapes([one.text for one in some], self.drawn + self.further), strict=True
            ):
                if found and len({*found}) == 1 and found[0] and found[0] not in printed:
                    question = Shape(self.subject, one.line, one.expression, found[0])
                    yield question, int(not one.computes or len(found[0]) == 1)

    def _table(self, doubled: str, output: str, rows: dict[str, Verdict | None]) -> Scale | None:
        whole = [(name, verdict) for name, verdict in rows.items() if verdict]
        few = len(whole) == len(rows) and LEAST_OPTIONS <= len(rows) <= MOST_ROWS
        return Scale(self.subject, doubled, output, tuple(whole)) if few and len({*rows.values()}) > 1 else None

    def _verdict(self, after: Answers | None, output: str) -> Verdict | None:
        pairs = zip(self.before + self.before_further, after or (), strict=False)
        found = {effects.scaled(one[output], other[output]) if output in other else None for one, other in pairs}
        return found.pop() if len(found) == 1 else None

    def _changes(self) -> Iterator[Changing]:
        """Yield which argument may change, along which axis, where, and whether the rest of it becomes zero."""
        for argument in self.arguments:
            if not argument.is_array:
                continue
            yield argument, None, 0, False
            for along in argument.axes:
                for index in range(along.size):
                    yield argument, along, index, False
                    if along.letter in TIME and argument.above:
                        yield argument, along, index, True

    def _effect(self, before: Answers, after: Answers) -> Effect | None:
        """Return what is touched, in the first way in which that is worth a question."""
        pairs = list(zip(before, after, strict=True))
        for compare in self._ways():
            found = [compare(*pair) for pair in pairs]
            touched = {effects.touched(amounts) for _, _, _, amounts in found}
            options, output, along, amounts = found[0]
            if None in touched or len(touched) > 1:
                continue
            (which,) = touched
            if which and 0 < sum(which) < len(which):
                least = min(amount for amount, one in zip(amounts, which, strict=True) if one)
                return Effect(options, which, least, output, along)
        return None

    def _ways(self) -> Iterator[Callable[[Numbers, Numbers], Parts]]:
        """Yield how what a function returns can be divided into parts."""
        names = tuple(self.before[0])
        if LEAST_OPTIONS <= len(names) <= MOST_OPTIONS:

            def outputs(one: Numbers, other: Numbers) -> Any:
                found = [effects.amount(one[name], other.get(name, np.empty(0))) for name in names]
                return names, "", None, found

            yield outputs
        for name in names:
            letters = self.function.exercise.axes(name) if name in self.function.exercise.outputs else []
            shapes = {one[name].shape for one in self.before}
            if len(shapes) == 1 and len(letters) == len(next(iter(shapes))):
                parts = zip(itertools.count(), letters, next(iter(shapes)), strict=False)
                found = [Along(*part) for part in parts if letters.count(part[1]) == 1]
                for along in sorted(found, key=lambda one: one.letter not in TIME):
                    if LEAST_OPTIONS <= along.size <= MOST_OPTIONS:
                        yield _along(name, along)

    def _batches(self, candidates: Sequence[Any]) -> Iterator[list[Any]]:
        """Yield some of the candidates, so many at a time."""
        order = self.rng.permutation(len(candidates))[: BATCH * BATCHES]
        for place in range(0, len(order), BATCH):
            yield [candidates[one] for one in order[place : place + BATCH]]


def _along(name: str, along: Along) -> Callable[[Numbers, Numbers], Parts]:
    first = 1 if along.letter in TIME else 0
    options = tuple(str(place + first) for place in range(along.size))

    def compare(one: Numbers, other: Numbers) -> Parts:
        return options, name, along, effects.amounts(one[name], other.get(name, np.empty(0)), along)

    return compare


def _always(drawn: list[Case], name: str, value: int) -> bool:
    return all(case.inputs[name] == value for case in drawn)


def _changed(drawn: list[Case], one: Changing, seed: int) -> list[Case]:
    """Return cases in which one argument is changed."""
    (argument, along, index, only), made = one, []
    for number, case in enumerate(drawn):
        rng = np.random.default_rng([seed, number])
        change = inputs.only(along, index) if only and along else inputs.others(along, index, rng)
        made.append(inputs.changed(case, argument, change))
    return made


def _zeros(answers: Answers) -> Answers:
    return [{name: np.zeros_like(value) for name, value in one.items()} for one in answers]


def _agree(one: Effect, other: Effect | None) -> bool:
    return other is not None and dataclasses.replace(other, least=one.least) == one


def says_key(question: Reach) -> bool:
    """Whether the answer is the very number that stands in the question."""
    first = 1 if question.along and question.along.letter in TIME else 0
    return bool(question.along and question.effect.along) and answer(question) == (str(question.index + first),)


def _is_ids(argument: Argument) -> bool:
    return argument.is_array and argument.value.dtype.kind == "i"


def finder(function: Function, course: Course, rng: Generator) -> Finder | None:
    """Return what looks for questions about a function; None where it gives no numbers to ask about."""
    exercise = function.exercise
    drawn = inputs.draw(exercise, course, rng, DRAWINGS)
    before = working(function, drawn)
    if before is None:
        return None
    first, further = drawn[:FIRST], drawn[FIRST:]
    arguments = inputs.arguments(exercise, course, drawn[0])
    arrays = [one for one in arguments if one.is_array]
    subject = Subject(
        exercise.name,
        isinstance(function, OwnFunction),
        tuple((one.name, one.value.shape) for one in arrays),
        {along.letter: along.size for one in arrays for along in one.axes}
        | {
            name: value for name, value in drawn[0].inputs.items() if type(value) is int and _always(drawn, name, value)
        },
        tuple(one.name for one in arguments if exercise.forward and not one.above),
    )
    return Finder(function, first, further, arguments, before[:FIRST], before[FIRST:], subject, rng)
