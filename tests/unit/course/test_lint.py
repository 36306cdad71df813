"""`make lint` finds planted errors of types and imports."""

import ast
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = re.findall(r"(?m)^\t\$\(BIN\)/(deptry .*)$", (ROOT / "Makefile").read_text(encoding="utf-8"))
RATCHET = runpy.run_path(str(ROOT / ".ci/ratchet.py"))


def answers(root):
    """Ask deptry all that `make lint` asks it, in a folder; return what it complains of."""
    found = set()
    for question in QUESTIONS:
        command = [sys.executable, "-m", *shlex.split(question), "--no-ansi"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
        complaints = re.findall(r"(?m)^(\S+?):\d+:\d+: (DEP\d+) '(\w+)'", done.stdout + done.stderr)
        assert done.returncode == (1 if complaints else 0), done.stderr
        found |= set(complaints)
    return found


def test_imports_that_are_not_declared_are_named(tmp_path):
    assert len(QUESTIONS) == 3
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    used = {room: sorted(imported(ROOT / room)) for room in ("autograder", "utils")}
    for room, names in {**used, "tests": []}.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "used.py").write_text("".join(f"import {name}\n" for name in names), encoding="utf-8")
    assert answers(tmp_path) == set()
    planted = [
        ("utils/in_a_students_copy.py", "DEP004", "nbgrader"),
        ("utils/in_a_students_copy_too.py", "DEP004", "hypothesis"),
        ("autograder/without_the_tests.py", "DEP004", "hypothesis"),
        ("autograder/there_because_others_need_it.py", "DEP003", "markupsafe"),
        ("tests/there_because_others_need_it.py", "DEP003", "markupsafe"),
        ("autograder/not_there.py", "DEP001", "not_installed"),
    ]
    for file, _, package in planted:
        (tmp_path / file).write_text(f"import {package}\n", encoding="utf-8")
    assert answers(tmp_path) == set(planted)


def imported(folder):
    """Return the packages that the files of a folder import, learners' files left out."""
    found = set()
    for path in folder.rglob("*.py"):
        if "variants" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module.split(".")[0])
    return found - {"autograder", "utils", "__future__"}


TYPED = "def twice(x: int) -> int:\n    return 2 * x\n"
UNTYPED = "def twice(x):\n    return 2 * x\n"
LIST = """
[tool.mypy]
packages = ["room"]
strict = true
[[tool.mypy.overrides]]
module = [
    "room",
    "room.gone",
    "room.typed",
    "room.untyped",
]
ignore_errors = true
"""


def test_the_list_of_untyped_modules_only_shrinks(tmp_path):
    (tmp_path / "room").mkdir()
    for name, text in (("__init__", ""), ("typed", TYPED), ("untyped", UNTYPED)):
        (tmp_path / f"room/{name}.py").write_text(text, encoding="utf-8")
    clean = RATCHET["clean_modules"](LIST, tmp_path)
    assert clean == ["room", "room.gone", "room.typed"]
    assert RATCHET["untyped"](RATCHET["without"](LIST, clean)) == ["room.untyped"]


def test_the_list_of_untyped_modules_is_read_as_mypy_reads_it():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = RATCHET["untyped"](project)
    assert project.count(RATCHET["FORGIVEN"]) == (1 if listed else 0)
    assert listed == sorted(set(listed))
    assert RATCHET["untyped"](RATCHET["without"](project, listed)) == []
