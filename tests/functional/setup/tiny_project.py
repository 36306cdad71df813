"""Make `.venv` for a tiny project, and look at what is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PYPROJECT = """
[build-system]
requires = []
build-backend = "tiny_backend"
backend-path = ["."]

[project]
name = "tiny-course"
version = "1.0"
requires-python = ">=3.11,<3.15"
dependencies = ["tiny>=1"]
"""
PINS = "tiny==1.0\n"


class Project:
    """A project in a folder of its own whose packages come from a folder beside it."""

    def __init__(self, root):
        self.root, self.venv = root, root / ".venv"

    def make(self, *options, **changes):
        """Run `make .venv/installed`; return the finished process."""
        done = subprocess.run(
            ["make", "--no-print-directory", ".venv/installed", *options], **self.surroundings(**changes)
        )
        done.printed = done.stdout + done.stderr
        return done

    def surroundings(self, **changes):
        unwanted = ("PYTHON", "PIP_", "MAKE", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.root.parent / "wheels"), "PIP_CONFIG_FILE": os.devnull}
        path = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
        environment = {**kept, **local, "PATH": path, **changes}
        return {"cwd": self.root, "env": environment, "capture_output": True, "text": True, "timeout": 300}

    def good(self):
        """Make sure that all is as it should be; return the place. What was once made well is kept beside it."""
        kept = self.root.with_name(f"{self.root.name} kept")
        (self.root / "constraints.txt").write_text(PINS, encoding="utf-8")
        if not kept.exists():
            assert self.make().returncode == 0
            assert self.silent()
            _copy(self.venv, kept)
        shutil.rmtree(self.venv, ignore_errors=True)
        _copy(kept, self.venv)
        return self.venv

    def fault(self):
        """Return what `make_venv` would say of what is there."""
        code = "import make_venv; print(make_venv.fault())"
        return subprocess.check_output([sys.executable, "-c", code], cwd=self.root, text=True).strip()

    def silent(self):
        """Whether nothing is left to be done, and what is installed works."""
        done = self.make()
        works = subprocess.run([self.venv / "bin" / "python", "-c", "import tiny, tiny_backend"], check=False)
        return done.returncode == works.returncode == 0 and done.printed == ""

    def mark(self):
        """Leave a file in `.venv` by which one sees whether it was made again."""
        (self.good() / "mark").touch()

    @property
    def made_again(self):
        return not (self.venv / "mark").exists()


def _copy(source, target):
    """Copy an environment; its packages are hard links, since who changes them removes a file first, as pip does."""

    def one(path, place):
        return os.link(path, place) if "site-packages" in path else shutil.copy2(path, place)

    shutil.copytree(source, target, symlinks=True, copy_function=one)
