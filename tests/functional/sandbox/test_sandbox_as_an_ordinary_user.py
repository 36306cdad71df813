"""The sandbox keeps its promises where the grader is not root. Run as root, since only root can change users."""

import os
import sys
from pathlib import Path

import ordinary_user
import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user; the others here ran as one")
@pytest.mark.parametrize("file", ["test_sandbox_walls.py", "test_sandbox_life.py", "test_sandbox_meter.py"])
def test_the_promises_hold_for_an_ordinary_user_too(file):
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"{HERE / file}"]
    done = ordinary_user.run(test, ordinary_user.ROOT)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    assert " passed" in done.stdout and "cannot be isolated" not in done.stdout
