"""Name the files of a course with which submissions can be judged in another place: no class is in them, no secret."""

from pathlib import Path

from autograder.course.course import Course


def files(course: Course) -> list[Path]:
    """Return the files beside the packages that judging reads.

    Parameters
    ----------
    course : Course

    Returns
    -------
    list of Path
        The settings with an instructor's plug-ins, the rules, the sources, and our copy of each release: a notebook of
        another week is recognised by its own cells.

    Raises
    ------
    AutograderError
        If an assignment is not built.
    """
    for name in course.assignments:
        course.release(name)
    rules = course.root / "course.toml"
    return [
        *course.root.glob("*.py"),
        *([rules] if rules.is_file() else []),
        *course.solutions.glob("*.py"),
        *course.solutions.glob("*.md"),
        *(course.workspace / "release").glob("*/*"),
    ]
