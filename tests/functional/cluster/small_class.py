"""A class of the real course, small, with a secret that tests can look for."""

import nbformat

from autograder.cluster.part import part

ASSIGNMENT = "00-start-here"
SECRET = "5ec7e7" * 11


class SmallClass:
    """A class on disk for one assignment of the real course, with a secret that tests can look for."""

    def __init__(self, course, root):
        root.mkdir()
        self.root, self.course = root, part(course, ASSIGNMENT, None).unpack(root)
        (root / "course" / "gradebook.db").write_bytes((course.workspace / "gradebook.db").read_bytes())
        secret = root / "course" / "secret"
        secret.write_text(SECRET, encoding="ascii")
        secret.chmod(0o600)

    def submit(self, student, content):
        path = self.root / "course" / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())

    def configure(self, *lines):
        with (self.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *lines, ""]))
