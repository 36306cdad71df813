"""Hold the ratchet of types: a module that is on pyproject.toml's list of modules not typed yet, and is clean, must go.

    python .ci/ratchet.py            say which modules are clean or gone, and fail if there are any
    python .ci/ratchet.py --tighten  take them out of the list

mypy runs once more, as pyproject.toml says, but without forgiving the listed modules. `mypy` itself, with the list,
says what is wrong in all the others.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORGIVEN = "ignore_errors = true"


def untyped(project: str) -> list[str]:
    """Return the modules that the text of a pyproject.toml lists as not typed yet."""
    overrides = tomllib.loads(project)["tool"]["mypy"]["overrides"]
    return [name for one in overrides if one.get("ignore_errors") for name in one["module"]]


def faulty_files(project: str, root: Path) -> set[str]:
    """Return the files, relative to `root`, in which mypy finds an error where no module is forgiven."""
    with tempfile.TemporaryDirectory() as folder:
        strict = Path(folder) / "strict.toml"
        strict.write_text(project.replace(FORGIVEN, "ignore_errors = false"), encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--config-file", str(strict), "--no-error-summary"]
        done = subprocess.run(
            [*command, "--cache-dir", ".mypy_cache/ratchet"], cwd=root, capture_output=True, text=True, check=False
        )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    return {match[1].replace("\\", "/") for match in re.finditer(r"(?m)^([^:\n]+\.py):\d+: error:", done.stdout)}


def files_of(module: str) -> set[str]:
    """Return the two files that a module may be."""
    path = module.replace(".", "/")
    return {f"{path}.py", f"{path}/__init__.py"}


def clean_modules(project: str, root: Path) -> list[str]:
    """Return the listed modules in which mypy finds no error, or that are no longer there."""
    faulty = faulty_files(project, root)
    return [name for name in untyped(project) if not files_of(name) & faulty]


def without(project: str, modules: list[str]) -> str:
    """Return the text of a pyproject.toml whose list no longer names `modules`."""
    for name in modules:
        project = project.replace(f'    "{name}",\n', "")
    return project


def main(arguments: list[str]) -> int:
    """Run the command; return the exit status: 0 where the list is tight, 1 where it is not."""
    path = ROOT / "pyproject.toml"
    project = path.read_text(encoding="utf-8")
    clean = clean_modules(project, ROOT)
    if "--tighten" in arguments:
        path.write_text(without(project, clean), encoding="utf-8")
    elif clean:
        print("These modules are typed now, or gone. Take them out of pyproject.toml's list of untyped modules:")
        print(*(f"  {name}" for name in clean), "or run: .venv/bin/python .ci/ratchet.py --tighten", sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
