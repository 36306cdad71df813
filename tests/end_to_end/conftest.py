"""Provide fixtures: a built course to read, and one to change."""

import shutil

import pytest
from end_to_end_course import copy_course, run
from once import shared_folder

from autograder.course import Course


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A built course that tests may read but not change; it is built once for all test processes."""
    with shared_folder(tmp_path_factory, "built") as folder:
        done = folder / "done"
        if not done.exists():
            (folder / "course").mkdir()
            made = run(copy_course(folder / "course").root, "autograder", "build")
            assert made.returncode == 0, made.stderr
            done.touch()
        return Course(folder / "course")


@pytest.fixture
def own(tmp_path, built):
    """A built course of the test's own."""
    shutil.copytree(built.root, tmp_path / "course")
    return Course(tmp_path / "course")
