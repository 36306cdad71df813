"""Try every attack on stock nbgrader and on this project, and write what happened into docs/security.md.

python tests/battery/table.py [--columns stock,root,ordinary,user] [NAME ...]      some columns and attacks only

On stock nbgrader and as root each attack is graded alone between two bystanders. As an ordinary user, and with the
isolation `user`, all are graded as one class: what they do to others is then harm, and stops this program.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import nbformat
import ordinary_user
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
# How this project is run in each column: the user, and what the command line adds.
COLUMNS = {"stock": "stock nbgrader", "root": "as root", "ordinary": "as an ordinary user", "user": "isolation `user`"}
AS_A_CLASS = {"ordinary": (ordinary_user.NOBODY, ()), "user": ("", ("--isolation", "user"))}
SETTINGS = "\nc.Judge.timeout = 4\nc.Judge.case_timeout = 4.0\nc.Judge.total_timeout = 40.0\n"


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


def as_a_class(chosen, prepared, column):
    """Grade attacks as one class between bystanders, in another configuration; return what each earned or reached."""
    user, options = AS_A_CLASS[column]
    with tempfile.TemporaryDirectory(prefix="battery-", ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        shutil.copytree(prepared, folder / "course")
        with world(folder, folder / "course") as around:
            with (around.root / "nbgrader_config.py").open("a") as file:
                file.write(SETTINGS)
            release = _release(around.root)
            submitted = around.root / "course" / "submitted"
            for entry in (*chosen, *(Entry(name, "", {"first": "pass"}, {}) for name in BYSTANDERS)):
                hand_in(entry.filled(**around.names), release, submitted / entry.name / ASSIGNMENT)
            if user:
                for one in (folder, *folder.rglob("*")):
                    os.chown(one, int(user), int(user), follow_symlinks=False)
            folder.chmod(0o755)
            before = around.files()
            grade = [sys.executable, "-m", *OURS, *options]
            done = ordinary_user.run(grade, around.root, home=around.home, user=user, timeout=3600)
            harm = _harm(around, before, done.returncode)
            assert not harm, (harm, done.stdout[-2000:], done.stderr[-2000:])
            marks, full = around.marks(ASSIGNMENT), points(release)
            return {
                entry.name: _sentence(*_earned(entry, marks, full, done.stdout + done.stderr), _seen(entry, around))
                for entry in chosen
            }


def _outcome(entry, around, before, status, printed, release):
    marks_first = _kill_what_is_left(around)  # before the gradebook is read, which one of them may have locked
    marks = around.marks(ASSIGNMENT)
    harm, refused = _earned(entry, marks, points(release), printed)
    if status is None:
        harm.insert(0, f"**did not end** in {LIMIT} s")
    harm += _harm(around, before, status, marks_first)
    return _sentence(harm, refused, _seen(entry, around))


def _kill_what_is_left(around):
    left = around.left_over()
    for process in left:
        os.kill(process, signal.SIGKILL)
    return left


def _mark(marks, full, student, exercise):
    """Return marks and maximum, or None where there is no mark."""
    cells = [name for name in full if name.startswith(f"test_{exercise}")]
    found = [marks.get(student, {}).get(name, (None, None))[0] for name in cells]
    return (None if None in found else sum(found)), sum(full[name] for name in cells)


def _earned(entry, marks, full, printed):
    """Return what an attack changed in its own marks, and why it was refused, if it was."""
    harm = []
    refused = re.search(rf"^{entry.name} +no mark +(.+)$", printed, re.MULTILINE)
    for exercise in entry.exercises:
        got, most = _mark(marks, full, entry.name, exercise)
        if exercise not in entry.cells:  # its right answer stands there
            if got != most and not refused:
                harm.append("honest work lost" if got is None else f"{got:g} of {most:g} for right work")
        elif got:
            harm.append(f"**{got:g} of {most:g} for nothing**")
    return harm, refused


def _harm(around, before, status, left=None):
    """Return what was done to others, to files and to the grader."""
    left = _kill_what_is_left(around) if left is None else left
    marks, full = around.marks(ASSIGNMENT), points(_release(around.root))
    harm = []
    if status is not None and (status < 0 or status == 137):
        harm.append("**grader killed**")
    others = [_mark(marks, full, name, exercise) for name in BYSTANDERS for exercise in (FIRST, SECOND)]
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
    return harm


def _sentence(harm, refused, seen):
    harm = [*harm, *seen]
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


def rows(chosen, columns, progress=True):
    """Return what happened: {column: {attack's name: sentence}}."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="battery-courses-", ignore_cleanup_errors=True) as folder:
        plain, ours = prepare(Path(folder))
        alone = {"stock": (plain, STOCK), "root": (ours, OURS)}
        for column in columns:  # and one attack at a time: they look for other processes
            if column in alone:
                entries_ = tqdm(chosen, desc=column, unit="attack", disable=not progress)
                found[column] = {entry.name: attempt(entry, *alone[column]) for entry in entries_}
            else:
                found[column] = as_a_class(chosen, ours, column)
    return found


def publish(found):
    """Write these columns into the page, in the place of their earlier ones; return the rows."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    table, tail = rest.split(END)
    old = published(table)
    lines = []
    for entry in entries("attacks"):
        row = old.get(entry.title, {}) | {
            column: rows[entry.name] for column, rows in found.items() if entry.name in rows
        }
        lines.append(f"| {' | '.join([entry.title, *(row.get(column, '') for column in COLUMNS)])} |")
    table = "\n".join([f"| attack | {' | '.join(COLUMNS.values())} |", "|---" * (1 + len(COLUMNS)) + "|", *lines, ""])
    PAGE.write_text(head + BEGIN + table + END + tail, encoding="utf-8")
    return lines


def published(table):
    """Return what the page's table says: {attack's title: {column: sentence}}."""
    cells = [line.strip().strip("|").split("|") for line in table.splitlines()[2:]]
    return {row[0].strip(): dict(zip(COLUMNS, (one.strip() for one in row[1:]), strict=False)) for row in cells}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", default=",".join(COLUMNS))
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    names = set(asked.names)
    chosen = [one for one in entries("attacks") if not names or {one.name, one.name.split("_")[0]} & names]
    print("\n".join(publish(rows(chosen, asked.columns.split(",")))))
