"""Give a student's notebook what it imports: checks, gradient checking, figures and explorers."""

import importlib
from types import ModuleType

from utils.one_copy import require_one_copy

require_one_copy()

from utils.check import check  # noqa: E402 - only where there is one copy

_ROOMS = ("experiments", "explorers", "figures", "gradients")

__all__ = ["check", *_ROOMS]


def __getattr__(name: str) -> ModuleType:
    # NumPy, Matplotlib and ipywidgets are loaded when they are first asked for.
    if name in _ROOMS:
        if name == "experiments":
            importlib.import_module(f"{__name__}.figures")  # registers how the results of experiments are drawn
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'utils' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
