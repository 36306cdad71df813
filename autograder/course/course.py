"""Find the course on disk: its folders, its assignments, its exercises and its private releases."""

import functools
import hashlib
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course import source
from autograder.course.exercise import Exercise
from autograder.course.reference import Reference
from autograder.errors import AutograderError, BuildError


class Course:
    """A course, by its root folder.

    What it reads it reads once, when it is first asked for, and keeps as long as it lives; a build or a grading that
    must see a changed file opens a new one. Its exercises are those of `autograder.assignments`, whatever the root.

    Attributes
    ----------
    root : Path
        The folder that holds `nbgrader_config.py`.
    solutions, notebooks, fixtures, workspace : Path
        The sources; the released notebooks; the numbers that `utils.check` compares with; nbgrader's folder
        ``course/``.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).resolve()
        self.solutions = self.root / "solutions"
        self.notebooks = self.root / "notebooks"
        self.fixtures = self.root / "utils" / "fixtures"
        self.workspace = self.root / "course"

    def __reduce__(self) -> tuple[type["Course"], tuple[Path], dict[str, Any]]:
        """Go to another process as a root folder, with the sources if they are read; modules cannot be pickled."""
        return Course, (self.root,), {name: value for name, value in vars(self).items() if name == "sources"}

    @functools.cached_property
    def assignments(self) -> tuple[str, ...]:
        """The names of all assignments, in the course's order."""
        return tuple(sorted(path.stem for path in self.solutions.glob("*.py")))

    @functools.cached_property
    def sources(self) -> dict[str, NotebookNode]:
        """The source notebooks by assignment; a later one may include functions of the earlier ones."""
        notebooks: dict[str, NotebookNode] = {}
        earlier: dict[str, str] = {}
        for name in self.assignments:
            notebooks[name] = source.read_source(self.solutions / f"{name}.py", earlier)
            earlier |= source.functions(notebooks[name])
        return notebooks

    @functools.cached_property
    def pages(self) -> dict[str, NotebookNode]:
        """The pages without points by name, ``solutions/further/*.py``: they are not assignments."""
        return {path.stem: source.read_page(path) for path in sorted((self.solutions / source.FURTHER).glob("*.py"))}

    @functools.cached_property
    def reference(self) -> Reference:
        """The solutions' own functions, as they are and with a mistake in them."""
        texts: dict[str, str] = {}
        for notebook in self.sources.values():
            texts |= source.functions(notebook)
        return Reference(texts)

    @functools.cached_property
    def _declarations(self) -> dict[str, ModuleType]:
        """The packages that declare exercises, by assignment; they are found by name, so nothing registers them."""
        package = importlib.import_module("autograder.assignments")
        topics = sorted(path.parts[-3] for path in Path(*package.__path__).glob("*/exercises/__init__.py"))
        modules = [importlib.import_module(f"{package.__name__}.{topic}.exercises") for topic in topics]
        return {module.ASSIGNMENT: module for module in modules}

    def exercises(self, assignment: str) -> list[Exercise]:
        """Return the exercises of an assignment, in order."""
        declared = self._declarations.get(assignment)
        return list(declared.EXERCISES) if declared else []

    def topic(self, assignment: str) -> str:
        """Return the name of the folder that declares an assignment: ``"rnn_forward"``."""
        return self._declarations[assignment].__name__.split(".")[-2]

    def declaration(self, assignment: str) -> Path:
        """Return the path of the module that lists an assignment's exercises."""
        file = self._declarations[assignment].__file__
        assert file is not None, "found by its file"
        return Path(file)

    def exercise(self, name: str) -> Exercise:
        """Return the exercise called `name`.

        Raises
        ------
        BuildError
            If none is declared.
        """
        for assignment in self._declarations:
            for exercise in self.exercises(assignment):
                if exercise.name == name:
                    return exercise
        raise BuildError(f"No exercise called {name!r} is declared in autograder/assignments.")

    def release_path(self, assignment: str) -> Path:
        """Return the path of the private copy of the released notebook, from which judging rebuilds submissions."""
        return self.workspace / "release" / assignment / f"{assignment}.ipynb"

    def release(self, assignment: str) -> NotebookNode:
        """Return the private copy of the released notebook.

        Raises
        ------
        AutograderError
            If it was not built, or was changed after it was built.
        """
        path = self.release_path(assignment)
        if assignment not in self.assignments:
            raise AutograderError(
                f"There is no assignment {assignment!r}; this course has {', '.join(self.assignments)}."
            )
        if not path.is_file():
            raise AutograderError(f"{assignment} is not built yet: run `autograder build` first.")
        content = path.read_bytes()
        recorded = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
        if hashlib.sha256(content).hexdigest() != recorded:
            raise AutograderError(f"{path} was changed after it was built: run `autograder build` to restore it.")
        notebook: NotebookNode = nbformat.reads(content.decode("utf-8"), as_version=4)
        return notebook


# Until the process ends: commands, judge and tests share one course, which reads its sources once.
@functools.cache
def open_course(root: Path | str | None = None) -> Course:
    """Return the course at `root`; by default the one around the working directory, else the one this package is in.

    Raises
    ------
    AutograderError
        If there is none.
    """
    if root is not None:
        return Course(root)
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2]):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return Course(folder)
    raise AutograderError("No course found here: run this in the folder that holds nbgrader_config.py.")
