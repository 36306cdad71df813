"""Run over the submissions of an assignment: find what must be judged, and record the results."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties

from autograder.collecting import submissions
from autograder.collecting.groups import HandedIn
from autograder.collecting.plain_files import Refused, shown
from autograder.course import Course, rubrics, rules
from autograder.course.gradebook_address import gradebook_url
from autograder.errors import AutograderError, BadInput, InfrastructureError
from autograder.grading import (
    gradebook,
    item_marks,
    judged_notebook,
    manual_marks,
    provenance,
    standings,
    ungraded_page,
)
from autograder.grading.database import GradebookAway
from autograder.grading.job import Job, Outcome, first_line
from autograder.grading.rows import Graded, judged_row
from autograder.grading.workers import nbgrader_config
from autograder.safe_html import clean, markdown
from utils.files import write_whole

_RUNNING = "This mark is out of date: a newer submission, or a newer grader, is at work on it."
_OUT_OF_DATE = "This mark is out of date: it is of an earlier submission. {}"
_NOT_REPEATED = "This mark is out of date: grading this submission again did not succeed."


class ClassRun:
    """The submissions of one assignment in one run: reads them, and records their results."""

    def __init__(
        self, course: Course, assignment: str, force: bool, isolation: str | None, folders: Mapping[str, Path]
    ) -> None:
        config = nbgrader_config(course, isolation)
        self._course, self._assignment, self._force, self._folders = course, assignment, force, folders
        self._url = gradebook_url(course, config)
        self._run = provenance.new_run(course, assignment, config)
        self._rules = rules.read(course)
        late = AssignLatePenalties(config=config)
        late.course = course
        self._counting = late, self._rules
        self._known = gradebook.gradings(self._url, assignment)
        self._read: dict[str, tuple[HandedIn, submissions.Content, str]] = {}
        self._secrets: dict[str, str] = {}
        self._moved: dict[str, float | None] = {}
        self._by_rubric: dict[str, float] = {}
        self._results: dict[str, Any] = {}
        self._recorded: dict[str, standings.Recorded] = {}  # of those whose turn it is
        self.rows: dict[str, Graded] = {}

    def mark_leavers(self, pattern: str, present: set[str]) -> None:
        """Mark as out of date what those have who have left a group and handed in nothing since.

        What became of a submission that is gone, and left no mark, is forgotten.

        Parameters
        ----------
        pattern : str
            Whom this run is about.
        present : set of str
            For whom something was handed in.
        """
        for student in sorted(set(self._known) - present):
            by = judged_notebook.about(self._path(student)).get("group", {}).get("handed_in_by", student)
            if by != student and submissions.like(student, pattern):
                message = f"What {by} handed in is no longer for {student}, who has handed in nothing since."
                self._set_aside(student, "missing", "", message)
        gradebook.forget(self._url, self._assignment, sorted(set(self._known) - present))

    def follow_rubric(self, students: Iterable[str]) -> None:
        """Give these students' written answers what the items that people chose for them are worth by now."""
        rubric = rubrics.items(self._course.sources[self._assignment])
        for one in item_marks.rescore(self._url, self._assignment, rubric, students):
            self._by_rubric[one.student] = self._by_rubric.get(one.student, 0.0) + one.after - one.before

    def jobs(self, found: Iterable[HandedIn], done: Callable[[], object]) -> Iterator[Job]:
        """Yield the submissions to judge; one that needs no judging gets its row at once, and `done` is called."""
        # What a killed run was working on comes last: if it kills this one too, the others have their marks.
        for some in standings.batches(sorted(found, key=self._was_running)):
            members = [student for one in some for student in one.members]
            self._recorded = standings.recorded_at(self._url, self._assignment, members)
            for one in some:
                job = self._job(one)
                if job is None:
                    done()
                else:
                    yield job

    def record(self, job: Job, outcome: Outcome) -> None:
        """Record what came back, for each who handed it in."""
        one, content, digest = self._read.pop(job.student)
        if outcome.state != "graded":
            self._record_without_mark(one, outcome.state, digest, outcome.message)
            return
        timestamp, message = submissions.time_of(content.timestamp)
        message = " ".join(filter(None, (one.message, message)))
        for student in one.members:
            try:
                self._write(student, outcome.notebook, content.timestamp if timestamp else "")
                grading = self._grading(student, "graded", digest, message)
                known = self._known.get(student)
                same = known is not None and (known.state, known.submission) == ("graded", digest)
                again = gradebook.save(self._url, self._assignment, grading, outcome, timestamp, *self._counting, same)
                if again:
                    text = judged_notebook.with_changes(outcome.notebook, again)
                    self._write(student, text, content.timestamp if timestamp else "")
            except GradebookAway:  # nor could the others be recorded
                raise
            except Exception as error:  # whatever it is, the student is not to blame, and the others are graded
                self._set_aside(student, "infrastructure", digest, _reason(error))
            else:
                with suppress(OSError):  # what stands there is of an earlier mark; there may be nothing
                    self._path(student, "feedback", "html").unlink()
                self.rows[student] = judged_row(
                    student, "graded", judged_notebook.about(self._path(student)), self._rules.excused, message
                )

    def add_standings(self) -> None:
        """Add to the rows what the gradebook holds by now."""
        with suppress(InfrastructureError):  # marks are recorded, or their rows say why not
            for student, one in standings.standings(self._url, self._assignment, [*self.rows]).items():
                standing = replace(one, before=self._before(one, student))
                self.rows[student] = replace(self.rows[student], standing=standing)

    def _before(self, standing: standings.Standing, student: str) -> float | None:
        """Return the score until rules, dates or the rubric moved it in this run; None if they did not."""
        before, by_rubric = self._moved.get(student), self._by_rubric.get(student)
        return before if by_rubric is None else (standing.score if before is None else before) - by_rubric

    def _was_running(self, one: HandedIn) -> bool:
        return any(student in self._known and self._known[student].state == "running" for student in one.members)

    def _job(self, one: HandedIn) -> Job | None:
        digest = ""
        try:
            content = submissions.read(one.submission)
            digest = one.digest(content.digest)
            if (kept := self._kept(one.members, digest)) is not None:
                for student in one.members:
                    self._follow(kept[student])
                self.rows |= kept
                return None
            for student in one.members:
                grading = self._grading(student, "running", digest)
                gradebook.set_aside(self._url, self._assignment, grading, _RUNNING)
        except BadInput as error:
            state = "refused" if isinstance(error, Refused) else "unreadable"
            self._record_without_mark(one, state, digest, str(error))
            return None
        except GradebookAway:
            raise
        except Exception as error:
            self._record_without_mark(one, "infrastructure", digest, _reason(error))
            return None
        self._secrets |= {student: self._secret(student) for student in one.members}
        self._read[one.submission.student] = one, content, digest
        notes = (*content.notes, one.message) if one.message else content.notes
        members = one.members if one.together else ()
        about = (one.submission.student, self._assignment, content.name, content.content, self._run)
        return Job(*about, notes, members, content.beside)

    def _follow(self, row: Graded) -> None:
        """Update what needs no judging from what people did since: lateness, and the answers to look at again."""
        known, judged = self._recorded.get(row.student), self._judged(row.student)
        if known and known.follows(self._assignment, row.student, self._rules, judged):
            standing = known.standing
        else:
            standing = self._follow_rules(row.student)
        self._moved[row.student] = standing.before if standing else None
        if row.status == "unreadable":
            ungraded_page.write(self._path(row.student, "feedback", "html"), self._assignment, row.message, standing)
        if row.status == "kept":
            again: Mapping[str, Any] = {}
            if standing is None or standing.again:
                again = manual_marks.marks_to_review_at(self._url, self._assignment, row.student)
            path = self._path(row.student)
            text = path.read_text(encoding="utf-8")
            if (again or judged_notebook.says_changed(text)) and (
                other := judged_notebook.with_changes(text, again)
            ) != text:
                write_whole(path, other)

    def _follow_rules(self, student: str) -> standings.Standing | None:
        judged = self._judged(student)
        return standings.follow_rules(self._url, self._assignment, student, *self._counting, judged)

    def _judged(self, student: str) -> dict[str, float | None]:
        """Return what each exercise earned, by grade_id; nothing where that is not known."""
        results = self._results.get(student) or judged_notebook.about(self._path(student)).get("results", {})
        return {f"test_{name}": result["score"] for name, result in results.items()}

    def _kept(self, students: Iterable[str], digest: str) -> dict[str, Graded] | None:
        """Return the rows of a submission that need not be judged again, or None."""
        rows = {}
        for student in students:
            known = self._known.get(student)
            if self._force or known is None or known.submission != digest:
                return None
            if (known.grader, known.exercises) != (self._run.grader, self._run.exercises):
                return None
            if known.state in ("unreadable", "quarantined"):
                rows[student] = Graded(student, known.state, message=known.message)
                continue
            about = judged_notebook.about(self._path(student)) if known.state == "graded" else {}
            if not about.get("results"):
                return None
            self._results[student] = about["results"]
            rows[student] = judged_row(student, "kept", about, self._rules.excused, known.message)
        return rows

    def _record_without_mark(self, one: HandedIn, state: str, digest: str, message: str) -> None:
        """Record, for each who handed it in, that there is no mark of this submission."""
        message = " ".join(filter(None, (message, one.message)))
        for student in one.members:
            self._set_aside(student, state, digest, message)

    def _set_aside(self, student: str, state: str, digest: str, message: str) -> None:
        message = clean(message)  # neither the gradebook nor a page could hold the rest
        named = _OUT_OF_DATE if state in gradebook.NOT_READ else _NOT_REPEATED
        hint = markdown(named.format(message))  # it may hold a file's name
        self.rows[student] = Graded(student, state, message=message)
        if not submissions.usable(student):
            return
        standing = None
        try:
            grading = self._grading(student, state, digest, message)
            gradebook.set_aside(self._url, self._assignment, grading, hint)
            standing = self._follow_rules(student)
        except GradebookAway:
            raise
        except Exception as error:  # a course's own plug-in for lateness may raise anything
            self.rows[student] = Graded(student, "infrastructure", message=_reason(error))
        if state in gradebook.NOT_READ:
            ungraded_page.write(self._path(student, "feedback", "html"), self._assignment, message, standing)
            self._write_delivery_files(student)

    def _grading(self, student: str, state: str, digest: str, message: str = "") -> gradebook.Grading:
        run = self._run
        return gradebook.Grading(student, state, digest, run.grader, run.exercises, run.id, message)

    def _path(self, student: str, step: str = "autograded", ending: str = "ipynb") -> Path:
        return self._course.workspace / step / student / self._assignment / f"{self._assignment}.{ending}"

    def _secret(self, student: str) -> str:
        """Return the secret by which feedback finds this student; each member of a group has one, or none."""
        return submissions.secret(self._folders[student]) if student in self._folders else ""

    def _write_delivery_files(self, student: str) -> None:
        """Put time stamp and secret, by which nbgrader hands pages out, beside the page of what could not be read."""
        if student not in self._folders:
            return
        files = _delivery_files(submissions.handed_in(self._folders[student]), self._secret(student))
        for folder in (self._path(student).parent, self._path(student, "feedback").parent):
            with suppress(OSError):  # as the page itself; without them it is passed over by name
                for name in (submissions.TIMESTAMP, submissions.SECRET):
                    (folder / name).unlink(missing_ok=True)
                    if name in files and folder.is_dir():
                        write_whole(folder / name, files[name])

    def _write(self, student: str, notebook: str, timestamp: str) -> None:
        """Put the judged notebook where nbgrader looks for it, and next to it only the release's pictures."""
        path = self._path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = {path.name: notebook} | _delivery_files(timestamp, self._secrets[student])
        for name, text in texts.items():
            write_whole(path.with_name(name), text)
        for entry in os.scandir(path.parent):
            if entry.name not in texts:
                shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
        pictures = self._course.workspace / "source" / self._assignment
        if pictures.is_dir():
            shutil.copytree(pictures, path.parent, ignore=shutil.ignore_patterns("*.ipynb"), dirs_exist_ok=True)


def _delivery_files(timestamp: str, secret: str) -> dict[str, str]:
    """Return by name the files that lie beside a notebook or a page: when it was handed in, and its secret."""
    return {k: v for k, v in ((submissions.TIMESTAMP, timestamp), (submissions.SECRET, secret)) if v}


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or first_line(error)}: {shown(str(error.filename or 'the disk'))}."
    return str(error) if isinstance(error, AutograderError) else first_line(error)
