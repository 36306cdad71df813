"""Read the commands of a page of docs, and what it says that they print."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
_PIECE = re.compile(
    r"^(?:(?P<level>#+) (?P<heading>[^\n]+)|```(?P<info>[^\n`]*)\n(?P<text>.*?)^```)$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A fenced block: the part (##) and the heading above it, its kind ("sh"), what follows that ("ann"), its text.

    What is printed is the text of a block of the kind "text" that comes next, or "".
    """

    part: str
    heading: str
    kind: str
    who: str
    text: str
    printed: str = ""

    @property
    def lines(self):
        return self.text.splitlines()


def blocks(name):
    """Return the fenced blocks of a page of docs, in order."""
    found, part, heading = [], "", ""
    for piece in _PIECE.finditer((DOCS / name).read_text(encoding="utf-8")):
        if piece["heading"]:
            heading = piece["heading"]
            part = heading if len(piece["level"]) == 2 else part
            continue
        kind, _, who = piece["info"].partition(" ")
        if kind == "text":
            found[-1] = replace(found[-1], printed=piece["text"])
        else:
            found.append(Block(part, heading, kind, who, piece["text"]))
    return found


def missing(expected, printed):
    """Return the first of the expected lines that was not printed, in this order; "…" stands for anything. Or ""."""
    lines = iter(printed.splitlines())
    for line in expected.splitlines():
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))).rstrip() + r"\s*")
        if not any(pattern.fullmatch(other) for other in lines):
            return line
    return ""
