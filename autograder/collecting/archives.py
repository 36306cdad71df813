"""Unpack submissions from archives for ``nbgrader zip_collect``: plain files only, and no more than a class hands in.

nbgrader's own extractor unpacks everything that an archive holds, to any size. Here links, devices, names that lead
elsewhere and what needs a password are refused by name, an archive that holds too much is refused as a whole, and the
rest is taken: one archive may be a whole class's.
"""

import bz2
import gzip
import lzma
import os
import re
import shutil
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from nbgrader.plugins import ExtractorPlugin
from traitlets import Integer

from autograder.collecting.plain_files import ACTIVE, shown
from autograder.errors import BadInput

_TAR: dict[str, Callable[..., Any]] = {
    ".tar": open,
    ".tar.gz": gzip.open,
    ".tgz": gzip.open,
    ".tar.bz2": bz2.open,
    ".tar.xz": lzma.open,
}
_RESERVED = re.compile(r'(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[:*?"<>|&]|^ |[ .]$')
_BLOCK = 1 << 16
_TROUBLE = (
    BadInput, OSError, EOFError, RuntimeError, ValueError,
    lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip


@dataclass(frozen=True)
class _Member:
    """A file in an archive: its name, the size that it declares, what it is if it is not a file, and how to open it."""

    name: str
    size: int
    kind: str
    open: Callable[[], IO[bytes]]


class SafeExtractor(ExtractorPlugin):
    """Named in ``nbgrader_config.py`` as ``c.ZipCollectApp.extractor_plugin``."""

    max_files = Integer(2_000, help="Files that one archive may hold.").tag(config=True)
    max_bytes = Integer(500_000_000, help="Bytes that one archive may unpack to.").tag(config=True)
    max_ratio = Integer(200, help="How many times its own size an archive may unpack to.").tag(config=True)
    max_depth = Integer(3, help="Archives within archives.").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Copy plain files and unpack archives from one folder into another; what is refused is logged by name."""
        source, target = Path(archive_path), Path(extracted_path)
        for folder, folders, names in os.walk(source):
            folders[:] = [name for name in sorted(folders) if not (Path(folder) / name).is_symlink()]
            for name in sorted(names):
                path = Path(folder) / name
                place = target / path.relative_to(source).parent
                try:
                    if ACTIVE & set(str(path.relative_to(source))):
                        raise BadInput(f'{shown(name)}, or its folder, has one of < > " & \\ in its name.')
                    self._take(path, place)
                except _TROUBLE as error:
                    self.log.error("Refused: %s", _reason(error, shown(name)))

    def _take(self, path: Path, place: Path) -> None:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise BadInput(f"{shown(path.name)} is a link or a device, not a file.")
        place.mkdir(parents=True, exist_ok=True)
        stem = _stem(path.name)
        if stem is None:
            shutil.copyfile(path, place / path.name)
            return
        if (place / stem).exists():
            raise BadInput(f"{shown(path.name)} would be unpacked where {shown(stem)} lies already.")
        whole = place / f".{stem}.unpacking"
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        try:
            self._unpack(path, whole, shown(path.name), self.max_files, self.max_bytes, self.max_depth)
            os.replace(whole, place / stem)
        finally:
            shutil.rmtree(whole, ignore_errors=True)

    def _unpack(self, path: Path, place: Path, title: str, files: int, size: int, depth: int) -> tuple[int, int]:
        """Unpack one archive into `place`; return how many of the files and bytes that it may hold it took."""
        if depth == 0:
            raise BadInput(f"{title} holds archives within archives, more than {self.max_depth} deep.")
        most = files, min(size, max(self.max_ratio * path.stat().st_size, 1_000_000))
        files, size = most
        taken = _Taken()
        inner: list[tuple[Path, str]] = []
        with _opened(path, size, title) as members:
            for member in members:
                files, size = files - 1, size - member.size
                if files < 0 or size < 0 or member.size < 0:  # a size below nothing would buy room for others
                    raise BadInput(_too_much(title))
                if member.kind == "a folder":
                    continue
                if reason := taken.refused(member):
                    self.log.error("Refused: %s holds %s, %s; it was left out.", title, shown(member.name), reason)
                    continue
                file = place.joinpath(*PurePosixPath(member.name).parts)
                file.parent.mkdir(parents=True, exist_ok=True)
                with member.open() as packed, open(file, "xb") as written:
                    _copy(packed, written, member.size, title)
                if (stem := _stem(file.name)) is not None:
                    inner.append((file, stem))
        for file, stem in inner:
            folder = file.with_name(stem)
            try:
                folder.mkdir()
                used = self._unpack(file, folder, f"{title}, in it {shown(file.name)},", files, size, depth - 1)
                files, size = files - used[0], size - used[1]
            except _TROUBLE as error:  # it may be one student's of many
                shutil.rmtree(folder, ignore_errors=True)
                self.log.error("Refused: %s", _reason(error, f"{title}, in it {shown(file.name)},"))
            file.unlink()
        return most[0] - files, most[1] - size


class _Taken:
    """The names that an archive has used so far."""

    def __init__(self) -> None:
        self._files: set[PurePosixPath] = set()
        self._folders: set[PurePosixPath] = set()

    def refused(self, member: _Member) -> str:
        """Return why a member is not taken: what it is, where it leads, or that its place is taken; else nothing."""
        if member.kind:
            return f"which is {member.kind}"
        if reason := _bad_name(member.name):
            return reason
        path = PurePosixPath(unicodedata.normalize("NFC", member.name).casefold())
        if path in self._files | self._folders or self._files & set(path.parents):
            return "a name that stands there twice"
        self._files.add(path)
        self._folders |= set(path.parents)
        return ""


def _bad_name(name: str) -> str:
    """Return what is wrong with a member's name, or nothing."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or re.match(r"[A-Za-z]:", name):
        return "a name that leads out of its folder"
    odd = any(
        part in ("", ".") or len(part.encode("utf-8", "replace")) > 200 or _RESERVED.search(part) for part in parts
    )
    return "which cannot be a file's name" if odd or not name.isprintable() or len(parts) > 20 else ""


def _copy(packed: IO[bytes], written: IO[bytes], size: int, title: str) -> None:
    """Copy as many bytes as a member declares to hold; if there are more, the archive is a bomb."""
    while block := packed.read(_BLOCK):
        size -= len(block)
        if size < 0:
            raise BadInput(_too_much(title))
        written.write(block)


def _reason(error: Exception, title: str) -> str:
    return str(error) if isinstance(error, BadInput) else f"{title} cannot be read: {shown(str(error))}"


def _too_much(title: str) -> str:
    return f"{title} holds more files or more bytes than it may; it may be a bomb."


def _ending(name: str) -> str | None:
    endings = sorted((".zip", *_TAR), key=len, reverse=True)
    return next((ending for ending in endings if name.lower().endswith(ending)), None)


def _stem(name: str) -> str | None:
    """Return the name of the folder that an archive is unpacked into, or None if it is not an archive."""
    ending = _ending(name)
    return (name[: -len(ending)] or "archive") if ending else None


@contextmanager
def _opened(path: Path, size: int, title: str) -> Iterator[Iterator[_Member]]:
    """Open a zip or tar archive and give its members, while it is open."""
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            yield _of_zip(archive)
        return
    unpacked = _TAR[_ending(path.name) or ".tar"]
    with tempfile.TemporaryFile() as plain:  # tarfile reads headers of any length: so that none is longer than this
        with unpacked(path, "rb") as packed:
            _copy(packed, plain, size + _BLOCK, title)
        plain.seek(0)
        with tarfile.open(fileobj=plain, mode="r:") as archive:
            yield _of_tar(archive)


def _of_zip(archive: zipfile.ZipFile) -> Iterator[_Member]:
    for info in archive.infolist():
        mode = stat.S_IFMT(info.external_attr >> 16)
        kind = "encrypted" if info.flag_bits & 1 else ""
        if mode and mode not in (stat.S_IFREG, stat.S_IFDIR):
            kind = "a link" if mode == stat.S_IFLNK else "a device"
        if info.is_dir():
            kind = kind or "a folder"
        # The whole name: the one that Python makes of it ends at the first zero byte.
        yield _Member(info.orig_filename, info.file_size, kind, partial(archive.open, info))


def _plain_file(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    if file is None:
        raise BadInput(f"{shown(info.name)} is not a file.")
    return file


def _of_tar(archive: tarfile.TarFile) -> Iterator[_Member]:
    for info in archive:
        kinds = {info.isdir(): "a folder", info.issym(): "a link", info.islnk(): "a hard link"}
        kind = "" if info.isreg() else kinds.get(True, "a device")
        yield _Member(info.name, info.size, kind, partial(_plain_file, archive, info))
