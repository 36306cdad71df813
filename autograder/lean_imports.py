"""Import nbgrader, nbconvert and jupytext without what only some of their functions need, which takes longest.

While one of their modules that is named here is imported, it finds a stand-in for what it imports in turn: each
function or class that it takes from a stand-in imports the real module when it is called. Afterwards nobody finds a
stand-in any more. A process that has imported such a module before us, as a Jupyter server has, keeps what it has.
"""

import importlib
import sys
from collections.abc import Iterable, Mapping
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

LATER: Mapping[str, Iterable[str]] = {
    "nbgrader": [
        f"nbgrader.server_extensions.{name}"
        for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
    ],
    "nbgrader.utils": ["setuptools.archive_util"],
    "nbgrader.auth.jupyterhub": ["requests"],
    "nbgrader.preprocessors.instantiatetests": ["yaml"],
    "nbconvert.filters.markdown": ["nbconvert.filters.markdown_mistune"],
    "nbconvert.exporters.html": ["nbconvert.filters.markdown_mistune", "bs4"],
}
"""By module, the modules of which it needs nothing before one of its functions is called."""

NEVER: Mapping[str, Iterable[str]] = {"jupytext": ["jupytext.sync_contentsmanager", "jupytext.async_contentsmanager"]}
"""By module, the modules which it can do without: importing them fails, as where there is no Jupyter server."""


class _Later(ModuleType):
    """Stands in for a module; it has all names, and imports the module when one of them is used.

    Attributes
    ----------
    waits : bool
        Whether what is taken from it is a function yet that calls the one of that name in the module.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.waits = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system asks for
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **named)

        return call if self.waits else getattr(importlib.import_module(self.__name__), name)


class _LeanLoader(Loader):
    """Loads a module as its own loader does, with stand-ins for what it imports."""

    def __init__(self, loader: Loader, name: str) -> None:
        self._loader = loader
        self._stand_ins = {other: _Later(other) for other in LATER.get(name, ())} | dict.fromkeys(NEVER.get(name, ()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # what reads a module's source or data asks its loader for it

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        missing = {name: one for name, one in self._stand_ins.items() if name not in sys.modules}
        sys.modules.update(missing)  # type: ignore[arg-type]
        try:
            self._loader.exec_module(module)
        finally:
            for name, one in missing.items():
                sys.modules.pop(name, None)
                if one:
                    one.waits = False


class _LeanFinder:
    """Finds the modules that are named above, to be loaded by `_LeanLoader`."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in LATER and name not in NEVER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = _LeanLoader(spec.loader, name)
        return spec


def install() -> None:
    """Let what is imported from now on be imported in this way."""
    sys.meta_path.insert(0, _LeanFinder)
