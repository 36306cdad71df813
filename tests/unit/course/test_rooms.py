"""Each room uses only rooms that stand before it, and `utils` never uses `autograder`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ORDER = {
    "utils": [
        "one_copy",
        "errors",
        "files",
        "data",
        "fixtures",
        "checking",
        "check_file",
        "gradients",
        "experiments",
        "figures",
        "explorers",
        "check",
    ],
    "autograder": [
        "lean_imports",
        "errors",
        "files",
        "safe_pictures",
        "safe_html",
        "course",
        "assignments",
        "families",
        "collecting",
        "sandbox",
        "judging",
        "grading",
        "cluster",
        "reading",
        "building",
        "bundling",
        "platforms",
        "reporting",
        "auditing",
        "viva",
        "demo",
        "commands",
        "cli",
    ],
}
OUTSIDE = {"utils": {"fresh", "lab"}, "autograder": {"__main__"}}  # commands, which no room uses
PLACES = {package: {room: place for place, room in enumerate(order)} for package, order in ORDER.items()}


def imported(path):
    """Return (package, room) of all that a file imports of ours, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, *rest = name.split(".")
            if package in ORDER and rest:
                found.add((package, rest[0]))
    return found


def faults(package, room, path):
    """Return what a file of a room imports and should not."""
    places, found = PLACES[package], []
    for other, used in imported(path):
        if other != package:
            if package == "utils":
                found.append(f"{path.name} of {package}.{room} imports {other}.{used}")
        elif used in OUTSIDE[package] or (used in places and places[used] > places[room]):
            found.append(f"{path.name} of {package}.{room} imports {used}")
    return found


def rooms():
    for package, places in PLACES.items():
        for room in places:
            folder = ROOT / package / room
            files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
            for path in files:
                if "variants" not in path.parts:  # learners' files, kept as learners write them
                    yield package, room, path


def test_no_room_is_left_out():
    for package, places in PLACES.items():
        there = {
            path.stem for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        assert there - {"__init__"} == set(places) | OUTSIDE[package]


def test_each_room_uses_what_stands_before_it():
    assert [fault for package, room, path in rooms() for fault in faults(package, room, path)] == []


@pytest.mark.parametrize(
    ("package", "room", "text"),
    [
        ("utils", "checking", "def later():\n    from utils.figures import style"),
        ("utils", "gradients", "from autograder.course import open_course"),
        ("utils", "checking", "from utils import fresh"),
        ("utils", "experiments", "from utils.figures.picture import Picture"),
        ("autograder", "judging", "import autograder.grading.gradebook"),
        ("autograder", "course", "from autograder.assignments.lstm import exercises"),
    ],
)
def test_a_step_in_the_wrong_direction_is_found(tmp_path, package, room, text):
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    assert len(faults(package, room, path)) == 1
