"""Build the notebooks, and judge and grade submissions: the commands that an instructor runs."""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from autograder import lean_imports


class _OwnUtils:
    """Finds the `utils` next to this package before any other in the working directory or on PYTHONPATH."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [str(Path(__file__).resolve().parent.parent)]) if name == "utils" else None


sys.meta_path.insert(0, _OwnUtils)
lean_imports.install()
