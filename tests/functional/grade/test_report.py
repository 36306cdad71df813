"""The class report of 300 students with planted frequencies, compared with what was planted.

One notebook of each kind is graded for real, and what is read of it, from gradebook and autograded copy, is
multiplied: the facts of 300 students, from which the report is made as ever. To judge 300 notebooks would take a
quarter of an hour; even to write their marks takes a quarter of a minute.
"""

import html
import json
import re
import statistics
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from nbgrader.api import Gradebook
from planted_kinds import KINDS, MISSING, OUTSIDE, U1, U3, scores, write_log
from test_disk import run
from tiny_course import ASSIGNMENT, SOLUTIONS, TinyCourse, build_release, submission

from autograder.building import fixture
from autograder.course.exercise import Mistake
from autograder.grading.workers import nbgrader_config
from autograder.judging.pipeline import judge_submission
from autograder.reporting import facts, logs
from autograder.reporting.make import class_report, report_on
from autograder.reporting.page import page
from autograder.reporting.proposals import declaration
from autograder.reporting.records import as_json
from autograder.reporting.shareable import shareable


@pytest.fixture(scope="module")
def planted(new_class):
    """The class, graded."""
    one = new_class()
    for kind, (_, changed, _) in KINDS.items():
        notebook = build_release() if kind == "blank" else submission(SOLUTIONS | (changed or {}))
        one.submit(kind, b"{" if kind == "unreadable" else notebook)
        late = kind == "late"
        if late:  # with an answer for a person to read, and without a cell
            next(cell for cell in notebook.cells if cell.id == "why").source = "It decays since rate is below 1."
            del notebook.cells[1]
            one.submit(kind, notebook)
        (one.folder(kind) / "timestamp.txt").write_text(f"2026-05-0{2 if late else 1} 12:00:00 UTC", encoding="utf-8")
    with Gradebook(one.url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 5, 1, 18, tzinfo=UTC).replace(tzinfo=None))
        book.update_or_create_student("missing")
    (one.root / "logs").mkdir()
    write_log(one.folder("mean") / f"{ASSIGNMENT}.log.jsonl", "wrong 1, wrong 3, right 1")
    write_log(one.root / "logs" / "late.log.jsonl", "unnamed 1, right 1")
    write_log(one.root / "logs" / "right.log.jsonl", "named 2")
    one.grade()
    return one


@pytest.fixture(scope="module")
def report(planted):
    """The report on 300 students and six who handed in nothing."""
    known = facts.read(planted.course, ASSIGNMENT)
    sizes = {kind: n for kind, (n, *_) in KINDS.items()} | {"missing": MISSING}
    names = {kind: [f"{kind}-{number:03}" for number in range(n)] for kind, n in sizes.items()}
    many = replace(
        known,
        rows=tuple(replace(row, student_id=name) for row in known.rows for name in names[row.student_id]),
        judged=tuple(replace(one, student=name) for one in known.judged for name in names[one.student]),
        states={name: state for kind, state in known.states.items() for name in names[kind]},
        late=frozenset(name for kind in known.late for name in names[kind]),
    )
    handed_in = logs.read(planted.course, ASSIGNMENT, sizes, planted.root / "logs")
    return report_on(planted.course, ASSIGNMENT, many, handed_in, nbgrader_config(planted.course))


def number_of(*kinds):
    return sum(KINDS[kind][0] for kind in kinds)


def test_all_planted_frequencies_are_counted(report):
    assert sum(n for n, *_ in KINDS.values()) == 300
    of = report.attendance
    assert (of.students, of.graded, of.late, of.missing, of.excused, of.without_mark) == (306, 296, 12, 6, 0, 4)
    assert of.reasons == {"unreadable": 4}
    assert {one.student for one in of.listed} == {f"unreadable-{number:03}" for number in range(4)}
    parts = {one.name: (one.right, one.carried, one.wrong, one.not_started) for one in report.exercises}
    blank, twice, mean = number_of("blank"), number_of("twice"), number_of("mean", "both")
    wrong = number_of("both", "u1", "u2", "v", "alone", "crash", "crash2")
    assert parts == {
        "affine_forward": (296 - blank - twice, 0, twice, blank),
        "affine_backward": (296 - blank - twice - mean, twice, mean, blank),
        "decay": (296 - blank - wrong, 0, wrong, blank),
    }
    assert [(one.exercise, one.id, one.students) for one in report.mistakes] == [("affine_backward", "db-mean", 40)]
    assert report.mistakes[0].hints == ("db is a mean.", "Sum or mean?", "It is 3.")
    assert [(one.exercise, one.origin, one.students) for one in report.carried] == [
        ("affine_backward", "affine_forward", 8)
    ]


def test_marks_are_distributed_as_an_independent_computation_says(report):
    table, of = scores(), report.distribution
    totals = table.sum(axis=1)
    assert of.most == 10
    assert of.quartiles == pytest.approx([statistics.quantiles(totals, n=4, method="inclusive")[i] for i in range(3)])
    assert of.full_marks == (totals == 10).sum()
    assert of.bars == tuple(np.histogram(totals, bins=10, range=(0, 10))[0])
    assert len({bar for bar in of.bars if bar}) > 2, "else the bars could be in any order"
    centred = table - table.mean(axis=0)
    for column, one in enumerate(report.exercises):
        rest = np.delete(centred, column, axis=1).sum(axis=1)
        own = centred[:, column]
        assert one.correlation == pytest.approx(own @ rest / np.sqrt((own @ own) * (rest @ rest)))
        assert one.difficulty == pytest.approx(table[:, column].mean() / one.points, abs=1e-9)


def test_equal_numbers_fall_together_whatever_the_spelling_and_others_do_not(report):
    found = [(one.exercise, one.students, one.failure, one.error, one.code) for one in report.clusters]
    assert found == [
        ("decay", number_of("u1", "u2", "both"), "", "", ""),
        ("decay", number_of("v"), "", "", ""),
        ("affine_forward", number_of("twice"), "", "", ""),
        ("decay", number_of("crash", "crash2"), "exception", "IndexError", "x[:, t + 7]"),
    ]
    assert report.single == {"decay": 1}


def test_a_cluster_says_where_it_first_differs_on_the_inputs_that_all_share(planted, report):
    """The judge's own functions draw the inputs; the values at that place are computed here."""
    from autograder.judging import shared_inputs

    [case, *_] = shared_inputs.drawn(planted.course.exercise("decay"), planted.course, ASSIGNMENT)
    x, rate = case.inputs["x"], case.inputs["rate"]
    first = report.clusters[0].first
    assert (first.output, first.index, first.special) == ("h", (0, 0), "")
    assert first.yours == pytest.approx(x[0, 0], rel=1e-6)  # tanh(0) is 0
    assert first.expected == pytest.approx(np.tanh(rate * 0 + x[0, 0]), rel=1e-6)


def test_proposals_are_edits_that_give_the_same_numbers_or_say_why_there_is_none(planted, report):
    u, v, twice, crash = report.clusters
    assert u.edit == ("np.tanh(rate * state + x[:, t])", OUTSIDE)
    assert v.edit == ("np.tanh(rate * state + x[:, t])", "np.sin(rate * state + x[:, t]) + 0.25")
    assert twice.edit == ("x @ w", "2.5 * (x @ w)")
    assert (crash.edit, crash.whole, crash.why_not, declaration(crash)) == (None, "", "fails", "")


def test_a_proposed_mistake_is_accepted_by_the_build_and_named_in_what_it_was_made_from(planted, report):
    """Copied from the page, filled in, declared: the build makes its fixture, and the grade recognises all three."""
    [text, *_] = re.findall(r"Mistake\(.*?\n\),", html.unescape(page(report)), flags=re.DOTALL)
    for filled_in in ("outside", "These are …", "What holds it below 1?", "With x = 2 it is 0.96, not 2."):
        text = text.replace('""', f'"{filled_in}"', 1)
    made = eval(text.rstrip(","), {"Mistake": Mistake})

    class Declared(TinyCourse):
        def exercise(self, name):
            known = super().exercise(name)
            return replace(known, mistakes=(*known.mistakes, made)) if name == "decay" else known

        def exercises(self, assignment):
            return [self.exercise(one.name) for one in super().exercises(assignment)]

    course = Declared(planted.root)
    decay = course.exercise("decay")
    built = fixture.fixture(decay, course, ASSIGNMENT, 3, 2.0, fixture.shown_cases(decay, course))
    assert built["mistakes"]["outside"][1] == "What holds it below 1?"
    config = nbgrader_config(course)
    for text in (U1, U3):
        judged = judge_submission(submission({**SOLUTIONS, "decay": text}), course, ASSIGNMENT, "somebody", config)
        assert [one.mistake for one in judged.results] == [None, None, "outside"]
        assert judged.notebook.metadata.unrolled.results.decay.answers_to_shared_inputs is None, (
            "what has a name is not asked again"
        )


def test_nothing_of_a_students_own_is_on_the_page(report):
    for text in (page(report), as_json(report), page(shareable(report)), as_json(shareable(report))):
        assert not re.search("Ann|script>|crashes|mine|columns.append|annas|uni.edu|Own", text)
    assert "v1" in page(report)


def test_json_and_page_are_of_one_record(planted, monkeypatch, capsys, tmp_path):
    """Of the small class: the report on it is made by the command, and here."""
    report = class_report(planted.course, ASSIGNMENT, planted.root / "logs")
    output, data = tmp_path / "report.html", tmp_path / "report.json"
    options = ("--output", output, "--json", data, "--logs", planted.root / "logs")
    assert run(planted, monkeypatch, capsys, "report", ASSIGNMENT, *options)[0] == 0
    assert json.loads(data.read_text(encoding="utf-8")) == json.loads(as_json(report))
    assert output.read_text(encoding="utf-8") == page(report)
    assert (report.attendance.graded, report.attendance.missing, len(report.slowest)) == (12, 1, 5)
    assert {one.why_not for one in report.exercises} == {"few students"}
    assert [(one.cell, one.unmarked, one.changed) for one in report.waiting] == [("why", 1, 0)]
    assert [(one.student, one.remarks) for one in report.repaired] == [("late", 1)]


def test_the_page_says_it_in_full_sentences(report):
    text = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page(report), flags=re.DOTALL).split())
    assert "296 of 306 students have a mark." in text
    assert "4 students handed in something that has no current mark" in text
    assert "40 of 296 have it in affine_backward" in text
    assert "25 students: the same wrong numbers in decay" in text


def test_logs_that_were_handed_in_say_what_help_it_took(report):
    assert report.logs == 3
    of = next(one for one in report.logged if one.exercise == "decay")
    assert (of.learners, of.right, of.with_hints, of.checks_until_right) == (3, 2, 2, 2.5)


def test_a_log_is_found_wherever_it_may_lie(new_class, tmp_path):
    one, name = new_class(), f"{ASSIGNMENT}.log.jsonl"
    beside = [one.folder("al") / name, one.folder("fi") / ".unrolled" / name]
    for place in (tmp_path / "bo.log.jsonl", tmp_path / "cy" / name, *beside):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_log(place, "right 1")
    (tmp_path / "di.log.jsonl").symlink_to(tmp_path / "bo.log.jsonl")  # of whom is it?
    (tmp_path / "ed.log.jsonl").write_bytes(b"\xff{}")
    found = logs.read(one.course, ASSIGNMENT, ["al", "bo", "cy", "di", "ed", "fi", "gu"], tmp_path)
    assert {student: len(checks) for student, checks in found.items()} == {"al": 1, "bo": 1, "cy": 1, "fi": 1}


def test_a_version_for_others_has_no_small_count_no_name_and_no_code(report):
    of = shareable(report)
    counts = Counter(type(value).__name__ for value in numbers(json.loads(as_json(of))))
    assert counts["NoneType"]
    few = [one for one in students_in(json.loads(as_json(of))) if one is not None and 0 < one < 5]
    assert few == []
    assert [one.students for one in of.clusters] == [25, 9, 8, 5]
    text = page(of) + as_json(of)
    assert not re.search(r"mean-0|late-0|unreadable-0|np\.|Mistake\(|where .* is expected", text)
    assert [one.exercise for one in of.logged] == []


def numbers(value):
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from numbers(part)
    if not isinstance(value, (dict, list)):
        yield value


def students_in(data):
    """Return all counts of students in a report as JSON."""
    yield from (data["logs"], data["repaired_count"], *data["distribution"]["bars"], data["distribution"]["full_marks"])
    attendance = data["attendance"]
    yield from (attendance[name] for name in ("students", "graded", "late", "missing", "excused", "without_mark"))
    yield from attendance["reasons"].values()
    yield from data["single"].values()
    for one in data["exercises"]:
        yield from (one[part] for part in ("right", "carried", "wrong", "not_started"))
    for kind in ("mistakes", "carried", "clusters"):
        yield from (one["students"] for one in data[kind])
    for one in data["waiting"]:
        yield from (one["unmarked"], one["changed"])
