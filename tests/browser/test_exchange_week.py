"""Live through a week of the exchange: two students with their own accounts, an instructor, and every page read.

One hands in a notebook, the other first a broken file and later a notebook; a third's was collected by hand. The
accounts are two that every Debian has: nbgrader calls a student by the name of the account.
"""

import os
import pwd
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import ordinary_user
import pytest
from lab import SCREENSHOTS
from lab_server import run
from nbgrader.api import Gradebook
from needed import lacking

from autograder.course import Course, source
from autograder.grading.database import address
from autograder.grading.plugins import WAITING

pytestmark = pytest.mark.browser

ASSIGNMENT = "00-start-here"
STEADY, LATE = "daemon", "nobody"
BY_HAND = "ben"
WRITTEN = "why_it_rises"
ANSWER = "Since $\\epsilon / h$ grows as $h \\to 0$: $$\\text{error} \\approx \\frac{\\epsilon}{h} + h^2$$"


@dataclass
class Week:
    """Who does what, in folders that everybody can reach."""

    root: Path
    world: Path
    outputs: dict = field(default_factory=dict)

    @property
    def exchange(self):
        return self.world / "exchange"

    def home(self, student):
        return self.world / student

    def instructor(self, *command):
        """Run nbgrader in the course."""
        return run(self.root, "nbgrader", *command, f"--Exchange.root={self.exchange}")

    def student(self, student, *command):
        """Run nbgrader as a student, at home, where no course is."""
        options = ["--course=unrolled", f"--Exchange.root={self.exchange}"]
        command = [sys.executable, "-m", "nbgrader", *command, ASSIGNMENT, *options]
        home, number = self.home(student), str(pwd.getpwnam(student).pw_uid)
        done = ordinary_user.run(command, home, home=home, user=number)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def writes(self, student, content):
        """Leave a notebook, or bytes, in the student's working copy."""
        path = self.home(student) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())
        (path.parent / "figures" / "u-curve.png").write_bytes(b"\x89PNG\r\n\x1a\n of the student's own")

    def fetched(self, student):
        """Return the pages that a student has fetched, in order of time."""
        return sorted((self.home(student) / ASSIGNMENT / "feedback").glob(f"*/{ASSIGNMENT}.html"))

    def gives_back(self):
        """Do what README and docs/instructors.md say, and let the students fetch what there is."""
        run(self.root, "autograder", "grade", ASSIGNMENT)
        self.instructor("generate_feedback", ASSIGNMENT)
        self.outputs["release"] = self.instructor("release_feedback", ASSIGNMENT)
        for student in (STEADY, LATE):
            self.student(student, "fetch_feedback")


@pytest.fixture(scope="module")
def notebook(root):
    """Return a function that makes a notebook of right answers with these changed."""
    course = Course(root)

    def notebook(**changed):
        made = nbformat.read(root / "notebooks" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
        answers = {**course.reference.sources, **changed}
        for cell in made.cells:
            if source.is_solution(cell) and source.grade_id(cell) in answers:
                cell.source = answers[source.grade_id(cell)]
        return made

    return notebook


@pytest.fixture(scope="module")
def week(root, notebook):
    """Live it, up to the second time that feedback goes out; yield it with all pages as text, by student and round."""
    if os.geteuid() != 0:
        lacking("only root can be two students")
    if (tried := ordinary_user.run(["true"], "/")).returncode:
        lacking(f"this user cannot become another one: {tried.stderr.strip()}")
    world = Path(tempfile.mkdtemp(prefix="unrolled-week-"))
    try:
        world.chmod(0o755)
        week = Week(root, world)
        week.exchange.mkdir()
        week.exchange.chmod(0o777)
        week.instructor("release_assignment", ASSIGNMENT)
        right = Course(root).reference.sources
        first = {
            "stable_softmax": f"# by {STEADY}\n{right['stable_softmax']}",
            "numerical_gradient": right["numerical_gradient"].replace("(2 * h)", "h"),
            WRITTEN: ANSWER,
        }
        for student, content in ((STEADY, notebook(**first)), (LATE, b"{ no notebook")):
            week.home(student).mkdir()
            shutil.chown(week.home(student), student)
            week.student(student, "fetch_assignment")
            week.writes(student, content)
            week.student(student, "submit")
        week.instructor("collect", ASSIGNMENT)
        by_hand = root / "course" / "submitted" / BY_HAND / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        by_hand.parent.mkdir(parents=True)
        nbformat.write(notebook(), by_hand)
        week.gives_back()
        week.outputs["first"] = {
            student: [p.read_text("utf-8") for p in week.fetched(student)] for student in (STEADY, LATE)
        }

        with Gradebook(address(root / "course" / "gradebook.db")) as book:
            grade = book.find_grade(WRITTEN, ASSIGNMENT, ASSIGNMENT, STEADY)
            grade.manual_score, grade.needs_manual_grade = grade.max_score - 1, False
            book.find_comment(WRITTEN, ASSIGNMENT, ASSIGNMENT, STEADY).manual_comment = "Well seen, $h^2$."
            book.db.commit()
        week.writes(LATE, notebook(stable_softmax=f"# by {LATE}\n{right['stable_softmax']}"))
        week.student(LATE, "submit")
        week.instructor("collect", ASSIGNMENT, "--update")
        week.gives_back()
        yield week
    finally:
        shutil.rmtree(world)


def gradebook(week, student):
    """Return what the gradebook holds: the score of each exercise, their sum and the highest."""
    with Gradebook(address(week.root / "course" / "gradebook.db")) as book:
        found = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        scores = {grade.name.removeprefix("test_"): (grade.score, grade.max_score) for grade in found.grades}
        return scores, found.score, found.max_score


def test_each_student_gets_only_their_own_pages(week):
    assert {student: len(pages) for student, pages in week.outputs["first"].items()} == {STEADY: 1, LATE: 1}
    assert len(week.fetched(STEADY)) == 1 and len(week.fetched(LATE)) == 2
    for student, other in ((STEADY, LATE), (LATE, STEADY)):
        page = week.fetched(student)[-1].read_text(encoding="utf-8")
        assert f"# by {student}" in page and f"# by {other}" not in page
    assert len(list((week.exchange / "unrolled" / "feedback").iterdir())) == 3


def test_a_student_who_handed_in_by_hand_is_named_and_stops_nobody(week):
    [line] = [line for line in week.outputs["release"].splitlines() if BY_HAND in line]
    assert f"{BY_HAND}: not released" in line
    assert (week.root / "course" / "feedback" / BY_HAND / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def test_the_page_of_an_unreadable_submission_says_so_and_stays(week):
    [before] = week.outputs["first"][LATE]
    assert "was not graded" in before and "is not a Jupyter notebook" in before and "of 100" not in before
    assert week.fetched(LATE)[0].read_text(encoding="utf-8") == before


def test_the_page_says_waiting_only_while_a_mark_is_missing(week):
    [before] = week.outputs["first"][STEADY]
    after = week.fetched(STEADY)[0].read_text(encoding="utf-8")
    assert WAITING in before and "not graded yet" in before
    assert WAITING not in after and "not graded yet" not in after and "Well seen" in after
    # The other student left the written answer untouched: it gets 0 by itself, and waits for nobody.
    assert WAITING not in week.fetched(LATE)[1].read_text(encoding="utf-8")


def looked_at(page, path):
    """Open a page from the disk and wait for its pictures; return what is seen of it."""
    page.goto(path.as_uri())
    return page.evaluate(
        """async () => {
            const pictures = [...document.images];
            await Promise.allSettled(pictures.map((picture) => picture.decode()));
            const rows = [...document.querySelectorAll(".index tr")].map((row) =>
                [...row.cells].map((cell) => cell.innerText.trim()));
            return {
                widths: pictures.map((picture) => picture.naturalWidth),
                rows: Object.fromEntries(rows),
                heading: document.querySelector("h1").innerText,
                text: document.body.innerText,
                formulas: [...document.querySelectorAll("math")].map((one) => one.getBoundingClientRect().width),
                raw: document.querySelectorAll("code.tex").length,
                targets: [...document.querySelectorAll(".index a")].every((a) => document.querySelector(a.hash)),
            };
        }"""
    )


@pytest.fixture
def offline(browser):
    """A page of a browser without a network, which reports what it asked for and what went wrong."""
    context = browser.browser.new_context(offline=True, viewport={"width": 1000, "height": 1000})
    page = context.new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    yield page
    context.close()


@pytest.mark.parametrize("student", [STEADY, LATE])
def test_in_the_browser_the_page_is_whole_and_its_scores_are_the_gradebook_s(week, offline, student):
    seen = looked_at(offline, week.fetched(student)[-1])
    offline.screenshot(path=SCREENSHOTS / f"feedback-{student}.png", full_page=True)
    scores, score, highest = gradebook(week, student)
    assert seen["heading"] == f"{ASSIGNMENT}: {score:g} of {highest:g} points"
    assert seen["rows"] == {name: f"{own:g} of {most:g}" for name, (own, most) in scores.items()} | {
        "points": f"{score:g} of {highest:g}"
    }
    assert seen["targets"]
    assert len(seen["widths"]) == 2 and min(seen["widths"]) > 300  # the release's; a student's own would be broken
    assert len(seen["formulas"]) > 5 and min(seen["formulas"]) > 0 and seen["raw"] == 0
    assert not re.search(r"\$|\\frac|\\text", re.sub(r"(?m)^.*f?\".*$", "", seen["text"]))
    for name, (own, most) in scores.items():
        assert f"{own:g} of {most:g} points" in seen["text"], name
    assert [url for url in offline.asked if not url.startswith(("file:", "data:"))] == [] and offline.wrong == []


def test_in_formgrader_every_picture_is_seen_too(week, browser, server):
    lab, token = server
    with Gradebook(address(week.root / "course" / "gradebook.db")) as book:
        submissions = {
            student: book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student).id
            for student in (STEADY, LATE, BY_HAND)
        }
    page = browser.new_page()
    for student, number in submissions.items():
        page.goto(f"{lab}/formgrader/submissions/{number}/?token={token}")
        page.wait_for_load_state("load")
        widths = page.evaluate(
            """async () => {
                const pictures = [...document.querySelectorAll("#notebook img")];
                await Promise.allSettled(pictures.map((picture) => picture.decode()));
                return pictures.map((picture) => picture.naturalWidth);
            }"""
        )
        assert len(widths) == 2 and min(widths) > 300, (student, widths)
    page.screenshot(path=SCREENSHOTS / "formgrader-pictures.png")
    page.close()
