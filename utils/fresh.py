"""Make working copies of the notebooks: ``python -m utils.fresh`` makes missing ones; with a name it restores that one.

Learners work in ``work/<assignment>/``, copies of ``notebooks/<assignment>/``. Pages without points, in
``notebooks/further/``, are copied to ``work/further/`` likewise. Nothing of theirs is ever lost: what a
fresh copy replaces is kept beside it under a dated name. What each copy was made from is noted, so that one that is
older than its release is named.
"""

import argparse
import difflib
import filecmp
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from utils.checking.progress import dated, warning_if_hidden
from utils.errors import UtilsError
from utils.files import draft, write_whole

_LEFT_OUT = {".ipynb_checkpoints", "__pycache__"}
_FURTHER = "further"  # in notebooks/ and work/: pages without points
_RELEASES = ".releases.json"  # in work/: by name, the hash of the notebook that the copy was made from


def course_root(start: str | Path | None = None) -> Path:
    """Return the course's folder: the nearest one above `start` that holds its notebooks, else this package's parent.

    Raises
    ------
    UtilsError
        If neither holds any notebooks.
    """
    try:
        here = Path(start).resolve() if start is not None else Path.cwd()
    except FileNotFoundError:  # the folder we are in was removed
        here = Path(__file__).resolve()
    package = Path(__file__).resolve().parent
    for folder in (here, *here.parents, package.parent):
        if assignments(folder):
            return folder
    raise UtilsError(f"No notebooks were found: neither {here} nor a folder above it holds `notebooks/`.")


def assignments(root: str | Path) -> list[str]:
    """Return the assignments released in ``notebooks/``, in the course's order."""
    found = (Path(root) / "notebooks").glob("*/*.ipynb")
    return sorted(path.stem for path in found if path.stem == path.parent.name)


def _names(root: str | Path) -> list[str]:
    """Return the names of all notebooks that are copied: the assignments, then the pages without points."""
    pages = (Path(root) / "notebooks" / _FURTHER).glob("*.ipynb")
    return assignments(root) + sorted(path.stem for path in pages)


def make_missing(root: str | Path) -> list[str]:
    """Copy what is missing in ``work/`` and overwrite nothing; return what was done, a sentence each."""
    made: list[str] = []
    there: list[str] = []
    for name in _names(root):
        source, target = _folders(root, name)
        (there if (target / f"{name}.ipynb").exists() else made).append(name)
        for file in _files(source, name):
            if not os.path.lexists(target / file):
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                write_whole(target / file, (source / file).read_bytes())
    sentences = []
    if made:
        sentences.append(f"Made {_listed(root, made)}.")
    if there:
        sentences.append(f"Left as they are: {_listed(root, there)}.")
    for name in _older(root, made, there):
        fresh = f"`python -m utils.fresh {name}` gets a fresh copy and keeps yours beside it."
        sentences.append(f"{_listed(root, [name])} was made from an older release: {fresh}")
    return sentences + _hidden(root, assignments(root))


def restore(root: str | Path, name: str) -> list[str]:
    """Put a fresh copy of the assignment or page `name` into ``work/`` and return what was done, a sentence each.

    The old notebook, the old progress file and any other file that differs are kept beside it under a dated name.
    """
    source, target = _folders(root, name)
    sentences = []
    for file in (*_files(source, name), Path(f"{name}.progress.json")):
        old, new = target / file, source / file
        if old.is_file() and new.is_file() and filecmp.cmp(old, new, shallow=False):
            continue
        old.parent.mkdir(parents=True, exist_ok=True)
        # The copy is made first: if that fails, the learner's own is still in its place.
        with draft(old, new.read_bytes()) if new.is_file() else nullcontext() as copy:
            if os.path.lexists(old):
                kept = dated(old)
                os.replace(old, kept)
                sentences.append(f"Kept your {file.as_posix()} as {kept.relative_to(target).as_posix()}.")
            if copy:
                os.replace(copy, old)
    _older(root, [name], [])
    sentences.append(f"work/{target.name}/{name}.ipynb is fresh.")
    sentences.append(
        "If the notebook is open in JupyterLab and holds changes that are not saved, save it there under another name "
        "first. Then close that tab without saving, and open it again."
    )
    return sentences + _hidden(root, [name])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 done, 1 the folder refused, 2 no such assignment."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.fresh",
        description="Make the missing working copies of all notebooks; with a name, restore that one. "
        "Your own work is kept under a dated name, never overwritten.",
    )
    parser.add_argument("assignment", nargs="?", help="for example 01-rnn-forward")
    name = parser.parse_args(arguments).assignment
    try:
        root = course_root()
        sentences = make_missing(root) if name is None else restore(root, _known(root, name))
    except UtilsError as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        place = problem.filename or "the folder"
        print(f"{place} could not be changed ({problem.strerror}).", file=sys.stderr)
        return 1
    print("\n".join(sentences))
    return 0


def _known(root: Path, name: str) -> str:
    """Return the assignment or page that `name` means; a path to it or its notebook will do."""
    names, wanted = _names(root), Path(name).name.removesuffix(".ipynb")
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise UtilsError(f"There is no assignment called {name!r}.{guess} There are: {', '.join(names)}.")


def _older(root: str | Path, made: Sequence[str], there: Sequence[str]) -> list[str]:
    """Note what copies were `made` from; return which of those that were `there` are older than their release."""
    path, noted, older = Path(root) / "work" / _RELEASES, dict[str, str](), []
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        noted = {name: digest for name, digest in before.items() if isinstance(digest, str)}
    except (OSError, ValueError, AttributeError):
        before = None
    for name in (*made, *there):
        released, copy = (folder / f"{name}.ipynb" for folder in _folders(root, name))
        digest = hashlib.sha256(released.read_bytes()).hexdigest()
        if name in made or filecmp.cmp(released, copy, shallow=False):
            noted[name] = digest
        elif noted.get(name, digest) != digest:
            older.append(name)
    if noted != before:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, json.dumps(noted, indent=1) + "\n")
    return older


def _listed(root: str | Path, names: Sequence[str]) -> str:
    places = {name: _folders(root, name)[1].name for name in names}
    return ", ".join(
        f"work/{name}" if name == place else f"work/{place}/{name}.ipynb" for name, place in places.items()
    )


def _folders(root: str | Path, name: str) -> tuple[Path, Path]:
    place = name if (Path(root) / "notebooks" / name).is_dir() else _FURTHER
    return Path(root) / "notebooks" / place, Path(root) / "work" / place


def _files(folder: Path, name: str) -> list[Path]:
    """Return the files of the notebook `name` in `folder` and below, as paths relative to it."""
    if folder.name == _FURTHER:
        return [Path(f"{name}.ipynb")]
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if not _LEFT_OUT & set(path.parts)]


def _hidden(root: str | Path, names: Sequence[str]) -> list[str]:
    folders = [Path(root) / "work" / name for name in names]
    return [sentence for folder in folders if (sentence := warning_if_hidden(folder))]


if __name__ == "__main__":
    sys.exit(main())
