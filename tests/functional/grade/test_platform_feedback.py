"""``autograder export --feedback`` packs the pages under the names by which platforms know whose they are."""

import io
import zipfile

import pytest
from platform_files import CANVAS, CANVAS_STUDENTS
from platform_readers import canvas_comments, moodle_feedback
from tiny_course import ASSIGNMENT

from autograder.platforms.downloads import of_canvas, of_moodle

PAGES = {"ann": b"<p>Ann</p>", "bob": b"<p>Bob</p>", "login3": b"<p>not in Moodle</p>", "demo-right": b"<p>sample</p>"}
DOWNLOADED = (
    "doeann_1001_5001_01-tiny-1.ipynb",
    "doeann_1001_5000_9_8_picture.png",
    "leebob_LATE_1002_5003_my_notebook_7.ipynb",
    "zzoe_1009_5009_x.ipynb",
    "cyd_1003_text.html",
)
SUBMITTED = {"1001": ("5000", "5001"), "1002": ("5003",), "1009": ("5009",)}


@pytest.fixture(scope="module")
def pages(graded):
    """The class with feedback pages, and the zip of Canvas's submissions."""
    for student, page in PAGES.items():
        path = graded.root / "course" / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        path.parent.mkdir(parents=True)
        path.write_bytes(page)
    with zipfile.ZipFile(graded.root / "submissions.zip", "w") as archive:
        for name in DOWNLOADED:
            archive.writestr(name, b"{}")
    (graded.root / "roster.csv").write_text(CANVAS, encoding="utf-8")
    return graded


def options(pages, platform, given, *more):
    return ("--to", platform, "--feedback", "--assignment", ASSIGNMENT, "--fill", pages.root / given, *more)


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_canvas_knows_the_submission_of_each_page(pages, exported):
    done = exported(*options(pages, "canvas", "submissions.zip", "--roster", pages.root / "roster.csv"))
    assert done.status == 0, done.message
    files = unpacked(done.data)
    comments, ignored = canvas_comments(files, SUBMITTED, [one[0] for one in CANVAS_STUDENTS])
    assert ignored == [] and set(files) <= set(DOWNLOADED)
    assert {user: files[name] for user, name in comments.items()} == {"1001": PAGES["ann"], "1002": PAGES["bob"]}
    assert comments["1001"].endswith(".ipynb")
    for part in (
        "No feedback page, so left out: nowhere.",
        "No file in the download, so left out: cyd, login3.",
        "as .html",
    ):
        assert part in done.message


def test_without_a_roster_canvas_students_are_their_numbers(pages, exported):
    done = exported(*options(pages, "canvas", "submissions.zip"))
    assert (done.status, done.data) == (2, None) and "Nobody who has a feedback page is in" in done.message


def test_moodle_knows_the_participant_of_each_page(pages, exported):
    done = exported(*options(pages, "moodle", "moodle.csv"))
    assert done.status == 0, done.message
    files = unpacked(done.data)
    assert moodle_feedback(files, {"11", "12", "13", "19"}) == dict.fromkeys(
        ("11", "12"), f"{ASSIGNMENT}-feedback.html"
    )
    assert files[f"Ann Doe_11_assignsubmission_file_/{ASSIGNMENT}-feedback.html"] == PAGES["ann"]
    assert "Not exported: login3, not in the file." in done.message


def test_the_readers_notice_a_foreign_attachment_and_a_second_underscore():
    assert canvas_comments(["doe_1001_5003_x.html"], SUBMITTED, ["1001"]) == ({}, ["doe_1001_5003_x.html"])
    assert moodle_feedback(["Ann_Doe_11_assignsubmission_file_/x.html"], {"11"}) == {}


def test_a_folder_for_mail_holds_a_page_a_student(pages, exported, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "left.html").write_bytes(b"of yesterday")
    done = exported("--to", "mail", "--assignment", ASSIGNMENT, "--output", folder)
    assert done.status == 0 and "also holds, from before: left.html." in done.message
    written = {path.stem: path.read_bytes() for path in folder.iterdir()}
    assert b"was not graded" in written.pop("cyd")  # a page of the grader's own
    assert written == {student: PAGES[student] for student in ("ann", "bob", "login3")} | {"left": b"of yesterday"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["canvas", "canvas.csv"], "cannot be read as the zip of Canvas's submissions"),
        (["canvas", "submissions.zip", "--roster", "moodle.csv"], "not a gradebook exported from Canvas"),
        (["moodle", "submissions.zip"], "is a zip or a spreadsheet's own file"),
        (["moodle", "moodle.csv", "--roster", "canvas.csv"], "--roster is for --to canvas --feedback"),
        (["canvas", "submissions.zip", "--column", "x"], "--column is for scores"),
        (["moodle", "moodle.csv", "--scores", "raw"], "--feedback writes pages, not scores"),
    ],
)
def test_a_wrong_request_for_feedback_is_a_sentence(pages, exported, monkeypatch, words, reason):
    monkeypatch.chdir(pages.root)
    done = exported(*options(pages, *words))
    assert (done.status, done.data) == (2, None)
    assert reason in done.message and done.message.count("\n") == 1


def test_a_students_file_cannot_pass_for_another_student():
    assert of_canvas("doe_1001_5001_x_1002_5003_y.ipynb").number == "1001"
    assert of_canvas("LATE_anon_xY3_5001_y.ipynb").number == "xY3"
    name = "Ann Doe_11_assignsubmission_file_Bob_12_assignsubmission_file_y.ipynb"
    assert of_moodle(name).number == of_moodle(name.replace("file_Bob", "file_/Bob")).number == "11"
    assert [
        of_moodle(path) for path in ("notes.txt", "Ann_11_assignsubmission_file", "a_b_assignsubmission_file_c")
    ] == [None] * 3
