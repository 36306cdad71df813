"""Let notebooks import this package by the name that they were written with, `utils`: ``import unrolled.as_utils``.

This file goes into the wheel. Each module is there once, under both names.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

_OURS, _ALIAS = "unrolled", "utils"


class _Alias(MetaPathFinder, Loader):
    """Finds `utils` and what is in it, and gives the module of `unrolled` in its place."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] != _ALIAS:
            return None
        found = find_spec(_OURS + name.removeprefix(_ALIAS))
        return found and ModuleSpec(name, self, loader_state=found.name)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(spec.loader_state)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        alias = module.__spec__  # the import system has put it there
        module.__spec__ = alias and alias.loader_state


importlib.import_module(_OURS)
sys.meta_path.insert(0, _Alias())
# Under both names, too, what is imported already: else it would be bound again, and `utils.check` is a function.
for _name in [name for name in sys.modules if name.partition(".")[0] == _OURS]:
    sys.modules[_ALIAS + _name.removeprefix(_OURS)] = sys.modules[_name]
