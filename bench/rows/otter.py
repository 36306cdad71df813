"""The row against otter-grader: an equivalent notebook, and `otter run`, in an environment of its own.

The notebook has the same cells. Where ours has a graded cell, what it shows stays, and its ``check(…)`` becomes a test
file of otter's, which the cell asks for by ``grader.check(…)``. `otter run` grades one notebook and has to be started
for each, so that its start-up is part of what a submission costs; it runs without isolation.
"""

import ast
import json
import sys
import tomllib
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course import source
from bench import classes
from bench.arithmetic import CannotMeasure, Spent, interleaved
from bench.rows.grading import MAIN, WORKERS, units, versus
from bench.setting import ROOT, Row, Setting
from bench.spent import run
from bench.table import Line

TIMES = 20
_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}


@test_case()
def test_it(env):
    assert eval({check!r}, env).ok
"""


def as_otter(notebook: NotebookNode) -> tuple[NotebookNode, dict[str, str]]:
    """Return an equivalent notebook of otter's, and its test files by exercise.

    Parameters
    ----------
    notebook : NotebookNode
        A submission. Its graded cells end with the call of ``check``.
    """
    made = nbformat.from_dict(json.loads(json.dumps(notebook)))
    tests = {}
    for cell in made.cells:
        if cell.cell_type == "code" and source.is_grade(cell):
            name = str(source.grade_id(cell)).removeprefix("test_")
            *shown, last = ast.parse(cell.source).body
            lines = cell.source.splitlines()
            check = "\n".join(lines[last.lineno - 1 :])
            tests[name] = _TEST.format(name=name, points=float(cell.metadata.nbgrader.points), check=check)
            above = lines[: last.lineno - 1] if shown else []
            cell.source = "\n".join([*above, f'grader.check("{name}")'])
        cell.metadata = nbformat.from_dict({"tags": cell.metadata.get("tags", [])})
    first = nbformat.v4.new_code_cell("import otter\n\ngrader = otter.Notebook()")
    made.cells.insert(0, first)
    return made, tests


def _install(folder: Path) -> Path:
    """Make an environment with otter-grader and what `utils` needs; return its folder of programs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [name for name in project["dependencies"] if not name.startswith("jupyterlab")]
    run([sys.executable, "-m", "venv", folder], ROOT)
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    run([*pip, "-c", ROOT / "constraints.txt", "otter-grader", *needed], ROOT)
    return folder / "bin"


def _otter(setting: Setting) -> list[Line]:
    count, by_otter = setting.size.submissions, setting.size.by_otter
    folder = setting.folder / "otter"
    programs = _install(folder / "venv")
    course = setting.course("against-otter")
    right = classes.right_notebooks(course, MAIN)
    classes.hand_in(course, MAIN, right, count)
    (folder / "tests").mkdir()
    for number in range(by_otter):
        notebook, tests = as_otter(right[number % len(right)])
        nbformat.write(notebook, folder / f"{number}.ipynb")
        for name, text in tests.items():
            (folder / "tests" / f"{name}.py").write_text(text, encoding="utf-8")
    run([programs / "otter", "generate", "--no-environment", "--no-requirements", "--no-config"], folder)
    environment = {"PYTHONPATH": str(ROOT), "PATH": f"{programs}:/usr/bin:/bin", "JUPYTER_PLATFORM_DIRS": "1"}

    def by_otter_run() -> Spent:
        spent = Spent(0.0, 0.0)
        for number in range(by_otter):
            command = [programs / "otter", "run", "--no-logo", f"{number}.ipynb"]
            spent += run(command, folder, environment)
            results = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tests"]
            points = {one["name"]: (one["score"], one["max_score"]) for one in results if "max_score" in one}
            if len(points) != len(tests) or any(score != most for score, most in points.values()):
                raise CannotMeasure(f"`otter run` gives a right submission too few points: {points}")
        return spent / by_otter

    measured = interleaved(
        setting.size.rounds,
        {
            "our first": lambda: classes.grade(course, MAIN, classes.first(WORKERS)),
            "otter": by_otter_run,
            "ours": lambda: classes.grade(course, MAIN),
        },
    )
    ours = units(measured["ours"], measured["our first"], count, WORKERS)
    found = versus(ours, measured["otter"])
    what = f"{count} submissions of `{MAIN}`, two workers, sandbox, into the gradebook"
    against = f"otter-grader's `otter run`, {by_otter} equivalent notebooks, no sandbox"
    return [Line(what, against, f"≥{TIMES} times a minute", str(found), found.in_all.median >= TIMES)]


ROWS = [Row("otter", _otter)]
