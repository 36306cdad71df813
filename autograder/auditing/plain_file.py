"""Read a learner's plain Python file and check every function of the course that it defines."""

import ast
import builtins
from pathlib import Path

from autograder.errors import BadInput
from utils import fixtures

# What Python 2 era files import from `past`, `future` and `six` stands in Python 3 under these names.
_SHIMS = {"xrange": range, "unicode": str, "basestring": str, "long": int, "raw_input": input, "unichr": chr}


class Missing:
    """Stands for an import that could not be had; complains only where it is used."""

    def __init__(self, name):
        self._name = name

    def _complain(self, *args, **kwargs):
        raise ImportError(f"{self._name} could not be imported here")

    __call__ = __getitem__ = _complain

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self._complain()


def load(path):
    """Return the top-level names that the file at `path` defines.

    Imports that fail are replaced by `Missing`; other top-level statements that fail are passed over, so that a file
    made for another course's folder can be checked where it lies.

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
        line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
        raise BadInput(f"{path}{line} is not Python 3: {getattr(error, 'msg', error)}.") from None
    namespace = {"__name__": path.stem, "__file__": str(path)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        try:
            exec(compile(ast.Module([node], []), str(path), "exec"), namespace)
        except ImportError:
            _stand_in(node, namespace)
        except Exception:
            continue  # a script's own statements; what is missing shows where a checked function needs it
    return namespace


def exercises_in(namespace):
    """Return the names of the course's functions that `namespace` defines, in the course's order."""
    return [name for name in fixtures.names() if callable(namespace.get(name))]


def _stand_in(node, namespace):
    module = getattr(node, "module", None)
    for alias in node.names:
        if alias.name == "*":
            continue
        bound = alias.asname or alias.name.split(".")[0]
        found = _SHIMS.get(alias.name, getattr(builtins, alias.name, None)) if module else None
        namespace[bound] = Missing(f"{module}.{alias.name}" if module else alias.name) if found is None else found
