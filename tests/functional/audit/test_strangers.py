"""What becomes of strangers' answers is as it was counted, and as the README says.

`UPDATE_GOLDEN=1 pytest` on this file counts again, and writes the counts and the README's table; read the diff.
"""

import json
import os
from pathlib import Path

import pytest

from autograder.auditing import attempt_file, attempts
from autograder.course import open_course

COURSE = open_course()
CASES = Path(__file__).parents[2] / "cases"
COUNTS = CASES / "attempts_counts.json"
README = Path(__file__).parents[3] / "README.md"


@pytest.fixture(scope="module")
def counted():
    listed = attempt_file.read(CASES / "attempts.json", COURSE)
    return attempts.counts(COURSE, listed, attempts.measure(COURSE, listed, progress=False))


def test_the_counts_are_as_recorded(counted):
    if os.environ.get("UPDATE_GOLDEN"):
        old = attempts.summary(json.loads(COUNTS.read_text(encoding="utf-8")))
        text = README.read_text(encoding="utf-8")
        assert text.count(old) == 1
        README.write_text(text.replace(old, attempts.summary(counted)), encoding="utf-8")
        COUNTS.write_text(json.dumps(counted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert counted == json.loads(COUNTS.read_text(encoding="utf-8"))


def test_the_readme_shows_the_recorded_counts():
    recorded = json.loads(COUNTS.read_text(encoding="utf-8"))
    assert README.read_text(encoding="utf-8").count(attempts.summary(recorded)) == 1


def test_the_targets_are_met():
    recorded = json.loads(COUNTS.read_text(encoding="utf-8"))
    assert attempts.missed(recorded) == []
