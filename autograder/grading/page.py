"""Make the page that a student gets back: one file, without a script, that needs no network and no other file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade, is_solution
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from autograder.grading import gradebook as record
from autograder.grading import standings, ungraded_page
from autograder.grading.formulas import rendered
from autograder.judging import marks
from utils.checking.card import escape

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Entry:
    """A line of the page's index.

    Attributes
    ----------
    name : str
        The exercise's, or the written answer's.
    anchor : str
        Where on the page the student's answer stands.
    earned : str
        What it has earned, in words.
    waits : bool
        Whether a person still has to read it.
    """

    name: str
    anchor: str
    earned: str
    waits: bool


class FeedbackPage(HTMLExporter):
    """nbgrader's feedback of one submission; named in ``c.GenerateFeedback.exporter_class``.

    The notebook has passed `GetGrades`, `TellWaiting` and `Sanitise`. Pictures are the release's, from its own folder:
    nothing beside the submission is read.
    """

    @property
    def default_config(self) -> Config:
        """Name our template under this class's own name: nbgrader names its own under `HTMLExporter`."""
        own = {"template_name": "feedback-page", "extra_template_basedirs": [str(_TEMPLATES)]}
        config = Config(super().default_config)
        # nbconvert sets this for all of its parts; only the filter needs it, and nbgrader's preprocessors warn of it.
        config.DataTypeFilter = config.pop("NbConvertBase")
        config.merge(Config({"FeedbackPage": own}))
        return config

    def default_filters(self) -> Iterator[tuple[str, Callable[..., object]]]:
        """Add what the template asks for."""
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html
        yield "entries", entries
        yield "title", title
        yield "points", points
        yield "earned", earned
        yield "unsaid", unsaid
        yield "sentence", escape

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Render markdown with the release's pictures in it and formulas as MathML."""
        attachments = context.get("cell", {}).get("attachments", {})
        return rendered(source, attachments, context.get("resources", {}).get("pictures", ""))

    def from_notebook_node(  # type: ignore[override]  # the base class says a notebook, HTMLExporter returns a text
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page; of a submission that could not be read, the page that says so."""
        resources = resources or {}
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            reason = record.withheld(gradebook, about["assignment"], about["student"])
            standing = standings.standing(gradebook, about["assignment"], about["student"])
        if reason is not None:
            return ungraded_page.page(about["assignment"], reason, standing), self._init_resources(resources)
        converter: Any = self.parent
        course = converter.coursedir
        resources["pictures"] = course.format_path(course.source_directory, ".", about["assignment"])
        resources["colours"] = _colours()
        return super().from_notebook_node(nb, resources, **kw)


def entries(nb: NotebookNode) -> list[Entry]:
    """Return the index of a notebook that has passed `TellWaiting`: an `Entry` for everything that earns points."""
    answers = {cell.metadata.nbgrader.grade_id for cell in nb.cells if is_solution(cell)}
    found = []
    for cell in filter(is_grade, nb.cells):
        about, name = cell.metadata.nbgrader, title(cell)
        anchor = name if name in answers else about.grade_id
        waits = cell.metadata.get("unrolled", {}).get("waits", False)
        found.append(Entry(name, anchor, earned(cell, unit=""), waits))
    return found


def earned(cell: NotebookNode, unit: str = " points") -> str:
    """Return what a graded cell has earned, in words: points of the gradebook's, or of a bonus whether it is right."""
    about, outcome = cell.metadata.nbgrader, cell.metadata.get("unrolled", {}).get("outcome", "")
    return marks.earned(round(float(about.score), 2), about.points, outcome, unit)


def title(cell: NotebookNode) -> str:
    """Return what one of nbgrader's cells is called: the exercise that it holds or marks."""
    name: str = cell.metadata.nbgrader.grade_id
    return name if is_solution(cell) else name.removeprefix("test_")


def unsaid(cell: NotebookNode) -> list[str]:
    """Return what a check found, line by line, where no comment on the answer says it; see `marks.put`.

    The points that the check gave are not in it: the gradebook may hold a person's.
    """
    facts = cell.metadata.get("unrolled", {})
    return [] if facts.get("comment") else list(facts.get("lines", []))


def points(number: float) -> str:
    """Return points as people write them: 15 and 7.5, not 15.0."""
    return f"{round(float(number), 2):g}"


def _colours() -> str:
    light, dark = (HtmlFormatter(style=style).get_style_defs(".highlight") for style in ("default", "github-dark"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"
