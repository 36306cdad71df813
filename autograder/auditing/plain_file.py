"""Read a learner's plain Python file and check every function of the course that it defines."""

import ast
import builtins
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import BadInput
from utils import fixtures

# What files of the Python 2 era import from `past`, `future` and `six`, and what it is in Python 3.
_SHIMS = {"xrange": range, "unicode": str, "basestring": str, "long": int, "raw_input": input, "unichr": chr}


class Missing:
    """Replaces an import that failed; raises ImportError only where it is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _complain(self, *args: object, **kwargs: object) -> NoReturn:
        raise ImportError(f"{self._name} could not be imported here")

    __call__ = __getitem__ = _complain

    def __getattr__(self, attribute: str) -> NoReturn:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self._complain()


def load(path: Path | str) -> dict[str, Any]:
    """Return the top-level names that the file at `path` defines.

    Imports that fail are replaced by `Missing`; other top-level statements that fail are skipped, so that a file
    made for another course's folder can be checked where it is.

    Parameters
    ----------
    path : Path

    Raises
    ------
    BadInput
        If there is no such file, or it is not Python 3.
    """
    path = Path(path)
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise BadInput(f"{path}{line} is not Python 3: {getattr(error, 'msg', error)}.") from None
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        try:
            exec(compile(ast.Module([node], []), str(path), "exec"), namespace)
        except ImportError:
            _replace_import(node, namespace)
        except Exception:
            continue  # a script's own statement; a name that is missing shows where a checked function needs it
    return namespace


def exercises_in(namespace: dict[str, Any]) -> list[str]:
    """Return the names of the course's functions that `namespace` defines, in the course's order."""
    return [name for name in fixtures.names() if callable(namespace.get(name))]


def _replace_import(node: ast.stmt, namespace: dict[str, Any]) -> None:
    """Bind the names of an import that failed; a statement that fails by using such a name binds nothing."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return
    module = node.module if isinstance(node, ast.ImportFrom) else None
    for alias in node.names:
        if alias.name == "*":
            continue
        bound = alias.asname or alias.name.split(".")[0]
        found = _SHIMS.get(alias.name, getattr(builtins, alias.name, None)) if module else None
        namespace[bound] = Missing(f"{module}.{alias.name}" if module else alias.name) if found is None else found
