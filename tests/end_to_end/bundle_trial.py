"""Try a student's bundle as its README says: ``PYTHON bundle_trial.py FOLDER`` with the Python of the bundle's `.venv`.

FOLDER is what the zip unpacks into. It needs nothing of this repository, so that a workflow runs it on every system.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient

MISTAKEN = """import numpy as np


def stable_softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum()
"""


class Kernel(KernelManager):
    """A kernel of a Python that is named, whatever kernels this machine knows."""

    python = sys.executable

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python")


def execute(path, python=sys.executable):
    """Run a notebook in its own folder by a Python; return it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    kernel = Kernel()
    kernel.python = str(python)
    client = NotebookClient(notebook, km=kernel, timeout=300, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=environment(), cleanup_kc=True)  # and so ends the kernel
    return notebook


def environment():
    """Return this process's environment without what would let a kernel find other packages."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def faults(notebook):
    """Return what a student should not meet in a notebook that was run before anything is written in it."""
    found = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        found += [f"{cell.id}: {one.ename}: {one.evalue}" for one in outputs if one.output_type == "error"]
        found += [f"{cell.id}: {one.text}" for one in outputs if one.get("name") == "stderr"]
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and about.get("grade"):
            values = [one.data for one in outputs if one.output_type == "execute_result"]
            shown = [(one["text/plain"], "not started yet" in one["text/html"]) for one in values]
            if shown != [("0.0", True)]:
                found.append(f"{cell.id} shows {shown}")
    return found


def main(folder):
    """Make working copies, run each, and check a file that holds a mistake; return the exit status."""

    def run(*arguments):
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8")

    made = run("utils.fresh")
    print(made.stdout + made.stderr)
    found = [] if made.returncode == 0 else ["python -m utils.fresh failed."]
    for path in sorted(folder.glob("work/*/*.ipynb")):
        found += (these := faults(execute(path)))
        print(f"{path.name}: {these or 'as it should be'}", flush=True)
    (folder / "mistaken.py").write_text(MISTAKEN, encoding="utf-8")
    checked = run("utils.check", "mistaken.py")
    print(checked.stdout + checked.stderr)
    if checked.returncode != 1 or "stable_softmax: p is not right yet." not in checked.stdout:
        found.append("The mistake in mistaken.py was not found.")
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
