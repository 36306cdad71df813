"""Every attack scores what its honest work deserves and changes nothing around it; every oddity keeps full marks."""

import json
import re
from types import SimpleNamespace

import pytest
from battery import ASSIGNMENT, FIRST, SECOND, Entry, entries, hand_in, points
from once import shared_folder
from table import BEGIN, COLUMNS, END, PAGE, SETTINGS, published
from world import small_course, world

from autograder.course import Course

ATTACKS, HONEST = entries("attacks"), entries("honest")
BYSTANDERS = ("a-bystander", "b-bystander", "c-bystander", "z-bystander")  # before, among and after the attackers


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """Hand in the whole battery with bystanders among it, and grade it as one class, once for all test processes."""
    with shared_folder(tmp_path_factory, "battery") as folder:
        results = folder / "results.json"
        if not results.exists():
            results.write_text(json.dumps(_grade_the_class(folder)), encoding="utf-8")
        return SimpleNamespace(root=folder / "course", **json.loads(results.read_text("utf-8")))


def _grade_the_class(folder):
    root = small_course(folder / "course", ASSIGNMENT)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(SETTINGS)
    with world(folder, root) as around:
        assert around.run("autograder", "build").returncode == 0
        release = Course(root).release(ASSIGNMENT)
        submitted = root / "course" / "submitted"
        for entry in (*ATTACKS, *HONEST):
            hand_in(entry.filled(**around.names), release, submitted / entry.name / ASSIGNMENT)
        for name in BYSTANDERS:
            hand_in(Entry(name, "", {"first": "pass"}, {}), release, submitted / name / ASSIGNMENT)
        before = around.files()
        done = around.run("autograder", "grade", ASSIGNMENT, timeout=900)
        after = around.files()
        return {
            "printed": done.stdout + done.stderr,
            "left": around.left_over(),
            "calls": around.calls,
            "changed": sorted(path for path in {**before, **after} if before.get(path) != after.get(path)),
            "found": around.marks(ASSIGNMENT),
            "points": points(release),
            "secret": around.secret,
        }


def mark(graded, student, exercise):
    return graded.found[student][f"test_{exercise}"][0]


@pytest.mark.parametrize("entry", ATTACKS, ids=lambda entry: entry.name)
def test_an_attack_scores_what_its_honest_work_deserves(graded, entry):
    if "refused" in entry.remarks:
        line = next(line for line in graded.printed.splitlines() if line.startswith(entry.name))
        assert "no mark" in line and entry.remarks["refused"] in line
        return
    for exercise in entry.exercises:
        got, full = mark(graded, entry.name, exercise), graded.points[f"test_{exercise}"]
        if exercise not in entry.deserves:
            assert got == 0
        elif "may lose" in entry.remarks:
            assert got in (0, full)
        else:
            assert got == full


@pytest.mark.parametrize("entry", HONEST, ids=lambda entry: entry.name)
def test_honest_work_keeps_full_marks(graded, entry):
    for exercise in entry.exercises:
        assert mark(graded, entry.name, exercise) == graded.points[f"test_{exercise}"]


def test_nobody_else_is_touched(graded):
    for name in BYSTANDERS:
        assert [mark(graded, name, exercise) for exercise in (FIRST, SECOND)] == [20, 15]
    assert {extra for marks in graded.found.values() for _, extra in marks.values()} <= {0, None}
    assert graded.changed == []


def test_nothing_stays_behind_and_nobody_calls_home(graded):
    assert graded.left == []
    assert graded.calls == []


@pytest.mark.parametrize("entry", ATTACKS, ids=lambda entry: entry.name)
def test_nothing_outside_is_reached(graded, entry):
    path = graded.root / "course" / "autograded" / entry.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    if "refused" in entry.remarks:
        assert not path.exists()
        return
    found = [output for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs") or []]
    printed = json.dumps(
        [output for output in found if output["output_type"] != "error"]
    )  # a traceback quotes the source
    assert re.findall(r"REACHED[^\\\"]{0,80}", printed) == []
    outputs = json.dumps(found)
    assert graded.secret not in outputs
    assert (graded.root / "course" / "secret").read_text().strip() not in outputs


def test_the_battery_would_notice(graded):
    """The honest file that reaches what it may reach says so where the attacks are searched for it."""
    path = graded.root / "course" / "autograded" / "files_of_its_own" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert "REACHED the end" in path.read_text("utf-8")


def test_the_published_table_has_every_attack_and_no_harm_on_our_side():
    """`make security` made it by running both; what it says of this project is what the tests above hold."""
    text = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    rows = published(text)
    assert list(rows) == [entry.title for entry in ATTACKS]
    for row, entry in zip(rows.values(), ATTACKS, strict=True):
        assert all(row[column] for column in COLUMNS)
        for column in ("root", "ordinary", "user"):
            assert "**" not in row[column]
            assert row[column].startswith("refused: ") == ("refused" in entry.remarks)
    assert sum("for nothing" in row["stock"] for row in rows.values()) > 10
