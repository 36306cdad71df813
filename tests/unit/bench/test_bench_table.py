"""`make bench WRITE=1` puts a table between the markers of a page, and touches nothing else there."""

import os
import platform
import re
from pathlib import Path

import pytest

from bench import table
from bench.__main__ import PAGE, write
from bench.arithmetic import CannotMeasure
from bench.rows import cost
from bench.rows.listed import ROWS
from bench.table import Line

PAIR = "before\n<!-- bench: table -->\nold\n<!-- end of bench: table -->\nafter\n"


def line(measured, holds=None):
    return Line("a | b", "stock", "≥2", measured, holds)


def block(machine, **measured):
    return f"{machine}\n\n{table.markdown({name: [line(text)] for name, text in measured.items()})}"


def test_a_line_says_whether_its_target_is_reached():
    found = table.markdown({"jobs": [line("3", True), line("1", False), line("2")]}).splitlines()
    assert found[0] == "| row | what | compared with | to reach | measured | holds |"
    assert found[2:] == [
        "| `jobs` | a / b | stock | ≥2 | 3 | yes |",
        "| `jobs` | a / b | stock | ≥2 | 1 | **no** |",
        "| `jobs` | a / b | stock | ≥2 | 2 | – |",
    ]


def test_only_what_is_between_the_markers_is_replaced():
    assert table.replaced(PAIR, "table", "new\n") == PAIR.replace("old", "new")
    assert table.between(PAIR, "table") == "old"


@pytest.mark.parametrize(
    "page", [PAIR.replace("end of ", ""), PAIR + PAIR, "nothing", "<!-- end of bench: table --><!-- bench: table -->"]
)
def test_a_page_without_its_markers_is_refused(page):
    with pytest.raises(CannotMeasure, match="must hold <!-- bench: table --> once"):
        table.replaced(page, "table", "new")


def test_other_rows_stay_if_the_machine_is_the_same():
    old, new = block("two cores", jobs="1.5", kernel="80", gone="1"), block("two cores", kernel="90", check="7")
    found = table.merged(old, new, ["check", "jobs", "kernel"])
    assert found == block("two cores", check="7", jobs="1.5", kernel="90")


@pytest.mark.parametrize("old", [block("four cores", jobs="1.5"), "", "Nothing was measured yet."])
def test_other_rows_go_if_the_machine_is_another(old):
    new = block("two cores", kernel="90")
    assert table.merged(old, new, ["jobs", "kernel"]) == new


def test_the_machine_is_described_without_its_name_or_a_path():
    found = table.machine()
    assert re.fullmatch(
        r"Measured on .+, \d+ cores?, \d+ GB of memory, \w+; Python 3\.\d+\.\S+, NumPy 2\.\S+, nbgrader 0\.9\.\S+\.",
        found,
    )
    assert "/" not in found and platform.node() not in found and os.path.expanduser("~") not in found


def test_what_was_measured_is_written_into_its_place(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(PAIR + PAIR.replace("table", "cost").replace("after", "end"), encoding="utf-8")
    write(page, block("two cores", jobs="1.5"), "")
    write(page, "", "0.5 s each")
    write(page, block("two cores", kernel="90"), "")
    text = page.read_text(encoding="utf-8")
    assert table.between(text, "table") == block("two cores", jobs="1.5", kernel="90")
    assert table.between(text, "cost") == "0.5 s each"
    assert text.startswith("before\n") and text.endswith("\nend\n") and "\nold\n" not in text


def test_the_page_has_both_places_and_no_row_that_is_gone():
    text = Path(PAGE).read_text(encoding="utf-8")
    assert table.between(text, cost.NAME)
    listed = re.findall(r"^\| `([^`]+)` \|", table.between(text, "table"), re.MULTILINE)
    assert set(listed) <= set(ROWS)
