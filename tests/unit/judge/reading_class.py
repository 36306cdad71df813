"""Make a class whose written answers are there to be read, as `autograder grade` leaves them, without judging any."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from tiny_course import ASSIGNMENT, TinyCourse, build_release, cell_of

from autograder import course
from autograder.cli import main
from autograder.course import rubrics
from autograder.course.rules import Rules
from autograder.grading import choices, gradebook, item_marks, manual_marks
from autograder.grading.database import address
from autograder.grading.job import Outcome
from autograder.judging.stages import Sanitise
from autograder.reading.desk import Desk

QUESTION = "why"
EXEMPLAR = """**Exemplar (4 of 44).** Each step multiplies $h$ by 0.9, so of a change 0.314 is left after 11 steps, and
tanh only makes it smaller: in the figure it ends at 4.7e-3.
"""
ITEMS = {"shrinks": 2.0, "number": 1.0, "tanh": 1.0, "confused": -0.5}
SENTENCES = {
    "shrinks": "Each step shrinks it.",
    "number": "A number shows it.",
    "tanh": "What tanh adds is said.",
    "confused": "A step is taken for a layer.",
}


_MARKS = f"""
    SELECT submission.student_id, grade.manual_score, comment.manual_comment, grade.needs_manual_grade
    FROM submitted_assignment AS submission
    JOIN submitted_notebook AS notebook ON notebook.assignment_id = submission.id
    JOIN grade ON grade.notebook_id = notebook.id JOIN base_cell AS one ON one.id = grade.cell_id
    JOIN comment ON comment.notebook_id = notebook.id JOIN base_cell AS other ON other.id = comment.cell_id
    WHERE one.name = '{QUESTION}' AND other.name = '{QUESTION}'
"""


def rubric_text(items=ITEMS):
    lines = [f"- `{name}` ({points:g}): {SENTENCES[name]}" for name, points in items.items()]
    return "\n".join([EXEMPLAR, "**Rubric.**", "", *lines])


class ReadCourse(TinyCourse):
    """The tiny course, whose written question has a rubric of items."""

    def __init__(self, root, items=ITEMS):
        super().__init__(root)
        self._items = items
        notebook = self.sources[ASSIGNMENT]
        cell = cell_of(notebook, QUESTION)
        cell.source = rubric_text(items)
        notebook.cells[notebook.cells.index(cell) - 1] = nbformat.v4.new_markdown_cell(
            "## Written: why it decays\n\nWhy does $h_t$ forget? Answer with a number."
        )

    def __reduce__(self):
        return type(self), (self.root, self._items)


class ReadClass:
    """Students and their answers.

    Parameters
    ----------
    root : Path
        Holds the course, as `tiny_course.on_disk` makes it.
    """

    def __init__(self, root):
        self.root, self.course = root, ReadCourse(root)
        self.url = address(root / "course" / "gradebook.db")

    def hand_in(self, answers, pictures=None):
        """Record answers, by student, as a run of `autograder grade` does."""
        late = AssignLatePenalties()
        for student, text in answers.items():
            shown = self._copy(student, text, pictures)
            marks = {name: None if name == QUESTION else 1.0 for name in shown}
            grading = gradebook.Grading(student, "graded", "none", "", "", "")
            outcome = Outcome("graded", marks=marks, answers=shown)
            gradebook.save(self.url, ASSIGNMENT, grading, outcome, None, late, Rules())

    def hand_in_many(self, answers):
        """Do the same quickly for students whom the gradebook does not know: the first one's rows, once for each."""
        (first, text), *others = answers.items()
        self.hand_in({first: text})
        with closing(sqlite3.connect(self.root / "course" / "gradebook.db")) as book:
            [submission] = book.execute("SELECT id FROM submitted_assignment WHERE student_id = ?", [first]).fetchone()
            for student, text in others:
                shown = self._copy(student, text)[QUESTION]
                book.execute("INSERT INTO student (id, lms_user_id) VALUES (?, '')", [student])
                _again(book, "submitted_assignment", "id", submission, id=f"{student}-a", student_id=student)
                [notebook] = book.execute(
                    "SELECT id FROM submitted_notebook WHERE assignment_id = ?", [submission]
                ).fetchone()
                _again(book, "submitted_notebook", "id", notebook, id=f"{student}-n", assignment_id=f"{student}-a")
                for table in ("grade", "comment"):
                    for [one] in book.execute(f"SELECT id FROM {table} WHERE notebook_id = ?", [notebook]).fetchall():
                        _again(book, table, "id", one, id=f"{student}-{one[:20]}", notebook_id=f"{student}-n")
                for table in ("unrolled_gradings", "unrolled_answers"):
                    _again(book, table, "student", first, student=student)
                whose = [shown, student, QUESTION]
                book.execute("UPDATE unrolled_answers SET shown = ? WHERE student = ? AND cell = ?", whose)
            book.commit()

    def _copy(self, student, text, pictures=None):
        """Write the instructor's copy of a notebook with this answer; return the hashes of what is in it."""
        notebook = build_release()
        cell = cell_of(notebook, QUESTION)
        cell.source = text
        if pictures:
            cell.attachments = pictures
        notebook.metadata.unrolled.submission = "none"
        shown = manual_marks.digests(notebook)
        notebook, _ = Sanitise().preprocess(notebook, {})
        path = self.root / "course" / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        return shown

    def desk(self, reader=None, items=ITEMS):
        return Desk(ReadCourse(self.root, items), ASSIGNMENT, self.url, reader)

    def rescore(self, items):
        found = rubrics.items(ReadCourse(self.root, items).sources[ASSIGNMENT])
        return [(one.student, one.before, one.after) for one in item_marks.rescore(self.url, ASSIGNMENT, found)]

    def answers(self):
        return choices.answers_at(self.url, ASSIGNMENT, QUESTION)

    def marks(self):
        """Return what stands in nbgrader's own tables: student -> (a person's score, and comment, waits)."""
        with closing(sqlite3.connect(self.root / "course" / "gradebook.db")) as book:
            return {student: (score, words, bool(waits)) for student, score, words, waits in book.execute(_MARKS)}

    def as_formgrader_has_it(self, student):
        """Return what formgrader gets from nbgrader's API: score, comment, and whether a person is needed."""
        with Gradebook(self.url) as book:
            where = (QUESTION, ASSIGNMENT, ASSIGNMENT, student)
            grade, comment = book.find_grade(*where).to_dict(), book.find_comment(*where).to_dict()
            return grade["manual_score"], comment["manual_comment"], grade["needs_manual_grade"]

    def formgrader(self, student, score, comment=None):
        """Do what formgrader's two handlers do when a person gives points and writes a comment."""
        with Gradebook(self.url) as book:
            grade = book.find_grade(QUESTION, ASSIGNMENT, ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = score, score is None and grade.auto_score is None
            if comment is not None:
                book.find_comment(QUESTION, ASSIGNMENT, ASSIGNMENT, student).manual_comment = comment
            book.db.commit()


def _again(book, table, key, value, **other):
    """Copy the rows of a table in which `key` is `value`, with other values in some columns."""
    names = [row[1] for row in book.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join("?" if name in other else name for name in names)
    rows = f"SELECT {columns} FROM {table} WHERE {key} = ?"
    book.execute(f"INSERT INTO {table} {rows}", [*(other[name] for name in names if name in other), value])


if __name__ == "__main__":  # `autograder read` on the class at a folder, for tests that kill it
    where = ReadClass(Path(sys.argv[1]))
    course.open_course = lambda: where.course
    main(["read", ASSIGNMENT, "--no-browser"])
