"""Read the text of a Python file that was written elsewhere, and find all in it that is Python 3."""

import ast
import io
import json
import re
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from utils.checking.wording import listing
from utils.errors import UnusableFile

LARGEST = 2_000_000  # bytes
_MOST_SYNTAX_ERRORS = 50
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

# What only Python 2 reads: how it is called, what Python 3 says of it, and what the line looks like.
_PYTHON_2 = (
    ("`print` without parentheses", "Missing parentheses in call to 'print'", r"\bprint\s+[^\s(=.,)]"),
    ("`exec` without parentheses", "Missing parentheses in call to 'exec'", r"\bexec\s+['\"\w]"),
    ("`except` with a comma", "multiple exception types must be parenthesized", r"\bexcept\s+[\w.]+\s*,\s*\w+\s*:"),
    ("`raise` with a comma", "", r"\braise\s+[\w.]+\s*,"),
    ("`<>` for `!=`", "", r"<>"),
    ("backticks for `repr`", "", r"`[^`]+`"),
    ("a number that begins with 0", "leading zeros in decimal integer literals", ""),
    ("a number that ends with L", "", r"\b\d+[lL]\b"),
    ("text that begins with `ur`", "", r"\b[uU][rR]['\"]"),
    ("a parameter in parentheses", "parameters cannot be parenthesized", ""),
)


@dataclass(frozen=True)
class Source:
    """What a file holds.

    Attributes
    ----------
    lines : tuple of str
        Its lines, as they are shown.
    tree : ast.Module
        All that is Python 3.
    notes : tuple of str
        A sentence about each part that is not, and about how the text was read.
    left_out : dict of str to int
        By function that is not Python 3: the line that is not.
    """

    lines: tuple[str, ...]
    tree: ast.Module
    notes: tuple[str, ...]
    left_out: dict[str, int]


def read_source(path: Path) -> Source:
    """Read the file at `path`.

    Raises
    ------
    UnusableFile
        If there is no such file, it is not text, or nothing in it is Python 3; the message says what it seems to be.
    """
    text, notes = _decoded(_content(path), path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise UnusableFile(f"{path} is not a text file.")
    if not text.strip():
        raise UnusableFile(f"{path} is empty.")
    _refuse_other_kinds(text, path)
    return _parsed(textwrap.dedent(text), path, notes)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UnusableFile(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UnusableFile(f"{path} is a folder: name a Python file in it.") from None
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise UnusableFile(
            f"{path} is larger than {LARGEST // 1_000_000} MB: name a file that holds your functions only."
        )
    return content


def _decoded(content: bytes, path: Path) -> tuple[str, list[str]]:
    """Return a file's text by the encoding that it declares; letters that are not in it are replaced, and noted."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace"), []
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding), []
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = content.decode("utf-8", errors="replace")
    line = next((n for n, line in enumerate(text.split("\n"), 1) if "\ufffd" in line), 1)
    return text, [f"{path.name}, line {line} is not {encoding}: letters that cannot be read were replaced."]


def _refuse_other_kinds(text: str, path: Path) -> None:
    begin = text.lstrip("\ufeff \t\n")
    if begin[:14].lower().startswith(("<!doctype", "<html")):
        raise UnusableFile(f"{path} is a web page, not a Python file: download the file itself (on GitHub: Raw).")
    if begin.startswith("{") and '"cells"' in text:
        try:
            is_notebook = isinstance(json.loads(text).get("cells"), list)
        except ValueError:
            return
        if is_notebook:
            raise UnusableFile(f"{path} is a notebook: make a Python file of it with `jupyter nbconvert --to script`.")


def _parsed(text: str, path: Path, notes: list[str]) -> Source:
    """Return all that is Python 3; what is not is blanked, from one line at the margin to the next."""
    shown = tuple(text.split("\n"))
    lines, notes, broken = list(shown), list(notes), list[_Broken]()
    for _ in range(_MOST_SYNTAX_ERRORS):
        try:
            tree = ast.parse("\n".join(lines), filename=str(path))
        except TabError:
            notes.append(f"{path.name} mixes tabs and spaces: each tab was read as Python 2 does, up to 8 columns.")
            lines = [line.expandtabs(8) for line in lines]
        except SyntaxError as error:
            number = min(max(error.lineno or 1, 1), len(lines))
            if _is_for_ipython(lines[number - 1]):
                line = lines[number - 1]
                lines[number - 1] = line[: len(line) - len(line.lstrip())] + "pass"
                continue
            reason = _reason(error, lines[number - 1])
            broken.append(_Broken(number, reason, _blank(lines, number)))
            if not any(map(str.strip, lines)):
                raise UnusableFile(f"{path}, line {number} is {reason}.") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise UnusableFile(f"{path} is not Python 3: {error}.") from None
        else:
            left_out = {one.function: one.line for one in broken if one.function}
            return Source(shown, tree, (*notes, *_about(broken, path)), left_out)
    raise UnusableFile(f"{path} is not Python 3: more than {_MOST_SYNTAX_ERRORS} of its statements are not.")


@dataclass(frozen=True)
class _Broken:
    """A statement that is not Python 3: the line that is not, why, and the function it would define."""

    line: int
    reason: str
    function: str


def _about(broken: list[_Broken], path: Path) -> Iterator[str]:
    """Yield a sentence for each function that is left out, and one for all else that is broken in one way."""
    alike: dict[str, list[_Broken]] = {}
    for one in sorted(broken, key=lambda one: one.line):
        alike.setdefault((one.function and str(one.line)) or one.reason, []).append(one)
    for first, *more in alike.values():
        lines = listing(str(one.line) for one in (first, *more))
        which = f"lines {lines} are" if more else f"line {lines} is"
        what = (
            f"{first.function} was left out" if first.function else f"{'they were' if more else 'it was'} passed over"
        )
        yield f"{path.name}, {which} {first.reason}. So {what}."


def _reason(error: SyntaxError, line: str) -> str:
    message = f"{error.msg}".partition(". Did you mean")[0].partition(". Perhaps you")[0].rstrip("?.")
    for what, said_by_python, looks in _PYTHON_2:
        if (said_by_python and said_by_python in message) or (looks and re.search(looks, line.partition("#")[0])):
            return f"Python 2: {what}"
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "left from a merge that is not finished"
    return f"not Python 3: {message}"


def _is_for_ipython(line: str) -> bool:
    return line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?")


def _blank(lines: list[str], number: int) -> str:
    """Blank the statement at the margin that holds a line, its decorators included; return the function it defines."""
    first = next((n for n in range(number - 1, -1, -1) if _begins(lines[n])), 0)
    if lines[number - 1].startswith(("'", '"')):  # a text that never ends
        first = number - 1
    last = next((n for n in range(number, len(lines)) if _begins(lines[n])), len(lines))
    name = re.match(r"(?:async )?def\s+(\w+)", lines[first])
    while first and name and lines[first - 1].startswith("@"):
        first -= 1
    lines[first:last] = [""] * (last - first)
    return name[1] if name else ""


def _begins(line: str) -> bool:
    """Whether a statement begins in this line, at the margin."""
    return bool(line[:1].strip(")]}#'\"\t\f ")) and not re.match(r"(elif|else|except|finally)\b", line)
