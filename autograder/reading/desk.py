"""Hand out written answers, one group of identical ones at a time, and take in what a reader chose.

All that a page asks is a method here that takes plain values and returns what JSON can hold. Nothing of it names a
student.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course import Course, rubrics, rules, source
from autograder.course.rubrics import RubricItem
from autograder.errors import BadRequest
from autograder.grading import item_marks
from autograder.grading.choices import Answer, Choice, answers_at, present, version
from autograder.grading.formulas import rendered
from autograder.grading.gradebook import DEMO
from autograder.judging.seeds import secret
from autograder.reading import dealing, figures
from autograder.reading.copies import Copies
from autograder.reading.dealing import Group

MAX_NOTE = 10_000  # characters of a comment


@dataclass(frozen=True)
class Question:
    """A written question, its rubric and the figures that its exemplar states."""

    cell: str
    title: str
    points: float
    text: str
    exemplar: str
    items: tuple[RubricItem, ...]
    figures: tuple[figures.Figure, ...]


class Desk:
    """The written answers of one assignment, and who reads them.

    Parameters
    ----------
    course : Course
    assignment : str
    url : str
        The gradebook's address.
    reader : str, optional
        One of ``course/people.toml``; without a name, whoever reads sees all answers.
    """

    def __init__(self, course: Course, assignment: str, url: str, reader: str | None = None) -> None:
        self._assignment, self._url, self.reader = assignment, url, reader
        self._readers = dealing.readers_of(assignment, rules.read(course).people.readers, reader)
        self._key = secret(course.workspace)
        self._copies = Copies(course.workspace, assignment)
        self._handed: dict[str, tuple[str, ...]] = {}  # by the ids that windows have open, the students
        self._pictures = str(course.workspace / "source" / assignment)
        self.questions = {one.cell: one for one in questions(course, assignment)}
        if not self.questions:
            raise BadRequest(f"{assignment} has no written answers.")

    def start(self) -> dict[str, Any]:
        """Return what stays as it is while a page is open: questions and rubrics."""
        listed = [
            {
                "cell": one.cell,
                "title": one.title,
                "points": one.points,
                "text": rendered(one.text, pictures=self._pictures),
                "exemplar": figures.marked(rendered(one.exemplar, pictures=self._pictures), one.figures),
                "figures": list(dict.fromkeys(figure.number.text for figure in one.figures)),
                "items": [
                    {"id": item.id, "points": item.points, "comment": rendered(item.comment)} for item in one.items
                ],
            }
            for one in self.questions.values()
        ]
        return {"assignment": self._assignment, "reader": self.reader, "questions": listed}

    def open(self, holder: str, cell: str, at: str | None, step: str, leave: Sequence[str] = ()) -> dict[str, Any]:
        """Hand out an answer, and hold it for this window.

        Parameters
        ----------
        holder : str
            The window.
        cell : str
            The question.
        at : str or None
            The id of the answer to begin from; None for the first.
        step : {"ungraded", "next", "previous", "this"}
            Which one: the next that waits for a person, the next or the one before it, or that one itself.
        leave : sequence of str
            The ids of answers that this window has open and leaves.

        Returns
        -------
        dict
            `answer`, None if there is none; `held`, whether others have open what is left; and `progress`.
        """
        question = self._question(cell)
        groups: list[Group] = []
        held: list[Group] = []

        def choose(found: dict[str, Answer], others: set[str]) -> tuple[str, ...]:
            groups[:] = self._groups(question, found)
            for group in _in_turn(groups, at, step):
                if self._is_mine(question, group) and (
                    step != "ungraded" or dealing.waiting(group, found, question.items)
                ):
                    if not others & set(group.students):
                        return group.students
                    held.append(group)
            return ()

        left = [student for id in leave for student in self._handed.pop(id, ())]
        found, chosen = item_marks.open_one(self._url, self._assignment, cell, holder, choose, left)
        answer = next((group for group in groups if group.students == chosen), None)
        return {
            "answer": self._shown(question, answer, groups, found) if answer else None,
            "held": bool(held),
            "progress": self._progress(question, groups, found),
        }

    def mark(
        self, holder: str, cell: str, id: str, seen: str, items: Sequence[str], points: float | None, note: str
    ) -> dict[str, Any]:
        """Write what was chosen; return `saved`, the `answer` as it is then, and `progress`.

        Parameters
        ----------
        holder, cell, id : str
        seen : str
            The answer's version, as it was handed out.
        items : sequence of str
            Ids of the rubric's items.
        points : float or None
            Without items: 0 on purpose, or what somebody gave in formgrader; None for not read yet.
        note : str
            The free comment.
        """
        question, students = self._question(cell), self._handed.get(id, ())
        known = {item.id: None for item in question.items}
        if len(note) > MAX_NOTE or not set(items) <= known.keys():
            raise BadRequest("This comment is too long, or the rubric has changed: load the page again.")
        found = answers_at(self._url, self._assignment, cell, students)
        if items or points not in {0.0, None, *(one.score for one in found.values())}:
            points = None
        choice = Choice(tuple(item for item in known if item in items), points, note.strip())
        saved = item_marks.mark(self._url, self._assignment, cell, holder, students, seen, choice, question.items)
        found = answers_at(self._url, self._assignment, cell)
        groups = self._groups(question, found)
        now = next((one for one in groups if {*students} & {*one.students}), None)
        return {
            "saved": saved,
            "answer": self._shown(question, now, groups, found) if now else None,
            "progress": self._progress(question, groups, found),
        }

    def undo(self, holder: str) -> dict[str, Any]:
        """Take back what a window did last; return `cell` and `answer`, None if there is nothing, and `done`."""
        last = item_marks.undo(self._url, self._assignment, holder)
        if last is None:
            return {"done": False, "cell": None, "answer": None}
        cell, students, done = last
        question, found = self._question(cell), answers_at(self._url, self._assignment, cell)
        groups = self._groups(question, found)
        now = next((one for one in groups if students[0] in one.students), None)
        return {
            "done": done,
            "cell": cell,
            "answer": self._shown(question, now, groups, found) if now else None,
            "progress": self._progress(question, groups, found),
        }

    def _question(self, cell: str) -> Question:
        if cell not in self.questions:
            raise BadRequest("There is no such question.")
        return self.questions[cell]

    def _groups(self, question: Question, found: Mapping[str, Answer]) -> list[Group]:
        """Return all groups; the sample class is left out where there is another."""
        real = {student: one for student, one in found.items() if not student.startswith(DEMO)} or found
        alike = {student: self._copies.alike(student, question.cell) for student in real}
        return dealing.grouped(self._key, question.cell, real, alike)

    def _is_mine(self, question: Question, group: Group) -> bool:
        if not self._readers:
            return True
        return dealing.reads(self._key, question.cell, self._readers, group.alike) == self.reader

    def _progress(self, question: Question, groups: Sequence[Group], found: Mapping[str, Answer]) -> dict[str, int]:
        count = sum(len(group.students) for group in groups)
        left = sum(dealing.waiting(group, found, question.items) for group in groups)
        mine = [group for group in groups if self._is_mine(question, group)]
        yours = sum(dealing.waiting(group, found, question.items) for group in mine)
        return {"count": count, "read": count - left, "left": left, "yours": yours}

    def _shown(
        self, question: Question, group: Group, groups: Sequence[Group], found: Mapping[str, Answer]
    ) -> dict[str, Any]:
        """Return a group as the page shows it: the answer, what is chosen, and what a reader should know."""
        self._handed[group.id] = group.students
        answers = [found[student] for student in group.students]
        marked = next((one for one in answers if one.score is not None or one.choice), answers[0])
        choice = present(marked, question.items)
        html = figures.marked(self._copies.html(marked.student, question.cell), question.figures)
        return {
            "id": group.id,
            "version": version(answers),
            "number": 1 + groups.index(group),
            "of": len(groups),
            "alike": len(group.students),
            "html": html,
            "items": [item.id for item in question.items if item.id in choice.items],
            "lost": sorted(set(choice.items) - {item.id for item in question.items}),
            "points": choice.points,
            "note": choice.note,
            "score": marked.score,
            "waiting": dealing.waiting(group, found, question.items),
            "outdated": marked.outdated,
            "elsewhere": marked.elsewhere,
            "automatic": marked.automatic,
        }


def questions(course: Course, assignment: str) -> list[Question]:
    """Return the written questions of an assignment, in order."""
    notebook = course.sources[assignment]
    items, texts = rubrics.items(notebook), rubrics.written(notebook)
    titles = dict(zip(texts, rubrics.questions(notebook), strict=True))
    found = []
    for above, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if (name := source.grade_id(cell)) in titles:
            title, points = titles[name]
            question, exemplar = re.sub(r"^## .*\n", "", above.source), figures.without_rubric(texts[name])
            known = figures.figures(texts[name])
            found.append(Question(name, title, points, question, exemplar, items.get(name, ()), known))
    return found


def _in_turn(groups: Sequence[Group], at: str | None, step: str) -> list[Group]:
    """Return the groups in the order in which a step looks at them."""
    place = next((place for place, group in enumerate(groups) if group.id == at), None)
    if step == "this":
        return [] if place is None else [groups[place]]
    if place is None:
        return list(groups)
    if step == "previous":
        return [*groups[:place][::-1], *groups[place:][::-1][:-1]]
    return [*groups[place + 1 :], *groups[:place]]
