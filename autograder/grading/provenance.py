"""Say what made a mark: the grader, the exercises, the run.

A mark is current only while the grader, the exercises and the submission are the same. The submission's hash is made
where submissions are read; the other two are made here. The *grader*'s is of all code and data that every mark rests
on. The *exercises*' is of what one assignment rests on beside it: its release, its solutions, its declaration and what
that imports, its fixtures. A file belongs to exactly one of the two, or to neither if no mark can depend on it.
"""

import ast
import datetime
import functools
import hashlib
import importlib.metadata
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from traitlets.config import Config

from autograder.course import Course
from utils.checking import families

ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the packages `autograder` and `utils`
# What assignments declare: it counts for the assignments that import it.
_DECLARED = ("autograder/assignments",)
# What is drawn for learners; and the curves that were recorded for them. Fixtures count for their own assignment.
_SHOWN = (
    "utils/figures",
    "utils/explorers",
    "utils/fixtures/*.json",
    "utils/fixtures/*.npz",
    "utils/fixtures/families",
    "utils/experiments/*.json",
    "utils/experiments/*.npz",
)


@dataclass(frozen=True)
class Run:
    """One run of ``autograder grade``.

    Attributes
    ----------
    id : str
        When it began, and a few letters.
    grader : str
        The version of this package, with a hash of its code and of the judge's settings.
    exercises : str
        A hash of what the assignment is: its release, its declarations, its solutions.
    """

    id: str
    grader: str
    exercises: str


def new_run(course: Course, assignment: str, config: Config) -> Run:
    """Return a fresh `Run`; `config` is the course's ``nbgrader_config.py`` as read."""
    now = datetime.datetime.now(datetime.UTC)
    settings = json.dumps(dict(config.get("Judge", {})), sort_keys=True, default=str)
    grader = f"{importlib.metadata.version('unrolled')}+{_digest(_code().encode(), settings.encode())}"
    return Run(f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", grader, exercises_version(course, assignment))


def exercises_version(course: Course, assignment: str) -> str:
    """Return a hash of all that the marks of an assignment depend on, apart from the grader."""
    sources = json.dumps(course.reference.sources, sort_keys=True)
    release = json.dumps(course.release(assignment), sort_keys=True)
    files = [*declaration_files(course.declaration(assignment)), *fixture_files(course, assignment)]
    return _digest(release.encode(), sources.encode(), *_contents(files))


def fixture_files(course: Course, assignment: str) -> list[Path]:
    """Return the fixtures of an assignment's exercises, and the tables of their families."""
    names = [exercise.name for exercise in course.exercises(assignment)]
    paths = [course.fixtures / f"{name}.json" for name in names]
    paths += [families.path_of(name, course.fixtures) for name in names]
    return [path for path in paths if path.is_file()]


def grader_files(root: Path = ROOT) -> list[Path]:
    """Return the files that every mark rests on, sorted.

    Parameters
    ----------
    root : Path
        The folder that holds the packages `autograder` and `utils`.

    Returns
    -------
    list of Path
        All of both packages but what assignments declare, what is only drawn for learners, and recorded curves.
    """
    left_out = (*_DECLARED, *_SHOWN)
    return [path for path in _files(root, "autograder", "utils") if not _is_in(path.relative_to(root), left_out)]


def declaration_files(declaration: Path, root: Path = ROOT) -> list[Path]:
    """Return the files that an assignment's declaration depends on, apart from the grader's own, sorted.

    Parameters
    ----------
    declaration : Path
        The module that declares the assignment's exercises.
    root : Path
        The folder that holds the packages `autograder` and `utils`.

    Returns
    -------
    list of Path
        The declaration, what it imports of other declarations, directly or through others, and all files of a folder
        ``data`` that is among them.
    """
    found, waiting = set(), [declaration.resolve()]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [p for p in _imported(path, root) if _is_in(p.relative_to(root), _DECLARED)]
    for path in list(found):
        if path.parent.name == "data":
            found |= set(_files(path.parent))
    return sorted(found)


def _imported(path: Path, root: Path) -> list[Path]:
    """Return the files of those modules under `root` that a Python file imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    places = [root.joinpath(*name.split(".")) for name in names]
    files = [file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")]
    return [file for file in files if file.is_file()]


def _files(root: Path, *folders: str) -> list[Path]:
    places = [root / folder for folder in folders] or [root]
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _is_in(path: Path, places: Iterable[str]) -> bool:
    """Whether a relative path is one of these, or lies in one of these folders."""
    name = path.as_posix()
    return any(fnmatchcase(name, place) or name.startswith(f"{place}/") for place in places)


def _contents(files: Iterable[Path]) -> list[bytes]:
    """Return names and contents in turn, because a renamed file counts as another one."""
    return [part for path in files for part in (path.name.encode(), path.read_bytes())]


@functools.cache
def _code() -> str:
    """Return a hash of the files that every mark rests on.

    They are read once a process: the modules that it has imported are those files, even if they change meanwhile.
    """
    return _digest(*_contents(grader_files()))


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]
