"""A run keeps of a student whose turn is over little more than the name: a large class takes little memory."""

import sqlite3
import sys
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from test_disk import run
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.grading import gradebook, report, standings
from autograder.grading.rows import Graded, Rows

sys.path.insert(0, str(Path(__file__).parents[3]))

from bench.simulated import graded_without_files

FEW, MANY = 100, 600
BYTES = 200  # a student; a row in memory would take more than 1,000


def let_hand_in(one, students):
    """Let students hand in who were there before, when a run was killed; simulated judging reads the first for all."""
    one.submit(students[0], submission(SOLUTIONS))
    with closing(sqlite3.connect(one.root / "course" / "gradebook.db")) as book, book:
        for student in students:
            one.folder(student).mkdir(parents=True, exist_ok=True)
            row = (ASSIGNMENT, student, "infrastructure", "0" * 64, "1+0123456789abcdef", "0123456789abcdef", "one", "")
            book.execute("insert or replace into unrolled_gradings values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def test_memory_does_not_grow_with_the_class(tiny_class, monkeypatch):
    monkeypatch.setattr(standings, "BATCH", 50)
    students = [f"s{number:05}" for number in range(MANY)]
    gradebook.running(tiny_class.url, ASSIGNMENT)  # makes our tables
    peaks = []
    for count in (5, FEW, MANY):  # what is imported and compiled once is so by the first
        let_hand_in(tiny_class, students[:count])
        tracemalloc.start()
        rows = graded_without_files(tiny_class.course, ASSIGNMENT)
        assert len(rows) == sum(row.status == "graded" for row in rows) == sum(1 for _ in report.lines(rows)) - 2
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    growth = (peaks[2] - peaks[1]) / (MANY - FEW)
    assert growth < BYTES, f"{growth:.0f} bytes a student"


def test_rows_are_sorted_as_names_are_and_come_back_as_they_were(monkeypatch):
    monkeypatch.setattr(standings, "BATCH", 2)
    odd = b"\xff".decode("utf-8", "surrogateescape")
    names = ["zoe", "Zo\u00eb", odd, "\U0001d518", "a b", "\ufb01"]
    rows, standing = Rows(), standings.Standing(2.5, 10.0, 0.5, 1, 0)
    for name in names:
        rows.put(Graded(name, "infrastructure"))
        rows.put(Graded(name, "graded", 7.1, 10.0, {"f": "no-bias"}, odd, {"f": 0.1, "whole notebook": None}), 0.25)
    assert [row.student for row in rows] == sorted(names) and len(rows) == len(names)
    rows.add_standings({"zoe": standing})
    found = {row.student: row for row in rows}
    assert found["zoe"].standing == standings.Standing(2.5, 10.0, 0.5, 1, 0, before=2.25)
    about = {"f": 0.1, "whole notebook": None}
    assert found[odd] == Graded(odd, "graded", 7.1, 10.0, {"f": "no-bias"}, odd, about)
    rows.remove([odd, "nobody"])
    assert [row.student for row in rows] == sorted({*names} - {odd})


@pytest.mark.parametrize("after", [0, 1])
def test_a_table_that_has_no_room_costs_no_mark(tiny_class, monkeypatch, capsys, after):
    """The marks of those who were recorded stand, and no one is set aside for it."""
    for student in ("ann", "bob"):
        tiny_class.submit(student, submission(SOLUTIONS))
    put, done = Rows.put, []

    def fails(rows, row, moved=0.0):
        done.append(row.student)
        if len(done) > after:
            rows._do("pragma max_page_count = 1")
            rows._do("create table more (x)")
        put(rows, row, moved)

    with monkeypatch.context() as patch:
        patch.setattr(Rows, "put", fails)
        status, complaint = run(tiny_class, monkeypatch, capsys, "grade", ASSIGNMENT)
    assert status == 1 and "database or disk is full" in complaint and complaint.endswith("grade again.\n")
    assert [tiny_class.totals()[student] for student in done] == [10.0] * (after + 1)
    assert [tiny_class.gradings()[student].state for student in done] == ["graded"] * (after + 1)
    assert {row.score for row in tiny_class.grade().values()} == {10.0}
