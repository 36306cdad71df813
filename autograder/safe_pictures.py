"""Check pictures by what they are, whatever they say they are."""

import base64
import binascii
import re

MAX_PICTURE = 3_000_000  # bytes of one picture
MAX_PICTURES = 20
KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}  # media type: file ending
_MAGIC = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
NO_PICTURE = "it is not a PNG, JPEG, GIF or WebP picture"
TOO_LARGE = f"it is larger than {MAX_PICTURE // 1_000_000} MB"


def checked(value: object) -> tuple[str, str] | None:
    """Return the media type and the base64 of a picture; None if it is none, or too large (see `reason`).

    Parameters
    ----------
    value : object
        Base64, as a text or a list of lines, or anything else.
    """
    encoded = _encoded(value)
    if len(encoded) > MAX_PICTURE * 4 // 3 + 4:
        return None
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = next((kind for kind, begins in _MAGIC.items() if begins.match(raw)), None)
    return (kind, base64.b64encode(raw).decode("ascii")) if kind else None


def reason(value: object) -> str:
    """Return why `checked` refuses a value."""
    return TOO_LARGE if len(_encoded(value)) > MAX_PICTURE * 4 // 3 + 4 else NO_PICTURE


def attachments(sent: object) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Check the pictures attached to a written answer.

    Parameters
    ----------
    sent : object
        The cell's ``attachments``, or anything else.

    Returns
    -------
    kept : dict
        ``{name: {media type: base64}}`` of real PNG, JPEG, GIF and WebP pictures.
    dropped : list of str
        Why others were left out, as the end of a sentence.
    """
    kept: dict[str, dict[str, str]] = {}
    dropped: list[str] = []
    for name, bundle in sent.items() if isinstance(sent, dict) else ():
        name = name.encode("utf-8", "replace").decode("utf-8").replace("\x00", "") if isinstance(name, str) else "?"
        values = list(bundle.values()) if isinstance(bundle, dict) else [None]
        found = next((picture for picture in map(checked, values[:5]) if picture), None)
        if len(kept) + len(dropped) >= MAX_PICTURES:
            dropped.append(f"only the first {MAX_PICTURES} pictures were looked at.")
            break
        if found and len(name) <= 200:
            kept[name] = dict([found])
        else:
            why = "its name is too long" if found else reason(next(iter(values), None))
            dropped.append(f"the attachment {label(name)} was left out: {why}.")
    return kept, dropped


def label(name: str) -> str:
    """Return a picture's name as a sentence can hold it."""
    return re.sub(r"[^\w.\- ]", "", name)[:60]


def _encoded(value: object) -> str:
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return "".join(value.split()) if isinstance(value, str) else ""
