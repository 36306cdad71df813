"""Provide what several test files of one assignment share."""

import pytest


@pytest.fixture(scope="module")
def functions(course):
    return {name: course.reference[name] for name in course.reference.sources}
