"""Make a whole course in its own folder, and run the commands that a user would run in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.course import Course

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(root, *command, path=None):
    """Run a command of this environment in `root` as a user would; return the finished process."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")}
    environment["PATH"] = path or f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=root, env=environment, capture_output=True, text=True, timeout=600
    )


def copy_course(root):
    """Copy what a course is made of to `root`: the sources, not what was built of anybody's class."""
    for name in ("solutions", "notebooks", "utils", "autograder", "docs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return Course(root)
