"""Write a file whole or not at all."""

import errno
import os

from autograder.errors import BadRequest, InfrastructureError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path, text):
    """Write `text` in UTF-8 beside `path` first, then put it in its place; what fails leaves nothing behind.

    Parameters
    ----------
    path : Path
        In a folder that exists.
    text : str

    Raises
    ------
    OSError
        The file is as it was before.
    """
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write(path, text):
    """Write a file in one step, or say in a sentence why not."""
    try:
        write_whole(path, text)
    except OSError as error:
        trouble = InfrastructureError if error.errno in FULL else BadRequest
        raise trouble(f"{path} cannot be written: {error.strerror}.") from None
