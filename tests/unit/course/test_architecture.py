"""The architecture page names files and rooms that are there, and all rooms that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PACKAGES = ("utils", "autograder")
FILES = {path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py")}


def missing(page):
    """Return the Python files that a page names and that are not there."""
    named = set(re.findall(r"`([\w/]+\.py)`", page)) - {"make_venv.py", "nbgrader_config.py"}
    named -= {name for name in named if name.startswith("tests/") and (ROOT / name).exists()}
    return sorted(name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in FILES))


def walk(title):
    """Return the stops of a walk."""
    section = PAGE.partition(f"## A {title}")[2].partition("\n## ")[0]
    return re.findall(r"(?m)^(\d+)\. (.*(?:\n   .*)*)", section)


def test_every_file_that_the_page_names_is_there():
    assert missing(PAGE) == []
    assert missing("Look into `judging/verdict_of_old.py`.") == ["judging/verdict_of_old.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_is_in_the_table(package):
    table = PAGE.partition("| room | holds")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    listed = {
        name.removeprefix(f"{package}/").removesuffix(".py") for row in rows for name in re.findall(r"`([\w/.]+)`", row)
    }
    rooms = {path.name for path in (ROOT / package).iterdir() if (path / "__init__.py").exists()}
    assert rooms <= listed


@pytest.mark.parametrize("title", ["`check`", "submission"])
def test_a_walk_has_at_most_ten_stops_and_each_names_a_file(title):
    stops = walk(title)
    assert [int(number) for number, _ in stops] == list(range(1, len(stops) + 1)) and 5 < len(stops) <= 10
    assert all(re.search(r"`[\w/]+\.py`", text) for _, text in stops)
