"""Build all that is derived from `solutions/`: source and released notebooks, private releases, fixtures, rubrics.

The same sources always give the same files. Everything is made in a temporary folder first, checked there, and only
then put in place, file by file and only where it differs.
"""

import copy
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets import TraitError
from traitlets.config import Config, ConfigFileNotFound

from autograder.building import as_built, colab, family_table, fixture, rules, unchanged, waypoints
from autograder.course import Course, rubrics, source
from autograder.course import rules as course_rules
from autograder.course.exercise import Exercise
from autograder.course.gradebook_address import gradebook_url, sqlite_file
from autograder.errors import BuildError
from autograder.families.catalogue import has_families
from autograder.grading import known_assignments
from autograder.grading.database import address
from autograder.grading.workers import nbgrader_config
from autograder.judging.cases import Case
from autograder.judging.judge import Judge
from utils import fixtures
from utils.checking import families
from utils.files import write_whole

_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def build(course: Course) -> list[Path]:
    """Build the course and put the result in place; return the files that changed, relative to the root.

    Raises
    ------
    BuildError
        If a source breaks a rule, or real submissions forbid the change; then nothing was touched.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-build-") as folder:
        made = Path(folder)
        url = gradebook_url(course)
        made_from = unchanged.sources(course)
        _make(course, made, url)
        course.workspace.mkdir(parents=True, exist_ok=True)
        known_assignments.take_over(url, made / "gradebook.db", course.assignments)
        changed = []
        for path, target in _placed(course, made):
            if not target.exists() or not as_built.same(path, target):
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, path.read_bytes())
                changed.append(target)
        for target in _stale(course, made):
            target.unlink()
            changed.append(target)
    unchanged.note(course, made_from)
    return [path.relative_to(course.root) for path in changed]


def differences(course: Course) -> list[str]:
    """Rebuild in a temporary folder and say how the committed files differ from the result.

    Returns
    -------
    list of str
        One readable difference a file, notebooks in percent form; empty if everything is as built. Text is compared
        exactly, numbers in fixtures to 2e-7.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-check-") as folder:
        made = Path(folder)
        _make(course, made)
        found = []
        for path, target in _placed(course, made):
            name = target.relative_to(course.root).as_posix()
            if not target.exists():
                if course.workspace not in target.parents:  # course/ is never committed
                    found.append(f"{name} is missing.")
            elif not as_built.same(path, target):
                found.append(as_built.difference(name, path, target))
        stale = (path.relative_to(course.root).as_posix() for path in _stale(course, made))
        found += [f"{name} has no source any more." for name in stale]
    return found


def _make(course: Course, folder: Path, url: str | None = None) -> None:
    """Make everything under `folder`: source/, notebooks/, release/, rubrics/, fixtures/ and gradebook.db.

    The course's gradebook, at `url`, is only asked whether the assignments' cells may change.
    """
    bundle_url = course_rules.read(course).bundle_url
    names = [e.name for a in course.assignments for e in course.exercises(a)]
    for name in names:
        if names.count(name) > 1:
            raise BuildError(f"The exercise {name!r} is declared {names.count(name)} times; names are unique.")
    learners = {"hints": _hints(course)}
    database = folder / "gradebook.db"
    known_assignments.blank(database)
    if url and (file := sqlite_file(url)) and not file.exists():
        url = None  # to ask would make it
    (folder / "fixtures").mkdir()
    for assignment in course.assignments:
        notebook = course.sources[assignment]
        path = course.solutions / f"{assignment}.py"
        rules.check_source(notebook, assignment, course.exercises(assignment))
        source.check_valid(notebook, path)
        place = folder / "source" / assignment
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{assignment}.ipynb")
        _copy_pictures(course, notebook, place)
        if url:
            cells = {found for cell in notebook.cells if (found := source.grade_id(cell))}
            known_assignments.check_room(url, assignment, cells)
        _generate(folder, assignment, database)
        released = folder / "notebooks" / assignment / f"{assignment}.ipynb"
        release = nbformat.read(released, as_version=4)
        rules.check_release(release, notebook, assignment)
        if bundle_url:
            colab.add_first_cells(release, assignment, bundle_url)
            nbformat.write(release, released)
        source.check_valid(release, path)
        private = folder / "release" / assignment
        private.mkdir(parents=True)
        shutil.copy2(released, private)
        digest = hashlib.sha256(released.read_bytes()).hexdigest()
        (private / f"{assignment}.sha256").write_text(digest + "\n", encoding="ascii")
        _write_fixtures(course, assignment, folder / "fixtures")
        if rubric := rubrics.page(notebook, assignment):
            (folder / "rubrics").mkdir(exist_ok=True)
            (folder / "rubrics" / f"{assignment}.html").write_text(rubric, encoding="utf-8")
    _write_pages(course, folder / "notebooks" / source.FURTHER, bundle_url)
    waypoints.write(course, folder / "fixtures")
    questions = {assignment: rubrics.questions(course.sources[assignment]) for assignment in course.assignments}
    settings = json.dumps({**learners, "written": questions}, ensure_ascii=False)
    (folder / "fixtures" / fixtures.SETTINGS).write_text(settings + "\n", encoding="utf-8")


def _write_pages(course: Course, folder: Path, bundle_url: str) -> None:
    """Write the pages without points. nbgrader never sees them: they are not assignments."""
    rules.check_pages(course.pages, course.sources.values())
    for name, page in course.pages.items():
        source.check_valid(page, course.solutions / source.FURTHER / f"{name}.py")
        made = copy.deepcopy(page)
        if bundle_url:
            colab.add_first_cells(made, name, bundle_url, folder.name)
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, folder / f"{name}.ipynb")


def _hints(course: Course) -> str:
    """Return which hints learners get: by `course.toml`, or where it does not say, by `nbgrader_config.py`."""
    if chosen := course_rules.read(course).hints:
        return chosen
    try:
        return str(Judge(config=nbgrader_config(course)).hints)
    except ConfigFileNotFound:
        return str(Judge().hints)
    except TraitError as error:
        raise BuildError(f"nbgrader_config.py: c.Judge.hints cannot be used. {error}") from None


def _generate(folder: Path, assignment: str, database: Path) -> None:
    """Run nbgrader's own generate_assignment from `folder`/source into `folder`/notebooks."""
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "notebooks"
    config.CourseDirectory.db_url = address(database)
    config.CourseDirectory.assignment_id = assignment
    try:
        GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
    except Exception as error:
        raise BuildError(f"nbgrader could not make the student version of {assignment}: {error}") from error


def _write_fixtures(course: Course, assignment: str, folder: Path) -> None:
    """Write the fixtures of an assignment's exercises, and the numbers of their families' mistakes."""
    points = {
        source.grade_id(cell): cell.metadata.nbgrader.points
        for cell in course.sources[assignment].cells
        if source.is_grade(cell)
    }
    for position, exercise in enumerate(course.exercises(assignment)):
        drawn = fixture.shown_cases(exercise, course)
        content = fixture.fixture(exercise, course, assignment, position, points[exercise.grade_id], drawn)
        (folder / f"{exercise.name}.json").write_text(fixture.text(content), encoding="utf-8")
        if has_families(exercise):
            _write_families(course, exercise, drawn, folder)


def _write_families(course: Course, exercise: Exercise, drawn: Sequence[Case], folder: Path) -> None:
    """Write the numbers of an exercise's families' mistakes; what was made from the same sources is only copied."""
    path, built = (families.path_of(exercise.name, place) for place in (folder, course.fixtures))
    path.parent.mkdir(exist_ok=True)
    if built.exists() and families.digest(built) == family_table.digest(exercise, course, drawn):
        shutil.copyfile(built, path)
    else:
        family_table.write(family_table.table(exercise, course, drawn), path)


def _copy_pictures(course: Course, notebook: NotebookNode, place: Path) -> None:
    """Copy the static pictures that the notebook shows; they are made by `make figures`, not here."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for name in _PICTURE.findall(cell.source):
            if "://" in name:
                raise BuildError(f"{place.name}, cell {cell.id!r}: the picture {name} is not in this repository.")
            picture = course.solutions / name
            if not picture.is_file():
                raise BuildError(f"{place.name}, cell {cell.id!r}: no picture solutions/{name}; run `make figures`.")
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, place / name)


def _placed(course: Course, made: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each built file and where it belongs."""
    places = {
        "source": course.workspace / "source",
        "notebooks": course.notebooks,
        "release": course.workspace / "release",
        "rubrics": course.workspace / "rubrics",
        "fixtures": course.fixtures,
    }
    for name, place in places.items():
        for path in sorted((made / name).rglob("*")):
            if path.is_file():
                yield path, place / path.relative_to(made / name)


def _stale(course: Course, made: Path) -> list[Path]:
    """Return built files that are no longer made."""
    wanted = {target for _, target in _placed(course, made)}
    found = list(course.fixtures.glob("*.json")) + list(course.fixtures.glob("families/*.npz"))
    found += list(course.notebooks.glob("*/*.ipynb"))
    for name in ("source", "release", "rubrics"):
        found += [path for path in (course.workspace / name).rglob("*") if path.is_file()]
    return sorted(path for path in found if path not in wanted and ".ipynb_checkpoints" not in path.parts)
