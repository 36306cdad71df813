"""Provide one JupyterLab, one browser and one page for all browser tests, which open their own working copies."""

import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from lab import PATIENCE, SCREENSHOTS, Lab
from lab_server import make_course, serving
from playwright.sync_api import expect, sync_playwright

from autograder.course import Course, source

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "judge"))  # hostile_answers

ASSIGNMENT = "01-rnn-forward"
_ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_ARGUMENTS += ["--disable-component-update", "--disable-sync"]
# No other host has an address. To stop requests one by one costs more, and no file would be cached.
_ARGUMENTS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
_BROWSER = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep a picture of every page as it was when a test failed."""
    report = yield
    if report.when == "call" and report.failed and _BROWSER in item.session.stash:
        for number, page in enumerate(item.session.stash[_BROWSER].pages):
            page.screenshot(path=SCREENSHOTS / f"failed-{item.name}-{number}.png")
    return report


@pytest.fixture(scope="session")
def chromium():
    """Return where the browser is; without one nothing here can be tested, and that is not a success."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.exit("The browser tests need Chromium: install it (Debian: apt install chromium), then run this again.", 1)


@pytest.fixture(scope="session")
def root(chromium, tmp_path_factory):
    """A course of the tests' own, built, with its working copies."""
    root = tmp_path_factory.mktemp("browser") / "course"
    root.mkdir()
    make_course(root, Path(__file__).resolve().parents[2])
    return root


@pytest.fixture(scope="session")
def server(root):
    """Return the address and token of a JupyterLab server in the course's root."""
    with serving(root) as where:
        yield where


@pytest.fixture(scope="session")
def browser(chromium, request):
    """A browser window that sees this machine only."""
    for stale in SCREENSHOTS.glob("failed-*.png"):
        stale.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        request.session.stash[_BROWSER] = context
        yield context
        browser.close()


@pytest.fixture(scope="session")
def lab(browser, server):
    """Return JupyterLab."""
    return Lab(browser.new_page(), *server)


@pytest.fixture(scope="session")
def answers(root):
    """Return the text of every right function by name, and a written answer."""
    return {**Course(root).reference.sources, "trade_offs": "**Slow**, because step t waits for step t − 1."}


@pytest.fixture(scope="session")
def write(root):
    """Return a function that writes the notebook with these answers into a folder of the course."""

    def written(folder, answers):
        target = root / folder
        shutil.copytree(root / "notebooks" / ASSIGNMENT, target)
        notebook = nbformat.read(target / f"{ASSIGNMENT}.ipynb", as_version=4)
        for cell in notebook.cells:
            if source.is_solution(cell) and source.grade_id(cell) in answers:
                cell.source = answers[source.grade_id(cell)]
        nbformat.write(notebook, target / f"{ASSIGNMENT}.ipynb")
        return f"{folder}/{ASSIGNMENT}.ipynb"

    return written


@pytest.fixture(scope="session")
def opened(lab, write):
    """Return a function that opens a working copy of its own with these answers, some or none."""

    def opened(name, answers=()):
        return lab.open(write(f"work/{name}", dict(answers)))

    return opened
