"""The map of groups is read with care, and the newest of a group's submissions is the group's."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.collecting import groups, submissions
from autograder.collecting.found import find
from autograder.errors import BadInput

NAME = "01-rnn"
EARLY, LATE = "2026-01-05 12:00:00 UTC", "2026-01-05 14:00:00 +0100"  # an hour apart, by their zones


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / groups.NAME
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "group,student\na,ann\na,bob\nb,cyd\n",
        "student,group\r\nbob,a\r\nann,a\r\ncyd,b",  # columns and lines in another order
        '\ufeffgroup,student\n"a", ann \n\n,\na,bob\n"b",cyd\n',  # as spreadsheets write it
    ],
)
def test_the_map_says_who_hands_in_together(written, text):
    together = groups.read(written(text))
    assert together == {"ann": ("ann", "bob"), "bob": ("ann", "bob"), "cyd": ("cyd",)}


def test_letters_are_composed(written):
    assert groups.read(written("group,student\na,Zoe\u0308\na,ann\n")) == dict.fromkeys(
        ("Zo\u00eb", "ann"), ("Zo\u00eb", "ann")
    )


def test_a_missing_map_means_no_groups(tmp_path):
    assert groups.read(tmp_path / groups.NAME) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty: its first line is group,student"),
        ("group,student,mail\na,ann,x\n", r"line 1: the columns are 'group,student,mail'"),
        ("group;student\na;ann\n", r"line 1: .*'group;student'.* commas"),
        ("a,ann\na,bob\n", "line 1: the columns are 'a,ann'"),
        ("group,group\na,ann\n", "line 1: the columns are 'group,group'"),
        ("group,student\na\n", "line 2: 1 fields"),
        ("group,student\na,ann,bob\n", "line 2: 3 fields"),
        ("group,student\n\na,\n", "line 3: the name of the student is empty"),
        ("group,student\n ,ann\n", "line 2: the name of the group is empty"),
        ("group,student\na,-rf\n", "line 2: '-rf' cannot be a student's name"),
        ("group,student\na,ann\nb,bob\nb,ann\n", "lines 2 and 4: ann is in 'a' and in 'b'"),
        ("group,student\na,ann\na,ann\n", "lines 2 and 3: ann is twice in 'a'"),
        ("group,student\na,Zoë\nb,Zoe\u0308\n", "lines 2 and 3: Zoë is in 'a' and in 'b'"),
        (b"group,student\na,Zo\xeb\n", "is not text in UTF-8"),
        ('group,student\na,"ann\n', "cannot be read"),
    ],
)
def test_an_error_in_the_map_names_its_line(written, text, reason):
    path = written(text)
    with pytest.raises(BadInput, match=reason) as caught:
        groups.read(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture
def hand_in(tmp_path):
    def write(student, timestamp="", file_time=None):
        folder = tmp_path / student / NAME
        folder.mkdir(parents=True)
        notebook = folder / f"{NAME}.ipynb"
        notebook.write_text("x", encoding="ascii")
        if timestamp:
            (folder / "timestamp.txt").write_text(timestamp, encoding="ascii")
        if file_time:
            os.utime(notebook, (datetime.fromisoformat(file_time).replace(tzinfo=UTC).timestamp(),) * 2)
        return folder

    return write


def newest(tmp_path):
    [one] = groups.whose(find(tmp_path, NAME), dict.fromkeys(("ann", "bob"), ("ann", "bob")))
    assert one.members == ("ann", "bob")
    return one.submission.student


@pytest.mark.parametrize(
    ("ann", "bob", "expected"),
    [
        ((EARLY,), (LATE,), "bob"),
        ((LATE,), (EARLY,), "ann"),
        (("", "2026-01-05 12:30"), ("", "2026-01-05 12:29"), "ann"),
        ((EARLY,), ("", "2026-01-05 12:01"), "bob"),
        ((LATE,), ("", "2026-01-05 12:01"), "ann"),
        ((EARLY,), (EARLY,), "ann"),  # the first by name
        (("no time", "2026-01-05 12:00"), (EARLY, "2027-01-01"), "ann"),
    ],
)
def test_the_newest_is_the_groups(tmp_path, hand_in, ann, bob, expected):
    hand_in("bob", *bob)
    hand_in("ann", *ann)
    if ann[0] == "no time":
        os.utime(tmp_path / "ann" / NAME / f"{NAME}.ipynb", (2e9, 2e9))
    assert newest(tmp_path) == expected


def test_an_unreadable_submission_counts_as_newest(tmp_path, hand_in, monkeypatch):
    """Reading it then says why; if it were passed over in silence, nobody would know."""
    hand_in("ann", EARLY)
    folder = hand_in("bob", LATE)
    broken = submissions._timestamp

    def fails(at):
        if at == tmp_path / "ann" / NAME:
            raise OSError(5, "Input/output error")
        return broken(at)

    assert newest(tmp_path) == "bob"
    monkeypatch.setattr(submissions, "_timestamp", fails)
    assert newest(tmp_path) == "ann"
    monkeypatch.undo()
    (folder / "timestamp.txt").unlink()
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").symlink_to("/dev/zero")  # its own time counts, and it is not followed
    assert newest(tmp_path) == "bob"


def test_a_student_without_a_group_stands_alone(tmp_path, hand_in):
    for student in ("ann", "bob", "cyd"):
        hand_in(student)
    found = find(tmp_path, NAME)
    alone = list(groups.whose(found, {"ann": ("ann",)}))
    assert [one.members for one in alone] == [("ann",), ("bob",), ("cyd",)]
    assert {one.message for one in alone} == {""} and alone[0].digest("d") == "d"
    both = list(groups.whose(found, dict.fromkeys(("ann", "bob"), ("ann", "bob"))))
    assert [one.members for one in both] == [("ann", "bob"), ("cyd",)]
    assert both[0].message.startswith("Handed in by ") and both[0].message.endswith(" handed in.")
    wider = list(groups.whose(found, dict.fromkeys(("ann", "bob"), ("ann", "bob", "dan"))))
    assert wider[0].digest("d") != both[0].digest("d") != "d"


def test_another_group_is_another_submission_whatever_its_sentence_says(monkeypatch):
    by = submissions.Submission("ann", NAME, Path("ann"))
    one = groups.HandedIn(by, ("ann", "bob"))
    others = [groups.HandedIn(by, ("ann", "bob", "cyd")), groups.HandedIn(by, ("ann", "bob"), older=("bob",))]
    digests = [each.digest("d") for each in (one, *others)]
    monkeypatch.setattr(groups.HandedIn, "message", "Other words.")
    assert [each.digest("d") for each in (one, *others)] == digests and len(set(digests)) == 3
