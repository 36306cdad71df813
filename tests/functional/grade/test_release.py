"""Feedback goes out through nbgrader's real exchange, each page by the secret of its own submission."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.utils import notebook_hash
from test_group_grading import hand_in
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.collecting import submissions
from autograder.grading.grade import feedback

NBGRADER = Path(sys.executable).with_name("nbgrader")


@pytest.fixture
def exchange(tmp_path):
    root = tmp_path / "exchange"
    root.mkdir()
    root.chmod(0o777)
    return root


def nbgrader(tiny_class, exchange, *command):
    """Run nbgrader in the course as its instructor does; return what it printed."""
    done = subprocess.run(
        [NBGRADER, *command, f"--Exchange.root={exchange}"], cwd=tiny_class.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def submit(tiny_class, student, notebook, secret=None, time="2026-01-05 10:00:00.000000 UTC"):
    """Hand in as nbgrader's exchange leaves it after `nbgrader collect`; return the secret."""
    secret = secret or secrets.token_hex(64)
    tiny_class.submit(student, notebook)
    for name, text in (("submission_secret.txt", secret), ("timestamp.txt", time)):
        (tiny_class.folder(student) / name).write_text(text, encoding="utf-8")
    return secret


def released(exchange, secret):
    """Return the page that a student with this secret fetches, or None."""
    path = exchange / "unrolled" / "feedback" / f"{notebook_hash(secret=secret, notebook_id=ASSIGNMENT)}.html"
    return path.read_text(encoding="utf-8") if path.exists() else None


def test_release_names_a_student_without_a_secret(tiny_class, exchange):
    held = {student: submit(tiny_class, student, submission(SOLUTIONS)) for student in ("ann", "zoe")}
    tiny_class.submit("bob", submission(SOLUTIONS))  # by hand
    tiny_class.grade()
    assert "WARNING" not in nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    output = nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert all("10 of 14 points" in released(exchange, secret) for secret in held.values())
    assert len(list((exchange / "unrolled" / "feedback").iterdir())) == 2
    [line] = [line for line in output.splitlines() if "bob" in line]
    assert "bob: not released" in line and "submission_secret.txt" in line
    again = nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT, "--student=zoe")
    assert "zoe" in again and "bob" not in again and "ann" not in again


def test_release_names_students_without_a_page(tiny_class, exchange):
    """One whose page a regrade took away, one for whom none was made since, and one who was excluded."""
    held = {student: submit(tiny_class, student, submission({})) for student in ("ann", "bob")}
    tiny_class.grade()
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    tiny_class.submit("ann", submission(SOLUTIONS))
    for student in ("dan", "eve"):
        submit(tiny_class, student, submission(SOLUTIONS))
    tiny_class.grade()
    output = nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT, "--CourseDirectory.student_id_exclude=eve")
    assert released(exchange, held["bob"]) and not released(exchange, held["ann"])
    for student in ("ann", "dan"):
        assert f"{student}: not released, since there is no page yet. Run `nbgrader generate_feedback" in output
    assert "bob: not" not in output and "eve" not in output
    assert "dan" not in nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT, "--student=ann")
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    assert "not released" not in nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert "10 of 14" in released(exchange, held["ann"])


def test_the_page_of_an_unreadable_submission_is_released_too(tiny_class, exchange):
    secret = submit(tiny_class, "ann", b"{")
    submit(tiny_class, "bob", submission(SOLUTIONS))
    tiny_class.grade()
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert "is not a Jupyter notebook" in released(exchange, secret)


def test_each_submission_gets_its_own_page(tiny_class, exchange):
    """The earlier one, readable, keeps what was released; the later one, unreadable, gets the sentence."""
    first = submit(tiny_class, "ann", submission(SOLUTIONS))
    for last in (False, True):
        if last:
            second = submit(tiny_class, "ann", b"{", time="2026-01-06 10:00:00.000000 UTC")
        tiny_class.grade()
        nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
        nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert "10 of 14 points" in released(exchange, first)
    assert "is not a Jupyter notebook" in released(exchange, second)
    third = submit(tiny_class, "ann", submission({}), time="2026-01-07 10:00:00.000000 UTC")
    tiny_class.grade()
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert "0 of 14 points" in released(exchange, third)
    assert "is not a Jupyter notebook" in released(exchange, second)


def test_the_same_notebook_handed_in_again_is_another_submission(tiny_class):
    """Its page has another name in the exchange, so it is not "kept"."""
    submit(tiny_class, "ann", submission(SOLUTIONS))
    tiny_class.grade()
    assert tiny_class.grade()["ann"].status == "kept"
    secret = submit(tiny_class, "ann", submission(SOLUTIONS))
    assert tiny_class.grade()["ann"].status == "graded"
    assert submissions.secret(tiny_class.autograded("ann").parent) == secret


def test_a_later_release_replaces_the_earlier_page(tiny_class, exchange):
    secret = submit(tiny_class, "ann", submission({}))
    for answers, points in (({}, "0 of 14"), (SOLUTIONS, "10 of 14")):
        tiny_class.submit("ann", submission(answers))
        tiny_class.grade()
        nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
        nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
        assert f"{points} points" in released(exchange, secret)
    assert len(list((exchange / "unrolled" / "feedback").iterdir())) == 1


def test_each_member_of_a_group_gets_only_their_own_page(tiny_class, exchange):
    """A secret is the member's own: bob's hand-in marks ann too, but her page goes out by hers; dan has none."""
    tiny_class.together(("ann", "bob", "dan"))
    held = {}
    for day, student in ((5, "ann"), (6, "bob")):
        hand_in(tiny_class, student, SOLUTIONS, day)
        held[student] = secrets.token_hex(64)
        (tiny_class.folder(student) / "submission_secret.txt").write_text(held[student], encoding="ascii")
    tiny_class.grade()
    for student in ("ann", "bob", "dan"):
        page = feedback(tiny_class.course, ASSIGNMENT, student)
        page.write_text(page.read_text(encoding="utf-8") + f"<!-- {student} -->", encoding="utf-8")
    output = nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    for student, secret in held.items():
        assert f"<!-- {student} -->" in released(exchange, secret)
    assert "dan: not released" in output


NO_SECRET = ["", "short", "x" * 257, "a/../../b" * 8, "é" * 64, "x" * 64 + "\n", "x" * 64 + " " + "y" * 64]


@pytest.mark.parametrize("text", NO_SECRET, ids=lambda text: repr(text)[:20])
def test_an_invalid_secret_is_not_copied(tiny_class, text):
    submit(tiny_class, "ann", submission(SOLUTIONS))
    (tiny_class.folder("ann") / "submission_secret.txt").write_text(text, encoding="utf-8")
    assert tiny_class.grade()["ann"].score == 10.0
    assert not (tiny_class.autograded("ann").parent / "submission_secret.txt").exists()


@pytest.mark.parametrize("how", ["link", "hard link", "folder", "pipe", "large"])
def test_a_link_to_another_student_s_secret_is_not_followed(tiny_class, how):
    """A secret that is not a plain file stops nobody either."""
    other = submit(tiny_class, "bob", submission(SOLUTIONS))
    submit(tiny_class, "ann", submission(SOLUTIONS))
    path, target = (tiny_class.folder(student) / "submission_secret.txt" for student in ("ann", "bob"))
    path.unlink()
    if how == "link":
        path.symlink_to(target)
    elif how == "hard link":
        path.hardlink_to(target)
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    else:
        with open(path, "wb") as file:
            file.truncate(1 << 40)
    rows = tiny_class.grade()
    assert {row.status for row in rows.values()} == {"graded"}
    assert submissions.secret(tiny_class.autograded("ann").parent) == ""
    assert submissions.secret(tiny_class.autograded("bob").parent) == ("" if how == "hard link" else other)


def test_a_linked_folder_does_not_lend_its_secret(tiny_class, exchange):
    """The page that names ann's link must not take the place of bob's own."""
    other = submit(tiny_class, "bob", submission(SOLUTIONS))
    tiny_class.folder("ann").parent.mkdir(parents=True)
    tiny_class.folder("ann").symlink_to(tiny_class.folder("bob"))
    assert tiny_class.grade()["ann"].status == "refused"
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    output = nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
    assert "10 of 14 points" in released(exchange, other) and "ann: not released" in output


def test_an_invalid_time_is_not_copied(tiny_class, exchange):
    submit(tiny_class, "ann", submission(SOLUTIONS), time="soon")
    tiny_class.grade()
    assert not (tiny_class.autograded("ann").parent / "timestamp.txt").exists()
    nbgrader(tiny_class, exchange, "generate_feedback", ASSIGNMENT)
    assert "ann: not released" in nbgrader(tiny_class, exchange, "release_feedback", ASSIGNMENT)
