"""Provide the classes that `nbgrader_config.py` names: the pipeline's stages, and what nbgrader's gradebook needs.

`nbgrader autograde` runs all of them, in the order of the course's lists. `autograder grade` and `autograder judge` run
the same without those that say ``needs_gradebook``.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder.collecting import submissions
from autograder.collecting.lent import beside
from autograder.collecting.plain_files import Refused
from autograder.course import rubrics, rules
from autograder.errors import AutograderError
from autograder.grading import manual_marks
from autograder.grading.database import opened
from autograder.grading.gradebook import is_current, note_nbgrader
from autograder.judging import judge, marks, stages, steps
from autograder.judging.judge import Judge
from autograder.judging.stages import Converted, Sanitise

__all__ = [
    "InsertRubrics",
    "Judge",
    "Rebuild",
    "Sanitise",
    "StripRubrics",
    "TellWaiting",
    "WriteComments",
    "WriteMarks",
]

WAITING = "This answer has not been graded yet: a person will read it. Until then it counts 0."
CHANGED = "Changed since it was marked: these points are for what stood here before, until a person has looked again."
UNKNOWN = "These points may be for what stood here before: a person will look again."
EXCUSED = "This exercise is excused: it counts {score:g} of {most:g} points, whatever the check found."
_AGAIN = {manual_marks.CHANGED: CHANGED, manual_marks.UNKNOWN: UNKNOWN}


class Rebuild(stages.Rebuild):
    """Comes first: puts the submission's sources into the release's own notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Refuse lists of preprocessors that cannot be used, and names that cannot be a student's; then rebuild."""
        steps.conversions(self.config)
        self._refuse_name(resources["nbgrader"])
        about = resources.get("metadata", {})
        if "unrolled_beside" not in resources and "path" in about:
            content = json.dumps(nb).encode()
            resources["unrolled_beside"] = beside(Path(about["path"]), f"{about.get('name')}.ipynb", content)
        return super().preprocess(nb, resources)

    @staticmethod
    def _refuse_name(about: dict[str, str]) -> None:
        """Take a name out of the gradebook again that formgrader's pages would run as a script, and refuse it."""
        try:
            submissions.refuse_name(about["student"])
        except Refused:
            if "db_url" in about:
                with opened(about["db_url"]) as gradebook, suppress(MissingEntry):
                    gradebook.remove_student(about["student"])
            raise


class WriteMarks(stages.WriteMarks):
    """Comes after `Judge`, whose kernel is dead: writes the marks where `SaveAutoGrades` reads them.

    Where nothing was judged (``--no-execute``) the gradebook's marks and comments stay as they are, and a submission
    that has none is refused: no mark is invented. `SaveAutoGrades` is about to say that every mark of a person's has to
    be looked at again, so which answer such a mark is for is written down first.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Write the marks of ``resources["unrolled"]``, or the gradebook's."""
        about = resources["nbgrader"]
        if "db_url" in about:  # a worker of `autograder grade` knows no gradebook
            with opened(about["db_url"]) as gradebook:
                manual_marks.note_marked(gradebook, about["assignment"], about["student"])
                gradebook.db.commit()
        if "unrolled" in resources:
            return super().preprocess(nb, resources)
        resources["unrolled_earlier"] = _earlier(nb, about)
        return nb, resources


class WriteComments(NbGraderPreprocessor):
    """Comes after `SaveAutoGrades`, which empties comments: writes hints and repairs on the solution cells.

    Which marks of people's have to be looked at again is corrected here: `SaveAutoGrades` flags all of them.
    """

    needs_gradebook = True

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Write automatic comments; what people wrote stays, and is what nbgrader shows."""
        about, judged = resources["nbgrader"], resources.get("unrolled")
        earlier = resources.get("unrolled_earlier") or {}
        comments = marks.comments_of(nb, judged.results, judged.notes) if judged else earlier
        with opened(about["db_url"]) as gradebook:
            for name, text in comments.items():
                comment = gradebook.find_comment(name, about["notebook"], about["assignment"], about["student"])
                comment.auto_comment = text
            shown = manual_marks.digests(nb)
            resources["unrolled_again"] = manual_marks.note_shown(
                gradebook, about["assignment"], about["student"], shown
            )
            if judged:
                note_nbgrader(gradebook, about["assignment"], about["student"])
            gradebook.db.commit()
        return nb, resources


class InsertRubrics(NbGraderPreprocessor):
    """Comes last in autograding: puts the rubric, and what has changed, above each answer of the instructor's copy."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Insert rubrics; the released notebook and nbgrader's own cells are not touched."""
        rubrics.insert(nb, judge.current_course(self).sources[resources["nbgrader"]["assignment"]])
        rubrics.insert_changed(nb, resources.get("unrolled_again", {}))
        return nb, resources


class StripRubrics(NbGraderPreprocessor):
    """Comes first in feedback, which is made from the instructor's copy: removes the rubrics."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Take the rubrics out."""
        rubrics.strip(nb)
        return nb, resources


class TellWaiting(NbGraderPreprocessor):
    """Comes after `GetGrades`: says which points a person must still give, or look at again.

    An answer that no person has graded yet shows 0 points, which is not what it is worth; and what a person gave may be
    for an answer that has changed since.

    The metadata of a graded cell say the same as facts, for `autograder.grading.page`: `waits` is true where no person
    has graded it yet, and `comment` is emptied where something else stands in the place of the check's own comment.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Say so in the comment of the answer; that of a function stands above the cell that has its points."""
        about, answer = resources["nbgrader"], None
        excused = rules.read(judge.current_course(self)).excused
        where = (about["notebook"], about["assignment"], about["student"])
        with opened(about["db_url"]) as gradebook:
            again = manual_marks.marks_to_review(gradebook, about["assignment"], about["student"])
            current = is_current(gradebook, about["assignment"], about["student"])
            for cell in nb.cells:
                answer = cell if is_solution(cell) else answer
                if is_grade(cell):
                    grade = gradebook.find_grade(cell.metadata.nbgrader.grade_id, *where)
                    state, _ = again.get(grade.name, ("", 0))
                    text = _AGAIN.get(state)
                    facts = cell.metadata.setdefault("unrolled", NotebookNode())
                    facts.waits = is_solution(cell) and grade.auto_score is None and grade.manual_score is None
                    if facts.waits:
                        text = WAITING
                    if grade.name.removeprefix("test_") in excused and grade.auto_score is not None:
                        text = EXCUSED.format(score=round(grade.auto_score, 2), most=grade.max_score)
                    if facts.get("comment"):
                        comment = gradebook.find_comment(facts.comment, *where)
                        facts.comment = facts.comment if current and comment.manual_comment is None else ""
                    if text and answer is not None:
                        own = answer.metadata.nbgrader
                        own.comment = "\n\n".join(filter(None, (own.get("comment"), text)))
        return nb, resources


def _earlier(nb: NotebookNode, about: dict[str, str]) -> dict[str, str | None]:
    """Write the gradebook's earlier marks into `nb` and return its automatic comments."""
    where = (about["notebook"], about["assignment"], about["student"])
    with opened(about["db_url"]) as gradebook:
        for cell in filter(marks.is_graded, nb.cells):
            name = cell.metadata.nbgrader.grade_id
            try:
                score = gradebook.find_grade(name, *where).auto_score
            except MissingEntry:
                score = None
            if score is None:
                raise AutograderError(f"{name} has no mark yet, and none is made up: grade without --no-execute.")
            marks.put(cell, score, name, "Judged earlier; not run this time.")
        names = [cell.metadata.nbgrader.grade_id for cell in nb.cells if is_solution(cell)]
        return {name: gradebook.find_comment(name, *where).auto_comment for name in names}
