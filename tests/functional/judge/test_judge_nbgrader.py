"""The judge works inside nbgrader's own converters, on a real gradebook, and its pages are safe in a browser."""

import base64
import copy
import os
import sysconfig
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from tiny_course import ASSIGNMENT, DECAY, RUBRIC, SOLUTIONS, TinyCourse, cell_of, submission
from traitlets.config import Config

from autograder.grading.plugins import WAITING
from autograder.judging import judge

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
ALERT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
ANSWER = rf"""Where $a<b$ and `if a<b`, [a page](https://example.org) says so. ![plot](attachment:plot.png)

$$x_{{t}} < y$$ {ALERT} [x](javascript:alert(1)) [y](java&#115;cript:alert(1)) [z]: <javascript:alert(1)>
[![q](data:text/html;base64,PHNjcmlwdD4=)](vbscript:x) $\href{{javascript:alert(1)}}{{x}}$ ![gone](attachment:gone.png)

```mermaid
<img src=x onerror=alert(1)>
```
"""
HONEST = r"""Where $a<b$ and `if a<b`, [a page](https://example.org) says so. ![plot](attachment:plot.png)
![gone](attachment:gone.png) ![far](https://example.org/far.png)

$$x_{t} < y \\ \text{datum}$$ [ ] <b>bold</b> | a | b |

| t | h |
|--:|---|
| 1 | 2 |
"""
LISTS = {
    "sanitize_preprocessors": [
        "autograder.grading.plugins.Rebuild",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
    "autograde_preprocessors": [
        "autograder.grading.plugins.Judge",
        "autograder.grading.plugins.WriteMarks",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "autograder.grading.plugins.WriteComments",
        "autograder.grading.plugins.Sanitise",
        "autograder.grading.plugins.InsertRubrics",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
}
FEEDBACK = [
    "autograder.grading.plugins.StripRubrics",
    "nbgrader.preprocessors.GetGrades",
    "autograder.grading.plugins.TellWaiting",
    "autograder.grading.plugins.Sanitise",
]


class Page(HTMLParser):
    """A page's scripts, handlers, addresses and text."""

    def __init__(self, html):
        super().__init__()
        self.scripts, self.handlers, self.addresses, self.text, self.tags = [], [], [], "", []
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._script = tag == "script"
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(value)
            if name in ("href", "src"):
                self.addresses.append(value or "")

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if self._script:
            self.scripts.append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A course on disk with three submissions, graded and fed back by nbgrader itself."""
    root = tmp_path_factory.mktemp("course")
    course = TinyCourse(root)
    config = Config()
    config.CourseDirectory.root = str(root)
    config.GenerateAssignment.preprocessors = ["nbgrader.preprocessors.SaveCells"]
    config.Autograde.update(LISTS)
    config.GenerateFeedback.preprocessors = FEEDBACK
    config.GenerateFeedback.exporter_class = "autograder.grading.page.FeedbackPage"
    source = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(course.release(ASSIGNMENT), source)

    def submit(student, notebook):
        path = root / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)

    honest = submission(SOLUTIONS)
    why = cell_of(honest, "why")
    why.source, why.attachments = HONEST, {"plot.png": {"image/png": PNG}}
    submit("right", honest)
    submit("blank", submission({}))
    spaces = submission({})
    cell_of(spaces, "why").source = "\n YOUR ANSWER HERE  \n"
    submit("spaces", spaces)
    emptied = submission({})
    cell_of(emptied, "why").source = ""
    submit("emptied", emptied)
    hostile = submission({"decay": DECAY, "affine_forward": SOLUTIONS["affine_forward"].replace("+ b", "+ 2 * b")})
    why = cell_of(hostile, "why")
    why.source, why.attachments = ANSWER, {"plot.png": {"image/png": PNG}, "x.svg": {"image/svg+xml": ALERT}}
    show = (
        "from IPython.display import HTML, Javascript, Markdown, SVG, display\n"
        f"for kind in (HTML, Javascript, Markdown): display(kind({ALERT!r}))\nprint({ALERT!r})\n"
        f"display({{'image/svg+xml': {ALERT!r}, 'image/png': '\"><script>alert(1)</script>'}}, raw=True,\n"
        "    metadata={'image/png': {'width': '\"><script>alert(1)</script>'}})\n"
        f"print('\\x1b[38;2;999;0;0mred\\x1b[0m')\nraise ValueError({ALERT!r})"
    )
    hostile.cells.insert(2, new_code_cell(show))
    cell_of(hostile, "affine_backward").source = f"def affine_backward(dout, cache):\n    raise ValueError({ALERT!r})"
    hostile.cells.append(copy.deepcopy(cell_of(hostile, "decay")))  # a copy, which stops nbgrader's own batch
    hostile.cells[-1].id = "a-copy"
    hostile.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"x": ALERT}}}
    submit("hostile", hostile)

    patch = pytest.MonkeyPatch()
    patch.setattr(judge, "current_course", lambda preprocessor=None: course)
    patch.setenv("PATH", sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"])
    patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    generated = api.generate_assignment(ASSIGNMENT, force=True, create=True)
    assert generated["success"], generated["log"]
    results = {
        student: api.autograde(ASSIGNMENT, student) for student in ("right", "blank", "spaces", "emptied", "hostile")
    }
    for student, result in results.items():
        assert result["success"], (student, result.get("error"), result["log"])
    fed = api.generate_feedback(ASSIGNMENT, force=True)
    assert fed["success"], fed["log"]
    yield root, api, config
    patch.undo()


def gradebook(root):
    return Gradebook(f"sqlite:///{root}/gradebook.db")


def marks(root, student):
    with gradebook(root) as book:
        found = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in found.grades}


def comment(root, student, name):
    with gradebook(root) as book:
        return book.find_comment(name, ASSIGNMENT, ASSIGNMENT, student).comment


def feedback(root, student):
    return (root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")


def formgrader(root, student):
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    path = root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    about = dict.fromkeys(("submission_id", "notebook_id", "assignment_id", "base_url", "student"), "x")
    return HTMLExporter(config=config).from_filename(str(path), resources={**about, "index": 0, "total": 1})[0]


def test_the_gradebook_holds_our_marks(world):
    root, _, _ = world
    assert marks(root, "right") == {
        "test_affine_forward": (3.0, False),
        "test_affine_backward": (5.0, False),
        "test_decay": (2.0, False),
        "why": (None, True),
    }
    for unchanged in ("blank", "spaces", "emptied"):
        assert set(marks(root, unchanged).values()) == {(0.0, False)}, unchanged
    hostile = marks(root, "hostile")
    assert (hostile["test_affine_forward"][0], hostile["test_decay"][0]) == (0.0, 2.0)
    assert hostile["why"] == (None, True)


def test_hints_and_repairs_are_comments_on_the_solution_cells(world):
    root, _, _ = world
    assert "correct" in comment(root, "right", "decay")
    assert comment(root, "blank", "decay") == "`decay` is not started yet."
    text = comment(root, "hostile", "affine_forward")
    assert "entries of out are wrong" in text and "About the notebook:" in text


def test_a_regrade_repeats_the_marks_and_keeps_what_people_wrote(world):
    root, api, _ = world
    with gradebook(root) as book:
        book.find_comment("decay", ASSIGNMENT, ASSIGNMENT, "blank").manual_comment = "See me."
        book.db.commit()
    assert api.autograde(ASSIGNMENT, "blank", force=True)["success"]
    with gradebook(root) as book:
        found = book.find_comment("decay", ASSIGNMENT, ASSIGNMENT, "blank")
        assert (found.manual_comment, found.auto_comment) == ("See me.", "`decay` is not started yet.")


def rubrics_of(notebook):
    return [cell for cell in notebook.cells if "unrolled-rubric" in cell.metadata.get("tags", [])]


def test_rubrics_stand_above_the_answers_for_instructors_only(world):
    root, api, _ = world
    path = root / "autograded" / "right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    for again in (False, True):
        if again:
            before = marks(root, "right")
            assert api.autograde(ASSIGNMENT, "right", force=True)["success"]
            assert marks(root, "right") == before
        notebook = nbformat.read(path, as_version=4)
        [rubric] = rubrics_of(notebook)
        assert rubric.source.endswith(RUBRIC) and rubric.metadata.editable is False
        assert notebook.cells[notebook.cells.index(rubric) + 1].metadata.nbgrader.grade_id == "why"
        assert "<strong>Exemplar.</strong> It decays." in formgrader(root, "right")
    assert api.generate_feedback(ASSIGNMENT, "right", force=True)["success"]
    for student in ("right", "blank", "hostile"):
        assert "It decays." not in feedback(root, student) and "Rubric" not in feedback(root, student)
    released = root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert released.is_file() and "It decays." not in released.read_text(encoding="utf-8")


def test_an_ungraded_answer_is_not_shown_as_zero(world):
    root, api, _ = world
    assert all(WAITING in feedback(root, student) for student in ("right", "hostile"))
    assert not any(WAITING in feedback(root, student) for student in ("blank", "spaces", "emptied"))

    def by_hand(score, waits, words):
        with gradebook(root) as book:
            grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "right")
            grade.manual_score, grade.needs_manual_grade = score, waits
            book.find_comment("why", ASSIGNMENT, ASSIGNMENT, "right").manual_comment = words
            book.db.commit()
        assert api.generate_feedback(ASSIGNMENT, "right", force=True)["success"]
        return feedback(root, "right")

    page = by_hand(0.0, False, "Beside the question.")
    assert WAITING not in page and "Beside the question." in page
    assert WAITING in by_hand(None, True, None)


def test_a_student_cannot_hide_a_cell_by_tagging_it_as_a_rubric(world):
    """Tags are the release's, and what is stripped is what was inserted."""
    root, api, _ = world
    sly = submission({"decay": DECAY})
    for cell in sly.cells:
        cell.metadata.tags = ["unrolled-rubric"]
    path = root / "submitted" / "sly" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(sly, path)
    assert api.autograde(ASSIGNMENT, "sly")["success"]
    found = nbformat.read(root / "autograded" / "sly" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    assert len(rubrics_of(found)) == 1 and marks(root, "sly")["test_decay"] == (2.0, False)


def test_without_execution_no_mark_is_invented(world):
    root, _, config = world
    quiet = Config(config)
    quiet.Execute.enabled, quiet.ClearOutput.enabled = False, False
    api = NbGraderAPI(CourseDirectory(config=quiet), config=quiet)
    before = marks(root, "right"), comment(root, "right", "decay")
    assert api.autograde(ASSIGNMENT, "right", force=True)["success"]
    assert (marks(root, "right"), comment(root, "right", "decay")) == before
    late = root / "submitted" / "late" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    late.parent.mkdir(parents=True)
    nbformat.write(submission(SOLUTIONS), late)
    result = api.autograde(ASSIGNMENT, "late")
    assert not result["success"] and "has no mark yet" in result["log"]


@pytest.mark.parametrize("render", [feedback, formgrader])
def test_no_student_code_runs_in_a_browser(world, render):
    root, _, _ = world
    page, clean = Page(render(root, "hostile")), Page(render(root, "right"))
    assert page.tags.count("script") == clean.tags.count("script")
    assert not any("alert" in script for script in page.scripts)
    assert page.handlers == clean.handlers
    assert not {a for a in page.addresses if not a.startswith(("http", "#", "x/", "data:image/png"))}
    assert not any("javascript" in a or "vbscript" in a for a in page.addresses)
    assert r"\href" not in page.text
    assert page.tags.count("svg") == page.tags.count("iframe") == 0


@pytest.mark.parametrize("render", [feedback, formgrader])
def test_harmless_content_is_still_shown(world, render):
    root, _, _ = world
    html = render(root, "right")
    page = Page(html)
    if render is feedback:  # formulas are MathML by then
        assert "<mi>a</mi><mo>&lt;</mo><mi>b</mi>" in html and "<mtext>datum</mtext>" in html and "$" not in page.text
    else:
        assert "$a< b$" in page.text and "\\text{datum}$$" in page.text
    assert "if a< b" in page.text
    assert PNG in html and "https://example.org/far.png" in page.addresses and "table" in page.tags
    html = render(root, "hostile")
    page = Page(html)
    assert ("$a< b$" in page.text or render is feedback) and ALERT in page.text  # what was printed
    assert "2 of 2 points" in html and "0 of 3 points" in page.text and "entries of out are wrong" in page.text


def test_the_autograded_copy_is_valid_and_carries_hash_and_repairs(world):
    root, _, _ = world
    notebook = nbformat.read(root / "autograded" / "hostile" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert len(notebook.metadata.unrolled.submission) == 64
    assert any("x.svg was left out" in sentence for sentence in notebook.metadata.unrolled.repairs)
    assert "widgets" not in notebook.metadata
    assert not (Path(root) / "autograded" / "hostile" / ASSIGNMENT / "work1").exists()
