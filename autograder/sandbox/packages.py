"""Find the files of the packages that a submission may import: the base of `unrolled`, and what that rests on.

A package that differentiates, or that holds the exercises, earns points for no work. So what is installed beside
the course, whether for the grader, for tests or by whoever owns the machine, is not shown. Which files are a package's
own is read from its metadata (``RECORD``); Debian leaves that file out, and its package manager is asked instead.
"""

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata

from packaging.requirements import Requirement

from autograder.errors import InfrastructureError

BASE = "unrolled"
COMPILED = "__pycache__"
FOLDERS = ("site-packages", "dist-packages")  # what pip, and Debian, call a folder of installed packages

Tree = dict[str, "Tree"]  # what lies in a folder by name; nothing in a file


def shown() -> tuple[str, ...]:
    """Return the files and folders of the packages that a submission may import; no other file lies in them."""
    return tuple(path for folder, names in sorted(_owned().items()) for path in _whole(folder, names))


def folders(places: Iterable[str]) -> list[str]:
    """Return the folders of installed packages, of whatever interpreter, at or below these places."""
    found: list[str] = []
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        if os.path.basename(place) in FOLDERS:
            found.append(place)
            continue
        try:
            with os.scandir(place) as entries:
                waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:  # a file, or not for us
            continue
    return sorted(found)


def closure(base: str, path: list[str]) -> list[metadata.Distribution]:
    """Return the installed packages that one rests on, without itself.

    Parameters
    ----------
    base : str
        Its name.
    path : list of str
        Where packages are looked for, in this order; the first one found is what Python would import.

    Raises
    ------
    InfrastructureError
        If it is not installed.
    """
    found: dict[str, metadata.Distribution] = {}
    done: set[tuple[str, str]] = set()
    waiting = [(base, "")]
    while waiting:
        name, extra = waiting.pop()
        name = re.sub(r"[-_.]+", "-", name).lower()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        if name not in found:
            installed = next(iter(metadata.distributions(name=name, path=path)), None)
            if installed is None:  # needed elsewhere, or not by what is used here
                continue
            found[name] = installed
        for text in found[name].requires or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed.name, one) for one in ("", *needed.extras)]
    if base not in found:
        raise InfrastructureError(
            f"The package {base} is not installed for {sys.executable}: its metadata say what a submission may import."
        )
    return [found[name] for name in sorted(found) if name != base]


@functools.cache
def _search_path() -> list[str]:
    """Return where Python in the sandbox looks for modules: without what this process or its user added."""
    asked = subprocess.run(
        [sys.executable, "-I", "-c", "import json, sys; print(json.dumps(sys.path))"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return [place for place in json.loads(asked.stdout) if os.path.isdir(place)]


@functools.cache
def _owned() -> dict[str, frozenset[str]]:
    """Return the files that packages of the closure own: {folder: paths in it}."""
    found: dict[str, set[str]] = {}
    for one in closure(BASE, _search_path()):
        folder = str(one.locate_file(""))
        files = _recorded(one)
        if files is None:
            files = _of_the_system(one, folder) or _by_name(one, folder)
        found.setdefault(folder, set()).update(name for name in files if not name.startswith((".." + os.sep, os.sep)))
        for place in _editable(one):
            found.setdefault(os.path.dirname(place), set()).update(_below(place))
    return {folder: frozenset(names) for folder, names in found.items()}


def _recorded(one: metadata.Distribution) -> list[str] | None:
    """Return the files that a package's metadata list, relative to its folder; None where there is no list."""
    record = one.read_text("RECORD")
    if record is None:
        return None
    names = (line.rsplit(",", 2)[0].strip('"') for line in record.splitlines())
    return [os.path.normpath(name) if "./" in name else name for name in names if name]


def _of_the_system(one: metadata.Distribution, folder: str) -> list[str]:
    """Return the files of the Debian package that brought a package; an empty list where none did."""
    place = _metadata_of(one)
    if place is None or not (ask := shutil.which("dpkg-query")):
        return []

    def lines(*arguments: str) -> list[str]:
        done = subprocess.run([ask, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.stdout.splitlines() if done.returncode == 0 else []

    owner = next(iter(lines("--search", place)), "").partition(": ")[0]
    listed = lines("--listfiles", owner) if owner else []
    return [
        os.path.relpath(path, folder) for path in listed if path.startswith(folder + os.sep) and os.path.isfile(path)
    ]


def _by_name(one: metadata.Distribution, folder: str) -> list[str]:
    """Return the files of the modules that a package says it has, or else of those that are called as it is."""
    named = (one.read_text("top_level.txt") or "").split() or [re.sub(r"[-.]+", "_", one.name)]
    wanted = {name.lower() for name in named}
    places = [entry for entry in os.listdir(folder) if re.split(r"[.]", entry)[0].lower() in wanted]
    if (place := _metadata_of(one)) is not None:
        places.append(os.path.basename(place))
    return [os.path.join(place, name) if name else place for place in places for name in _names(f"{folder}/{place}")]


def _editable(one: metadata.Distribution) -> Iterator[str]:
    """Yield the modules of a package that was installed from a folder elsewhere, and stays there."""
    about = json.loads(one.read_text("direct_url.json") or "{}")
    if not about.get("dir_info", {}).get("editable"):
        return
    for name in (one.read_text("top_level.txt") or one.name.replace("-", "_")).split():
        spec = importlib.util.find_spec(name)
        if spec is not None:
            yield from spec.submodule_search_locations or filter(None, [spec.origin])


def _metadata_of(one: metadata.Distribution) -> str | None:
    place = getattr(one, "_path", None)  # importlib.metadata has no public name for it
    return None if place is None else str(place)


def _below(place: str) -> set[str]:
    """Return the files at or below a place, relative to the folder that it lies in."""
    name = os.path.basename(place)
    return {os.path.join(name, below) if below else name for below in _names(place)}


def _names(place: str) -> Iterator[str]:
    """Yield the files below a folder, relative to it; "" for what is itself a file."""
    if not os.path.isdir(place):
        yield ""
        return
    for folder, _, files in os.walk(place):
        yield from (os.path.relpath(os.path.join(folder, name), place) for name in files)


def _whole(folder: str, names: Iterable[str]) -> list[str]:
    """Return the files and folders that hold these files of a folder and no others: as few as there can be."""
    tree: Tree = {}
    for name in names:
        *parents, last = name.split("/")
        place = tree
        for part in parents:
            place = place.setdefault(part, {})
        place.setdefault(last, {})
    return _parts(folder, tree)[0]


def _parts(folder: str, tree: Tree) -> tuple[list[str], bool]:
    """Return what may be shown of a folder, entry by entry, and whether that is all of it.

    What Python compiled for its own use belongs to the folder that holds its source.
    """
    try:
        there = os.listdir(folder)
    except NotADirectoryError:
        return [], True
    except OSError:  # it has gone
        return [], False
    found: list[str] = []
    complete = True
    for name in there:
        if name not in tree:
            complete = complete and name == COMPILED
        elif tree[name]:
            parts, whole = _parts(f"{folder}/{name}", tree[name])
            found += [f"{folder}/{name}"] if whole else parts
            complete = complete and (whole or name == COMPILED)
        else:
            found.append(f"{folder}/{name}")
    return sorted(found), complete
