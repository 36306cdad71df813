"""A file is written whole or not at all, whatever else is there and whoever else writes."""

import os
import threading

import pytest
from full_disk import files_up_to

from utils.files import draft, write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["earlier ü\n", b"\xff\x00\r\n"])
def test_text_is_written_in_utf_8_and_bytes_as_they_are(tmp_path, content):
    path = tmp_path / "file.txt"
    write_whole(path, content)
    assert path.read_bytes() == (content if isinstance(content, bytes) else content.encode("utf-8"))
    assert names(tmp_path) == ["file.txt"]


def test_on_a_full_disk_the_earlier_file_is_left_and_nothing_else(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("earlier", encoding="utf-8")
    with files_up_to(1000), pytest.raises(OSError, match="File too large"):
        write_whole(path, "x" * 1001)
    assert path.read_text(encoding="utf-8") == "earlier" and names(tmp_path) == ["file.txt"]
    with files_up_to(1000):
        write_whole(path, "x" * 1000)
    assert path.stat().st_size == 1000 and names(tmp_path) == ["file.txt"]


def test_on_a_full_disk_no_half_of_a_new_file_is_left(tmp_path):
    with files_up_to(1000), pytest.raises(OSError, match="File too large"):
        write_whole(tmp_path / "file.txt", "x" * 100_000)
    assert names(tmp_path) == []


def test_a_failed_replacement_leaves_no_draft(tmp_path):
    (tmp_path / "folder" / "within").mkdir(parents=True)
    with pytest.raises(OSError):
        write_whole(tmp_path / "folder", "x")
    assert names(tmp_path) == ["folder"]


def test_a_draft_that_is_not_moved_is_removed(tmp_path):
    with pytest.raises(RuntimeError), draft(tmp_path / "file.txt", "x") as whole:
        assert whole.read_text(encoding="utf-8") == "x" and names(tmp_path) == [whole.name]
        raise RuntimeError
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_permissions_are_an_ordinary_file_s_unless_others_are_asked_for(tmp_path):
    earlier = os.umask(0o027)
    try:
        write_whole(tmp_path / "ordinary", "x")
        with draft(tmp_path / "private", "x", mode=0o600, durable=True) as whole:
            assert whole.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(earlier)
    assert (tmp_path / "ordinary").stat().st_mode & 0o777 == 0o640


def test_a_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("theirs", encoding="utf-8")
    (tmp_path / "file.txt").symlink_to(tmp_path / "elsewhere")
    write_whole(tmp_path / "file.txt", "ours")
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "theirs"
    assert not (tmp_path / "file.txt").is_symlink()


def test_two_writers_at_a_time_never_leave_a_mixture(tmp_path):
    path, wrong = tmp_path / "file.txt", []

    def write(letter):
        for _ in range(50):
            write_whole(path, letter * 100_000)
            if len(set(path.read_text(encoding="utf-8"))) != 1:
                wrong.append(letter)

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not wrong and names(tmp_path) == ["file.txt"]
    assert path.stat().st_size == 100_000
