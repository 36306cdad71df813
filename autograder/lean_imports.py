"""Import nbgrader and jupytext without their extensions of Jupyter's server, which take longer than all else of them.

Both packages import these extensions in turn, and no command needs any. A server that has imported either before us
keeps what it has.
"""

import importlib
import sys
from types import ModuleType

_EXTENSIONS = ("assignment_list", "course_list", "formgrader", "validate_assignment")
_LOADER = "load_jupyter_server_extension"  # what nbgrader takes of each, and a server calls
_MANAGERS = ("sync_contentsmanager", "async_contentsmanager")  # jupytext does without where there is no server


def import_nbgrader() -> None:
    """Import nbgrader; each of its server extensions is imported when a server loads it."""
    names = [f"nbgrader.server_extensions.{name}" for name in _EXTENSIONS]
    _import("nbgrader", {name: _loading_later(name) for name in names})


def import_jupytext() -> None:
    """Import jupytext as where there is no Jupyter server."""
    _import("jupytext", {f"jupytext.{name}": None for name in _MANAGERS})


def _import(package: str, stand_ins: dict[str, ModuleType | None]) -> None:
    """Import a package that finds these in the place of some of its modules; None is an ImportError."""
    if package in sys.modules:
        return
    sys.modules.update(stand_ins)  # type: ignore[arg-type]
    try:
        importlib.import_module(package)
    finally:
        for name in stand_ins:  # from now on the module itself is imported
            del sys.modules[name]


def _loading_later(name: str) -> ModuleType:
    """Return a module that holds nothing but the function that a server calls."""

    def load(app: object) -> None:
        getattr(importlib.import_module(name), _LOADER)(app)

    module = ModuleType(name)
    setattr(module, _LOADER, load)
    return module
