"""`make hub`: an assignment's whole way through a JupyterHub, in the browser, as its instructor and as a student.

The Hub, its proxy and the servers are real; each server runs under the account of its user.
"""

import re
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

import documented
import nbformat
import pytest
from lab import PATIENCE, keep
from lab_server import SCRIPTS, run, wait_for
from machine import machine, without_class
from nbgrader.api import Gradebook
from needed import lacking

from autograder.course import Course, source
from autograder.grading.database import address

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "00-start-here"
INSTRUCTOR, STUDENT, ASSISTANT = "root", "ann", "carol"
PASSWORD = secrets.token_urlsafe(9)


class Hub:
    """A running Hub, and pages of those who have logged in."""

    def __init__(self, browser, address):
        self.browser, self.address, self.pages = browser, address, {}

    def log_in(self, name, then):
        """Return a page of a browser of one's own, as this user sees it who wanted to open the address `then`."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(PATIENCE)
        page = self.pages[name] = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{self.address}/hub/login?next={then}")
        page.fill("#username_input", name)
        page.fill("#password_input", PASSWORD)
        page.click("#login_submit")
        return page

    def lab(self, name):
        """Return the page of this user's JupyterLab, whose server is started for it."""
        page = self.log_in(name, "/hub/spawn")
        page.wait_for_url("**/lab**")
        page.locator("#jp-MainMenu").wait_for()
        return page


def menu(page, item):
    """Choose an entry of JupyterLab's menu Nbgrader."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


@pytest.fixture(scope="module")
def course(root):
    """The course on a machine with accounts; yield the machine and the course's folder."""
    with machine(STUDENT) as accounts:
        folder = without_class(root, accounts.world / "course")
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        (folder / "course" / "people.toml").write_text(f'[readers]\n{ASSISTANT} = ["{ASSIGNMENT}"]\n', encoding="utf-8")
        with Gradebook(address(folder / "course" / "gradebook.db")) as gradebook:
            for student in (STUDENT, "bob", "cleo", "dora"):
                gradebook.add_student(student)
        yield accounts, folder


def free_ports():
    """Return a port from which all three that a Hub needs are free."""
    for port in range(21000, 30000, 200):
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            try:
                for number, each in ((port, one), (port + 1, two), (port + 81, three)):
                    each.bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise AssertionError("no ports are free")


def recipe(target):
    """Return the command that `make` runs for a target, with this Python's scripts."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [line] = re.findall(rf"^{target}:.*\n\t@?\$\(BIN\)/(.+)\n", makefile, re.MULTILINE)
    script, *options = line.split()
    return [str(SCRIPTS / script), *options]


@pytest.fixture(scope="module")
def hub(browser, course):
    """Run it as `make hub` does."""
    try:
        import jupyterhub  # noqa: F401
    except ImportError:
        lacking("JupyterHub is not installed")
    accounts, folder = course
    port = free_ports()
    command = recipe("hub")
    how = accounts.surroundings("", command, folder, HUB_PORT=str(port), HUB_PASSWORD=PASSWORD)
    log = accounts.world / "hub.log"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(**how, stdout=file, stderr=subprocess.STDOUT)
        try:
            where = f"http://127.0.0.1:{port}"
            wait_for(process, f"{where}/hub/health", log)
            started = Hub(browser.browser, where)
            yield started
            for page in started.pages.values():
                page.context.close()
        finally:
            process.terminate()  # it ends its proxy and the servers
            process.wait(30)


@pytest.fixture(scope="module")
def instructor(hub):
    """The instructor's JupyterLab, with formgrader open in its frame."""
    page = hub.lab(INSTRUCTOR)
    menu(page, "Formgrader")
    return page


@pytest.fixture(scope="module")
def student(hub):
    return hub.lab(STUDENT)


@pytest.fixture(scope="module")
def formgrader(instructor):
    """The page in the frame."""
    return instructor.frame_locator(".jp-IFrame iframe")


def pressed(formgrader, kind):
    """Press one of formgrader's buttons for the assignment and return what its dialog says."""
    row = formgrader.locator("tr", has_text=ASSIGNMENT)
    row.locator(f".{kind} a").click()
    dialog = formgrader.locator(".modal.in, .modal.show")
    dialog.get_by_text("Success", exact=True).wait_for()
    message = dialog.inner_text()
    dialog.get_by_role("button", name="OK").click()
    dialog.wait_for(state="hidden")
    return message


@pytest.fixture(scope="module")
def write_answers(course):
    """Return a function that writes right answers into a working copy, which stays its owner's."""
    right = Course(course[1]).reference.sources

    def write(path):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if source.is_solution(cell) and source.grade_id(cell) in right:
                cell.source = right[source.grade_id(cell)]
        path.write_text(nbformat.writes(notebook), encoding="utf-8")

    return write


def listed(page, button):
    """Return a button of nbgrader's list of assignments."""
    return page.get_by_role("button", name=button, exact=True)


@pytest.fixture(scope="module")
def feedback(course, formgrader, instructor, student, write_answers):
    """Send an assignment out and back; return what was written on the way, and the student's page of feedback."""
    accounts, folder = course
    written = {"release": pressed(formgrader, "release")}
    menu(student, "Assignment List")
    listed(student, "Fetch").click()
    listed(student, "Submit").wait_for()
    keep(student, "hub-fetched")
    write_answers(accounts.home(STUDENT) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    listed(student, "Submit").click()
    listed(student, "Fetch Feedback").wait_for()
    written["collect"] = pressed(formgrader, "collect")
    written["grade"] = run(folder, "autograder", "grade", ASSIGNMENT)
    pressed(formgrader, "generate-feedback")
    written["feedback"] = pressed(formgrader, "release-feedback")
    keep(instructor, "hub-formgrader")
    listed(student, "Fetch Feedback").click()
    student.get_by_text("(view feedback)").click()
    student.locator(".jp-DirListing-item", has_text=f"{ASSIGNMENT}.html").dblclick()
    seen = student.frame_locator(".jp-HTMLViewer iframe").locator("h1").first
    written["page"] = seen.inner_text()
    keep(student, "hub-feedback")
    return written


def test_an_assignment_goes_out_and_comes_back(course, feedback):
    accounts, folder = course
    assert "Successfully released" in feedback["release"]
    assert f"Collecting submission: {STUDENT} {ASSIGNMENT}" in feedback["collect"]
    assert f"{STUDENT}      90 of 90" in feedback["grade"]
    assert f"Releasing feedback for student '{STUDENT}'" in feedback["feedback"]
    assert feedback["page"] == f"{ASSIGNMENT}: 90 of 100 points"
    handed_in = next((folder / "hub" / "exchange" / "unrolled" / "inbound").iterdir())
    assert handed_in.stat().st_uid == accounts.number(STUDENT)


def test_it_says_what_the_page_says(course, hub):
    [block] = [block for block in documented.blocks("instructors.md") if block.lines == ["make hub"]]
    printed = (course[0].world / "hub.log").read_text(encoding="utf-8")
    assert documented.missing(block.printed, printed.replace(hub.address, "http://127.0.0.1:8000")) == ""


def test_only_the_instructor_s_pages_may_be_framed_and_by_themselves(hub, instructor, student):
    def policy(page, path):
        return page.request.get(f"{hub.address}/user/{path}").headers["content-security-policy"]

    assert policy(instructor, f"{INSTRUCTOR}/formgrader/manage_assignments") == "frame-ancestors 'self'"
    assert "frame-ancestors 'none'" in policy(student, f"{STUDENT}/lab")


def test_a_student_has_no_formgrader_and_reaches_nothing_of_the_instructor_s(course, hub, student):
    student.get_by_role("menuitem", name="Nbgrader").click()
    entries = [one for one in student.locator(".lm-Menu-itemLabel").all_inner_texts() if one]
    student.keyboard.press("Escape")
    assert entries == ["Assignment List"]
    assert student.request.get(f"{hub.address}/user/{STUDENT}/formgrader/manage_assignments").status == 404
    assert student.request.get(f"{hub.address}/user/{INSTRUCTOR}/lab").status == 403
    accounts, folder = course
    for path in ("solutions", "course/gradebook.db", "hub/state", "autograder/assignments"):
        command = ["ls", str(folder / path)]
        done = subprocess.run(**accounts.surroundings(STUDENT, command), capture_output=True, text=True)
        assert "Permission denied" in done.stderr, path


def test_an_assistant_works_in_the_instructor_s_formgrader(hub, instructor):
    page = hub.log_in(ASSISTANT, f"/user/{INSTRUCTOR}/formgrader/manage_assignments")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("heading", name="Manage Assignments").wait_for()


def test_nobody_else_may_log_in(hub):
    page = hub.log_in("mallory", "/hub/spawn")
    assert "Invalid username or password" in page.locator(".login_error").inner_text()
