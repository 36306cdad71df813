"""Write a file whole or not at all."""

import os


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
