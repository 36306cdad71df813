"""Live through the week of docs/instructors.md: an instructor, two students with their own accounts, every page read.

The commands are those of the page, in its order, and what it says they print is compared. One student hands in a
notebook, the other first a broken file and later a notebook; a third's was collected by hand.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import documented
import nbformat
import pytest
from lab import PATIENCE, keep
from lab_server import serving
from machine import Machine, machine, without_class
from nbgrader.api import Gradebook

from autograder.course import Course, source
from autograder.grading.database import address
from autograder.grading.plugins import WAITING

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).resolve().parents[2]
ASSIGNMENT = "00-start-here"
STEADY, LATE = "ann", "bob"
BY_HAND = "cleo"
WRITTEN = "why_it_rises"
ANSWER = "Since $\\epsilon / h$ grows as $h \\to 0$: $$\\text{error} \\approx \\frac{\\epsilon}{h} + h^2$$"
CANVAS = f"""Student,ID,SIS Login ID,Section,{ASSIGNMENT} (77)
    Points Possible,,,,100
"Doe, Ann",1001,ann,1,
"Lee, Bob",1002,bob,1,
"Moss, Cleo",1003,cleo,1,
"""
# These start a server or set up a whole environment. Tests beside this one do what they do.
ELSEWHERE = {
    "make demo": "tests/end_to_end/test_demo.py",
    "make hub": "tests/browser/test_hub.py",
    "make formgrader": "tests/functional/setup/test_lab.py",
}
SERVES = f".venv/bin/autograder read {ASSIGNMENT}"  # until it is interrupted


@dataclass
class Week:
    """The course on a machine with accounts, and what was printed: command -> output."""

    machine: Machine
    root: Path
    printed: dict = field(default_factory=dict)
    first: dict = field(default_factory=dict)  # the pages of the first round

    @property
    def exchange(self):
        return self.machine.world / "srv" / "nbgrader" / "exchange"

    def how(self, who, command):
        """Return what `subprocess` needs for a line of the page; the world has its own /srv and /etc."""
        world = self.machine.world
        for folder in ("/srv", "/etc"):
            command = re.sub(rf"(?<!\S){folder}/", f"{world}{folder}/", command)
        variables = {"JUPYTER_CONFIG_PATH": str(world / "etc" / "jupyter"), "NBGRADER_EXCHANGE": str(self.exchange)}
        account = who if who in self.machine.accounts else ""
        folder = None if account else self.root
        return self.machine.surroundings(account, ["sh", "-ec", command], folder, BROWSER="true", **variables)

    def run(self, who, command):
        """Run a line as whoever types it; return what is printed."""
        if command == SERVES:
            with subprocess.Popen(**self.how(who, f"exec {command}"), stdout=subprocess.PIPE, text=True) as server:
                printed = server.stdout.readline() + server.stdout.readline()
                server.terminate()
            return printed
        done = subprocess.run(**self.how(who, command), capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stderr + done.stdout

    def play(self, block, before):
        """Do what a block says, and before some of its lines what nobody types; compare what is printed."""
        printed = ""
        for line in block.lines:
            if actions := before.get((block.who, line)):
                actions.pop(0)()
            if line not in ELSEWHERE:
                self.printed[line] = self.run(block.who, line)
                printed += self.printed[line]
        if block.printed and not set(block.lines) & set(ELSEWHERE):
            absent = documented.missing(block.printed, printed)
            assert not absent, f"{block.text}\nThe page says that this is printed: {absent}\n\n{printed}"

    def writes(self, student, content):
        """Leave a notebook, or bytes, in the student's working copy."""
        path = self.machine.home(student) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())
        (path.parent / "figures" / "u-curve.png").write_bytes(b"\x89PNG\r\n\x1a\n of the student's own")

    def fetched(self, student):
        """Return the pages that a student has fetched, in order of time."""
        return sorted((self.machine.home(student) / ASSIGNMENT / "feedback").glob(f"*/{ASSIGNMENT}.html"))


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


def arranged(world, root):
    """Copy the course into the world, without its class, as somebody who has followed the page so far has it."""
    folder = without_class(root, world / "course")
    shutil.copytree(REPOSITORY / "deploy", folder / "deploy")
    for name in ("pyproject.toml", "constraints.txt", "LICENSE"):
        shutil.copy(REPOSITORY / name, folder)
    for name in (".git", "tests"):
        (folder / name).mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "exported.csv").write_text(CANVAS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def week(root, notebook):
    """Do all that the page says before its reference."""
    with machine(STEADY, LATE) as accounts:
        week = Week(accounts, arranged(accounts.world, root))
        right = Course(root).reference.sources
        first = {
            "stable_softmax": f"# by {STEADY}\n{right['stable_softmax']}",
            "numerical_gradient": right["numerical_gradient"].replace("(2 * h)", "h"),
            WRITTEN: ANSWER,
        }
        second = {"stable_softmax": f"# by {LATE}\n{right['stable_softmax']}"}
        by_mail = accounts.world / "root" / "Downloads" / f"{BY_HAND}.ipynb"
        by_mail.parent.mkdir()
        nbformat.write(notebook(), by_mail)
        page = [one for one in documented.blocks("instructors.md") if one.part in ("Before the term", "A week")]

        def mark_by_hand():
            """Give feedback a first time; then do in formgrader's place what it does."""
            for block in page:
                if block.heading == "Release feedback":
                    week.play(replace(block, printed=""), {})
            week.first.update({one: [p.read_text("utf-8") for p in week.fetched(one)] for one in (STEADY, LATE)})
            with Gradebook(address(week.root / "course" / "gradebook.db")) as book:
                grade = book.find_grade(WRITTEN, ASSIGNMENT, ASSIGNMENT, STEADY)
                grade.manual_score, grade.needs_manual_grade = grade.max_score - 1, False
                book.find_comment(WRITTEN, ASSIGNMENT, ASSIGNMENT, STEADY).manual_comment = "Well seen, $h^2$."
                book.db.commit()

        submit = f"nbgrader submit {ASSIGNMENT}"
        before = {
            (STEADY, submit): [lambda: week.writes(STEADY, notebook(**first))],
            (LATE, submit): [
                lambda: week.writes(LATE, b"{ no notebook"),
                lambda: week.writes(LATE, notebook(**second)),
            ],
            ("", "make formgrader"): [mark_by_hand],
        }
        files = {"csv": "course/roster.csv", "toml": "course.toml"}
        for block in page:
            if block.kind == "sh":
                week.play(block, before)
            else:
                (week.root / files[block.kind]).write_text(block.text, encoding="utf-8")
                files["toml"] = "course/people.toml"  # the second of them
        yield week


@pytest.fixture(scope="module")
def served(week):
    """Return the address and token of a JupyterLab server in the week's course."""
    with serving(week.root) as where:
        yield where


def gradebook(week, student):
    """Return what the gradebook holds: the score of each exercise, their sum and the highest."""
    with Gradebook(address(week.root / "course" / "gradebook.db")) as book:
        found = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        scores = {grade.name.removeprefix("test_"): (grade.score, grade.max_score) for grade in found.grades}
        return scores, found.score, found.max_score


def test_each_student_gets_only_their_own_pages(week):
    assert {student: len(pages) for student, pages in week.first.items()} == {STEADY: 1, LATE: 1}
    assert len(week.fetched(STEADY)) == 1 and len(week.fetched(LATE)) == 2
    for student, other in ((STEADY, LATE), (LATE, STEADY)):
        page = week.fetched(student)[-1].read_text(encoding="utf-8")
        assert f"# by {student}" in page and f"# by {other}" not in page
    assert len(list((week.exchange / "unrolled" / "feedback").iterdir())) == 3


def test_a_student_who_handed_in_by_hand_is_named_and_stops_nobody(week):
    printed = week.printed[f".venv/bin/nbgrader release_feedback {ASSIGNMENT}"]
    [line] = [line for line in printed.splitlines() if BY_HAND in line]
    assert f"{BY_HAND}: not released" in line
    assert (week.root / "course" / "feedback" / BY_HAND / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def test_the_page_of_an_unreadable_submission_says_so_and_stays(week):
    [before] = week.first[LATE]
    assert "was not graded" in before and "is not a Jupyter notebook" in before and "of 100" not in before
    assert week.fetched(LATE)[0].read_text(encoding="utf-8") == before


def test_the_page_says_waiting_only_while_a_mark_is_missing(week):
    [before] = week.first[STEADY]
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
    context.set_default_timeout(PATIENCE)
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
    keep(offline, f"feedback-{student}", full_page=True)
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


def test_in_formgrader_every_picture_is_seen_too(week, browser, served):
    lab, token = served
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
    keep(page, "formgrader-pictures")
    page.close()
