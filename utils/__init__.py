"""Give a student's notebook what it imports: checks, gradient checking, figures and explorers."""

import importlib
from typing import Any

from utils.one_copy import require_one_copy

require_one_copy()

from utils.check import check  # noqa: E402 - only where there is one copy

_ROOMS = ("experiments", "explorers", "figures", "gradients")
_OWN = ("own",)  # the function that brings a learner's own of an earlier assignment

__all__ = ["check", *_ROOMS, *_OWN]


def __getattr__(name: str) -> Any:
    # NumPy, Matplotlib and ipywidgets are loaded when they are first asked for.
    if name in _ROOMS:
        if name == "experiments":
            importlib.import_module(f"{__name__}.figures")  # registers how the results of experiments are drawn
        return importlib.import_module(f"{__name__}.{name}")
    if name in _OWN:
        return importlib.import_module(f"{__name__}.check_file.own_function").own
    raise AttributeError(f"module 'utils' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
