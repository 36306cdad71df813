"""Write files into a zip: the same files always give the same bytes, and every system can unpack it."""

import io
import zipfile
from collections.abc import Mapping

from autograder.errors import BuildError

LONGEST = 119  # characters of a path; Windows allows 259 in all, and a student unpacks into a folder of some depth
LARGEST = 8_000_000  # bytes of the whole zip, which is then small enough for a mail
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of `files`, in the order of their names.

    Parameters
    ----------
    files : dict of str to bytes
        The content by path, with forward slashes.

    Raises
    ------
    BuildError
        If some system could not unpack it, or it is too large.
    """
    require_plain(files)
    whole = zipped(files)
    if len(whole) >= LARGEST:
        raise BuildError(f"The zip has {len(whole)} bytes, and {LARGEST} are too many.")
    return whole


def zipped(files: Mapping[str, bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """Return a zip of `files`, in the order of their names, whatever they are called.

    Parameters
    ----------
    files : dict of str to bytes
        The content by path, with forward slashes.
    modes : dict of str to int, optional
        What Unix allows whom to do with those that not everybody may read and their owner write.
    """
    modes = modes or {}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path in sorted(files):
            about = zipfile.ZipInfo(path, _TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system = 3  # Unix, wherever it is made, so that the bytes are the same
            about.external_attr = (0o100000 | modes.get(path, 0o644)) << 16
            archive.writestr(about, files[path], compresslevel=9)
    return written.getvalue()


def require_plain(files: Mapping[str, bytes]) -> None:
    """Refuse paths that some system cannot hold.

    Raises
    ------
    BuildError
        If one is too long, not ASCII, not below the top folder, or differs from another one in case only.
    """
    by_case: dict[str, str] = {}
    for path in files:
        if not (path.isascii() and path.isprintable()) or set(path) & set('\\:*?"<>|'):
            raise BuildError(f"{path!r} holds a character that some system does not allow in a name.")
        if len(path) > LONGEST:
            raise BuildError(f"{path} has {len(path)} characters, and more than {LONGEST} are too many for Windows.")
        if {"", ".", ".."} & set(path.split("/")):
            raise BuildError(f"{path!r} does not lie below the zip's top folder.")
        other = by_case.setdefault(path.lower(), path)
        if other != path:
            raise BuildError(f"{path} and {other} are one file where case does not count.")
