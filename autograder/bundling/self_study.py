"""Gather what only the self-study edition holds: answers, which no class's bundle may hold."""

from collections.abc import Sequence

from autograder.course import Course


def files(course: Course, assignments: Sequence[str]) -> dict[str, bytes]:
    """Return what `autograder bundle --self-study` adds, by path below the bundle's top folder."""
    return {}
