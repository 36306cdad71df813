"""The page that a student gets back shows the gradebook's marks, all in one file, and nothing false."""

import base64
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from test_grade import by_nbgrader
from tiny_course import ASSIGNMENT, FORWARD, SOLUTIONS, PicturedCourse, cell_of, submission

from autograder.collecting import groups
from autograder.collecting.found import find
from autograder.grading import disk_space
from autograder.grading.grade import feedback
from autograder.grading.plugins import WAITING
from autograder.grading.workers import nbgrader_config

WRONG = {**SOLUTIONS, "affine_forward": FORWARD.replace("+ b", "+ 2 * b")}
PICTURE = Path(__file__).parents[3] / "docs" / "check.png"


class Page(HTMLParser):
    """What a page shows and asks for."""

    def __init__(self, path):
        super().__init__()
        self._in_row = False
        self.html, self.tags, self.addresses, self.rows, self.words = path.read_text(encoding="utf-8"), [], [], [], []
        self.feed(self.html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag == "tr":
            self.rows.append("")
        self._in_row |= tag == "tr"

    def handle_endtag(self, tag):
        self._in_row &= tag != "tr"

    def handle_data(self, data):
        if self.lasttag != "style":
            self.words.append(data)
            if self._in_row:
                self.rows[-1] = " ".join(f"{self.rows[-1]} {data}".split())


def page_of(tiny_class, student="ann"):
    """Make a page as `nbgrader generate_feedback` does."""
    return Page(feedback(tiny_class.course, ASSIGNMENT, student))


def answered(text="Since $\\\\tanh$ saturates.", answers=WRONG):
    notebook = submission(answers)
    cell_of(notebook, "why").source = text.replace("\\\\", "\\")
    return notebook


def mark(tiny_class, cell, score, student="ann", comment=None):
    """Give a mark as formgrader does."""
    with Gradebook(tiny_class.url) as book:
        grade = book.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        if comment:
            book.find_comment(cell.removeprefix("test_"), ASSIGNMENT, ASSIGNMENT, student).manual_comment = comment
        book.db.commit()


def test_the_index_names_the_exercises_and_their_points(tiny_class):
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    page = page_of(tiny_class)
    assert page.rows[:5] == [
        "affine_forward 0 of 3",
        "affine_backward 5 of 5",
        "decay 2 of 2",
        "why not graded yet, 0 of 4",
        "points 7 of 14",
    ]
    assert f"<h1>{ASSIGNMENT}: 7 of 14 points</h1>" in page.html
    for name in ("affine_forward", "affine_backward", "decay", "why"):
        assert f"#{name}" in page.addresses and page.html.count(f'id="{name}"') == 1
    assert not re.search("Comment|Test cell|Grade cell|Written response", page.text)


def test_manual_points_are_on_the_page_once_it_is_regenerated(tiny_class):
    """By README's command: `nbgrader generate_feedback`, without `--force`."""
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    assert page_of(tiny_class).rows[3] == "why not graded yet, 0 of 4"
    mark(tiny_class, "why", 3.5, comment="Nearly.")
    page = page_of(tiny_class)
    assert page.rows[3:5] == ["why 3.5 of 4", "points 10.5 of 14"]
    assert "Nearly." in page.text and "not been graded yet" not in page.text


def test_a_manual_mark_replaces_the_automatic_one_on_the_page(tiny_class):
    """The autograded copy still holds the judge's own: it is nowhere to be read."""
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    assert "0 of 3 points" in page_of(tiny_class).text
    mark(tiny_class, "test_affine_forward", 2.25, comment="The idea is right.")
    page = page_of(tiny_class)
    assert "affine_forward 2.25 of 3" in page.rows and "2.25 of 3 points" in page.text
    assert not re.search(r"\b0 of 3\b", page.text) and not re.search(r"<pre[^>]*>\s*0\.0\s*<", page.html)
    assert "The idea is right." in page.text and "entries of out are wrong" in page.text  # what was found stays


def test_whether_an_answer_waits_is_no_matter_of_what_its_comment_says(tiny_class):
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    mark(tiny_class, "why", 3.5, comment=f"No longer true: {WAITING}")
    page = page_of(tiny_class)
    assert WAITING in page.text and page.rows[3] == "why 3.5 of 4"


def test_what_a_check_found_stays_beside_a_person_s_comment_that_quotes_it(tiny_class):
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        line = book.find_comment("affine_forward", ASSIGNMENT, ASSIGNMENT, "ann").auto_comment.splitlines()[0]
    assert page_of(tiny_class).text.count(line) == 1
    mark(tiny_class, "test_affine_forward", 2.25, comment=f"{line} And why?")
    assert page_of(tiny_class).text.count(line) == 2


def test_the_page_shows_each_finding_once(tiny_class):
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    assert page_of(tiny_class).text.count("entries of out are wrong") == 1


def test_a_regrade_takes_the_page_of_the_earlier_mark_away(tiny_class):
    tiny_class.submit("ann", submission(WRONG))
    tiny_class.grade()
    path = feedback(tiny_class.course, ASSIGNMENT, "ann")
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert not path.exists()
    assert "affine_forward 3 of 3" in page_of(tiny_class).rows


def test_the_page_of_an_unreadable_submission_does_not_change(tiny_class):
    """Also where the notebook of an earlier, readable one still lies in autograded/."""
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert "10 of 14" in page_of(tiny_class).text
    tiny_class.submit("ann", b"{")
    tiny_class.grade()
    path = tiny_class.root / "course" / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    for page in (Page(path), page_of(tiny_class)):  # as the grader and as nbgrader make it
        assert "was not graded" in page.text and "is not a Jupyter notebook" in page.text
        assert page.text.endswith("The mark of the earlier submission stands: 10 of 14 points.")
        assert "affine" not in page.text
    mark(tiny_class, "why", 2.5)
    tiny_class.grade()
    assert Page(path).html == page_of(tiny_class).html and "stands: 12.5 of 14 points." in Page(path).text
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert "12.5 of 14" in page_of(tiny_class).text


def test_a_first_submission_that_cannot_be_read_has_no_earlier_mark(tiny_class):
    tiny_class.submit("ann", b"{")
    tiny_class.grade()
    path = tiny_class.root / "course" / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "no mark was given" in Page(path).text and "earlier" not in Page(path).text


def test_late_points_are_taken_off_and_named(tiny_class):
    tiny_class.submit("ann", submission(SOLUTIONS))
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann").late_submission_penalty = 1.5
        book.db.commit()
    page = page_of(tiny_class)
    assert page.rows[4:6] == ["handed in late −1.5", "points 8.5 of 14"]


@pytest.fixture
def pictured(tiny_class):
    """A course whose release shows a picture, in a question that students cannot change."""
    source = tiny_class.root / "course" / "source" / ASSIGNMENT
    (source / "figures").mkdir()
    shutil.copy(PICTURE, source / "figures" / "given.png")
    tiny_class.course = PicturedCourse(tiny_class.root)
    return tiny_class


def test_the_page_needs_no_file_no_network_and_no_script(pictured):
    pictured.submit("ann", answered("Since $\\\\tanh$ saturates: $$h_t \\\\le 1$$"))
    pictured.grade()
    page = page_of(pictured)
    assert "script" not in page.tags and "link" not in page.tags and "iframe" not in page.tags
    assert "default-src 'none'" in page.html
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in page.addresses), page.addresses
    assert re.search(r"^math { font-family: (\"[\w ]+ Math[\w ]*\", )+math; }", page.html, flags=re.MULTILINE)
    assert page.tags.count("math") == 2 and "<mi>tanh</mi>" in page.html and "$" not in page.text
    assert page.tags.count("img") == 1


@pytest.mark.parametrize("by", ["autograder", "nbgrader"])
def test_the_page_shows_the_release_s_pictures_and_the_student_s_that_lie_beside(pictured, monkeypatch, by):
    pictured.submit("ann", answered("![own](figures/given.png) ![own](figures/own.png) ![own](own.png)"))
    folder = pictured.folder("ann")
    (folder / "figures").mkdir()
    own = b"\x89PNG\r\n\x1a\nmine"
    for path in (folder / "own.png", folder / "figures" / "own.png", folder / "figures" / "given.png"):
        path.write_bytes(own)
    if by == "autograder":
        pictured.grade()
    else:
        assert by_nbgrader(pictured, "ann", monkeypatch)["success"]
    beside = pictured.autograded("ann").parent / "figures"
    assert (beside / "given.png").read_bytes() == PICTURE.read_bytes()  # where formgrader looks for it
    assert [path.name for path in beside.iterdir()] == ["given.png"] or by == "nbgrader"
    page = page_of(pictured)
    released, theirs = (base64.b64encode(content).decode() for content in (PICTURE.read_bytes(), own))
    shown = [
        address.removeprefix("data:image/png;base64,") for address in page.addresses if address.startswith("data:")
    ]
    assert shown == [released, theirs, theirs]  # a file in the place of one of the release's is not shown


def test_the_disk_check_counts_the_pictures_too(pictured):
    pictured.submit("ann", submission(SOLUTIONS))

    def copies():
        found = groups.whose(find(pictured.root / "course" / "submitted", ASSIGNMENT), {})
        config = nbgrader_config(pictured.course)
        return disk_space.needed(pictured.course, ASSIGNMENT, config, found, pictured.url, 1)[0][1]

    before = copies()
    (pictured.root / "course" / "source" / ASSIGNMENT / "figures" / "more.png").write_bytes(bytes(1_000_000))
    assert copies() == before + 1_000_000
    pictured.grade()
    assert copies() < before


def test_readme_s_command_regenerates_the_page(tiny_class):
    """Run the command line itself, as README gives it."""
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert "`.venv/bin/nbgrader generate_feedback 01-rnn-forward`" in readme
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    path = feedback(tiny_class.course, ASSIGNMENT, "ann")
    mark(tiny_class, "why", 4.0)
    command = [Path(sys.executable).with_name("nbgrader"), "generate_feedback", ASSIGNMENT]
    done = subprocess.run(command, cwd=tiny_class.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "why 4 of 4" in Page(path).rows
