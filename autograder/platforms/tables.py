"""Read a platform's table so that it can be written again letter by letter, with some cells filled.

A worksheet holds comments of people and names in all languages. So nothing of it is parsed and put together again: each
cell keeps its own letters, quotes included, and the file its encoding, delimiter and line ends.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import BadInput

LARGEST = 50_000_000  # bytes
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A table as it is written.

    Attributes
    ----------
    path : Path
    bom : bytes
        The mark that the file begins with; most have none.
    encoding, delimiter : str
    lines : tuple of tuple of str
        The cells as they are written, with their quotes; the first line is the header.
    ends : tuple of str
        What ends each line.
    """

    path: Path
    bom: bytes
    encoding: str
    delimiter: str
    lines: tuple[tuple[str, ...], ...]
    ends: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        """What the cells of the first line say."""
        return self.values(0)

    def values(self, line: int) -> list[str]:
        """Return what the cells of a line say, without quotes and spaces around."""
        return [unquoted(cell).strip() for cell in self.lines[line]]

    def value(self, line: int, column: int) -> str:
        """Return what a cell says; empty where the line is shorter."""
        cells = self.lines[line]
        return unquoted(cells[column]).strip() if column < len(cells) else ""

    def cell(self, text: str, before: str = "") -> str:
        """Return a text as a cell of this table, with quotes if it needs them or the cell `before` it had them."""
        quoted = before.startswith('"') or set(text) & {self.delimiter, '"', "\r", "\n"}
        return '"' + text.replace('"', '""') + '"' if quoted else text

    def encoded(self, lines: list[tuple[str, ...]], ends: list[str]) -> bytes:
        """Return the content of a file like this one, with other lines."""
        text = "".join(self.delimiter.join(line) + end for line, end in zip(lines, ends, strict=True))
        return self.bom + text.encode(self.encoding)


def unquoted(cell: str) -> str:
    """Return what a cell says: without its quotes."""
    inner = cell.strip(" ")
    return inner[1:-1].replace('""', '"') if len(inner) > 1 and inner[0] == inner[-1] == '"' else cell


def content(path: Path) -> bytes:
    """Return what a file that the user named holds.

    Raises
    ------
    BadInput
        If it cannot be read, or is too large.
    """
    try:
        with open(path, "rb") as file:
            found = file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(found) > LARGEST:
        raise BadInput(f"{path} has more than {LARGEST // 1_000_000} MB: it is not a table of a class.")
    return found


def read(path: Path) -> Table:
    """Read a table that a platform made.

    Parameters
    ----------
    path : Path
        In UTF-8 or UTF-16, its cells separated by commas, semicolons or tabs.

    Raises
    ------
    BadInput
        If it is not such a file, or is empty.
    """
    data = content(path)
    if data.startswith(b"PK\x03\x04"):
        raise BadInput(f"{path} is a zip or a spreadsheet's own file: export a table as CSV.")
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    encoding = _BOMS.get(bom, "utf-8")
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError:
        raise BadInput(
            f"{path} is not text in UTF-8 or UTF-16: export it once more, and do not save it with a spreadsheet."
        ) from None
    if not text.strip():
        raise BadInput(f"{path} is empty.")
    if "\x00" in text:
        raise BadInput(f"{path} is not a table: it holds zero bytes.")
    delimiter = _delimiter(text)
    lines, ends = _split(path, text, delimiter)
    return Table(path, bom, encoding, delimiter, lines, ends)


def _delimiter(text: str) -> str:
    first = re.sub(r'"(?:[^"]|"")*"', "", text.lstrip("\r\n")).splitlines() or [""]
    return max(_DELIMITERS, key=first[0].count)


def _split(path: Path, text: str, delimiter: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the cells of each line and what ends it; together they are the whole text."""
    cell = re.compile(rf'( *"(?:[^"]|"")*" *(?=[{delimiter}\r\n]|\Z)|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
    lines: list[tuple[str, ...]] = []
    ends: list[str] = []
    cells: list[str] = []
    place = 0
    while place < len(text) or cells:
        found = cell.match(text, place)
        assert found is not None, "the second way to write a cell fits every text"
        if found[1].lstrip(" ").startswith('"') and unquoted(found[1]) == found[1]:
            raise BadInput(f"{path}, line {len(lines) + 1}: a quote is opened and not closed.")
        cells.append(found[1])
        place = found.end()
        if found[2] != delimiter:
            lines.append(tuple(cells))
            ends.append(found[2])
            cells = []
    return tuple(lines), tuple(ends)
