"""An unknown ``c.Judge.…`` is named where somebody sees it, whichever command is used."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from test_disk import run
from test_grade import by_nbgrader, configure
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.grading import workers

TESTS = Path(__file__).parents[2] / "unit" / "judge"
READ = """
import sys
from pathlib import Path
from tiny_course import TinyCourse
from autograder.grading.workers import nbgrader_config
for _ in range(2): nbgrader_config(TinyCourse(Path(sys.argv[1])))
"""


@pytest.fixture
def misspelt(tiny_class, monkeypatch):
    configure(tiny_class, "\nc.Judge.case_timeuot = 3.0\n")
    monkeypatch.setattr(workers, "_logged", set())
    return tiny_class


def sentences(caplog):
    ours = (record for record in caplog.records if record.name.startswith("autograder"))
    return [record.getMessage() for record in ours if "case_timeuot" in record.getMessage()]


def test_grade_names_an_unknown_setting_once(misspelt, caplog):
    misspelt.submit("ann", submission(SOLUTIONS))
    assert misspelt.grade()["ann"].score == 10.0
    [sentence] = sentences(caplog)
    assert "c.Judge.case_timeuot, which is not a setting and has no effect" in sentence and "case_timeout" in sentence


def test_judge_names_an_unknown_setting_once(misspelt, caplog, monkeypatch, capsys):
    path = misspelt.submit("ann", submission(SOLUTIONS))
    assert run(misspelt, monkeypatch, capsys, "judge", path, "--assignment", ASSIGNMENT)[0] == 0
    assert len(sentences(caplog)) == 1


def test_nbgrader_names_an_unknown_setting(misspelt, monkeypatch):
    misspelt.submit("ann", submission(SOLUTIONS))
    result = by_nbgrader(misspelt, "ann", monkeypatch)
    assert result["success"] and "`case_timeuot` not recognized by `Judge`" in result["log"]


@pytest.mark.parametrize("name", ["case_timeuot", "case_timeout"])
def test_the_terminal_shows_an_unknown_setting(tiny_class, name):
    configure(tiny_class, f"\nc.Judge.{name} = 3.0\n")
    command = [sys.executable, "-c", READ, str(tiny_class.root)]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=True)
    assert done.stderr.count("is not a setting") == (1 if name == "case_timeuot" else 0)


def test_a_worker_does_not_repeat_the_warning(misspelt, caplog, monkeypatch):
    level = workers._log.level
    monkeypatch.setattr(workers.signal, "signal", lambda *_: None)
    monkeypatch.setattr(workers.threading.Thread, "start", lambda *_: None)
    try:
        workers._begin(misspelt.course, None, None)
    finally:
        workers._log.setLevel(level)
        logging.getLogger("traitlets").setLevel(logging.NOTSET)
    assert sentences(caplog) == []
