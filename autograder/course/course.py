"""The course on disk: where its parts lie, what its assignments and exercises are."""

import functools
import hashlib
import importlib
from pathlib import Path

import nbformat

from autograder.course import source
from autograder.course.reference import Reference
from autograder.errors import AutograderError, BuildError


class Course:
    """A course, by its root folder.

    Attributes
    ----------
    root : Path
        The folder that holds `nbgrader_config.py`.
    solutions, notebooks, fixtures, workspace : Path
        The sources; the released notebooks; what `utils.check` compares with; nbgrader's folder ``course/``.
    assignments : tuple of str
        In the course's order.
    """

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.solutions = self.root / "solutions"
        self.notebooks = self.root / "notebooks"
        self.fixtures = self.root / "utils" / "fixtures"
        self.workspace = self.root / "course"

    def __reduce__(self):
        """Go to another process as a root folder."""
        return Course, (self.root,)

    @functools.cached_property
    def assignments(self):
        """The names of all assignments, sorted."""
        return tuple(sorted(path.stem for path in self.solutions.glob("*.py")))

    @functools.cached_property
    def sources(self):
        """The source notebooks by assignment; a later one may include functions of the earlier ones."""
        notebooks, earlier = {}, {}
        for name in self.assignments:
            notebooks[name] = source.read_source(self.solutions / f"{name}.py", earlier)
            earlier |= source.functions(notebooks[name])
        return notebooks

    @functools.cached_property
    def reference(self):
        """The solutions' own functions, and these with a mistake in them."""
        functions = {}
        for notebook in self.sources.values():
            functions |= source.functions(notebook)
        return Reference(functions)

    @functools.cached_property
    def _modules(self):
        """The modules that declare exercises, by assignment."""
        package = importlib.import_module("autograder.assignments")
        topics = sorted(path.parts[-3] for path in Path(*package.__path__).glob("*/exercises/__init__.py"))
        modules = [importlib.import_module(f"{package.__name__}.{topic}.exercises") for topic in topics]
        return {module.ASSIGNMENT: module for module in modules}

    def exercises(self, assignment):
        """Return the exercises of an assignment, in order."""
        module = self._modules.get(assignment)
        return list(module.EXERCISES) if module else []

    def topic(self, assignment):
        """Return the name of the room that declares an assignment: ``"rnn_forward"``."""
        return self._modules[assignment].__name__.split(".")[-2]

    def declaration(self, assignment):
        """Return the path of the module that declares an assignment's exercises."""
        return Path(self._modules[assignment].__file__)

    def exercise(self, name):
        """Return the exercise called `name`.

        Raises
        ------
        BuildError
            If none is declared.
        """
        for module in self._modules.values():
            for exercise in module.EXERCISES:
                if exercise.name == name:
                    return exercise
        raise BuildError(f"No exercise called {name!r} is declared in autograder/assignments.")

    def release_path(self, assignment):
        """Return the path of the private copy of the released notebook, which judging rests on."""
        return self.workspace / "release" / assignment / f"{assignment}.ipynb"

    def release(self, assignment):
        """Return the private copy of the released notebook.

        Raises
        ------
        AutograderError
            If it was not built, or is not what was built.
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
        return nbformat.reads(content.decode("utf-8"), as_version=4)


@functools.cache
def open_course(root=None):
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
