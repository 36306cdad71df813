"""Say where a course keeps its gradebook: in `nbgrader_config.py`, as nbgrader has it, or else in ``course/``."""

from pathlib import Path

from traitlets.config import Config, ConfigFileNotFound
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.course import Course

_SQLITE = ("sqlite:///", "sqlite+pysqlite:///")


def gradebook_url(course: Course, config: Config | None = None) -> str:
    """Return the gradebook's address, as SQLAlchemy has it.

    Parameters
    ----------
    course : Course
    config : traitlets.config.Config, optional
        The course's ``nbgrader_config.py``, where it has been read; a course may have none.
    """
    if config is None:
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
        except ConfigFileNotFound:
            config = Config()
    url: str = config.get("CourseDirectory", {}).get("db_url") or _SQLITE[0] + str(course.workspace / "gradebook.db")
    return url


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite gradebook; None if the gradebook is on a server.

    Examples
    --------
    >>> sqlite_file("sqlite:////srv/course/gradebook.db").as_posix()
    '/srv/course/gradebook.db'
    >>> sqlite_file("postgresql+psycopg://grader@localhost/course")
    """
    return next((Path(url.removeprefix(start)) for start in _SQLITE if url.startswith(start)), None)
