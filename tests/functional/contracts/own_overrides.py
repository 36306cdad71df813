"""Find what our subclasses of other packages' classes override, by reading our files."""

import ast
import importlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OTHERS = ("IPython", "ipykernel", "ipywidgets", "jupyter_client", "nbclient", "nbconvert", "nbgrader")


@dataclass(frozen=True)
class Module:
    """One of our files."""

    path: Path

    @cached_property
    def tree(self):
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def imports(self):
        """Return what a name stands for, as "module.attribute", for all that the file imports, wherever it does."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.asname or alias.name: alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @cached_property
    def classes(self):
        """Return the file's classes by name, also those within functions."""
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}

    def bases(self, name, root):
        """Return the classes of other packages that a class of this file rests on, through ours between them."""
        found = []
        for base in self.classes[name].bases:
            first, *rest = ast.unparse(base).split(".")
            if first in self.classes:
                found += self.bases(first, root)
                continue
            whole = ".".join([self.imports.get(first, first), *rest])
            module, _, last = whole.rpartition(".")
            if whole.split(".")[0] in OTHERS:
                found.append(getattr(importlib.import_module(module), last))
            elif (path := root / f"{module.replace('.', '/')}.py").is_file():
                found += Module(path).bases(last, root)
        return found


def defined(node):
    """Return the names that a class defines in its body."""
    names = [part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for part in node.body:
        targets = (
            part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
        )
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return names


def overrides(root=ROOT):
    """Return (where ours stands, which of theirs it overrides) of every name that a subclass of ours defines again.

    Theirs is named by the class that defines it: "nbclient.client.NotebookClient._get_timeout".
    """
    found = set()
    for path in sorted([*root.glob("autograder/**/*.py"), *root.glob("utils/**/*.py")]):
        module = Module(path)
        for name, node in module.classes.items():
            for base in module.bases(name, root):
                for attribute in defined(node):
                    for theirs in base.__mro__:
                        if attribute in vars(theirs) and theirs.__module__.split(".")[0] in OTHERS:
                            ours = ".".join(path.relative_to(root).with_suffix("").parts)
                            found.add((f"{ours}.{name}", f"{theirs.__module__}.{theirs.__qualname__}.{attribute}"))
                            break
    return found
