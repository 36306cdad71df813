"""Keep the files of a class where nbgrader looks for them: judged notebooks, pages, and what lies beside these."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.collecting import submissions
from autograder.collecting.found import Submissions
from autograder.course import Course
from utils.files import write_whole


class StudentFiles:
    """The files of an assignment, by student.

    Parameters
    ----------
    course : Course
    assignment : str
    submitted : Submissions
        All of the assignment.
    """

    def __init__(self, course: Course, assignment: str, submitted: Submissions) -> None:
        self._course, self._assignment, self._submitted = course, assignment, submitted

    def judged(self, student: str) -> Path:
        """Return where the judged notebook is."""
        return self._course.workspace / "autograded" / student / self._assignment / f"{self._assignment}.ipynb"

    def page(self, student: str) -> Path:
        """Return where the page is that the student reads."""
        return self._course.workspace / "feedback" / student / self._assignment / f"{self._assignment}.html"

    def secret(self, student: str) -> str:
        """Return the secret by which feedback finds this student; each member of a group has one, or none."""
        one = self._submitted.of(student)
        return submissions.secret(one.folder) if one else ""

    def write_delivery(self, student: str) -> None:
        """Put time stamp and secret, by which nbgrader hands pages out, beside the page of what could not be read."""
        one = self._submitted.of(student)
        if one is None:
            return
        files = delivery(submissions.handed_in(one.folder), self.secret(student))
        for folder in (self.judged(student).parent, self.page(student).parent):
            with suppress(OSError):  # as the page itself; without them it is passed over by name
                for name in (submissions.TIMESTAMP, submissions.SECRET):
                    (folder / name).unlink(missing_ok=True)
                    if name in files and folder.is_dir():
                        write_whole(folder / name, files[name])

    def write_judged(self, student: str, notebook: str, beside: Mapping[str, str]) -> None:
        """Put the judged notebook in its place, and next to it only these files and the release's pictures."""
        path = self.judged(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = {path.name: notebook, **beside}
        for name, text in texts.items():
            write_whole(path.with_name(name), text)
        for entry in os.scandir(path.parent):
            if entry.name not in texts:
                shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
        pictures = self._course.workspace / "source" / self._assignment
        if pictures.is_dir():
            shutil.copytree(pictures, path.parent, ignore=shutil.ignore_patterns("*.ipynb"), dirs_exist_ok=True)


def delivery(timestamp: str, secret: str) -> dict[str, str]:
    """Return by name the files that lie beside a notebook or a page: when it was handed in, and its secret."""
    return {k: v for k, v in ((submissions.TIMESTAMP, timestamp), (submissions.SECRET, secret)) if v}
