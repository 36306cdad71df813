"""Make the one table of what was measured, and put it into a page between its markers."""

import importlib.metadata
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.arithmetic import CannotMeasure

HEAD = ("row", "what", "compared with", "to reach", "measured", "holds")
_VERDICTS = {True: "yes", False: "**no**", None: "–"}


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    what, against, target, measured : str
        In words and numbers, as they are shown.
    holds : bool or None
        Whether the target is reached; None where nothing has to be.
    """

    what: str
    against: str
    target: str
    measured: str
    holds: bool | None


def markdown(lines_by_row: dict[str, Sequence[Line]]) -> str:
    """Return the table of all lines, each under the name of its row."""
    rows = [f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    for name, lines in lines_by_row.items():
        for line in lines:
            cells = (f"`{name}`", line.what, line.against, line.target, line.measured, _VERDICTS[line.holds])
            rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(rows)


def machine() -> str:
    """Describe this machine and what the numbers depend on, without its name or any path, as one sentence."""
    versions = ", ".join(f"{name} {_version(name)}" for name in ("NumPy", "nbgrader"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return (
        f"Measured on {_processor()}, {cores} core{'s' * (cores != 1)}, {memory:.0f} GB of memory, "
        f"{platform.system()}; Python {platform.python_version()}, {versions}."
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "(none)"


def _processor() -> str:
    """Return the processor's name as Linux reports it."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        text = ""
    found = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine() or "an unknown processor"


def between(text: str, name: str) -> str:
    """Return what stands between the markers ``<!-- bench: name -->`` and ``<!-- end of bench: name -->`` of a page.

    Raises
    ------
    CannotMeasure
        If the page does not hold each of them once, in this order.
    """
    return _parts(text, name)[1].strip("\n")


def replaced(text: str, name: str, block: str) -> str:
    """Return a page with `block` between these markers, and the rest as it was."""
    before, _, after = _parts(text, name)
    return f"{before}\n{block.strip()}\n{after}"


def _parts(text: str, name: str) -> tuple[str, str, str]:
    begin, end = f"<!-- bench: {name} -->", f"<!-- end of bench: {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise CannotMeasure(f"The page must hold {begin} once, and {end} once after it.")
    before, _, rest = text.partition(begin)
    inside, _, after = rest.partition(end)
    return before + begin, inside, end + after


def merged(old: str, new: str, names: Sequence[str]) -> str:
    """Return a block of the page with the rows that were measured now; the others stay if the machine is the same.

    Parameters
    ----------
    old, new : str
        What stands in the page, and what would stand there with the new rows alone: a sentence about the machine, an
        empty line, the table.
    names : sequence of str
        All rows in the table's order; a line of another row is left out.

    Returns
    -------
    str
    """
    head, _, table = new.partition("\n\n")
    if not old.startswith(head + "\n"):
        return new
    lines: dict[str, list[str]] = {}
    for text in (old, table):  # of a row that is in both, the new lines stay
        lines |= _by_row(text)
    kept = [line for name in names for line in lines.get(name, [])]
    return "\n".join([head, "", *table.splitlines()[:2], *kept])


def _by_row(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if match := re.match(r"\| `([^`]+)` \|", line):
            found.setdefault(match[1], []).append(line)
    return found
