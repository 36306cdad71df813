"""Open files that a student handed in, without following links, and make their names fit to be shown."""

import os
import stat
from pathlib import Path

from autograder.errors import BadInput

ACTIVE = frozenset('<>"&\\')  # in a name: formgrader's pages and addresses do not escape these


class Refused(BadInput):
    """Raised where nothing was read: this is not a plain file, or it is unclear which file counts."""


def enter(folder: Path) -> None:
    """Refuse a submission's folder that is a link, not a folder, or inside a linked folder."""
    for one in (folder.parent, folder):
        if not stat.S_ISDIR(one.lstat().st_mode):
            raise Refused(f"{shown(one.name)} is not a folder but {_kind(one.lstat())}; it was not followed.")


def read_bytes(path: Path, limit: int) -> bytes:
    """Return at most `limit` + 1 bytes of a plain file that has no other name."""
    about = path.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise Refused(f"{shown(path.name)} is not a file but {_kind(about)}; it was not opened.")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        opened = os.fstat(file.fileno())
        if (opened.st_dev, opened.st_ino) != (about.st_dev, about.st_ino) or opened.st_nlink > 1:
            raise Refused(
                f"{shown(path.name)} is a hard link, another name of a file elsewhere; it was not read. "
                "Put a copy in its place."
            )
        return file.read(limit + 1)


def _kind(about: os.stat_result) -> str:
    kinds = {
        stat.S_ISLNK: "a link",
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISREG: "a file",
        stat.S_ISSOCK: "a socket",
    }
    return next((text for test, text in kinds.items() if test(about.st_mode)), "a device")


def shown(name: str) -> str:
    """Return a file's name as it can be shown: no control characters, no half characters, not too long."""
    text = "".join(c if c.isprintable() else "?" for c in name.encode("utf-8", "replace").decode("utf-8"))
    return text if len(text) <= 80 else text[:60] + "..." + text[-15:]
