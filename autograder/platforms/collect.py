"""Unpack a platform's download of submissions into ``course/submitted``: `autograder collect`."""

import logging
import os
import shutil
import stat
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograder.collecting import submissions
from autograder.collecting.archives import SafeExtractor
from autograder.collecting.plain_files import shown
from autograder.course import Course
from autograder.errors import BadInput, BadRequest
from autograder.platforms import downloads, gradescope
from autograder.platforms import roster as rosters
from autograder.platforms.export import require

_OURS = {submissions.TIMESTAMP, submissions.SECRET}  # a student's file of such a name would say when, or be a secret


_COPY = "download.zip"  # what the extractor calls any download


@dataclass(frozen=True)
class Found:
    """What a download holds of a student.

    Attributes
    ----------
    moment : datetime or None
        When it was handed in, in UTC and without a zone, if the platform says so.
    files : dict of str to Path
        Where each file lies now, by its path as the student named it.
    late : bool
        Whether the platform calls it late, without saying by how much.
    """

    moment: datetime | None
    files: dict[str, Path]
    late: bool = False


@dataclass(frozen=True)
class Collected:
    """What became of a download.

    Attributes
    ----------
    students : tuple of str
        Whose submissions were written.
    unchanged : int
        How many lay there already.
    notes : tuple of str
        What was left out and why, a sentence each.
    """

    students: tuple[str, ...]
    unchanged: int
    notes: tuple[str, ...]


def collect(course: Course, platform: str, download: Path, assignment: str, roster: Path | None) -> Collected:
    """Unpack a download.

    A submission that lies there already gives way only to a newer one: by the platform's time, else by the time of the
    download.

    Parameters
    ----------
    course : Course
    platform : {"canvas", "moodle", "gradescope"}
    download : Path
        Its zip, or the folder that it was unpacked into.
    assignment : str
    roster : Path, optional
        The gradebook exported from Canvas or Moodle's grading worksheet; without it, students are called by the
        platform's own ids.

    Raises
    ------
    BadInput
        If the download or the roster cannot be used, or is of another platform.
    """
    require(course, assignment)
    if roster and platform == "gradescope":
        raise BadRequest("Gradescope's export names its students itself: --roster is for canvas and moodle.")
    notes: list[str] = []
    with _unpacked(download, notes) as folder:
        if platform == "gradescope":
            found = _of_gradescope(course, folder, download, notes)
        else:
            found = _of_names(course, platform, folder, download, roster, notes)
        written, unchanged = [], 0
        if late := [shown(student) for student, one in sorted(found.items()) if one.late and not one.moment]:
            notes.append(
                f"{platform.title()} calls late, and does not say by how much: {', '.join(late)}. It costs nothing "
                f"here until you write a {submissions.TIMESTAMP} into the folder."
            )
        downloaded = datetime.fromtimestamp(download.stat().st_mtime, UTC).replace(tzinfo=None)
        for student in sorted(found):
            done = _put(course, assignment, student, found[student], downloaded, notes)
            written += [student] if done else []
            unchanged += done is None
    return Collected(tuple(written), unchanged, tuple(notes))


class _Notes(logging.Handler):
    """Keeps what the extractor logs."""

    def __init__(self, notes: list[str], name: str) -> None:
        super().__init__()
        self._notes, self._name = notes, name

    def emit(self, record: logging.LogRecord) -> None:
        self._notes.append(record.getMessage().replace(_COPY, shown(self._name)))


@contextmanager
def _unpacked(download: Path, notes: list[str]) -> Iterator[Path]:
    """Unpack a zip, or copy a folder, with care; what is refused is noted."""
    try:
        mode = download.stat().st_mode
    except OSError as error:
        raise BadInput(f"{download} cannot be read: {error.strerror}.") from None
    log = logging.Logger("collect")
    log.addHandler(_Notes(notes, download.name))
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in", Path(name) / "out"
        if stat.S_ISDIR(mode):
            source = download
        elif download.suffix.lower() == ".zip":
            source.mkdir()
            shutil.copyfile(download, source / _COPY)
            target = target / Path(_COPY).stem
        else:
            raise BadInput(f"{download} is neither a zip nor a folder.")
        SafeExtractor(log=log).extract(str(source), str(target if source == download else target.parent))
        if not target.is_dir():
            raise BadInput(f"{download} cannot be used. {' '.join(notes)}")
        yield target


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _of_names(
    course: Course, platform: str, folder: Path, download: Path, roster: Path | None, notes: list[str]
) -> dict[str, Found]:
    """Return what Canvas or Moodle says by the files' names alone."""
    reader, other = (
        (downloads.of_canvas, downloads.of_moodle)
        if platform == "canvas"
        else (downloads.of_moodle, downloads.of_canvas)
    )
    by_number: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    strange, hint, late = [], "", set[str]()
    if any(other(name) for name, _ in _files(folder)):
        hint = " It looks like another platform's."
    while len(inside := [*folder.iterdir()]) == 1 and inside[0].is_dir() and not reader(f"{inside[0].name}/x"):
        [folder] = inside  # a folder that was packed as a whole
    for name, path in _files(folder):
        if handed := reader(name):
            if before := by_number[handed.number].get(handed.file):
                notes.append(f"Left out, since another file of that student has the same name: {shown(before.name)}.")
            by_number[handed.number][handed.file] = path
            late |= {handed.number} if handed.late else set()
        else:
            strange.append(name)
    if not by_number:
        raise BadInput(f"{download} holds no file that is named as {platform.title()} names submissions.{hint}")
    notes += [f"Left out, since it is not a file that was handed in: {shown(name)}." for name in strange]
    listed = rosters.read(course, platform, roster, notes) if roster else rosters.Roster()
    found: dict[str, Found] = {}
    for number, files in sorted(by_number.items()):
        own = f"participant-{number}" if platform == "moodle" else number
        student = listed.students[number].id if number in listed.students else None if roster else own
        if student is None:
            notes.append(f"Left out, since {roster} does not say who that is: {own}.")
        else:
            found[student] = Found(listed.moments.get(number), files, number in late)
    _compare(course, listed, set(by_number), notes)
    return found


def _compare(course: Course, listed: rosters.Roster, handed_in: set[str], notes: list[str]) -> None:
    """Let the gradebook know the class, and note who of it handed in nothing."""
    students = {number: one for number, one in listed.students.items() if one.last_name or number in handed_in}
    rosters.enrol(course, students.values())
    if absent := [shown(one.id) for number, one in sorted(students.items()) if number not in handed_in]:
        notes.append(f"Handed in nothing: {', '.join(absent)}.")


def _of_gradescope(course: Course, folder: Path, download: Path, notes: list[str]) -> dict[str, Found]:
    """Return what Gradescope's list says; each member of a group gets the files, the newest if there are several."""
    lists = sorted(folder.rglob(gradescope.METADATA), key=lambda path: len(path.parts))
    if not lists:
        raise BadInput(f"{download} is not an export of Gradescope's submissions: it has no {gradescope.METADATA}.")
    top = lists[0].parent
    there = {path.name for path in top.iterdir() if path.is_dir()}
    listed = gradescope.read(lists[0])
    known = {student.id for student in rosters.known(course)}
    found: dict[str, Found] = {}
    for one in sorted(listed.values(), key=lambda one: (one.created or datetime.min, one.folder)):
        if one.folder not in there or not one.submitters:
            reason = "it names nobody" if one.folder in there else "there is no such folder"
            notes.append(f"Left out: {shown(one.folder)}, since {reason}.")
            continue
        for student in one.submitters:
            name = student.email if student.email in known and student.id not in known else student.id
            if name in found:
                notes.append(f"{shown(name)} handed in several: the newest counts.")
            found[name] = Found(one.created, dict(_files(top / one.folder)))
    notes += [
        f"Left out, since {gradescope.METADATA} does not name it: {shown(path.name)}."
        for path in sorted(top.iterdir())
        if path.name not in listed and path != lists[0]
    ]
    return found


def _put(
    course: Course, assignment: str, student: str, found: Found, downloaded: datetime, notes: list[str]
) -> bool | None:
    """Write one student's submission; return whether it was written, or None if it lies there already."""
    if not submissions.usable(student) or "/" in student or student.startswith("."):
        notes.append(f"Left out, since it cannot be a student's name: {shown(student)}.")
        return False
    ours = [name for name in found.files if name.lower() in _OURS]
    notes += [f"{student}: {name} was left out, since only the platform says when." for name in ours]
    below = [name for name in found.files if any(str(one) in found.files for one in PurePosixPath(name).parents)]
    notes += [f"{student}: {name} was left out, since a file is called like its folder." for name in below]
    files = {name: path.read_bytes() for name, path in found.files.items() if name not in (*ours, *below)}
    if found.moment:
        files[submissions.TIMESTAMP] = f"{found.moment:%Y-%m-%d %H:%M:%S} UTC\n".encode()
    place = course.workspace / "submitted" / student / assignment
    if os.path.lexists(place):
        if place.is_symlink() or not place.is_dir():
            notes.append(f"{student}: left out, since {place} is not a folder.")
            return False
        if _same(place, files):
            return None
        there = submissions.moment(submissions.Submission(student, assignment, place))
        if there >= (found.moment or downloaded):
            notes.append(f"{student}: left out, since what lies in {place} is as new or newer.")
            return False
    _write(place, files, found.moment or downloaded)
    return True


def _same(place: Path, files: Mapping[str, bytes]) -> bool:
    there = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if not path.is_dir()}
    plain = all(path.is_file() and not path.is_symlink() for path in there.values())  # a pipe would never end
    return plain and there.keys() == files.keys() and all(there[name].read_bytes() == files[name] for name in files)


def _write(place: Path, files: Mapping[str, bytes], moment: datetime) -> None:
    """Put files in the place of a folder, whole or not at all; they bear the time of their submission."""
    place.parent.mkdir(parents=True, exist_ok=True)
    seconds = moment.replace(tzinfo=UTC).timestamp()
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=place.parent) as name:
        new = Path(name) / "new"
        for file, content in files.items():
            path = new / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (seconds, seconds))
        if place.exists():
            os.replace(place, Path(name) / "old")
        os.replace(new, place)
