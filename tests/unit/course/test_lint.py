"""`make lint` finds planted errors of types and imports."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = re.findall(r"(?m)^\t\$\(BIN\)/(deptry .*)$", (ROOT / "Makefile").read_text(encoding="utf-8"))


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


def possessive_groups(text):
    """Return the lines in which a regular expression repeats a group possessively: ``(...)*+``, ``(...){2,}+``."""
    return [line for line in text.split("\n") if re.search(r"(?<!\\)\)(?:[*+?]|\{+\w*(?:\},?)?[\d,]*\}+)\+", line)]


def test_no_group_is_repeated_possessively():
    """Before Python 3.11.5, it may take what does not match it (CPython's issues 100061 and 106052)."""
    for folder in ("autograder", "utils", "solutions", "bench", "deploy"):
        for path in (ROOT / folder).rglob("*.py"):
            assert possessive_groups(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("end", ["*+", "++", "?+", "{2}+", "{2,}+", "{{{MAX},}}+"])
def test_a_group_that_is_repeated_possessively_is_found(end):
    assert possessive_groups(rf'A = re.compile(rf"(?:a|b){end}c")')
    assert not possessive_groups(rf'A = re.compile(rf"(?>(?:a|b){end[:-1]})[a]{end}\){end}")')


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


def test_types_are_asked_of_every_module():
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert mypy["strict"] and mypy["packages"] == ["utils", "autograder", "bench"] and mypy["exclude"] == ["/variants/"]
    assert not any("ignore_errors" in override for override in mypy["overrides"])


def test_an_untyped_function_is_named(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "untyped.py").write_text("def twice(x):\n    return 2 * x\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "untyped.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "untyped.py:1: error: Function is missing a type annotation" in done.stdout
