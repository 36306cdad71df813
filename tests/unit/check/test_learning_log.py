"""The learner's own log: what was found and when, on the learner's own disk, where nothing is handed in from."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.submit import ExchangeSubmit

from utils import check, fixtures
from utils.checking import check_function, learning_log, progress
from utils.figures.history import versions, versions_until_right

NO_BIAS = (" + b", "")
KEYS = {"unrolled", "time", "exercise", "finding", "mistakes", "hint", "code"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder of the assignment's name, as learners do; return the one above it."""
    (tmp_path / "course" / "90-tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course" / "90-tiny")
    monkeypatch.setattr(learning_log, "_off", set())
    monkeypatch.setattr(learning_log, "_mentioned", set())
    Path("90-tiny.ipynb").touch()
    return tmp_path / "course"


def lines(folder):
    file = folder / ".unrolled" / "90-tiny.log.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="ascii").splitlines()] if file.exists() else []


STUB = "def affine(x, w, b):\n    raise NotImplementedError\n"
SECRET = 271828.1828


def test_every_kind_of_answer_has_its_line(folder, written):
    check(written("affine", source=STUB))
    check(written("affine", ("return out", "raise ValueError('my words')\n    return out")))
    check(written("affine", NO_BIAS), hint=2)
    check(written("affine", ("return out", f"out = np.exp(out) + {SECRET}\n    return out")))
    check(written("affine"))
    check(written("affine_backward"))  # without its forward pass: nothing is found
    found = lines(folder)
    assert [line["finding"] for line in found] == ["not started", "crashed", "named", "unnamed", "right"]
    assert [line["mistakes"] for line in found] == [[], [], ["no-bias"], [], []]
    assert [line["hint"] for line in found] == [0, 1, 2, 1, 0]
    assert {line["exercise"] for line in found} == {"affine"} and all(set(line) == KEYS for line in found)
    assert len({line["code"] for line in found}) == 5, "each function is another one"
    assert all(line["time"].endswith("Z") for line in found)


def test_it_holds_no_code_and_no_number_of_the_learners(folder, written):
    wrong = ("return out", f"own_name = np.exp(out) + {SECRET}\n    out = own_name\n    return out")
    check(written("affine", wrong), hint=4, anyway=True)
    text = (folder / ".unrolled" / "90-tiny.log.jsonl").read_text(encoding="ascii")
    assert "own_name" not in text and "return" not in text and "np." not in text and "27182" not in text
    assert all(isinstance(value, (str, int, list)) for value in lines(folder)[0].values())
    assert len(text) < 250


def test_of_an_unaided_exercise_the_log_says_no_more_than_the_card(folder, written, shelf):
    path = shelf / "affine.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"unaided": "Try x = 0."}))
    fixtures.load.cache_clear()
    check(written("affine", NO_BIAS))
    check(written("affine", NO_BIAS), help=True)
    assert [(line["finding"], line["mistakes"]) for line in lines(folder)] == [("wrong", []), ("named", ["no-bias"])]


def test_one_line_turns_it_off_for_good_and_another_on(folder, written):
    check(written("affine"))
    assert "are not logged" in repr(check.log(False))
    check(written("affine"))
    learning_log._off.clear()  # the kernel restarts
    check(written("affine"))
    assert len(lines(folder)) == 1 and "are not logged" in repr(check.log())
    assert "never your code" in repr(check.log(True))
    check(written("affine"))
    assert len(lines(folder)) == 2


def test_what_nbgrader_submits_does_not_hold_it(folder, written, tmp_path):
    check(written("affine"))
    exchange = ExchangeSubmit(coursedir=CourseDirectory())
    exchange.do_copy(os.getcwd(), str(tmp_path / "inbound"))  # the one copy that `nbgrader submit` makes
    assert sorted(os.listdir(tmp_path / "inbound")) == ["90-tiny.ipynb", "90-tiny.progress.json"]
    assert len(lines(folder)) == 1


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_nothing_is_logged_while_nbgrader_runs_the_notebook(folder, written, monkeypatch, mode):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    check(written("affine"))
    assert lines(folder) == []


def test_a_check_from_a_command_line_is_not_logged(folder, written):
    assert check_function.checked(written("affine")).finding == "right"  # what `check-file` calls
    assert lines(folder) == []


def test_nothing_is_logged_without_the_notebook(folder, written):
    Path("90-tiny.ipynb").unlink()
    check(written("affine"))
    assert not (folder / ".unrolled").exists() and not Path(".unrolled").exists()


@pytest.mark.parametrize("content", [b"my notes\n", b"\xff\xfe\x00", b"[" * 5000, b'{"unrolled": 2}\n'])
def test_a_foreign_file_is_set_aside(folder, written, content):
    file = folder / ".unrolled" / "90-tiny.log.jsonl"
    file.parent.mkdir()
    file.write_bytes(content)
    report = check(written("affine"))
    assert report.ok and "was not a log of this course, so it was set aside as" in report.notes[0]
    assert len(lines(folder)) == 1
    assert [path.read_bytes() for path in file.parent.glob("90-tiny.log.2*")] == [content]


def test_a_line_that_was_cut_off_costs_no_other(folder, written):
    check(written("affine"))
    file = folder / ".unrolled" / "90-tiny.log.jsonl"
    file.write_bytes(file.read_bytes() + b'{"unrolled": 1, "ti')
    check(written("affine", NO_BIAS))
    assert [found.finding for found in learning_log.checks("90-tiny")] == ["right", "named"]


def test_a_folder_that_cannot_be_written_is_mentioned_once(folder, written):
    (folder / ".unrolled").touch()  # in the place of the folder
    first, second = check(written("affine")), check(written("affine"))
    assert first.ok and first.notes == (
        "The log of your checks could not be written, so this is not in it; all else works.",
    )
    assert second.ok and second.notes == ()
    assert progress.seen("affine") == (0, "")


def test_it_ends_growing(folder, written, monkeypatch):
    check(written("affine"))
    monkeypatch.setattr(learning_log, "LIMIT", 300)
    notes = [check(written("affine")).notes for _ in range(4)]
    assert len(lines(folder)) <= 2 and sum(map(len, notes)) == 1
    assert "is full" in next(filter(None, notes))[0]


def test_the_history_draws_it(folder, written):
    empty = check.progress(history=True)
    assert repr(empty).startswith("No check is in your log yet.")
    for answer in (
        written("affine", source=STUB),
        written("affine", NO_BIAS),
        written("affine", NO_BIAS),
        written("affine"),
        written("decay", ("state = h0", "state = 0 * h0")),
    ):
        check(answer)
    logged = versions(learning_log.checks("90-tiny"))
    assert versions_until_right(logged, "affine") == 2 and versions_until_right(logged, "decay") == 0
    picture = check.progress(history=True)
    assert picture.alt == (
        "1 of 4 exercises became right, after 2 versions. 4 versions, a row for each exercise: affine right at "
        "version 2; affine_backward not checked; decay not yet: 1 version; halve_all not checked."
    )
    (axes,) = picture.figure.axes
    drawn = {line.get_gid(): len(line.get_xdata()) for line in axes.lines if line.get_gid()}
    assert drawn == {"right": 1, "a mistake named": 2, "wrong": 0, "stopped": 0, "not started": 1}
    assert np.ptp(picture.pixels(50)) > 100
    assert set(picture._repr_mimebundle_()) == {"text/plain", "text/html", "image/png"}


def test_a_verdict_is_not_lost_where_the_log_fails(folder, written, monkeypatch):
    def broken(*args):
        raise RuntimeError("no log today")

    monkeypatch.setattr(learning_log, "keep", broken)
    assert check(written("affine")).ok
