"""Provide the tiny course as a class on disk."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import database_server
import pytest
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))

from platform_files import CANVAS, worksheet
from tiny_class import TinyClass
from tiny_course import ASSIGNMENT, SOLUTIONS, on_disk, submission

from autograder.grading import known_assignments


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
