"""Write a file that the user asked for, or say in one sentence why that failed."""

import errno
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import BadRequest, InfrastructureError
from utils.files import write_whole

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of an OSError: there is no room


def write(path: Path, content: str | bytes | Iterable[str]) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
    content : str, bytes, or iterable of str

    Raises
    ------
    InfrastructureError
        If there is no room for it.
    BadRequest
        If it cannot be written there.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        trouble = InfrastructureError if error.errno in FULL else BadRequest
        raise trouble(f"{path} cannot be written: {error.strerror}.") from None
