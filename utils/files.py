"""Write a file completely or not at all, so that a reader sees the old or the whole new one; name it in a terminal."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: str | bytes | Iterable[str]) -> None:
    """Write a file in one step; if that fails, what was there before is still there, and nothing else is.

    Parameters
    ----------
    path : Path
        In a folder that exists. A link is replaced, not followed.
    content : str, bytes, or iterable of str
        A text is written in UTF-8; one in parts, as they come.

    Raises
    ------
    OSError
        For instance on a full disk.
    """
    with draft(path, content) as whole:
        os.replace(whole, path)


@contextmanager
def draft(path: Path, content: str | bytes | Iterable[str], mode: int = 0o666, durable: bool = False) -> Iterator[Path]:
    """Write a file next to `path` under another name; the caller moves it to `path`.

    What is not moved is removed in the end. Two processes that do this at the same time do not disturb one another.

    Parameters
    ----------
    path : Path
        In a folder that exists.
    content : str, bytes, or iterable of str
        A text is written in UTF-8; one in parts, as they come.
    mode : int
        The new file's permissions, from which the process's umask takes its own.
    durable : bool
        Wait until the disk has it, so that it outlasts a power failure.

    Yields
    ------
    Path

    Raises
    ------
    OSError
        For instance on a full disk.
    """
    parts = [content] if isinstance(content, (str, bytes)) else content
    whole = path.with_name(f".{path.name[:50]}.{os.urandom(4).hex()}.new")
    try:
        with open(whole, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.writelines(part.encode("utf-8") if isinstance(part, str) else part for part in parts)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        yield whole
    finally:
        whole.unlink(missing_ok=True)


def printable(text: object) -> str:
    """Return a text without characters that a terminal would obey or cannot show: it may name a learner's file."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in str(text))
