"""The grader reports a disk without room before it judges, and leaves nothing half done if the disk fills meanwhile."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from multiprocessing.util import get_temp_dir
from pathlib import Path

import nbformat
import pytest
from full_disk import files_up_to
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.cli import main
from autograder.errors import BadInput, InfrastructureError
from autograder.files import write
from autograder.grading import ungraded_page, workers
from autograder.judging import seeds

MEGABYTE = 1 << 20


@pytest.fixture
def disk(tmp_path):
    """Make a folder a disk of its own, so many bytes large, with what was in it."""
    mounted = []

    def mount(folder, size):
        kept = tmp_path / f"kept-{len(mounted)}"
        folder.rename(kept) if folder.exists() else kept.mkdir()
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "disk", str(folder)], capture_output=True)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()}")
        mounted.append(folder)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder, leave=0):
    """Fill a disk up to the last `leave` bytes; return the file that does it."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - leave)
    return filler


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(tiny_class, monkeypatch, capsys, *command):
    """Run the command line on the tiny course; return its status and what it complained of."""
    monkeypatch.setattr("autograder.course.open_course", lambda: tiny_class.course)
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in command])
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("where", ["course", "gradebook", "temporary"])
def test_grading_reports_too_little_room_before_judging(tiny_class, disk, monkeypatch, capsys, where):
    tiny_class.submit("ann", submission(SOLUTIONS))
    if where == "course":
        small = disk(tiny_class.root / "course", "16m")
    if where == "gradebook":
        small = disk(tiny_class.root / "books", "2m")
        shutil.move(tiny_class.root / "course" / "gradebook.db", small)
        config = tiny_class.root / "nbgrader_config.py"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("'course' / 'gradebook.db'", "'books' / 'gradebook.db'"), encoding="utf-8")
        filler = fill(small, 16384)
    if where == "temporary":
        small = disk(tiny_class.root / "tmp", "1m")
        get_temp_dir()  # multiprocessing's, which is asked for once; it must outlive this test
        monkeypatch.setattr(tempfile, "tempdir", str(small))
        filler = fill(small, 500_000)
    before = everything(tiny_class.root)
    status, complaint = run(tiny_class, monkeypatch, capsys, "grade", ASSIGNMENT)
    assert status == 1
    assert "There is too little room on the disk that holds" in complaint and str(small) in complaint, complaint
    assert "MB are free" in complaint and "no mark was touched" in complaint and complaint.count("\n") == 1
    assert everything(tiny_class.root) == before
    if where == "course":
        subprocess.run(["mount", "-o", "remount,size=32m", str(small)], check=True)
    elif where == "gradebook":
        filler.unlink()
    else:
        subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
    assert tiny_class.grade()["ann"].score == 10.0
    assert any(small.rglob("*.db")) or where == "temporary"


def test_the_required_room_grows_with_the_class_and_its_groups(tiny_class, disk):
    """Four notebooks of six megabytes: one student's has room, a group of four's has none."""
    small = disk(tiny_class.root / "course", "40m")
    large = nbformat.writes(submission(SOLUTIONS)).encode() + b" " * 6 * MEGABYTE
    tiny_class.submit("ann", large)
    assert tiny_class.grade()["ann"].score == 10.0
    tiny_class.together(("ann", "bob", "cyd", "dan"))
    with pytest.raises(InfrastructureError, match=r"35\.\d MB are free, 45\.\d MB may be needed"):
        tiny_class.grade()
    with pytest.raises(InfrastructureError, match="may be needed"):
        tiny_class.grade(jobs=2)
    assert set(tiny_class.gradings()) == {"ann"} and small.is_mount()


def test_one_enormous_file_stops_nobody_else(tiny_class):
    """It is refused for its size, and needs no room."""
    tiny_class.submit("ann", submission(SOLUTIONS))
    with open(tiny_class.submit("eve", b""), "r+b") as file:
        file.truncate(1 << 42)  # four terabytes, of which nothing is on the disk
    rows = tiny_class.grade()
    assert [row.status for row in rows.values()] == ["graded", "unreadable"]


def test_without_isolation_a_submission_writes_on_the_disk(tiny_class, disk, monkeypatch):
    """In the sandbox its files are in memory; without it, room is kept for `c.Judge.disk` megabytes a process."""
    tiny_class.submit("ann", submission(SOLUTIONS))
    small = disk(tiny_class.root / "tmp", "16m")
    get_temp_dir()  # multiprocessing's, which is asked for once; it must outlive this test
    monkeypatch.setattr(tempfile, "tempdir", str(small))
    with pytest.raises(InfrastructureError, match=r"130\.0 MB may be needed"):
        tiny_class.grade(isolation="none", jobs=2)
    assert tiny_class.grade()["ann"].score == 10.0


def test_a_disk_that_fills_while_it_runs(tiny_class, disk, monkeypatch):
    """After the first mark, not a byte is left: the others are infrastructure, and nothing is half written."""
    small = disk(tiny_class.root / "course", "40m")
    students = ("ann", "bob", "cyd", "dan")
    tiny_class.together(("cyd", "dan"))
    for student in students[:3]:
        tiny_class.submit(student, submission(SOLUTIONS))
    judged, fillers, outcomes = [], [], workers.outcomes

    def filling(*args, **kwargs):
        for one in outcomes(*args, **kwargs):
            if judged:
                fillers.append(fill(small))
            judged.append(one)
            yield one

    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.grade.outcomes", filling)
        rows = tiny_class.grade()
    assert [row.status for row in rows.values()] == ["graded", *["infrastructure"] * 3]
    messages = " ".join(row.message for row in rows.values())
    assert "No space left on device" in messages or "disk is full" in messages, messages
    assert not list(small.rglob(".*.new")) and not list(small.rglob("*-journal"))
    for path in small.rglob("*.ipynb"):
        nbformat.read(path, as_version=4)
    with closing(sqlite3.connect(small / "gradebook.db")) as book:
        assert book.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert tiny_class.totals()["ann"] == 10.0 and set(tiny_class.totals().values()) <= {10.0, None}
    fillers[0].unlink()
    rows = tiny_class.grade()
    assert [row.status for row in rows.values()] == ["kept", "graded", "graded", "graded"]
    assert tiny_class.totals() == dict.fromkeys(students, 10.0)


def test_a_notice_that_does_not_fit_leaves_no_half_page(tiny_class):
    """Half a sentence is worse than the earlier page; the gradebook and the row say what happened."""
    tiny_class.submit("ann", b"{")
    page = tiny_class.root / "course" / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    page.parent.mkdir(parents=True)
    page.write_text("earlier", encoding="ascii")
    with files_up_to(MEGABYTE):
        ungraded_page.write(page, ASSIGNMENT, "x" * 2 * MEGABYTE)
    assert everything(page.parent) == {page: b"earlier"}


def test_judge_checks_the_room_first_too(tiny_class, disk, monkeypatch, capsys, tmp_path):
    notebook = tiny_class.submit("ann", submission(SOLUTIONS))
    small = disk(tmp_path / "results", "1m")
    filler = fill(small, 8192)
    status, complaint = run(tiny_class, monkeypatch, capsys, "judge", notebook, "--json", small / "results.json")
    assert status == 1 and "too little room" in complaint and str(small) in complaint
    [infrastructure] = json.loads((small / "results.json").read_text(encoding="utf-8"))["extra_data"].values()
    assert infrastructure in complaint and set(small.iterdir()) == {filler, small / "results.json"}
    filler.unlink()
    assert run(tiny_class, monkeypatch, capsys, "judge", notebook, "--json", small / "results.json")[0] == 0
    (small / "results.json").unlink()
    fill(small)
    status, complaint = run(tiny_class, monkeypatch, capsys, "judge", notebook, "--json", small / "results.json")
    assert status == 1 and complaint.endswith("results.json cannot be written: No space left on device.\n")


def test_a_result_that_does_not_fit_is_not_written(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("earlier", encoding="ascii")
    with files_up_to(MEGABYTE), pytest.raises(InfrastructureError, match="cannot be written: File too large"):
        write(path, "x" * 2 * MEGABYTE)
    assert everything(tmp_path) == {path: b"earlier"}
    with pytest.raises(BadInput, match="cannot be written: No such file"):
        write(tmp_path / "nowhere" / "results.json", "x")


def test_no_half_secret_is_left_on_a_full_disk(disk, tmp_path):
    """An empty file in its place would be no secret for ever."""
    small = disk(tmp_path / "course", "64k")
    fill(small)
    with pytest.raises(InfrastructureError, match="No space left"):
        seeds.secret(small)
    assert [path.name for path in small.iterdir()] == ["filler"]


def test_grading_without_a_temporary_folder_stops_with_a_sentence(tiny_class, monkeypatch):
    tiny_class.submit("ann", submission(SOLUTIONS))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nonexistent"])
    with pytest.raises(InfrastructureError, match="no temporary folder"):
        tiny_class.grade()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_no_room_for_what_processes_share(tiny_class):
    """Processes of one run speak through /dev/shm; here, in a mount namespace of its own, it is full."""
    tiny_class.submit("ann", submission(SOLUTIONS))
    here = Path(__file__).parent
    program = (
        f"import sys; sys.path[:0] = [{str(here.parents[1] / 'unit' / 'judge')!r}]\n"
        "from pathlib import Path; from tiny_course import TinyCourse; from autograder.grading.grade import grade\n"
        f"grade(TinyCourse(Path({str(tiny_class.root)!r})), {ASSIGNMENT!r}, progress=False)\n"
    )
    full = "mount -t tmpfs -o size=4k shm /dev/shm && head -c 4096 /dev/zero > /dev/shm/filler && exec "
    command = ["unshare", "--mount", "sh", "-c", full + '"$@"', "sh", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.stderr.startswith(("mount:", "unshare:")):
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("autograder.errors.InfrastructureError: A process to judge in cannot be started"), (
        done.stderr
    )
    assert "No space left on device" in last
