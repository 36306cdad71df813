"""Isolation `user`: the cases run as root, where Python and this repository can be reached by every user."""

import os
import sys
from pathlib import Path

import ordinary_user
import pytest

CASES = Path(__file__).parent / "user_isolation_cases.py"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a submission a user of its own")
def test_a_user_of_its_own_is_a_wall():
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"{CASES}"]
    done = ordinary_user.run(test, ordinary_user.ROOT, user="")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    assert " passed" in done.stdout


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_is_refused_with_a_sentence():
    code = "from autograder.sandbox import users\ntry: users.request()\nexcept Exception as error: print(error)"
    done = ordinary_user.run([sys.executable, "-c", code], ordinary_user.ROOT)
    assert "isolation `user`): the grader is not root" in done.stdout, done.stderr
