"""Read the groups from ``course/groups.csv``, and choose the submission that counts for each group.

Any member may hand in the group's notebook. The newest of the members' submissions is judged once, as that member's,
and every member gets the result.
"""

import csv
import hashlib
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.collecting import submissions
from autograder.collecting.found import Submissions
from autograder.collecting.plain_files import shown
from autograder.collecting.submissions import Submission
from autograder.errors import BadInput

NAME = "groups.csv"
COLUMNS = ("group", "student")
Line = tuple[int, list[str]]  # its number in the file, and its fields


@dataclass(frozen=True)
class HandedIn:
    """A submission, and the students who get its marks.

    Attributes
    ----------
    submission : Submission
        Its `student` handed it in; inputs are drawn for that one.
    members : tuple of str
        Who gets the marks, sorted; outside of groups its student alone.
    older : tuple of str
        The members whose own submissions are passed over for this one.
    """

    submission: Submission
    members: tuple[str, ...]
    older: tuple[str, ...] = ()

    @property
    def together(self) -> bool:
        """Whether a group handed it in."""
        return len(self.members) > 1

    @property
    def message(self) -> str:
        """Say who handed it in for whom; empty outside of groups."""
        if not self.together:
            return ""
        by, members = self.submission.student, ", ".join(self.members)
        passed = f" Not judged, since older: what {', '.join(self.older)} handed in." if self.older else ""
        return f"Handed in by {by} for the group of {members}.{passed}"

    def digest(self, content: str) -> str:
        """Return the hash of a submission from that of its content: for another group it is another submission."""
        if not self.together:
            return content
        group = {"content": content, "by": self.submission.student, "members": self.members, "older": self.older}
        return hashlib.sha256(json.dumps(group, sort_keys=True).encode()).hexdigest()


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """Read who hands in together.

    Parameters
    ----------
    path : Path
        A table in UTF-8, its fields separated by commas, whose first line is ``group,student``.

    Returns
    -------
    dict of str to tuple of str
        By student, the members of the group, sorted. Empty if there is no such file.

    Raises
    ------
    BadInput
        Naming the line: another column, an empty or unusable name, a student who is named twice.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            rows = [(lines.line_num, [field.strip() for field in row]) for row in lines if any(row)]
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8: save it as “CSV UTF-8”.") from None
    except (OSError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    if not rows:
        raise BadInput(f"{path} is empty: its first line is {','.join(COLUMNS)}.")
    return _members(path, *rows)


def whose(found: Submissions, groups: Mapping[str, tuple[str, ...]]) -> Iterator[HandedIn]:
    """Yield the submissions that count, with the students who get their marks.

    Parameters
    ----------
    found : Submissions
        All of an assignment.
    groups : dict of str to tuple of str
        As `read` returns it.

    Yields
    ------
    HandedIn
        One a group, of its newest submission (of two that are equally new, the first by student's name), and one for
        each student without a group; sorted by the first who handed in.
    """
    for submission in found:
        members = groups.get(submission.student, (submission.student,))
        if len(members) == 1:
            yield HandedIn(submission, members)
            continue
        theirs = [one for one in map(found.of, members) if one]
        if submission == theirs[0]:  # the others of the group come with it
            # A single submission need not be asked for its time.
            newest = max(theirs, key=_moment) if len(theirs) > 1 else theirs[0]
            yield HandedIn(newest, members, tuple(one.student for one in theirs if one is not newest))


def _moment(submission: Submission) -> datetime:
    try:
        return submissions.moment(submission)
    except (OSError, OverflowError, ValueError):  # taken for the newest, so that reading it says what the matter is
        return datetime.max


def _members(path: Path, header: Line, *rows: Line) -> dict[str, tuple[str, ...]]:
    if sorted(header[1]) != sorted(COLUMNS):
        raise BadInput(
            f"{path}, line {header[0]}: the columns are {shown(','.join(header[1]))!r}, but should be "
            f"{','.join(COLUMNS)}, with commas between."
        )
    lines: dict[str, int] = {}
    members: defaultdict[str, list[str]] = defaultdict(list)
    group_of: dict[str, str] = {}
    for line, row in rows:
        if len(row) != len(COLUMNS):
            raise BadInput(f"{path}, line {line}: {len(row)} fields, but there are {len(COLUMNS)} columns.")
        named = dict(zip(header[1], (unicodedata.normalize("NFC", field) for field in row), strict=True))
        group, student = named["group"], named["student"]
        for column, name in named.items():
            if not name:
                raise BadInput(f"{path}, line {line}: the name of the {column} is empty.")
        if not submissions.usable(student):
            raise BadInput(f"{path}, line {line}: {shown(student)!r} cannot be a student's name.")
        if student in lines:
            also = "twice in" if group_of[student] == group else f"in {shown(group_of[student])!r} and in"
            raise BadInput(f"{path}, lines {lines[student]} and {line}: {student} is {also} {shown(group)!r}.")
        lines[student], group_of[student] = line, group
        members[group].append(student)
    return {student: tuple(sorted(members[group])) for student, group in group_of.items()}
