"""Facts that are declared in two places agree, and the limits that we set ourselves hold."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

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


def test_a_notebook_is_short(notebook):
    hidden = [cell for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    markdown = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(notebook.cells) - len(hidden) <= 45
    assert sum(map(words, markdown)) <= 1800
    assert max(map(words, markdown)) <= 100
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell not in hidden]
    assert all(len(cell.source.splitlines()) <= 25 for cell in code)


def test_headers_tell_time_and_points(notebook):
    headers = [HEADER.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    headers = [header for header in headers if header]
    most = 180 if notebook.metadata.unrolled.assignment == TWO_SITTINGS else 100
    assert sum(int(header[2]) for header in headers) <= most
    assert sum(int(header[3]) for header in headers) == 100
    graded = [cell.metadata.nbgrader.points for cell in notebook.cells if "points" in cell.metadata.get("nbgrader", {})]
    assert [float(header[3]) for header in headers] == graded


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
