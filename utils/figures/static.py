"""Write the static pictures: what a page shows where no kernel runs.

``python -m utils.figures.static DIR FILE ...`` writes those that the functions defined in the Python files can draw.
This package holds no solution: without files only the drawings are written. ``make figures`` gives all of `solutions/`.
"""

import argparse
import ast
import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from utils.experiments.results import Learner
from utils.figures import stills
from utils.figures.picture import Picture

DPI = 110


def topics() -> list[ModuleType]:
    """Return the modules of `utils.figures.stills`."""
    return [importlib.import_module(f"{stills.__name__}.{info.name}") for info in pkgutil.iter_modules(stills.__path__)]


def pictures(functions: Mapping[str, Learner]) -> dict[str, Picture]:
    """Return the static pictures that `functions` can draw.

    Parameters
    ----------
    functions : dict of str to callable
        By name.

    Returns
    -------
    dict of str to Picture
    """
    drawn = {}
    for module in topics():
        for name, (draw, needed) in module.PICTURES.items():
            if all(function in functions for function in needed):
                drawn[name] = draw(*(functions[function] for function in needed))
    return drawn


def functions_from(paths: Iterable[Path]) -> dict[str, Any]:
    """Return all functions that these Python files define, by name.

    They find NumPy as ``np`` and what their file takes from `utils.data`; nothing else is run.
    """
    scope: dict[str, Any] = {"np": np}
    for path in paths:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        found: list[ast.stmt] = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("utils.data"))
        ]
        exec(compile(ast.Module(found, []), str(path), "exec"), scope)
    return scope


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m utils.figures.static", description="Write the static pictures.")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("files", type=Path, nargs="*", help="Python files whose functions draw")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(functions_from(options.files)).items():
        path = options.folder / f"{name}.png"
        path.write_bytes(picture.png(DPI, compress_level=9))
        print(f"{path}: {picture.alt}")


if __name__ == "__main__":
    main()
