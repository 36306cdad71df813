"""Make a virtual environment that holds pinned packages and nothing of this repository, without asking an index."""

import subprocess
import sys
import venv
from contextlib import suppress
from importlib import metadata

from bundle_trial import environment
from packaging.requirements import Requirement


def make(folder, constraints):
    """Make it; return its Python, and where its packages lie. They are links to those that the tests run with."""
    venv.create(folder, symlinks=True)
    [packages] = (folder / "lib").glob("python3.*/site-packages")
    for line in constraints.splitlines():
        if not line.startswith("#") and ((one := Requirement(line)).marker is None or one.marker.evaluate()):
            with suppress(metadata.PackageNotFoundError):  # only an older Python needs it
                link(one.name, packages)
    return folder / "bin" / "python", packages


def link(name, packages):
    """Put links to all that a distribution installed beside its metadata into a folder."""
    found = metadata.distribution(name)
    for top in {file.parts[0] for file in found.files} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(found.locate_file(top))


def pip(python, *arguments, cwd=None):
    """Run the tests' own pip for another Python."""
    return run(sys.executable, "-m", "pip", "--python", python, *arguments, cwd=cwd)


def run(*command, cwd=None, status=0, **variables):
    """Run a command without what would let it find this repository; return what it prints, on both streams."""
    environ = {**environment(), **{name: str(value) for name, value in variables.items()}}
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environ, text=True, timeout=300, **both)
    assert done.returncode == status, done.stdout
    return done.stdout
