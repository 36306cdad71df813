"""Write the zip by which Gradescope judges an assignment: "Programming Assignment", "Configure Autograder".

At its root stand `setup.sh` and `run_autograder`; the folder `unrolled` is a course that can judge, and nothing of a
class: no gradebook, no submission, no list of people, and a secret of its own.
"""

import shlex
from pathlib import Path

import autograder
from autograder.bundling.archive import zipped
from autograder.bundling.contents import package
from autograder.bundling.requirements import Project
from autograder.course import Course, portable
from autograder.errors import BadRequest
from autograder.files import write
from autograder.judging import seeds

SCRIPTS = Path(__file__).with_name("gradescope_image")
TOP = "unrolled"
SETTINGS = """
# Added for Gradescope, which gives 10 minutes, half a processor and 768 MB of memory by default.
c.Judge.total_timeout = min(c.Judge.get("total_timeout", 600), 420)
c.Judge.memory = min(c.Judge.get("memory", 2048), 1024)
"""


def gradescope_zip(course: Course, assignment: str, output: Path | None = None) -> Path:
    """Write the zip and return its path.

    Parameters
    ----------
    course : Course
    assignment : str
    output : Path, optional
        By default ``course/ASSIGNMENT-gradescope.zip``.

    Raises
    ------
    BadRequest
        If there is no such assignment, or the file cannot be written.
    AutograderError
        If the course is not built.
    """
    if assignment not in course.assignments:
        raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    path = output or course.workspace / f"{assignment}-gradescope.zip"
    modes = {"setup.sh": 0o755, "run_autograder": 0o755, f"{TOP}/course/{seeds.NAME}": 0o600}
    write(path, zipped(files(course, assignment), modes))
    return path


def files(course: Course, assignment: str) -> dict[str, bytes]:
    """Return the files of the zip by path.

    Raises
    ------
    AutograderError
        If an assignment is not built, or the course's secret cannot be read.
    """
    run = (SCRIPTS / "run_autograder").read_text(encoding="utf-8").replace("@ASSIGNMENT@", shlex.quote(assignment))
    found = {"setup.sh": (SCRIPTS / "setup.sh").read_bytes(), "run_autograder": run.encode()}
    return found | {f"{TOP}/{name}": content for name, content in _course(course, assignment).items()}


def _course(course: Course, assignment: str) -> dict[str, bytes]:
    """Return the files of a course that can judge."""
    project = Project(course.root)
    names = ("pyproject.toml", "constraints.txt", "LICENSE", "README.md")
    paths = [*portable.files(course), *(path for name in names if (path := course.root / name).is_file())]
    found = {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}
    found["nbgrader_config.py"] += SETTINGS.encode()
    for name, folder in (("utils", course.fixtures.parent), ("autograder", Path(autograder.__file__).parent)):
        found |= {f"{name}/{path}": content for path, content in package(folder, project.data(name)).items()}
    own = seeds.derived(seeds.secret(course.workspace), f"gradescope {assignment}")
    return found | {f"course/{seeds.NAME}": f"{own.hex()}\n".encode()}
