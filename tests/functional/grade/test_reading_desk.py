"""People read written answers: what they choose is in nbgrader's gradebook; nothing is lost, nothing overwritten."""

import dataclasses
import json
import re
import shutil
import time

import pytest
from nbgrader.api import Gradebook
from reading_class import ITEMS, QUESTION, SENTENCES, ReadClass, ReadCourse
from tiny_course import ASSIGNMENT, cell_of, submission

from autograder.course import rubrics
from autograder.errors import BadRequest
from autograder.grading import choices, item_marks, leases
from autograder.grading.choices import Choice
from autograder.grading.database import STEPS
from autograder.grading.report import left, table
from autograder.reading import dealing

OTHER_POINTS = {**ITEMS, "shrinks": 1.5, "number": 1.5}
ONE, OTHER = "window-one-0000000", "window-other-0000"


@pytest.fixture
def read_class(empty_class, tmp_path):
    shutil.copytree(empty_class, tmp_path / "class")
    return ReadClass(tmp_path / "class")


@pytest.fixture(scope="module")
def three_written(empty_class, tmp_path_factory):
    """Ann and bob wrote the same, but for spaces; cyd another answer. To be copied."""
    root = tmp_path_factory.mktemp("three") / "class"
    shutil.copytree(empty_class, root)
    ReadClass(root).hand_in_many(
        {"ann": "It  saturates.", "bob": "it saturates.\n", "cyd": "0.9 to the power of 11: 0.31."}
    )
    return root


@pytest.fixture
def three(three_written, tmp_path):
    shutil.copytree(three_written, tmp_path / "class")
    return ReadClass(tmp_path / "class")


def opened(desk, text, **facts):
    """Return the answer that holds a text, and has these facts, as a window gets it."""
    answer = desk.open(ONE, QUESTION, None, "next")["answer"]
    for _ in range(answer["of"]):
        if text in answer["html"] and facts.items() <= answer.items():
            return answer
        answer = desk.open(ONE, QUESTION, answer["id"], "next", [answer["id"]])["answer"]
    raise AssertionError(f"nobody wrote {text!r}")


def mark(desk, answer, items=(), points=None, note="", window=ONE):
    return desk.mark(window, QUESTION, answer["id"], answer["version"], list(items), points, note)


def test_identical_answers_get_points_and_comment_together(three):
    desk = three.desk()
    answer = opened(desk, "aturates")
    assert (answer["alike"], answer["of"], answer["waiting"]) == (2, 2, 2)
    done = mark(desk, answer, ["tanh", "shrinks"], note=" Good. ")
    assert done["saved"] and done["progress"] == {"count": 3, "read": 2, "left": 1, "yours": 1}
    comment = f"{SENTENCES['shrinks']}\n\n{SENTENCES['tanh']}\n\nGood."
    assert three.marks() == {"ann": (3.0, comment, False), "bob": (3.0, comment, False), "cyd": (None, None, True)}
    assert [three.as_formgrader_has_it(student) for student in three.marks()] == [*three.marks().values()]


@pytest.mark.parametrize(
    ("items", "points", "score"),
    [
        (["shrinks", "number", "tanh"], None, 4.0),
        (["confused"], None, 0.0),
        (["number", "confused"], None, 0.5),
        ([], 0, 0.0),
        ([], None, None),
    ],
)
def test_points_are_a_sum_within_bounds_and_no_choice_is_not_zero(three, items, points, score):
    desk = three.desk()
    mark(desk, opened(desk, "power"), items, points, note="Hm.")
    given, comment, waits = three.marks()["cyd"]
    assert (given, waits) == (score, score is None) and comment.endswith("Hm.")


def test_points_are_never_more_than_the_question_has():
    items = [rubrics.RubricItem("a", 3.0, "A."), rubrics.RubricItem("b", 2.0, "B.")]
    assert choices.score(Choice(("a", "b")), items, 4.0) == 4.0


def test_a_mark_made_here_is_a_persons_mark_to_the_grader(tiny_class):
    """It stands, comes up again when the answer changes, and moves with the rubric; an empty one waits for nobody."""
    tiny_class.course = ReadCourse(tiny_class.root)
    reading, answered = ReadClass(tiny_class.root), submission({})
    tiny_class.submit("bob", answered)
    cell_of(answered, QUESTION).source = "First."
    tiny_class.submit("ann", answered)
    assert left(tiny_class.grade().values()) == "Answers that wait for a person: 1"
    desk = reading.desk()
    first = desk.open(ONE, QUESTION, None, "ungraded")
    assert "First" in first["answer"]["html"] and first["progress"]["read"] == 1
    mark(desk, first["answer"], ["shrinks"])
    cell_of(answered, QUESTION).source = "Second."
    tiny_class.submit("ann", answered)
    assert "Answers to look at again" in left(tiny_class.grade().values())
    again = desk.open(ONE, QUESTION, None, "ungraded")["answer"]
    assert (again["items"], again["outdated"], again["score"]) == (["shrinks"], "changed", 2.0)
    mark(desk, again, again["items"])  # the key `k`
    assert desk.open(ONE, QUESTION, None, "ungraded")["answer"] is None
    tiny_class.course = ReadCourse(tiny_class.root, OTHER_POINTS)
    rows = tiny_class.grade()
    assert rows["ann"].status == "kept" and "moved from 2 to 1.5 of 14" in table(rows.values())
    assert left(rows.values()) == "Marks that changed rules, rubrics or dates moved: 1"
    assert reading.marks()["ann"] == (1.5, SENTENCES["shrinks"], False)


def test_a_changed_rubric_moves_marks_of_items_and_no_others(read_class):
    read_class.hand_in_many({name: f"Answer of {name}." for name in ("ann", "bob", "cyd", "dan", "eve")})
    desk = read_class.desk()
    mark(desk, opened(desk, "ann"), ["shrinks", "tanh"])
    mark(desk, opened(desk, "bob"), ["shrinks"])
    mark(desk, opened(desk, "cyd"), ["tanh"])
    mark(desk, opened(desk, "dan"), points=0)
    mark(desk, opened(desk, "eve"), ["shrinks"])
    read_class.formgrader("bob", 1.25)
    read_class.formgrader("eve", 2.0, "Edited.")
    before = read_class.marks()
    assert read_class.rescore(ITEMS) == []
    assert read_class.rescore(OTHER_POINTS) == [("ann", 3.0, 2.5)]
    assert read_class.marks() == {**before, "ann": (2.5, before["ann"][1], False)}
    assert read_class.rescore(OTHER_POINTS) == []


def test_a_changed_sentence_reaches_those_who_have_it(three, monkeypatch):
    desk = three.desk()
    mark(desk, opened(desk, "aturates"), ["shrinks"])
    monkeypatch.setitem(SENTENCES, "shrinks", "It decays.")
    assert three.rescore(ITEMS) == []  # no mark has moved
    assert [three.marks()[student][1] for student in ("ann", "bob", "cyd")] == ["It decays.", "It decays.", None]


def test_an_item_that_is_gone_leaves_the_mark_and_asks_again(three):
    desk = three.desk()
    mark(desk, opened(desk, "power"), ["tanh", "number"])
    fewer = {"shrinks": 3.0, "number": 1.0}
    assert three.rescore(fewer) == []
    again = opened(three.desk(items=fewer), "power")
    assert (again["score"], again["lost"], again["items"], again["waiting"]) == (2.0, ["tanh"], ["number"], 1)
    assert opened(three.desk(), "power")["waiting"] == 0  # it came back under its old name


def test_what_formgrader_did_meanwhile_is_shown_and_not_overwritten(three):
    desk = three.desk()
    answer = opened(desk, "aturates")
    three.formgrader("ann", 3.5, "By hand.")
    done = mark(desk, answer, ["shrinks"])
    assert not done["saved"]
    assert three.marks()["ann"] == (3.5, "By hand.", False) and three.marks()["bob"][0] is None
    hers = opened(desk, "aturates", elsewhere=True)
    assert (hers["alike"], hers["points"], hers["note"], hers["items"]) == (1, 3.5, "By hand.", [])
    assert mark(desk, hers, [], 3.5, "By hand, too.")["saved"]
    assert three.marks()["ann"] == (3.5, "By hand, too.", False)
    mark(desk, opened(desk, "aturates", score=None), ["shrinks"])
    assert three.marks()["ann"][0] == 3.5  # hers stays a mark of its own


def test_undo_takes_back_one_action_after_the_other(three):
    desk = three.desk()
    answer = opened(desk, "aturates")
    answer = mark(desk, answer, ["shrinks"])["answer"]
    mark(desk, answer, ["shrinks", "tanh"])
    other = opened(desk, "power")
    mark(desk, other, points=0)
    assert desk.undo(OTHER) == {"done": False, "cell": None, "answer": None}
    assert [desk.undo(ONE)["answer"]["items"] for _ in range(3)] == [[], ["shrinks"], []]
    assert set(three.marks().values()) == {(None, None, True)}
    assert not desk.undo(ONE)["done"]


def test_undo_leaves_what_somebody_marked_since(three):
    desk = three.desk()
    mark(desk, opened(desk, "power"), ["shrinks"])
    three.formgrader("cyd", 1.0)
    undone = desk.undo(ONE)
    assert not undone["done"] and undone["answer"]["points"] == 1.0
    assert three.marks()["cyd"][0] == 1.0


def test_an_action_is_written_whole_or_not_at_all(three, monkeypatch):
    """Points and comment of the first of two are written when it stops."""
    desk = three.desk()
    answer = opened(desk, "aturates")
    real, count = item_marks._write, []

    def stopping(*about):
        real(*about)
        count.append(about)
        raise KeyboardInterrupt

    monkeypatch.setattr(item_marks, "_write", stopping)
    with pytest.raises(KeyboardInterrupt):
        mark(desk, answer, ["shrinks"])
    assert len(count) == 1 and set(three.marks().values()) == {(None, None, True)}
    with Gradebook(three.url) as book:
        assert book.db.execute(STEPS.select()).all() == []


def test_two_windows_never_hold_one_answer(three, monkeypatch):
    one, other = three.desk(), three.desk()
    first = one.open(ONE, QUESTION, None, "ungraded")["answer"]
    second = other.open(OTHER, QUESTION, None, "ungraded")["answer"]
    assert first["id"] != second["id"]
    assert other.open(OTHER, QUESTION, second["id"], "next")["answer"] is None
    found = other.open(OTHER, QUESTION, first["id"], "this")
    assert found["answer"] is None and found["held"]
    assert not mark(other, first, ["shrinks"], window=OTHER)["saved"]
    one.open(ONE, QUESTION, first["id"], "next", [first["id"]])
    assert other.open(OTHER, QUESTION, first["id"], "this")["answer"]["id"] == first["id"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + leases.SECONDS + 1)
    assert one.open(ONE, QUESTION, second["id"], "this")["answer"]["id"] == second["id"]


def test_answers_are_dealt_to_readers(read_class):
    read_class.hand_in_many({f"s{number:02}": f"Answer {number}." for number in range(24)})
    people = read_class.root / "course" / "people.toml"
    people.write_text(f'[readers]\ncarol = ["{ASSIGNMENT}"]\ndave = ["{ASSIGNMENT}"]\neric = []\n', encoding="utf-8")
    shares = {}
    for reader in ("carol", "dave"):
        desk, at, seen = read_class.desk(reader), None, []
        while (found := desk.open(ONE, QUESTION, at, "ungraded", [at] if at else []))["answer"]:
            at = found["answer"]["id"]
            if at in seen:
                break
            seen.append(at)
        assert found["progress"]["yours"] == len(seen) and found["progress"]["left"] == 24
        shares[reader] = set(seen)
    assert not shares["carol"] & shares["dave"] and len(shares["carol"] | shares["dave"]) == 24
    assert min(map(len, shares.values())) > 2
    other = dict.fromkeys(["carol", "dave", "frank"])
    for number in range(60):  # who joins takes from each, and nothing else changes hands
        was, now = (dealing.reads(b"k", QUESTION, names, str(number)) for names in (["carol", "dave"], other))
        assert now in (was, "frank")
    his = read_class.desk("dave").open(ONE, QUESTION, None, "ungraded")["answer"]
    assert not mark(read_class.desk("carol"), his, ["shrinks"])["saved"]
    for reader, sentence in {"eric": "eric reads nothing, not", "zoe": "no reader 'zoe'.*carol, dave, eric"}.items():
        with pytest.raises(BadRequest, match=sentence):
            read_class.desk(reader)


def test_what_the_page_gets_names_nobody(read_class):
    names = ["annabel-lee", "bartholomew", "cassandra"]
    read_class.hand_in_many({name: f"It decays {number}." for number, name in enumerate(names)})
    desk = read_class.desk()
    sent = [desk.start(), desk.open(ONE, QUESTION, None, "ungraded")]
    sent.append(mark(desk, sent[1]["answer"], ["shrinks"]))
    sent.append(desk.undo(ONE))
    assert "It decays" in json.dumps(sent) and not re.search("|".join(names), json.dumps(sent))


def test_the_order_depends_on_the_question_and_on_nobodys_name():
    answer = choices.Answer("", "", None, None, 4.0, None, "", True, None, False, False)
    students = [f"s{number}" for number in range(20)]
    found = {student: dataclasses.replace(answer, student=student) for student in students}
    texts = {student: f"text {student}" for student in students}
    order, other = (
        [group.students[0] for group in dealing.grouped(b"key", cell, found, texts)] for cell in ("why", "how")
    )
    assert sorted(order) == sorted(other) == sorted(students) != order != other


def test_a_copy_that_is_gone_is_said(three):
    shutil.rmtree(three.root / "course" / "autograded" / "cyd")
    assert "graded copy of this answer is not there" in opened(three.desk(), "not there")["html"]
