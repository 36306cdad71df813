"""Check that the disks have room before judging: a run whose marks cannot be written is not begun."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import nbformat
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.collecting.groups import HandedIn
from autograder.collecting.notebook_json import MAX_BYTES
from autograder.course import Course
from autograder.errors import InfrastructureError
from autograder.judging.judge import Judge
from autograder.sandbox import provisioner, users

WORKER = 1_000_000  # bytes in temporary folders, of a kernel and the process that judges; measured: one block, 4,096
RECORD = 20_000  # bytes in the gradebook, of one submission with its comments; measured: 2,000 to 6,000
ROW = 2_000  # bytes in a temporary folder, of one row of the table of results; measured: 760 to 1,120
RESULT = 1_000_000  # bytes of what `autograder judge --json` writes; measured: 6,000


def needed(
    course: Course, assignment: str, config: Config, handed_in: Iterable[HandedIn], url: str, jobs: int
) -> list[tuple[Path, int]]:
    """Return how much grading these submissions may write, and where.

    A judged notebook is the release with the submission's sources and their outputs. The submission's own size says how
    much that is, and room is kept for one notebook a process with all the output that ``c.Judge.max_notebook`` allows.
    What is there of an earlier run is replaced.

    Parameters
    ----------
    course : Course
    assignment : str
    config : traitlets.config.Config
        The course's ``nbgrader_config.py``.
    handed_in : iterable of HandedIn
    url : str
        The gradebook's address.
    jobs : int
        How many submissions are judged at the same time.

    Returns
    -------
    list of (Path, int)
        Folders, which need not exist, and bytes.
    """
    settings, name = Judge(config=config), f"{assignment}.ipynb"
    release = len(nbformat.writes(course.release(assignment)))
    pictures = _pictures(course.workspace / "source" / assignment)
    copies, new = jobs * settings.max_notebook, 0
    for one in handed_in:
        handed = _size(one.submission.folder / name)
        size = release + (handed if handed <= MAX_BYTES else 0)  # a larger one is refused, and stops no other
        new += len(one.members)
        for member in one.members:
            folder = course.workspace / "autograded" / member / assignment
            copies += max(0, size - _size(folder / name)) + max(0, pictures - _pictures(folder))
    where = [(course.workspace, copies), *_temporary(settings, jobs, new)]
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        where.append((Path(address.database).parent, new * RECORD))
    return where


def needed_for_one(course: Course, config: Config, result: Path | None = None) -> list[tuple[Path, int]]:
    """Return the same for one notebook without a gradebook, whose result is written to `result`."""
    where = [(course.workspace, RESULT), *_temporary(Judge(config=config), 1, 0)]  # course/secret may have to be made
    return [*where, (result.absolute().parent, RESULT)] if result else where


def require(where: list[tuple[Path, int]]) -> None:
    """Refuse to begin if there is too little room.

    Parameters
    ----------
    where : list of (Path, int)
        Folders and bytes; what lies on one disk is added up.

    Raises
    ------
    InfrastructureError
        Naming the folders, what is free and what is needed.
    """
    disks = defaultdict(list)
    for folder, size in where:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        disks[there.stat().st_dev].append((there, folder, size))
    for needs in disks.values():
        free, total = shutil.disk_usage(needs[0][0]).free, sum(size for _, _, size in needs)
        if free < total:
            folders = ", ".join(dict.fromkeys(str(folder) for _, folder, _ in needs))
            raise InfrastructureError(
                f"There is too little room on the disk that holds {folders}: {_megabytes(free)} are free, "
                f"{_megabytes(total)} may be needed. Nothing was judged and no mark was touched; make room and try "
                "again."
            )


def _temporary(settings: Judge, jobs: int, rows: int) -> list[tuple[Path, int]]:
    """Return what kernels write on disks: in the sandbox next to nothing, since their folder there is in memory."""
    try:
        folders = Path(tempfile.gettempdir()), Path(provisioner.socket_folder())
    except FileNotFoundError:  # Python tries to write in each
        raise InfrastructureError(
            "There is no temporary folder that can be written to (is the disk full?); make room, or set TMPDIR to a "
            "folder that has some."
        ) from None
    theirs = settings.disk * 1_000_000 if settings.isolation == "none" else 0
    own = [(users.PLACE.parent, jobs * settings.disk * 1_000_000)] if settings.isolation == "user" else []
    return [(folders[0], jobs * (WORKER + theirs) + rows * ROW), (folders[1], jobs * WORKER), *own]


def _pictures(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*.png"))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # what cannot be read is not written either
        return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
