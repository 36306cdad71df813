"""Surround a graded class, and look at what is left afterwards: files, processes, other people's marks."""

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass
class World:
    """A course in a folder of its own, with a home, a private file and a listening port around it.

    Attributes
    ----------
    root, home, canary : Path
    secret : str
        What the private file says.
    port : int
    mark : str
        Digits that stand in the command line of whatever an attack leaves running.
    calls : list
        Who connected to the port.
    """

    root: Path
    home: Path
    canary: Path
    secret: str
    port: int
    mark: str
    calls: list = field(default_factory=list)

    @property
    def names(self):
        """What stands for `@NAME@` in an entry's cells."""
        return {"COURSE": self.root, "HOME": self.home, "CANARY": self.canary, "PORT": self.port, "MARK": self.mark}

    def run(self, *command, path=None, timeout=1200):
        """Run a command of this environment in the course, with this home; return the finished process."""
        drop = ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
        environment = {k: v for k, v in os.environ.items() if k not in drop}
        environment |= {"PATH": path or f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.home)}
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            start_new_session=True,
        )

    def marks(self, assignment):
        """Return everybody's marks: {student: {cell: (automatic, extra credit)}}."""
        with Gradebook(f"sqlite:///{self.root / 'course' / 'gradebook.db'}") as gradebook:
            return {
                submission.student_id: {
                    grade.name: (grade.auto_score, grade.extra_credit)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in gradebook.assignment_submissions(assignment)
            }

    def left_over(self):
        """Return the processes that attacks left behind."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if self.mark in words:
                found.append(int(entry.name))
        return found

    def files(self):
        """Return a hash of every file that grading must not touch: sources, submissions, home, the code that grades."""
        found = {}
        for folder in (self.root, self.home, self.canary.parent):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink() and not _written_by_grading(path, self.root):
                    found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


def _written_by_grading(path, root):
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    ours = (
        parts[:1] == ("course",)
        and parts[1:2] != ("source",)
        and parts[1:2] != ("submitted",)
        and parts[1] != "release"
    )
    habits = (
        "nbsignatures.db",
        "notebook_secret",
        "history.sqlite",
        "migrated",
        "README",
        "fontlist",
    )  # Jupyter's, IPython's
    return ours or path.name.startswith(habits) or "__pycache__" in path.parts or path.name.endswith((".pyc", ".lock"))


@contextmanager
def world(folder, course):
    """Make a World around `course`, the root of a course below `folder`, and listen while the body runs."""
    home, private = folder / "home", folder / "private"
    home.mkdir()
    private.mkdir()
    secret = secrets.token_hex(16)
    (private / "letter.txt").write_text(f"for nobody else: {secret}\n")
    listener = socket.create_server(("127.0.0.1", 0))
    made = World(
        course, home, private / "letter.txt", secret, listener.getsockname()[1], str(secrets.randbelow(10**12))
    )

    def listen():
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            made.calls.append(address)
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield made
    finally:
        listener.close()
        for process in made.left_over():
            os.kill(process, 9)


def small_course(root, assignment):
    """Copy to `root` what a course of one assignment is made of, and build it."""
    for name in ("utils", "autograder"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (root / "solutions").mkdir()
    for path in (ROOT / "solutions").iterdir():
        if path.stem == assignment or path.suffix != ".py":
            (shutil.copytree if path.is_dir() else shutil.copy)(path, root / "solutions" / path.name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root
