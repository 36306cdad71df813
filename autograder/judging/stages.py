"""Define the pipeline's stages other than `Judge`, each an nbgrader preprocessor that needs no gradebook.

nbgrader converts a submission twice, with fresh resources each time; between the two there is only the notebook on
disk. What the second needs of the first therefore travels in ``notebook.metadata.unrolled``, which is the release's.
"""

from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder import safe_html
from autograder.collecting.lent import Beside
from autograder.collecting.rebuild import rebuild
from autograder.collecting.which_week import refuse_another
from autograder.judging import judge, marks
from autograder.judging.judge import Judged

Converted = tuple[NotebookNode, dict[str, Any]]


class Rebuild(NbGraderPreprocessor):
    """Puts the submission's sources into the release's own notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Return the rebuilt notebook; its metadata carries the submission's hash and the repairs."""
        about, course = resources["nbgrader"], judge.current_course(self)
        refuse_another(nb, course, about["assignment"])
        rebuilt = rebuild(nb, course.release(about["assignment"]), resources.get("unrolled_beside", Beside()))
        rebuilt.notebook.metadata.unrolled = nbformat.from_dict(
            {
                **rebuilt.notebook.metadata.get("unrolled", {}),
                "assignment": about["assignment"],
                "submission": rebuilt.digest,
                "repairs": rebuilt.repairs,
                "numbers": rebuilt.numbers,
                "tries": rebuilt.tries,
                "python": rebuilt.python,
            }
        )
        for sentence in rebuilt.repairs:
            self.log.warning("%s: %s", about["student"], sentence)
        return rebuilt.notebook, resources


class WriteMarks(NbGraderPreprocessor):
    """Write the marks of a `Judge`, whose kernel is dead, where `SaveAutoGrades` reads them."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Write the marks into the cells; mistakes, times and trust level go into the metadata."""
        judged = resources["unrolled"]
        marks.write(nb, judged.results)
        describe(nb, judged)
        return nb, resources


class Sanitise(NbGraderPreprocessor):
    """Makes the notebook safe before anybody looks: nothing of the student's can run in a browser."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Make outputs, written answers and comments harmless."""
        return safe_html.notebook(nb), resources


def describe(notebook: NotebookNode, judged: Judged) -> None:
    """Write into a notebook's metadata how its marks were made."""
    about = notebook.metadata.setdefault("unrolled", nbformat.from_dict({}))
    about.trust = judged.trust
    about.results = nbformat.from_dict(
        {
            result.name: {
                "score": result.score,
                "max_score": result.max_score,
                "mistake": result.mistake,
                "seconds": judged.seconds[result.name],
                "wrong": list(result.wrong),
                "named": list(result.named),
                "unnamed": list(result.unnamed),
                "reason": result.reason,
                "carried_from": result.carried_from,
                "answers_to_shared_inputs": judged.answers_to_shared_inputs.get(result.name),
            }
            for result in judged.results.values()
        }
    )
