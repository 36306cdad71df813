"""Recognise that nothing has changed since the last build, so that there is nothing to make.

A build notes a hash of all that it was made from, and one of all that lies where it put its files. As long as both are
the same, another build would change nothing. `autograder build --check` does not ask here: it makes everything again.
"""

import contextlib
import hashlib
import sqlite3
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import autograder
import utils
from autograder.course import Course, rules
from autograder.course.gradebook_address import gradebook_url, sqlite_file
from utils import fixtures
from utils.files import write_whole

STAMP = "built"  # in course/
_NO_PART = {"__pycache__", ".ipynb_checkpoints"}


def is_as_built(course: Course) -> bool:
    """Whether the sources, the code and all built files are those of the last build, and the gradebook is there."""
    with contextlib.suppress(OSError):
        noted = (course.workspace / STAMP).read_text(encoding="ascii")
        return noted == _stamp(sources(course), _made(course)) and _is_known(course)
    return False


def note(course: Course, made_from: str) -> None:
    """Note that a build has put its files in place, made from what `sources` returned before it began."""
    write_whole(course.workspace / STAMP, _stamp(made_from, _made(course)).encode("ascii"))


def sources(course: Course) -> str:
    """Return a hash of all that a build reads: solutions, settings, this code, and the packages that are installed."""
    built = {fixtures.FOLDER, course.fixtures}
    settings = [*sorted(course.root.glob("*.py")), *course.root.glob(rules.NAME)]
    found = [*_files(course.solutions), *((path.name, path) for path in settings)]
    for room in (*autograder.__path__, *utils.__path__):
        found += _files(Path(room), built)
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return _hash(found, [sys.version, *packages])


def _made(course: Course) -> str:
    """Return a hash of all files that lie where a build puts some."""
    rooms = [course.notebooks, course.fixtures, fixtures.FOLDER]
    rooms += [course.workspace / name for name in ("source", "release", "rubrics")]
    return _hash(file for room in rooms for file in _files(room))


def _stamp(made_from: str, made: str) -> str:
    return f"{made_from} {made}\n"


def _files(folder: Path, but: Iterable[Path] = ()) -> Iterator[tuple[str, Path]]:
    """Yield all files under `folder` in one order, each with its name, without those in the folders `but`."""
    for path in sorted(folder.rglob("*")):
        outside = not _NO_PART.intersection(path.parts) and not any(path.is_relative_to(one) for one in but)
        if outside and path.is_file():
            yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path


def _hash(files: Iterable[tuple[str, Path]], words: Iterable[str] = ()) -> str:
    parts = [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files]
    return hashlib.sha256("\n".join([*parts, *words]).encode()).hexdigest()


def _is_known(course: Course) -> bool:
    """Whether the gradebook knows every assignment; one that cannot be read is left to the build."""
    url = gradebook_url(course)
    if (database := sqlite_file(url)) is None:
        from autograder.grading.known_assignments import knows

        return knows(url, course.assignments)
    try:  # read as a file, since nbgrader takes longer to import than all else here takes
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            return {name for (name,) in opened.execute("SELECT name FROM assignment")} >= set(course.assignments)
    except sqlite3.Error:
        return False
