"""``autograder judge --json`` always leaves a results file, with a score only if the notebook was judged."""

import json
from pathlib import Path

import nbformat
import pytest
from test_disk import run
from test_grade import NO_KERNEL, configure
from tiny_course import ASSIGNMENT, SOLUTIONS, cell_of, submission

WHOLE = nbformat.writes(submission(SOLUTIONS)).encode()
CONFLICT = WHOLE.replace(b' "cells": [', b'<<<<<<< HEAD\n "cells": [\n=======\n "cells": [\n>>>>>>> theirs\n', 1)
UNFIT = {
    "a merge conflict": (CONFLICT, "it holds the marks of a git merge conflict (<<<<<<<). Resolve the conflict"),
    "in Windows' lines": (CONFLICT.replace(b"\n", b"\r\n"), "it holds the marks of a git merge conflict"),
    "cut off": (WHOLE[:-9], "is not a Jupyter notebook: it is not JSON."),
    "nothing": (b"", "is empty."),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "it is not text in UTF-8."),
    "no cells": (b'{"cells": []}', "has no cells."),
    "another course's": (
        nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x")])).encode(),
        "No cell of this notebook belongs to the assignment",
    ),
}


@pytest.fixture
def judge(tiny_class, monkeypatch, capsys, tmp_path):
    """Judge with the command; return its status, what it complained of, and what the results file says."""
    path = tmp_path / "results.json"
    path.write_text('{"score": 90}', encoding="utf-8")  # of an earlier run

    def judged(notebook, *options):
        status, complaint = run(
            tiny_class, monkeypatch, capsys, "judge", notebook, "--assignment", ASSIGNMENT, "--json", path, *options
        )
        return status, complaint, json.loads(path.read_text(encoding="utf-8"))

    judged.path = path
    return judged


def is_trouble(form):
    """Whether Gradescope takes it for a run that failed, and the student reads that it is not their fault."""
    assert "not to blame" in form["output"]
    return set(form) == {"output", "extra_data"} and set(form["extra_data"]) == {"infrastructure"}


@pytest.mark.parametrize("kind", UNFIT)
def test_an_unjudgeable_notebook_gets_0_and_a_sentence(tiny_class, judge, kind):
    content, sentence = UNFIT[kind]
    status, complaint, form = judge(tiny_class.submit("ann", content, "mine.ipynb"))
    assert status == 2 and sentence in complaint
    assert form == {"score": 0, "output": form["output"]} and sentence in form["output"]


def test_an_unprintable_name_is_shown_with_question_marks(tiny_class, judge):
    assert judge(tiny_class.submit("ann", b"{", "\udcff\x1b.ipynb"))[2]["output"].startswith("??.ipynb is not")


def test_a_sound_notebook_is_judged(tiny_class, judge):
    status, _, form = judge(tiny_class.submit("ann", WHOLE))
    assert (status, form["score"], len(form["tests"])) == (0, 10.0, 3) and "infrastructure" not in form["extra_data"]


def test_our_own_trouble_gives_no_mark(tiny_class, judge):
    configure(tiny_class, NO_KERNEL)
    status, complaint, form = judge(tiny_class.submit("ann", WHOLE))
    assert status == 1 and "cannot be started" in complaint
    assert is_trouble(form) and "cannot be started" in form["extra_data"]["infrastructure"]


def test_an_unreadable_disk_gives_no_mark(judge):
    status, _, form = judge("/proc/self/mem")
    assert status == 1 and is_trouble(form) and "cannot be read" in form["extra_data"]["infrastructure"]


@pytest.mark.parametrize("what", ["nothing", "a folder"])
def test_a_missing_notebook_gives_no_mark(tiny_class, judge, what):
    path = tiny_class.root / "mine.ipynb"
    if what == "a folder":
        path.mkdir()
    status, complaint, form = judge(path)
    assert status == 2 and "There is no notebook" in complaint and is_trouble(form)
    assert str(path) in form["extra_data"]["infrastructure"]


def test_a_secret_that_cannot_be_read_is_a_sentence(tiny_class, judge):
    secret = tiny_class.root / "course" / "secret"
    secret.mkdir()
    status, complaint, form = judge(tiny_class.submit("ann", WHOLE))
    assert status == 1 and len(complaint.splitlines()) == 1 and f"{secret}, the course's secret, cannot be" in complaint
    assert is_trouble(form)
    row = tiny_class.grade()["ann"]
    assert row.status == "infrastructure" and str(secret) in row.message


def test_an_answer_that_quotes_a_conflict_is_judged(tiny_class, judge):
    notebook = submission(SOLUTIONS)
    cell_of(notebook, "why").source = "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n"
    assert judge(tiny_class.submit("ann", notebook))[2]["score"] == 10.0


def test_a_missing_assignment_gives_no_mark(tiny_class, judge):
    status, complaint, form = judge(tiny_class.submit("ann", WHOLE), "--assignment", "09-nothing")
    assert status == 2 and "There is no assignment" in complaint and is_trouble(form)


@pytest.mark.parametrize("error", [RuntimeError("expected 3.14"), MemoryError(), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["autograder.judging.stages.rebuild", "autograder.judging.stages.marks.write"])
def test_a_fault_in_our_own_code_gives_no_mark(tiny_class, judge, monkeypatch, error, where):
    def fail(*_):
        raise error

    monkeypatch.setattr(where, fail)
    notebook = tiny_class.submit("ann", WHOLE)
    with pytest.raises((type(error), AssertionError) if isinstance(error, KeyboardInterrupt) else type(error)):
        assert judge(notebook)[0] == 0
    form = json.loads(judge.path.read_text(encoding="utf-8"))
    assert is_trouble(form) and "3.14" not in form["output"]
    assert type(error).__name__ in form["extra_data"]["infrastructure"]


def test_a_failure_after_judging_does_not_undo_it(tiny_class, judge, monkeypatch):
    """An example is a closed pipe: nobody reads what is printed."""

    def fail(*_):
        raise BrokenPipeError

    monkeypatch.setattr("autograder.commands.grading.printable", fail)
    monkeypatch.setattr("autograder.cli.os.dup2", lambda *_: None)  # the tests' own output is to go on
    assert judge(tiny_class.submit("ann", WHOLE))[0] == 1
    assert json.loads(judge.path.read_text(encoding="utf-8"))["score"] == 10.0


@pytest.mark.parametrize("content", ["", "\n", '{"tests": []}', '{"output": "Not graded."}'])
def test_an_earlier_results_file_is_written_over(tiny_class, judge, content):
    judge.path.write_text(content, encoding="utf-8")
    assert judge(tiny_class.submit("ann", WHOLE))[2]["score"] == 10.0


WHERE = ["no such folder", "a folder", "the notebook", "another notebook", "a text", "a list", "a device"]


@pytest.mark.parametrize("where", WHERE)
def test_nothing_is_judged_where_no_results_can_be_written(tiny_class, monkeypatch, capsys, where):
    notebook = tiny_class.submit("ann", WHOLE)
    path = {
        "no such folder": tiny_class.root / "nowhere" / "results.json",
        "a folder": tiny_class.root,
        "the notebook": notebook,
        "another notebook": tiny_class.submit("bob", WHOLE),
        "a text": tiny_class.submit("bob", b"dear teacher", "notes.md"),
        "a list": tiny_class.submit("bob", b"[" * 100_000, "list.json"),
        "a device": Path("/dev/null"),
    }[where]
    before = path.read_bytes() if path.is_file() else None
    monkeypatch.setattr("autograder.judging.pipeline.judge_submission", None)
    status, complaint = run(tiny_class, monkeypatch, capsys, "judge", notebook, "--json", path)
    assert status == 2 and len(complaint.splitlines()) == 1 and str(path) in complaint
    assert notebook.read_bytes() == WHOLE
    assert before is None or path.read_bytes() == before
