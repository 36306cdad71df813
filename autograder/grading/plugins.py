"""What `nbgrader_config.py` names: thin preprocessors that hook judging into `nbgrader autograde` and feedback.

nbgrader converts a submission twice, with fresh resources each time; between the two there is only the notebook on
disk. What the second needs of the first therefore travels in ``notebook.metadata.unrolled``, which is the release's.
"""

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder import rubrics, sanitise
from autograder.collecting.rebuild import rebuild
from autograder.errors import AutograderError
from autograder.grading import record
from autograder.judging import judge, marks
from autograder.judging.judge import Judge

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


class Rebuild(NbGraderPreprocessor):
    """First of all: lay the submission's sources into the release's own notebook."""

    def preprocess(self, nb, resources):
        """Return the rebuilt notebook; its metadata carries the submission's hash and the repairs."""
        assignment = resources["nbgrader"]["assignment"]
        rebuilt = rebuild(nb, judge.current_course(self).release(assignment))
        rebuilt.notebook.metadata.unrolled = nbformat.from_dict(
            {
                **rebuilt.notebook.metadata.get("unrolled", {}),
                "assignment": assignment,
                "submission": rebuilt.digest,
                "repairs": rebuilt.repairs,
            }
        )
        for sentence in rebuilt.repairs:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], sentence)
        return rebuilt.notebook, resources


class WriteMarks(NbGraderPreprocessor):
    """After `Judge`, whose kernel is dead: write the marks where `SaveAutoGrades` reads them.

    Where nothing was judged (``--no-execute``) the gradebook's marks and comments stay as they are, and a submission
    that has none is refused: no mark is invented.
    """

    def preprocess(self, nb, resources):
        """Write the marks of ``resources["unrolled"]``; mistakes, times and trust level go into the metadata."""
        judged = resources.get("unrolled")
        if judged:
            marks.write(nb, judged["results"])
            about = nb.metadata.setdefault("unrolled", nbformat.from_dict({}))
            about.trust = judged["trust"]
            about.results = nbformat.from_dict(
                {
                    result.name: {
                        "score": result.score,
                        "max_score": result.max_score,
                        "mistake": result.mistake,
                        "seconds": judged["seconds"][result.name],
                    }
                    for result in judged["results"].values()
                }
            )
        else:
            resources["unrolled_earlier"] = _earlier(nb, resources["nbgrader"])
        return nb, resources


class WriteComments(NbGraderPreprocessor):
    """After `SaveAutoGrades`, which empties them: write hints and repairs as comments on the solution cells."""

    def preprocess(self, nb, resources):
        """Write automatic comments; what people wrote stays, and is what nbgrader shows."""
        about, judged = resources["nbgrader"], resources.get("unrolled")
        earlier = resources.get("unrolled_earlier") or {}
        told = marks.told(nb, judged["results"], judged["notes"]) if judged else earlier
        with Gradebook(about["db_url"]) as gradebook:
            for name, text in told.items():
                comment = gradebook.find_comment(name, about["notebook"], about["assignment"], about["student"])
                comment.auto_comment = text
            if judged:
                record.note_nbgrader(gradebook, about["assignment"], about["student"])
            gradebook.db.commit()
        return nb, resources


class Sanitise(NbGraderPreprocessor):
    """Before anybody looks: nothing of the student's can run in a browser."""

    def preprocess(self, nb, resources):
        """Make outputs, written answers and comments harmless."""
        return sanitise.notebook(nb), resources


class InsertRubrics(NbGraderPreprocessor):
    """Last in autograding: the instructor's copy holds the rubric above each written answer."""

    def preprocess(self, nb, resources):
        """Insert rubrics; the released notebook and nbgrader's own cells are not touched."""
        rubrics.insert(nb, judge.current_course(self).sources[resources["nbgrader"]["assignment"]])
        return nb, resources


class StripRubrics(NbGraderPreprocessor):
    """First in feedback, which is made from the instructor's copy: rubrics are not for students."""

    def preprocess(self, nb, resources):
        """Take the rubrics out."""
        rubrics.strip(nb)
        return nb, resources


class TellWaiting(NbGraderPreprocessor):
    """After `GetGrades`: an answer that nobody has graded yet shows 0 points, which is not what it is worth."""

    def preprocess(self, nb, resources):
        """Say so in the comment of every answer that waits for a person."""
        about = resources["nbgrader"]
        where = (about["notebook"], about["assignment"], about["student"])
        with Gradebook(about["db_url"]) as gradebook:
            for cell in nb.cells:
                if is_grade(cell) and is_solution(cell):
                    own = cell.metadata.nbgrader
                    if gradebook.find_grade(own.grade_id, *where).needs_manual_grade:
                        own.comment = "\n\n".join(filter(None, (own.get("comment"), WAITING)))
        return nb, resources


def _earlier(nb, about):
    """Write the gradebook's earlier marks into `nb` and return its automatic comments."""
    where = (about["notebook"], about["assignment"], about["student"])
    with Gradebook(about["db_url"]) as gradebook:
        for cell in filter(marks.is_graded, nb.cells):
            name, points = cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points
            try:
                score = gradebook.find_grade(name, *where).auto_score
            except MissingEntry:
                score = None
            if score is None:
                raise AutograderError(f"{name} has no mark yet, and none is made up: grade without --no-execute.")
            cell.outputs = marks.outputs(score, points, name, "Judged earlier; not run this time.")
        names = [cell.metadata.nbgrader.grade_id for cell in nb.cells if is_solution(cell)]
        return {name: gradebook.find_comment(name, *where).auto_comment for name in names}
