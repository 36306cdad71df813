"""Try every attack on stock nbgrader and on this project, and write what happened into docs/security.md.

python tests/battery/table.py [NAME ...]      some attacks only, printed and not written
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import stock
from battery import ASSIGNMENT, FIRST, SECOND, Entry, entries, hand_in, points
from tqdm import tqdm
from world import ROOT, small_course, world

from autograder.course import Course

PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- begin: tests/battery/table.py -->\n", "<!-- end -->\n"
BYSTANDERS = ("a-bystander", "z-bystander")
LIMIT = 180  # seconds for the three submissions
STOCK = ("nbgrader", "autograde", ASSIGNMENT, "--create")
OURS = ("autograder", "grade", ASSIGNMENT)


def attempt(entry, prepared, command):
    """Grade one attack between two bystanders in a copy of a prepared course; return what happened, as a sentence."""
    with tempfile.TemporaryDirectory(prefix="battery-", ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        shutil.copytree(prepared, folder / "course")
        with world(folder, folder / "course") as around:
            release = _release(around.root)
            submitted = around.root / "course" / "submitted"
            hand_in(entry.filled(**around.names), release, submitted / entry.name / ASSIGNMENT)
            for name in BYSTANDERS:
                hand_in(Entry(name, "", {"first": "pass"}, {}), release, submitted / name / ASSIGNMENT)
            before = around.files()
            try:
                done = around.run(*command, timeout=LIMIT)
                status, printed = done.returncode, done.stdout + done.stderr
            except subprocess.TimeoutExpired:
                status, printed = None, ""
            return _outcome(entry, around, before, status, printed, release)


def _release(root):
    if (root / "course" / "release" / ASSIGNMENT / f"{ASSIGNMENT}.sha256").exists():
        return Course(root).release(ASSIGNMENT)
    return nbformat.read(root / "course" / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def _outcome(entry, around, before, status, printed, release):
    full = points(release)
    left = around.left_over()
    for process in left:  # before the gradebook is read, which one of them may have locked
        os.kill(process, signal.SIGKILL)
    marks = around.marks(ASSIGNMENT)
    harm = []

    def mark(student, exercise):
        """Return marks and maximum, or None where there is no mark."""
        cells = [name for name in full if name.startswith(f"test_{exercise}")]
        found = [marks.get(student, {}).get(name, (None, None))[0] for name in cells]
        return (None if None in found else sum(found)), sum(full[name] for name in cells)

    if status is None:
        harm.append(f"**did not end** in {LIMIT} s")
    elif status < 0 or status == 137:
        harm.append("**grader killed**")
    refused = re.search(rf"^{entry.name} +no mark +(.+)$", printed, re.MULTILINE)
    for exercise in entry.exercises:
        got, most = mark(entry.name, exercise)
        if exercise not in entry.cells:  # its right answer stands there
            if got != most and not refused:
                harm.append("honest work lost" if got is None else f"{got:g} of {most:g} for right work")
        elif got:
            harm.append(f"**{got:g} of {most:g} for nothing**")
    others = [mark(name, exercise) for name in BYSTANDERS for exercise in (FIRST, SECOND)]
    if any(got is None for got, _ in others):
        harm.append("**others have no mark**")
    elif any(got != most for got, most in others):
        harm.append("**others lose marks**")
    if any(extra for cells in marks.values() for _, extra in cells.values()):
        harm.append("**gradebook rewritten**")
    after = around.files()
    if changed := [path for path in {**before, **after} if before.get(path) != after.get(path)]:
        harm.append(f"**{len(changed)} file{'s' * (len(changed) > 1)} changed or left behind**")
    if left:
        harm.append("process left behind")
    if around.calls:
        harm.append("**called home**")
    harm += _seen(entry, around)
    if refused and not harm:
        return f"refused: {refused[1]}"
    if refused:
        harm.append(f"refused: {refused[1]}")
    return "; ".join(dict.fromkeys(harm)) or "nothing gained, nothing lost"


def _seen(entry, around):
    """Return what the attack could read or do, by what stands in its own outputs and on its pages."""
    path = around.root / "course" / "autograded" / entry.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    if not path.exists():
        return
    found = [output for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs") or []]
    outputs = json.dumps([output for output in found if output["output_type"] != "error"])  # tracebacks quote sources
    for what in dict.fromkeys(re.findall(r"REACHED ([a-z][a-z' ]+[a-z])", outputs)):
        yield f"**reached {what}**"
    if re.search(r"REACHED [^a-z]", outputs) and not re.search(r"REACHED [a-z]", outputs):
        yield "**reached what it tried**"
    if around.secret in outputs:
        yield "**a private file read**"
    if "window.entered" in json.dumps(found):
        around.run("nbgrader", "generate_feedback", ASSIGNMENT, "--student", entry.name)
        page = around.root / "course" / "feedback" / entry.name / ASSIGNMENT / f"{ASSIGNMENT}.html"
        if re.search(r"<script>window|<img src=x onerror|<script>\s*window\.entered", page.read_text("utf-8")):
            yield "**script on a page that people open**"


def prepare(folder):
    """Make both courses; return their roots."""
    plain, ours = stock.make(folder / "stock"), small_course(folder / "ours", ASSIGNMENT)
    with world(folder, plain) as around:
        done = around.run("nbgrader", "generate_assignment", ASSIGNMENT)
        assert done.returncode == 0, done.stderr
        around.root = ours
        done = around.run("autograder", "build")
        assert done.returncode == 0, done.stderr
    return plain, ours


def rows(chosen, progress=True):
    """Return (entry, stock's outcome, ours) for each attack."""
    with tempfile.TemporaryDirectory(prefix="battery-courses-", ignore_cleanup_errors=True) as folder:
        plain, ours = prepare(Path(folder))
        with ThreadPoolExecutor(1) as pool:  # one at a time: attacks look for other processes
            jobs = [
                (entry, pool.submit(attempt, entry, plain, STOCK), pool.submit(attempt, entry, ours, OURS))
                for entry in chosen
            ]
            return [(entry, a.result(), b.result()) for entry, a, b in tqdm(jobs, unit="attack", disable=not progress)]


def publish(found):
    """Write these rows into the page, in the place of their earlier ones; return them."""
    new = {entry.title: f"| {entry.title} | {theirs} | {ours} |" for entry, theirs, ours in found}
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    table, tail = rest.split(END)
    old = {line.strip("| ").split(" | ")[0]: line for line in table.splitlines()[2:]}
    lines = [(old | new)[entry.title] for entry in entries("attacks") if entry.title in old | new]
    table = "\n".join(["| attack | stock nbgrader | Unrolled |", "|---|---|---|", *lines, ""])
    PAGE.write_text(head + BEGIN + table + END + tail, encoding="utf-8")
    return list(new.values())


if __name__ == "__main__":
    names = sys.argv[1:]
    chosen = [one for one in entries("attacks") if not names or {one.name, one.name.split("_")[0]} & set(names)]
    print("\n".join(publish(rows(chosen))))
