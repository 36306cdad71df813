"""Provide the tiny course as a class on disk, with a real gradebook, graded as `autograder grade` grades."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import database_server
import nbformat
import pytest
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))

from platform_files import CANVAS, worksheet
from tiny_course import ASSIGNMENT, SOLUTIONS, TinyCourse, on_disk, submission

from autograder.grading import gradebook, known_assignments
from autograder.grading.database import address
from autograder.grading.grade import grade


class TinyClass:
    """A course's folder, and what a test asks of it."""

    def __init__(self, root, url=None):
        self.root, self.course = root, TinyCourse(root)
        self.url = url or address(root / "course" / "gradebook.db")

    def folder(self, student):
        return self.root / "course" / "submitted" / student / ASSIGNMENT

    def submit(self, student, notebook, name=f"{ASSIGNMENT}.ipynb"):
        """Write a notebook, or bytes, where a submission lies; return the path."""
        path = self.folder(student) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        path.write_bytes(content)
        return path

    def grade(self, **options):
        return {row.student: row for row in grade(self.course, ASSIGNMENT, progress=False, **options)}

    def gradings(self):
        gradebook.require_assignment(self.url, ASSIGNMENT)  # another gradebook may have taken the place of the last
        return gradebook.gradings(self.url, ASSIGNMENT)

    def marks(self):
        """Return all that the gradebook holds of marks: student -> cell -> (automatic, needs a person)."""
        with Gradebook(self.url) as book:
            return {
                one.student_id: {
                    grade.name: (grade.auto_score, grade.needs_manual_grade)
                    for notebook in one.notebooks
                    for grade in notebook.grades
                }
                for one in book.assignment_submissions(ASSIGNMENT)
            }

    def totals(self):
        """Return the points for code: student -> sum, None where there is no mark."""
        sums = {}
        for student, cells in self.marks().items():
            scores = [score for name, (score, _) in cells.items() if name != "why"]
            sums[student] = None if None in scores else sum(scores)
        return sums

    def together(self, *groups):
        """Say who hands in together."""
        lines = [f"group-{number},{student}" for number, group in enumerate(groups) for student in group]
        path = self.root / "course" / "groups.csv"
        path.write_text("\n".join(["group,student", *lines]), encoding="utf-8")

    def comment(self, student, name="affine_forward"):
        with Gradebook(self.url) as book:
            return book.find_comment(name, ASSIGNMENT, ASSIGNMENT, student).comment

    def autograded(self, student):
        return self.root / "course" / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


@pytest.fixture(scope="session")
def empty_class(tmp_path_factory):
    """A class without submissions; to be copied."""
    return on_disk(tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="session")
def class_at():
    """Return a function that takes a folder for a class."""
    return TinyClass


@pytest.fixture(scope="session")
def new_class(empty_class, tmp_path_factory):
    """Return a function that makes a class without submissions, for tests that share one."""

    def made():
        root = tmp_path_factory.mktemp("class") / "class"
        shutil.copytree(empty_class, root)
        return TinyClass(root)

    return made


@pytest.fixture
def tiny_class(empty_class, tmp_path):
    shutil.copytree(empty_class, tmp_path / "class")
    return TinyClass(tmp_path / "class")


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server; it is stopped and started by tests."""
    with database_server.server() as one:
        yield one


@pytest.fixture(scope="session")
def known_to_postgres(postgres, empty_class):
    """The name of a database that holds the gradebook of a class without submissions; to be copied."""
    name = postgres.new_database()
    known_assignments.take_over(postgres.url(name), empty_class / "course" / "gradebook.db", [ASSIGNMENT])
    return name


@pytest.fixture(scope="session")
def class_on(empty_class, tmp_path_factory, request):
    """Return a function that makes a class whose gradebook is in "sqlite" or on "postgres"."""

    def made(kind):
        root = tmp_path_factory.mktemp("class-on") / "class"
        shutil.copytree(empty_class, root)
        if kind == "sqlite":
            return TinyClass(root)
        (root / "course" / "gradebook.db").unlink()
        server = request.getfixturevalue("postgres")
        url = server.url(server.new_database(like=request.getfixturevalue("known_to_postgres")))
        with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
        return TinyClass(root, url)

    return made


@pytest.fixture(scope="session")
def graded(empty_class, tmp_path_factory):
    """A class: ann, bob (late) and nowhere have marks, cyd has none, dan handed in nothing, eve is excused."""
    root = tmp_path_factory.mktemp("platforms") / "class"
    shutil.copytree(empty_class, root)
    one = TinyClass(root)
    for student in ("ann", "bob", "nowhere"):
        one.submit(student, submission(SOLUTIONS))
    one.submit("cyd", b"{")
    one.grade()
    with Gradebook(one.url) as book:
        for student, about in {
            "ann": {"first_name": "Ann", "last_name": "Doe", "email": None},
            "bob": {"email": "Bob@U.edu"},
            "dan": {},
            "eve": {},
        }.items():
            book.update_or_create_student(student, **about)
        book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "bob").late_submission_penalty = 2 + 1 / 3
        book.db.commit()
    (root / "course" / "people.toml").write_text(f'[excused]\n"{ASSIGNMENT}" = ["eve"]\n', encoding="utf-8")
    (root / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    (root / "moodle.csv").write_bytes(worksheet())
    return one


@pytest.fixture
def exported(graded, monkeypatch, capsys, tmp_path):
    """Run ``autograder export``; return status, what it says, and what it wrote."""

    def command(*words):
        from test_disk import run

        output = tmp_path / "written.csv"
        status, message = run(graded, monkeypatch, capsys, "export", "--output", output, *words)
        return SimpleNamespace(status=status, message=message, data=output.read_bytes() if output.exists() else None)

    return command
