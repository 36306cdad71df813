"""Every command that README and docs name exists, with these options, and a test runs it."""

import re
import shlex
import subprocess
from pathlib import Path

import documented
import pytest

from autograder.cli import parser

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(?:sh|console)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
WEEK = "tests/browser/test_exchange_week.py"  # which reads its commands from docs/instructors.md
RUN = {  # by which file
    "autograder audit": "tests/functional/audit/test_attempts.py",
    "autograder build": "tests/end_to_end/test_commands.py",
    "autograder bundle": "tests/end_to_end/test_bundle.py",
    "autograder check-file": "tests/end_to_end/test_commands.py",
    "autograder collect": "tests/functional/grade/test_platform_collect.py",
    "autograder demo": "tests/end_to_end/test_demo.py",
    "autograder export": "tests/functional/grade/test_platform_marks.py",
    "autograder grade": WEEK,
    "autograder gradescope-zip": "tests/end_to_end/test_gradescope.py",
    "autograder judge": "tests/end_to_end/test_commands.py",
    "autograder read": WEEK,
    "autograder regrade": WEEK,
    "autograder report": WEEK,
    "autograder solution": "tests/unit/course/test_self_study.py",
    "autograder viva": WEEK,
    "nbgrader autograde": "tests/end_to_end/test_marks.py",
    "nbgrader collect": WEEK,
    "nbgrader db": WEEK,
    "nbgrader export": WEEK,
    "nbgrader fetch_assignment": WEEK,
    "nbgrader fetch_feedback": WEEK,
    "nbgrader generate_feedback": WEEK,
    "nbgrader release_assignment": WEEK,
    "nbgrader release_feedback": WEEK,
    "nbgrader submit": WEEK,
    "nbgrader zip_collect": "tests/functional/grade/test_archives.py",
    "python -m utils.check": "tests/functional/check/test_check_file_process.py",
    "python -m utils.fresh": "tests/functional/check/test_check_in_a_kernel.py",
    "python -m utils.lab": "tests/functional/setup/test_lab.py",
    "make build": ".ci/run",
    "make demo": ".ci/run",
    "make formgrader": "tests/functional/setup/test_lab.py",
    "make help": "tests/unit/course/test_documented_commands.py",
    "make hub": "tests/browser/test_hub.py",
    "make lab": "tests/functional/setup/test_lab.py",
    "make lint": ".ci/run",
    "make test": ".ci/run",
    "make test-browser": ".ci/run",
    "make test-pins": ".ci/run",
}
BY_HAND = {"make bench", "make experiments", "make figures", "make security"}  # minutes each, for who changes these


def commands(text):
    """Return the commands in a page: lines of its fenced blocks, and spans that begin with such a program."""
    lines = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    spans = [" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", text))]
    found = []
    for one in lines + spans:
        one = one.partition("    #")[0].strip().removeprefix(".venv/bin/")
        if re.match(r"(autograder|nbgrader|make|python -m) [a-z]", one):
            found.append(one)
    return found


NAMED = sorted({one for page in PAGES for one in commands(page.read_text(encoding="utf-8"))})
OURS = [one for one in NAMED if one.startswith("autograder ")]


def test_commands_are_found():
    text = "Run `.venv/bin/autograder grade 01` or `make\nlab`, not `cli.py`.\n```sh ann\nnbgrader submit x\n```\n"
    assert commands(text) == ["nbgrader submit x", "autograder grade 01", "make lab"]
    assert len(OURS) > 20


def complaint(command, capsys):
    """Return why our parser refuses a command, which may leave out what it needs (`autograder judge --json`); or ""."""
    try:
        _, unknown = parser().parse_known_args(shlex.split(re.sub(r"[][]", "", command))[1:])
    except SystemExit:
        message = capsys.readouterr().err
        return "" if re.search("arguments are required|expected one argument", message) else message
    return " ".join(unknown)


@pytest.mark.parametrize("command", OURS)
def test_our_parser_takes_it(command, capsys):
    assert complaint(command, capsys) == ""


@pytest.mark.parametrize(
    "command", ["autograder grad 01", "autograder export --to mars", "autograder bundle --hubb", "autograder build x"]
)
def test_our_parser_refuses_what_is_not_there(command, capsys):
    assert complaint(command, capsys) != ""


def short(command):
    """Return the program and what it is asked to do."""
    words = command.split()
    return " ".join(words[: 3 if words[0] == "python" else 2])


def test_a_test_runs_each():
    assert {short(one) for one in NAMED} == set(RUN) | BY_HAND
    for command, path in RUN.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        if path == WEEK:
            text += (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
        assert command.split()[-1] in text, command


def test_make_knows_its_targets():
    targets = sorted(one for one in NAMED if one.startswith("make "))
    for one in targets:
        done = subprocess.run([*one.split(), "--dry-run", "PYTHON=true"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert {one.split()[1] for one in targets} <= set(re.findall(r"^make (\S+)", listed, re.MULTILINE))


def test_the_week_s_commands_are_read_with_who_types_them_and_what_they_print():
    week = [block for block in documented.blocks("instructors.md") if block.part == "A week"]
    assert {block.kind for block in week} == {"sh"} and {block.who for block in week} == {"", "ann", "bob"}
    assert sum(bool(block.printed) for block in week) >= 8
    fetched = next(block for block in week if block.who == "ann")
    assert fetched.heading == "Release" and fetched.lines[0] == "nbgrader fetch_assignment 00-start-here"


@pytest.mark.parametrize(
    ("expected", "absent"),
    [("ann 60", ""), ("ann …\nbob …", ""), ("ann 61", "ann 61"), ("ann", "ann"), ("bob 9\nann 60", "ann 60")],
)
def test_what_is_not_printed_or_not_in_this_order_is_missed(expected, absent):
    assert documented.missing(expected, "Grading …\nann 60  \nbob 9\n") == absent


def places(path):
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_finds_it(page):
    links = re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", page.read_text(encoding="utf-8"))
    lost = [(path, anchor) for path, anchor in links if anchor not in places(page.parent / path if path else page)]
    assert lost == []
