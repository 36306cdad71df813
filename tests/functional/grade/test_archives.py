"""nbgrader's command unpacks archives as students and platforms make them, and refuses those of attackers."""

import io
import logging
import re
import stat
import subprocess
import sys
import tarfile
import zipfile

import nbformat
import pytest
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.collecting.archives import SafeExtractor

NOTEBOOK = nbformat.writes(submission(SOLUTIONS)).encode()


def zipped(files, **kinds):
    """Return a zip archive of contents by name; a mode by name makes it something else than a file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.filename = info.orig_filename = name
            info.external_attr = kinds.get("mode", stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return whole.getvalue()


def tarred(members, mode="w:gz"):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode=mode) as archive:
        for name, content, about in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in about.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return whole.getvalue()


def encrypted():
    content = bytearray(zipped([("a.ipynb", b"x")]))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def below_nothing():
    """Return a tar of 3 kB: a folder of less than no bytes, then a sparse file of 70 million zeros."""

    def header(name, kind, size, fields):
        block = bytearray(512)
        places = {0: name, 100: b"0000644\0", 124: size, 136: b"00000000000\0", 156: kind, 257: b"ustar  \0"}
        for at, value in (places | fields).items():
            block[at : at + len(value)] = value
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        return bytes(block)

    folder = header(b"f/", b"5", (-(1 << 40)).to_bytes(12, "big", signed=True), {})
    sparse = {386: b"00000000000\0", 398: b"00000000001\0", 483: b"%011o\0" % 70_000_000}
    return folder + header(b"zeros", b"S", b"00000000001\0", sparse) + b"x" + bytes(511 + 1024)


LINK = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}
HARD = {"type": tarfile.LNKTYPE, "linkname": "good.txt"}
DEVICE = {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5}
LEADS_OUT = ["../../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:\\evil.txt", "C:evil.txt"]
ODD = ["a\nb", "a\x1b[2Jb", "CON", "nul.txt", "what?.txt", "x" * 201, " a", "a.", "a//b", "./a", "\u202eb"]
ACTIVE = ["a<b>c/x.txt", "a&b/x.txt", 'a"b.txt', "x<img src=x onerror=alert(1)>/x.txt"]


@pytest.fixture
def extract(tmp_path, caplog):
    """Extract archives by name with `SafeExtractor`; return what is there then, and what was logged."""

    def run(archives, **settings):
        (tmp_path / "archive").mkdir()
        for name, content in archives.items():
            (tmp_path / "archive" / name).write_bytes(content)
        with caplog.at_level(logging.ERROR, logger="traitlets"):  # which a grading in this process silences
            SafeExtractor(**settings).extract(str(tmp_path / "archive"), str(tmp_path / "extracted"))
        there = {p.relative_to(tmp_path / "extracted").as_posix() for p in (tmp_path / "extracted").rglob("*")}
        assert all(path.is_dir() or (path.is_file() and not path.is_symlink()) for path in tmp_path.rglob("*"))
        assert {p.name for p in tmp_path.iterdir()} == {"archive", "extracted"}
        assert all(record.getMessage().isprintable() for record in caplog.records)
        return there, [record.getMessage() for record in caplog.records]

    return run


@pytest.mark.parametrize("name", LEADS_OUT + ODD + ACTIVE, ids=ascii)
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_member_with_an_unusable_name_is_refused(extract, name, kind):
    files = [("good.txt", b"1"), (name, b"2"), ("d/also good.txt", b"3")]
    content = zipped(files) if kind == "zip" else tarred([(n, c, {}) for n, c in files])
    there, refusals = extract({f"ann.{kind}": content})
    assert there == {"ann", "ann/good.txt", "ann/d", "ann/d/also good.txt"}
    assert len(refusals) == 1
    assert re.match(
        rf"Refused: ann.{kind} holds .*(leads out of its folder|cannot be a file's name); it was left", refusals[0]
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (tarred([("good.txt", b"1", {}), ("p", b"", LINK)]), "which is a link"),
        (tarred([("good.txt", b"1", {}), ("p", b"", HARD)], "w"), "which is a hard link"),
        (tarred([("good.txt", b"1", {}), ("p", b"", DEVICE)], "w:xz"), "which is a device"),
        (tarred([("good.txt", b"1", {}), ("p", b"", {"type": tarfile.FIFOTYPE})], "w:bz2"), "which is a device"),
        (zipped([("good.txt", b"1"), ("Good.TXT", b"2")]), "a name that stands there twice"),
        (zipped([("good.txt", b"1"), ("good.txt/b", b"2")]), "a name that stands there twice"),
    ],
)
def test_members_that_are_not_plain_files_are_refused(extract, content, what):
    ending = {b"PK": "zip", b"\x1f\x8b": "tgz", b"\xfd7": "tar.xz", b"BZ": "tar.bz2"}.get(content[:2], "tar")
    there, refusals = extract({f"ann.{ending}": content})
    assert there == {"ann", "ann/good.txt"}
    assert len(refusals) == 1 and what in refusals[0]


def test_links_and_passwords_in_a_zip(extract):
    link = zipped([("p", b"/etc/passwd")], mode=stat.S_IFLNK | 0o777)
    there, refusals = extract({"ann.zip": link, "bob.zip": encrypted()})
    assert there == {"ann", "bob"}
    assert "p, which is a link" in refusals[0] and "a.ipynb, which is encrypted" in refusals[1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("size.zip", zipped([("zeros", bytes(60_000_000))])),
        ("ratio.zip", zipped([("zeros", bytes(9_000_000))])),
        ("count.zip", zipped([(str(n), b"") for n in range(2_001)])),
        ("size.tar.gz", tarred([("zeros", bytes(60_000_000), {})])),
        ("count.tar.xz", tarred([(str(n), b"", {}) for n in range(2_001)], "w:xz")),
        ("below.tar", below_nothing()),
        ("inner.zip", zipped([("a.zip", zipped([("b.zip", zipped([("zeros", bytes(30_000_000))]))]))])),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_bombs_are_refused_and_leave_nothing(extract, name, content):
    there, refusals = extract({name: content, "zoe.zip": zipped([("good.txt", b"1")])}, max_bytes=50_000_000)
    assert {path for path in there if not path.startswith("inner")} == {"zoe", "zoe/good.txt"}
    assert not any("zeros" in path for path in there)
    assert len(refusals) == 1 and name in refusals[0] and "may be a bomb" in refusals[0]


def test_a_zip_that_lies_about_its_size_is_refused(extract):
    content = zipped([("zeros", bytes(5_000_000))])
    there, refusals = extract(
        {"liar.zip": content.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))}
    )
    assert not any("zeros" in path for path in there) and len(refusals) == 1


def test_archives_in_archives_and_one_bad_among_them(extract):
    deep = zipped([("a.zip", zipped([("b.zip", zipped([("c.zip", zipped([("d", b"")]))]))]))])
    content = zipped([("ann.zip", zipped([("good.txt", b"1")])), ("bob.zip", b"PK no"), ("deep.zip", deep)])
    there, refusals = extract({"class.zip": content})
    assert {"class/ann", "class/ann/good.txt"} <= there and not any(path.endswith((".zip", "d")) for path in there)
    assert ["bob.zip" in refusals[0], "more than 3 deep" in refusals[1]] == [True, True]


def test_broken_archives_and_links_among_them(extract, tmp_path):
    there, refusals = extract({"a.zip": b"", "b.tar.gz": b"\x1f\x8b\x08", "c.tar": b"x" * 1000, "d.ipynb": NOTEBOOK})
    assert there == {"d.ipynb"}
    assert [line.split()[1] for line in refusals] == ["a.zip", "b.tar.gz", "c.tar"]
    (tmp_path / "archive" / "e.ipynb").symlink_to("/etc/passwd")
    SafeExtractor().extract(str(tmp_path / "archive"), str(tmp_path / "again"))
    assert not (tmp_path / "again" / "e.ipynb").exists()


def test_nbgrader_collects_the_accepted_files(tiny_class):
    """The real command, with what the course's configuration names."""
    archive = tiny_class.root / "downloaded" / ASSIGNMENT / "archive"
    archive.mkdir(parents=True)
    name = f"{ASSIGNMENT}.ipynb"
    inner = {"ann": [(f"ann_{name}", NOTEBOOK)], "eve": [(f"../../../eve_{name}", NOTEBOOK), ("x", b"")]}
    (archive / "class.zip").write_bytes(zipped([(f"{who}.zip", zipped(files)) for who, files in inner.items()]))
    (archive / f"bob_{name}").write_bytes(NOTEBOOK)
    (archive / "mal.tgz").write_bytes(tarred([(f"mal_{name}", b"", LINK)]))
    regexp = rf".*/(?P<student_id>[a-z]+)_(?P<file_id>{ASSIGNMENT})\.ipynb"
    command = ["nbgrader", "zip_collect", ASSIGNMENT, f"--FileNameCollectorPlugin.named_regexp={regexp}"]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tiny_class.root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "class.zip, in it eve.zip, holds ../../../eve_00-tiny.ipynb, a name that leads out" in done.stderr
    assert "mal.tgz holds mal_00-tiny.ipynb, which is a link" in done.stderr
    submitted = tiny_class.root / "course" / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == ["ann", "bob"]
    assert not list(tiny_class.root.rglob("eve_*"))
    assert {student: row.score for student, row in tiny_class.grade().items()} == {"ann": 10.0, "bob": 10.0}


@pytest.mark.parametrize("name", ["x<img src=x>.zip", "a&b.txt", 'a"b.txt', "a\\b.zip"])
def test_a_downloaded_file_whose_name_a_page_would_run_is_refused(extract, name):
    """Of a learning platform: the student's name is made from the file's."""
    there, refusals = extract({name: zipped([("x.txt", b"1")]), "good.txt": b"1"})
    assert there == {"good.txt"} and len(refusals) == 1 and 'has one of < > " & \\ in its name' in refusals[0]
