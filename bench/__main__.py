"""Measure rows, print the table, and put it into docs/performance.md: ``python -m bench [--rows A,B] [--write]``."""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from bench import table
from bench.arithmetic import CannotMeasure
from bench.rows import cost
from bench.rows.listed import ROWS
from bench.setting import ROOT, SMALL, Setting, Size
from bench.spent import method

PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 if a row could not be measured."""
    options = _options(arguments)
    chosen = list(dict.fromkeys(name for name in options.rows.split(",") if name)) or list(ROWS)
    about = f"{table.machine()} Processor time is that of {method()}."
    measured: dict[str, Sequence[table.Line]] = {}
    costs, failed = "", False
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        setting = Setting(SMALL if options.small else Size(), Path(folder).resolve())
        for name in chosen:
            began = time.monotonic()
            try:
                if name == cost.NAME:
                    costs = cost.measure(setting)
                else:
                    measured[name] = ROWS[name](setting)
            except Exception as error:  # whatever it is, the other rows are measured
                if not isinstance(error, CannotMeasure):
                    traceback.print_exc()
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                failed = True
            else:
                print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr)
    if any(measured.values()):
        measured = {name: measured[name] for name in ROWS if name in measured}
        print(f"{about}\n\n{table.markdown(measured)}")
    if costs:
        print(f"\n{costs}")
    if options.write:
        write(PAGE, f"{about}\n\n{table.markdown(measured)}" if any(measured.values()) else "", costs)
    return int(failed)


def write(page: Path, block: str, costs: str) -> None:
    """Put what was measured into the page; what was not measured now stays if the machine is the same."""
    text = page.read_text(encoding="utf-8")
    if block:
        text = table.replaced(text, "table", table.merged(table.between(text, "table"), block, list(ROWS)))
    if costs:
        text = table.replaced(text, cost.NAME, costs)
    page.write_text(text, encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [*ROWS, cost.NAME]
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed: ratios within one run.")
    parser.add_argument("--rows", default="", help=f"some of {', '.join(names)}; by default all but {cost.NAME}")
    parser.add_argument("--write", action="store_true", help="put the result into docs/performance.md")
    parser.add_argument("--small", action="store_true", help="show that it runs, with numbers that say little")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.rows.split(",") if name and name not in names]:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(names)}")
    if options.small and options.write:
        parser.error("what --small measures says little, and is not written")
    return options


if __name__ == "__main__":
    sys.exit(main())
