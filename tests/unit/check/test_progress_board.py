"""The progress board survives a restart, and nothing in the folder can break it."""

import html
import itertools
import json
import os
from pathlib import Path

import pytest
from full_disk import files_up_to

from autograder.course import open_course
from autograder.judging import marks
from autograder.judging.results import ExerciseResult
from utils import check, files, fixtures
from utils.checking import progress

FILE = Path("90-tiny.progress.json")


@pytest.fixture
def notebook():
    Path("90-tiny.ipynb").touch()


def restarted():
    progress._memory.clear()


def states(board):
    return {row[0]: row[2] for _, rows, _ in board.boards for row in rows}


def test_it_survives_a_restart(written, notebook):
    check(written("affine"))
    check(written("decay", ("state = h0", "state = 0 * h0")))
    check(written("halve_all", source="def halve_all(grads):\n    raise NotImplementedError\n"))
    restarted()
    board = check.progress()
    assert states(board) == {
        "affine": "right",
        "affine_backward": "not checked yet",
        "decay": "wrong",
        "halve_all": "not started",
    }
    lines = str(board).splitlines()
    assert lines[0] == "90-tiny: 1 of 4 exercises right, 10 of 40 points."
    assert lines[2].split() == ["exercise", "points", "state", "checked"]
    assert repr(board) == str(board)
    assert sorted(os.listdir()) == [".unrolled", "90-tiny.ipynb", "90-tiny.progress.json"]


def test_the_last_check_counts(written, notebook):
    check(written("affine"))
    check(written("affine", (" + b", "")))
    assert states(check.progress())["affine"] == "wrong"


def test_a_question_that_could_not_be_answered_changes_nothing(written, notebook):
    check(written("affine_backward"), forward=written("affine"))
    check(written("affine_backward"))
    assert states(check.progress())["affine_backward"] == "right"


def test_two_kernels_of_one_notebook(written, notebook):
    check(written("affine"))
    restarted()
    check(written("decay"))
    assert states(check.progress())["affine"] == states(check.progress())["decay"] == "right"


def test_without_the_notebook_nothing_is_written(written):
    assert "nothing was checked yet" in str(check.progress())
    assert "`check.progress()` in an assignment's notebook" in str(check.progress())
    assert "nothing was checked yet" in check.progress()._repr_html_()
    check(written("affine"))
    assert os.listdir() == [] and states(check.progress())["affine"] == "right"


FOREIGN = {
    "broken": '{"format": "unrolled prog',
    "a list": "[1, 2]",
    "another program's": '{"exercises": 3}',
    "another assignment's": '{"format": "unrolled progress 1", "assignment": "91", "exercises": {}}',
    "a state we do not know": '{"format": "unrolled progress 1", "assignment": "90-tiny", "exercises": '
    '{"affine": {"state": "perfect", "when": "2026-01-01T00:00:00"}}}',
    "a date that is none": '{"format": "unrolled progress 1", "assignment": "90-tiny", "exercises": '
    '{"affine": {"state": "right", "when": "soon"}}}',
    "not text": b"\xff\xfe\x00",
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_set_aside(content, written, notebook):
    content = content if isinstance(content, bytes) else content.encode()
    FILE.write_bytes(content)
    report = check(written("affine"))
    assert report.ok
    assert "90-tiny.progress.json was not a progress file of this course, so it was set aside as" in report.notes[0]
    kept = list(Path().glob("90-tiny.progress.2*.json"))
    assert [path.read_bytes() for path in kept] == [content]
    assert check(written("affine")).notes == () and states(check.progress())["affine"] == "right"


def test_a_folder_in_its_place_is_set_aside(written, notebook):
    FILE.mkdir()
    (FILE / "mine").touch()
    check(written("affine"))
    assert json.loads(FILE.read_text(encoding="utf-8"))["exercises"]["affine"]["state"] == "right"
    assert [path.name for path in Path().glob("90-tiny.progress.2*/mine")] == ["mine"]


def test_two_in_one_minute_do_not_overwrite_each_other(written, notebook):
    for content in ("first", "second"):
        FILE.write_text(content, encoding="utf-8")
        check(written("affine"))
    kept = {path.read_text(encoding="utf-8") for path in Path().glob("90-tiny.progress.2*.json")}
    assert kept == {"first", "second"}


def test_a_folder_that_may_not_be_written(written, notebook, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "draft", refuse)  # root may write anywhere, so a mode would not do
    report = check(written("affine"))
    assert report.ok and report.notes == (
        "90-tiny.progress.json could not be written here, so progress is kept until the kernel restarts.",
    )
    assert not FILE.exists() and states(check.progress())["affine"] == "right"


def test_a_failed_write_leaves_the_old_file(written, notebook):
    check(written("affine"))
    before = FILE.read_bytes()
    with files_up_to(len(before)):
        report = check(written("decay"))
    assert "could not be written" in report.notes[0]
    assert FILE.read_bytes() == before and not list(Path().glob(".*.new"))


def test_a_file_that_hides_us_is_named(written, notebook):
    path = Path("utils.py").resolve()
    path.touch()
    sentence = f"The file {path} beside this notebook hides the course's utils when the kernel restarts: rename it."
    assert sentence in check(written("affine")).notes
    assert sentence in check.progress().notes and sentence in check(None).notes
    path.unlink()
    path.with_suffix("").mkdir()
    assert check(written("affine")).notes[0].startswith(f"The folder {path.with_suffix('')} beside")
    path.with_suffix("").rmdir()
    assert check(written("affine")).notes == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let the current folder be removed")
def test_a_folder_that_is_gone_costs_no_verdict(written, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    report = check(written("affine"))
    assert report.ok and report.notes[0].startswith("Progress could not be kept: FileNotFoundError")


def test_our_own_folder_does_not_hide_us(written, monkeypatch):
    monkeypatch.chdir(Path(progress.__file__).parents[1])
    assert check(written("affine")).notes == ()


PAIRS = (("caption_loss", "pronounce_loss"), ("caption", "pronounce"), ("train_captions", "train_pronounce"))


@pytest.fixture
def capstone(shelf, monkeypatch):
    """Return a function that writes what is known of 07's exercises and gives back the board."""
    monkeypatch.setattr(fixtures, "FOLDER", Path(fixtures.__file__).parent)  # the course's own, not the tiny one's
    fixtures.load.cache_clear()
    fixtures.names.cache_clear()
    Path("07-capstone.ipynb").touch()

    def board(states):
        known = {name: {"state": state, "when": "2026-01-01T00:00:00+00:00"} for name, state in states.items()}
        content = {"format": "unrolled progress 1", "assignment": "07-capstone", "exercises": known}
        Path("07-capstone.progress.json").write_text(json.dumps(content), encoding="utf-8")
        return check.progress()

    return board


def test_a_counterpart_counts_on_the_board_as_in_the_grade(capstone):
    """In every combination, with the grade's own function; the board knows right or not, so wrong earns nothing."""
    declared = open_course().exercises("07-capstone")
    names = [name for pair in PAIRS for name in pair]
    assert {exercise.name for exercise in declared} == set(names)
    points = {name: fixtures.load(name)["points"] for name in names}
    for combination in itertools.product(("right", "wrong", None), repeat=6):
        known = {name: state for name, state in zip(names, combination, strict=True) if state}
        earned = {name: points[name] * (known.get(name) == "right") for name in names}
        results = {
            f"test_{name}": ExerciseResult(name, earned[name], points[name], "failed", None, "") for name in names
        }
        grade = sum(result.score for result in marks.better_of_two(results, declared).values())
        board = capstone(known)
        [(title, rows, done)] = board.boards
        assert f", {grade:g} of 90 points." in title
        assert done == (grade == 90)
        assert ("#009E73" in board._repr_html_()) == done, "green when nothing is left to do"
        for one, other in PAIRS:
            for name, beside in ((one, other), (other, one)):
                own = known.get(name, "not checked yet")
                lone = own == "right" and known.get(beside) != "right"
                counted = own != "right" and known.get(beside) == "right"
                expected = own + ", counts for both" * lone + ", its counterpart counts" * counted
                assert states(board)[name] == expected
        assert len(rows) == 6


def test_the_board_explains_counterparts(capstone):
    one_part = dict.fromkeys([captions for captions, _ in PAIRS], "right")
    text = str(capstone(one_part))
    assert text.startswith("07-capstone: 3 of 6 exercises right (3 more count by a counterpart), 90 of 90 points. ")
    assert "caption_loss         20  right, counts for both" in text
    assert "not checked yet, its counterpart counts" in capstone(one_part)._repr_html_()
    mixed = capstone({"caption_loss": "right", "pronounce_loss": "wrong", "pronounce": "wrong"})
    assert str(mixed).startswith(
        "07-capstone: 1 of 6 exercises right (1 more counts by a counterpart), 40 of 90 points."
    )
    assert states(mixed)["pronounce_loss"] == "wrong, its counterpart counts"
    assert states(mixed)["pronounce"] == "wrong" and states(mixed)["caption"] == "not checked yet"
    both = capstone(dict.fromkeys([name for pair in PAIRS for name in pair], "right"))
    assert str(both).startswith("07-capstone: 6 of 6 exercises right, 90 of 90 points.")
    assert set(states(both).values()) == {"right"}


def test_points_that_wait_for_a_person_are_named(written, notebook, shelf):
    check(written("affine"))
    known = "90-tiny: 1 of 4 exercises right, 10 of 40 points."
    for questions, more in (
        ([], ""),
        ([["Why?", 4.0]], " 4 more are given by a person, who reads your answer to “Why?”."),
        ([["Why?", 4.0], ["<b>", 2.5]], " 6.5 more are given by a person, who reads your answers to “Why?” and “<b>”."),
    ):
        settings = {"hints": "staged", "written": {"90-tiny": questions, "91-other": [["When?", 9.0]]}}
        (shelf / fixtures.SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
        board = check.progress()
        assert str(board).splitlines()[0] == known + more
        assert html.escape(known + more) in board._repr_html_()


def test_the_questions_of_the_course_are_those_of_its_notebooks():
    notebooks = Path(__file__).parents[3] / "notebooks"
    settings = json.loads((notebooks.parent / "utils" / "fixtures" / fixtures.SETTINGS).read_text(encoding="utf-8"))
    assert list(settings["written"]) == sorted(path.name for path in notebooks.iterdir() if path.name != "further")
    for assignment, questions in settings["written"].items():
        notebook = json.loads((notebooks / assignment / f"{assignment}.ipynb").read_text(encoding="utf-8"))
        cells = [(cell, cell["metadata"].get("nbgrader", {})) for cell in notebook["cells"]]
        points = [about["points"] for cell, about in cells if cell["cell_type"] == "markdown" and about.get("grade")]
        assert [points for _, points in questions] == points
        headings = [line[3:].strip() for cell, _ in cells for line in cell["source"] if line.startswith("## ")]
        assert all(heading in headings for heading, _ in questions)
