"""Provide fixtures: a built course to read, and one to change."""

import shutil

import pytest
from end_to_end_course import copy_course, run

from autograder.course import Course


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A built course that tests may read but not change."""
    course = copy_course(tmp_path_factory.mktemp("built"))
    done = run(course.root, "autograder", "build")
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture
def own(tmp_path, built):
    """A built course of the test's own."""
    shutil.copytree(built.root, tmp_path / "course")
    return Course(tmp_path / "course")
