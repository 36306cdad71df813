"""``autograder collect`` puts a download where the grader looks for it, and nothing anywhere else."""

import os
import zipfile
from datetime import UTC, datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from platform_files import CANVAS, worksheet
from test_disk import run
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.collecting import submissions
from autograder.collecting.found import find
from autograder.platforms import gradescope

NOTEBOOK = nbformat.writes(submission(SOLUTIONS)).encode()
METADATA = """---
submission_501:
  :submitters:
  - :name: Ann Doe
    :sid: ann
    :email: ann@u.edu
  - :name: Bob Lee
    :sid: ''
    :email: bob@u.edu
  :created_at: 2026-03-06 22:59:30.123456000 Z
  :score: !ruby/object:BigDecimal 18:0.5e1
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
submission_502:
  :submitters:
  - :name: Ann Doe
    :sid: ann
    :email: ann@u.edu
  :created_at: 2026-03-07 01:00:00 +0100
../outside:
  :submitters:
  - {':sid': eve}
submission_503:
  :submitters: []
"""


@pytest.fixture
def collect(tiny_class, monkeypatch, capsys):
    """Pack files into a download, collect it, and return status, messages, and what lies in course/submitted."""
    root = tiny_class.root
    (root / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    (root / "moodle.csv").write_bytes(worksheet())
    monkeypatch.chdir(root)

    def collect(platform, files, *options, name="down load.zip", at=1_600_000_000, assignment=ASSIGNMENT):
        if isinstance(files, dict):
            with zipfile.ZipFile(root / name, "w") as archive:
                for path, content in files.items():
                    archive.writestr(path, content)
        elif files is not None:
            (root / name).write_bytes(files)
        os.utime(root / name, (at, at))
        command = ("collect", "--from", platform, name, "--assignment", assignment, *options)
        status, message = run(tiny_class, monkeypatch, capsys, *command)
        submitted = root / "course" / "submitted"
        lying = {p.relative_to(submitted).as_posix(): p.read_bytes() for p in submitted.rglob("*") if p.is_file()}
        return status, message, {path.replace(f"/{ASSIGNMENT}/", ": "): content for path, content in lying.items()}

    collect.root = root
    return collect


def test_canvas_names_become_students(collect):
    files = {
        "doeann_1001_5001_00-tiny-1.ipynb": NOTEBOOK,
        "doeann_1001_5002_timestamp.txt": b"2001-01-01 00:00:00 UTC",
        "leebob_LATE_1002_5003_x_1009_5009_y.ipynb": b"{}",
        "gone_1077_5004_z.ipynb": b"{}",
        "cyd_1003_text.html": b"<script>",
        "../../evil_1009_5005_e.ipynb": b"{}",
    }
    status, message, lying = collect("canvas", files, "--roster", "canvas.csv")
    assert status == 0, message
    assert lying == {"ann: 00-tiny-1.ipynb": NOTEBOOK, "bob@u.edu: x_1009_5009_y.ipynb": b"{}"}
    for part in (
        "say who that is: 1077",
        "handed in: cyd_1003_text.html",
        "ann: timestamp.txt was left",
        "leads out of",
    ):
        assert part in message
    status, message, lying = collect("canvas", files)
    assert status == 0 and {path.partition(":")[0] for path in lying} >= {"1001", "1002", "1077"}


def test_the_gradebook_learns_who_is_in_the_class_and_who_handed_in_nothing_is_named(collect, tiny_class):
    with Gradebook(tiny_class.url) as book:
        book.update_or_create_student("cyd-2", first_name="Cy", last_name="D", email="bob@U.edu")
        book.update_or_create_student("ann", first_name="Anna")
        book.db.commit()
    names = CANVAS.splitlines()
    _, message, _ = collect("canvas", {"leebob_LATE_1002_5001_x.ipynb": NOTEBOOK}, "--roster", "canvas.csv")
    assert "Handed in nothing: ann, " in message and "Test" not in message and "4e1f" not in message
    assert "Canvas calls late, and does not say by how much: bob@u.edu. It costs nothing here until" in message
    with Gradebook(tiny_class.url) as book:
        known = {one.id: (one.first_name, one.last_name) for one in book.students}
    # Whom the gradebook knows by id, email or full name stays as it is there.
    assert known["ann"] == ("Anna", None) and known["cyd-2"] == ("Cy", "D")
    assert "bob@u.edu" not in known and not {"S3", "4e1f"} & set(known), (known, names)


def test_what_was_collected_is_what_the_grader_reads(collect):
    collect("canvas", {"doeann_1001_5001_00-tiny-1.ipynb": NOTEBOOK}, "--roster", "canvas.csv")
    [found] = find(collect.root / "course" / "submitted", ASSIGNMENT)
    assert found.student == "ann" and submissions.read(found).content == NOTEBOOK


def test_a_student_whom_the_gradebook_knows_keeps_that_name(collect, tiny_class):
    with Gradebook(tiny_class.url) as book:
        for student, about in {
            "S3": {},
            "lee": {"email": "BOB@u.edu"},
            "zz": {"first_name": "Zoë", "last_name": "Z"},
        }.items():
            book.update_or_create_student(student, **about)
        book.db.commit()
    collect("canvas", {"cyd_1003_5001_x.ipynb": b"{}"}, "--roster", "canvas.csv")
    files = {f"{one}_assignsubmission_file/x.ipynb": b"{}" for one in ("Bob Lee_12", "Zoë Z_19", "Cy D_13")}
    _, _, lying = collect("moodle", files, "--roster", "moodle.csv")
    assert {path.partition(":")[0] for path in lying} == {"S3", "lee", "zz", "cy@u.edu"}


def test_only_a_newer_download_takes_the_place_of_an_older_one(collect):
    def one(content, at):
        files = {"doeann_1001_5001_x.ipynb": content, "doeann_1001_5001_more.png": content}
        _, message, lying = collect("canvas", files, at=at)
        return lying["1001: x.ipynb"], "as new or newer" in message

    assert one(b"first", 1_600_000_000) == (b"first", False)
    assert one(b"older", 1_500_000_000) == (b"first", True)
    assert one(b"first", 1_500_000_000) == (b"first", False)  # the same: nothing to say
    assert one(b"newer", 1_600_000_060) == (b"newer", False)
    assert not list((collect.root / "course" / "submitted" / "1001").glob(".*"))
    status, _, lying = collect("canvas", {"doeann_1001_5001_only.ipynb": b""}, at=1_700_000_000)
    assert status == 0 and list(lying) == ["1001: only.ipynb"]


@pytest.mark.parametrize("folder", ["_file/mine/", "_file_/mine/", "_file_"])
def test_moodle_folders_become_students_with_their_times(collect, folder):
    files = {
        f"Ann Doe_11_assignsubmission{folder}n.ipynb": NOTEBOOK,
        f"Team_99_assignsubmission{folder}n.ipynb": b"{}",
        "Zoë Z_19_assignsubmission_onlinetext/onlinetext.html": b"<p>",
    }
    status, message, lying = collect("moodle", files, "--roster", "moodle.csv")
    inner = "mine/n.ipynb" if folder.endswith("/") else "n.ipynb"
    assert status == 0 and lying == {f"ann@u.edu: {inner}": NOTEBOOK}
    assert "who that is: participant-99" in message and "onlinetext.html" in message and "No time of sub" in message
    status, _, lying = collect("moodle", {f"wrapped/{path}": content for path, content in files.items()})
    assert status == 0 and {f"participant-11: {inner}", f"participant-99: {inner}"} <= lying.keys()


def test_moodles_time_is_read_in_the_courses_zone(collect):
    sheet = worksheet().decode("utf-8-sig").replace("Last modified (grade)", "Last modified (submission)")
    (collect.root / "moodle.csv").write_text(sheet.replace("6 March 2026", "6 March 2026, 11:59 PM"), encoding="utf-8")
    (collect.root / "course.toml").write_text('time_zone = "Europe/Berlin"\n', encoding="utf-8")
    _, _, lying = collect("moodle", {"Ann Doe_11_assignsubmission_file/n.ipynb": NOTEBOOK}, "--roster", "moodle.csv")
    assert lying["ann@u.edu: timestamp.txt"] == b"2026-03-06 22:59:00 UTC\n"


def test_gradescopes_list_says_who_and_when(collect):
    top = "assignment_7_export"
    files = {
        f"{top}/submission_metadata.yml": METADATA.encode(),
        f"{top}/submission_501/n.ipynb": b"together",
        f"{top}/submission_502/n.ipynb": b"alone",
        f"{top}/submission_502/submission_metadata.yml": b"submission_501: {}",
        f"{top}/submission_503/n.ipynb": b"of nobody",
        f"{top}/submission_504/n.ipynb": b"not in the list",
    }
    status, message, lying = collect("gradescope", files)
    assert status == 0, message
    assert lying == {
        "ann: n.ipynb": b"alone",
        "ann: submission_metadata.yml": b"submission_501: {}",
        "ann: timestamp.txt": b"2026-03-07 00:00:00 UTC\n",
        "bob@u.edu: n.ipynb": b"together",
        "bob@u.edu: timestamp.txt": b"2026-03-06 22:59:30 UTC\n",
    }
    for part in (
        "ann handed in several",
        "../outside, since there is no",
        "503, since it names nobody",
        "submission_504",
    ):
        assert part in message
    [ann, _] = find(collect.root / "course" / "submitted", ASSIGNMENT)
    assert submissions.moment(ann) == datetime(2026, 3, 7)


@pytest.mark.parametrize(
    ("platform", "files", "options", "reason"),
    [
        ("canvas", {"Ann Doe_11_assignsubmission_file/n.ipynb": b""}, (), "It looks like another platform's"),
        ("moodle", {"doeann_1001_5001_x.ipynb": b""}, (), "It looks like another platform's"),
        ("gradescope", {"doeann_1001_5001_x.ipynb": b""}, (), "it has no submission_metadata.yml"),
        ("gradescope", {"submission_metadata.yml": b"[1, 2"}, (), "is not YAML"),
        ("gradescope", {"submission_metadata.yml": b"- 1"}, (), "is not Gradescope's list"),
        (
            "gradescope",
            {"submission_metadata.yml": b""},
            ("--roster", "canvas.csv"),
            "--roster is for canvas and moodle",
        ),
        ("canvas", {}, (), "holds no file that is named as Canvas names submissions"),
        ("canvas", b"PK not a zip", (), "cannot be used. Refused: down load.zip cannot be read"),
        (
            "canvas",
            {"doeann_1001_5001_x.ipynb": b""},
            ("--roster", "moodle.csv"),
            "not a gradebook exported from Canvas",
        ),
        (
            "moodle",
            {"A_1_assignsubmission_file/x": b""},
            ("--roster", "canvas.csv"),
            "not a grading worksheet of Moodle",
        ),
    ],
)
def test_a_wrong_download_is_a_sentence_and_nothing_is_written(collect, platform, files, options, reason):
    status, message, lying = collect(platform, files, *options)
    assert (status, lying) == (2, {}) and reason in message and message.count("\n") == 1


def test_a_folder_that_was_unpacked_already_is_taken_too_without_its_links(collect):
    (collect.root / "down").mkdir()
    (collect.root / "down" / "doeann_1001_5001_x.ipynb").write_bytes(NOTEBOOK)
    (collect.root / "down" / "leebob_1002_5002_x.ipynb").symlink_to(collect.root / "canvas.csv")
    status, message, lying = collect("canvas", None, name="down")
    assert status == 0 and lying == {"1001: x.ipynb": NOTEBOOK}
    assert "leebob_1002_5002_x.ipynb is a link" in message


def test_other_wrong_requests_are_sentences(collect):
    assert collect("canvas", b"", name="notes.txt")[:2] == (
        2,
        "autograder collect: notes.txt is neither a zip nor a folder.\n",
    )
    assert "There is no assignment '09-none'" in collect("canvas", {}, assignment="09-none")[1]


def test_a_link_in_the_place_of_a_submission_is_left_alone(collect):
    place = collect.root / "course" / "submitted" / "1001" / ASSIGNMENT
    place.parent.mkdir(parents=True)
    place.symlink_to(collect.root)
    status, message, _ = collect("canvas", {"doeann_1001_5001_x.ipynb": b"{}"})
    assert status == 0 and "is not a folder" in message and not (collect.root / "x.ipynb").exists()


def test_the_list_is_read_as_plain_data_whatever_class_it_names(tmp_path):
    path = tmp_path / "list.yml"
    path.write_text("a:\n  :created_at: !ruby/object:Time '2026-03-06 12:00:00 -0800'\n  :submitters: 3\n", "utf-8")
    assert gradescope.read(path)["a"].created == datetime(2026, 3, 6, 20, tzinfo=UTC).replace(tzinfo=None)
    path.write_text("a: !!python/object/apply:os.system ['touch evil']\n", "utf-8")
    with pytest.raises(gradescope.BadInput, match="is not Gradescope's list"):
        gradescope.read(path)
