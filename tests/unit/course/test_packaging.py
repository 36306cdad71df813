"""Facts that are declared in two places agree, and the limits that we set ourselves hold."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell

ROOT = Path(__file__).resolve().parents[3]
HEADER = re.compile(r"^`([●○]{5}) · (\d+) min · (\d+) points`$", flags=re.MULTILINE)

TWO_SITTINGS = "07-capstone"  # of 90 minutes, of which one is required


@pytest.fixture(scope="module")
def project(course):
    return tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_environment_and_pyproject_name_the_same_packages(course, project):
    environment = yaml.safe_load((course.root / "environment.yml").read_text(encoding="utf-8"))
    conda = {line for line in environment["dependencies"] if isinstance(line, str)}
    [by_pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert by_pip == ["-e .[instructor]"]
    declared = {
        line for line in project["dependencies"] + project["optional-dependencies"]["instructor"] if ";" not in line
    }
    with_the_project = {line for line in declared if line.startswith("math-core")}  # which pip installs
    assert conda - {"python=3.12", "pip"} == declared - with_the_project
    assert "python=3.12" in conda


def test_every_dependency_is_pinned_and_no_registry_named(course, project):
    text = (course.root / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in text.splitlines() if "==" in line}
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    for line in project["dependencies"] + extras:
        assert re.match(r"[A-Za-z0-9_.-]+", line)[0].lower() in pinned, line
    assert "://" not in text
    assert " @ " not in text


def test_every_file_that_is_read_is_packed(course):
    declared = tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package, patterns in declared["package-data"].items():
        folder = course.root / package
        packed = {path for pattern in patterns for path in folder.glob(pattern)}
        kept = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
        assert kept - packed == set(), sorted(kept - packed)


@pytest.fixture(scope="module", params=sorted(path.stem for path in (ROOT / "solutions").glob("*.py")))
def notebook(request, course):
    return nbformat.read(course.notebooks / request.param / f"{request.param}.ipynb", as_version=4)


def words(cell):
    return len(cell.source.split())


def too_long(notebook):
    """Return a sentence for each limit that a notebook exceeds, so that its author knows which and by how much.

    The limits keep a notebook within 100 minutes: 2400 words are twelve minutes of reading at 200 words a minute, and
    leave the rest to the exercises. Folded cells (what earlier assignments give) and cells with the tag ``bonus``
    (which nobody has to do) are not counted, but each of their texts and unfolded code cells is short, too.
    """
    hidden = [cell for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    bonus = [cell for cell in notebook.cells if "bonus" in cell.metadata.get("tags", [])]
    markdown = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    shown = sum(cell not in hidden and cell not in bonus for cell in notebook.cells)
    found = [f"{shown} cells are shown; a notebook has 45 at most."] if shown > 45 else []
    if (total := sum(words(cell) for cell in markdown if cell not in bonus)) > 2400:
        found.append(f"The text has {total} words; a notebook has 2400 at most.")
    found += [f"{cell.id} has {words(cell)} words; a text has 100 at most." for cell in markdown if words(cell) > 100]
    return found + [
        f"{cell.id} has {lines} lines; a code cell has 25 at most."
        for cell in notebook.cells
        if cell.cell_type == "code" and cell not in hidden and (lines := len(cell.source.splitlines())) > 25
    ]


def test_a_notebook_is_short(notebook):
    assert too_long(notebook) == []


def test_what_is_too_long_is_named():
    text = new_markdown_cell("word " * 101, id="much")
    code = new_code_cell("x = 1\n" * 26, id="long")
    shown = [new_code_cell("x = 1", id=f"n{k}") for k in range(43)]
    locked = new_code_cell("x = 1\n" * 26, id="given", metadata={"jupyter": {"source_hidden": True}})
    within = nbformat.v4.new_notebook(cells=[*shown, new_markdown_cell("word " * 100), locked])
    assert too_long(within) == []
    assert too_long(nbformat.v4.new_notebook(cells=[*shown, text, code, new_markdown_cell(), locked])) == [
        "46 cells are shown; a notebook has 45 at most.",
        "much has 101 words; a text has 100 at most.",
        "long has 26 lines; a code cell has 25 at most.",
    ]
    assert too_long(
        nbformat.v4.new_notebook(cells=[new_markdown_cell("word " * 97, id=f"n{k}") for k in range(25)])
    ) == ["The text has 2425 words; a notebook has 2400 at most."]


def test_a_bonus_is_not_counted_but_its_cells_are_short():
    tags = {"tags": ["bonus"]}
    required = [new_markdown_cell("word " * 53, id=f"n{k}") for k in range(45)]
    beside = [new_markdown_cell("word " * 100, id="b1", metadata=tags), new_code_cell("x = 1", id="b2", metadata=tags)]
    assert too_long(nbformat.v4.new_notebook(cells=[*required, *beside])) == []
    beside[0].metadata["tags"], beside[1].metadata["tags"] = [], []
    assert too_long(nbformat.v4.new_notebook(cells=[*required, *beside])) == [
        "47 cells are shown; a notebook has 45 at most.",
        "The text has 2485 words; a notebook has 2400 at most.",
    ]
    long = new_markdown_cell("word " * 101, id="much", metadata={"tags": ["bonus"]})
    assert too_long(nbformat.v4.new_notebook(cells=[long])) == ["much has 101 words; a text has 100 at most."]


def test_headers_tell_time_and_points(notebook):
    headers = [HEADER.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    headers = [header for header in headers if header]
    most = 180 if notebook.metadata.unrolled.assignment == TWO_SITTINGS else 100
    minutes = sum(int(header[2]) for header in headers)
    assert minutes <= most, f"the headings' minutes sum to {minutes}: {most} at most"
    assert sum(int(header[3]) for header in headers) == 100
    required = [cell for cell in notebook.cells if "bonus" not in cell.metadata.get("tags", [])]
    graded = [cell.metadata.nbgrader.points for cell in required if "points" in cell.metadata.get("nbgrader", {})]
    assert [float(header[3]) for header in headers] == graded, "`autograder rebalance` puts headings in step"


def test_a_bonus_says_that_it_is_one_and_how_long_it_takes(notebook):
    cells = [cell for cell in notebook.cells if "bonus" in cell.metadata.get("tags", [])]
    if any("nbgrader" in cell.metadata for cell in cells):
        heading = re.compile(r"^`[●○]{5} · \d+ min · bonus`$", re.MULTILINE)
        [text] = [cell.source for cell in cells if heading.search(cell.source)]
        assert "Nobody has to do this: it has no points" in text


def test_pictures_have_alternative_text(notebook, course):
    pictures = [
        match
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for match in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", cell.source)
    ]
    for alternative, path in pictures:
        assert len(alternative.split()) >= 5
        assert (course.notebooks / notebook.metadata.unrolled.assignment / path).read_bytes().startswith(b"\x89PNG")


def test_utils_never_imports_autograder(course):
    for folder in ("utils", "solutions"):
        for path in (course.root / folder).rglob("*.py"):
            assert not re.search(r"^\s*(from|import) autograder", path.read_text(encoding="utf-8"), re.MULTILINE), path
