"""Make ``.venv``, or find it made: ``python3 make_venv.py``. The Makefile runs this before every target.

It needs Python with pip or ensurepip, and nothing else. What is half made, moved or outdated is made again, and a
sentence says why; what fails shows pip's reason. It can be read by much older Pythons, so that it can refuse them.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed"  # written last: where, with which Python and from what .venv was made
LOG = VENV / "install.log"
WANTED = ".[instructor,test,bench,hub,cluster,postgres]"
TO_GRADE = ".[instructor]"  # where nothing is developed
# All but the packages' own tests, which nobody imports, are compiled: the sandbox cannot write bytecode.
COMPILE = r"""
import compileall, re, sys, sysconfig
for folder in (sysconfig.get_path("purelib"), *sys.argv[1:]):
    compileall.compile_dir(folder, quiet=2, rx=re.compile(r"site-packages[/\\].*[/\\]tests?[/\\]"))
"""
SHOWN = 20  # lines of pip's log, where it failed


class SetUpError(Exception):
    """What stopped the set-up, in words for whoever asked for it."""


def main(arguments: list) -> int:
    """Run the command; return the exit status: 0 done, 1 something was in the way, 130 interrupted."""
    parser = argparse.ArgumentParser(description="Make .venv for this course, or find it made.")
    parser.add_argument("--chosen", action="store_true", help="make it again if it is another Python's than this one")
    parser.add_argument("--grading", action="store_true", help="leave out what only tests need")
    options = parser.parse_args(arguments)
    try:
        set_up(options.chosen, TO_GRADE if options.grading else WANTED)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the next time, .venv is made from the beginning.", file=sys.stderr)
        return 130
    return 0


def set_up(chosen: bool = False, wanted: str = WANTED) -> None:
    """Make what is missing of .venv, and say what is done; nothing, silently, where all is as it should be.

    Parameters
    ----------
    chosen : bool
        Whether .venv must be of the Python that runs this.
    wanted : str
        This project with some of its extras, as pip calls it.

    Raises
    ------
    SetUpError
        If it cannot be made.
    """
    reason = fault(chosen)
    if reason:
        require_supported()
        say(f"{reason} Setting up .venv: a minute or more, and 0.7 GB of disk ...")
        make()
    elif stamp()["from"] != digest(wanted):
        say("pyproject.toml or constraints.txt has changed. Installing what differs ...")
    else:
        return
    install(wanted)


def fault(chosen: bool = False) -> str:
    """Return why .venv has to be made from the beginning, as a sentence; "" if it need not be."""
    if not os.path.lexists(str(VENV)):
        return "There is no .venv yet."
    found = stamp()
    if not found:
        return ".venv is half made, or was made in another way."
    if found["place"] != str(VENV):
        return f".venv was made as {found['place']} and cannot be moved."
    if version_of(PYTHON) != found["python"]:
        return f"The Python {found['python']} that .venv was made with is gone."
    this = "{}.{}".format(*sys.version_info)
    if chosen and (this, sys.base_prefix) != (found["python"], found["base"]):
        return f".venv is of the Python {found['python']} in {found['base']}, not of the one that you name."
    return ""


def stamp() -> dict:
    """Return what was written when .venv was finished; nothing if it was not."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
        return found if {"place", "python", "base", "from"} <= set(found) else {}
    except (OSError, ValueError, TypeError):
        return {}


def digest(wanted: str) -> str:
    """Return a hash of all that decides what is installed."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, wanted.encode()])).hexdigest()


def version_of(python: Path) -> str:
    """Return the version of an interpreter as "3.11"; "" if it does not run."""
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    try:
        done = run([str(python), "-I", "-S", "-c", code])
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()


def require_supported() -> None:
    """Refuse a Python that pyproject.toml does not promise."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest, beyond = map(int, re.search(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"$', text, re.MULTILINE).groups())
    if not (3, oldest) <= sys.version_info[:2] < (3, beyond):
        newest = f"3.{beyond - 1}"
        raise SetUpError(
            f"Python 3.{oldest} to {newest} is needed, and this is {sys.version.split()[0]}. "
            f"Name another one, for instance: make demo PYTHON=python{newest}"
        )


def make() -> None:
    """Make an empty .venv with pip in it."""
    # in a virtual environment, perhaps the very one that is made again: the Python that it was made with
    base = getattr(sys, "_base_executable", None) or sys.executable
    done = run([base, "-I", "-m", "venv", "--clear", "--without-pip", str(VENV)])
    if done.returncode:
        raise SetUpError(f"{done.stdout.strip()}\n{base} cannot make .venv.")
    # The newest pip installs all this in a third of the time that those need which older Pythons carry. Where it cannot
    # be had, ensurepip's does; Debian's Python has ensurepip only where python3-venv is installed.
    newest = [base, "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check"]
    newest += ["install", "--no-compile", "pip"]
    tries = [run(newest)]
    if tries[0].returncode:
        tries.append(run([str(PYTHON), "-I", "-m", "ensurepip", "--default-pip"]))
    if tries[-1].returncode:
        raise SetUpError(
            "\n".join(done.stdout.strip() for done in tries)
            + f"\n{base} can bring neither its ensurepip nor its pip into .venv. "
            "Install one of them; on Debian and Ubuntu: apt install python3-venv"
        )


def install(wanted: str) -> None:
    """Install this project and what it needs into .venv, in the pinned versions, and write the stamp."""
    if STAMP.exists():
        STAMP.unlink()  # whatever happens now, what is there is half made until the end
    command = [str(PYTHON), "-I", "-u", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command += ["install", "--no-compile", "-c", "constraints.txt", "-e", wanted]
    with LOG.open("w", encoding="utf-8") as log:
        status = subprocess.call(command, cwd=str(ROOT), stdout=log, stderr=subprocess.STDOUT)
    if status:
        lines = LOG.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
        raise SetUpError("\n".join(["Installing failed. pip's last words (all: .venv/install.log):", *lines[-SHOWN:]]))
    run([str(PYTHON), "-I", "-c", COMPILE, "utils", "autograder"])
    made = {"place": str(VENV), "python": version_of(PYTHON), "base": sys.base_prefix, "from": digest(wanted)}
    STAMP.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def run(command: list) -> subprocess.CompletedProcess:
    """Run a command in the course's folder; what it writes, on both streams, is in `stdout`."""
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    # as -I does, also for what is started in turn
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=str(ROOT), env=kept, encoding="utf-8", errors="replace", **both)


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
