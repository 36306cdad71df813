"""Run over the submissions of an assignment: find what must be judged, and record the results."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties

from autograder.collecting import submissions
from autograder.collecting.found import Submissions
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
    student_files,
    ungraded_page,
)
from autograder.grading.database import GradebookAway
from autograder.grading.job import Job, Outcome, first_line
from autograder.grading.rows import Graded, Rows, judged_row
from autograder.grading.workers import nbgrader_config
from autograder.safe_html import clean, markdown
from utils.files import write_whole

_RUNNING = "This mark is out of date: a newer submission, or a newer grader, is at work on it."
_OUT_OF_DATE = "This mark is out of date: it is of an earlier submission. {}"
_NOT_REPEATED = "This mark is out of date: grading this submission again did not succeed."


@dataclass(frozen=True)
class _Turn:
    """A submission that is being judged.

    Attributes
    ----------
    one : HandedIn
    content : Content
    digest : str
        Of the submission, as `HandedIn.digest` makes it.
    secrets : dict of str to str
        Of its members, by which feedback finds each, at the time when it was read.
    graded : set of str
        Those of its members whose mark that stands is of this very submission.
    """

    one: HandedIn
    content: submissions.Content
    digest: str
    secrets: Mapping[str, str]
    graded: Set[str]


class ClassRun:
    """The submissions of one assignment in one run: reads them, and records their results.

    Of a student it keeps in memory what is needed while it is that student's turn; `rows` are in a file.
    """

    def __init__(
        self, course: Course, assignment: str, force: bool, isolation: str | None, submitted: Submissions
    ) -> None:
        config = nbgrader_config(course, isolation)
        self._course, self._assignment, self._force = course, assignment, force
        self._files = student_files.StudentFiles(course, assignment, submitted)
        self._url = gradebook_url(course, config)
        self._run = provenance.new_run(course, assignment, config)
        self._rules = rules.read(course)
        late = AssignLatePenalties(config=config)
        late.course = course
        self._counting = late, self._rules
        self._rubric = rubrics.items(course.sources[assignment])
        gradebook.require_assignment(self._url, assignment)
        self._known: dict[str, gradebook.Grading] = {}  # of those whose turn it is, as the other two
        self._recorded: dict[str, standings.Recorded] = {}
        self._moved: defaultdict[str, float] = defaultdict(float)  # by how many points rules, dates or the rubric did
        self._turns: dict[str, _Turn] = {}
        self.rows = Rows()

    def mark_leavers(self, pattern: str, is_there: Callable[[str], bool]) -> None:
        """Mark as out of date what those have who have left a group and handed in nothing since.

        What became of a submission that is gone, and left no mark, is forgotten.

        Parameters
        ----------
        pattern : str
            Whom this run is about.
        is_there : callable
            Whether something was handed in for a student.
        """
        for some in standings.batches(gradebook.absent(self._url, self._assignment, is_there)):
            known = sorted(gradebook.gradings(self._url, self._assignment, some))
            for student in known:
                by = judged_notebook.about(self._files.judged(student)).get("group", {}).get("handed_in_by", student)
                if by != student and submissions.like(student, pattern):
                    message = f"What {by} handed in is no longer for {student}, who has handed in nothing since."
                    self._set_aside(student, "missing", "", message)
            gradebook.forget(self._url, self._assignment, known)

    def jobs(self, found: Callable[[], Iterator[HandedIn]], done: Callable[[], object]) -> Iterator[Job]:
        """Yield the submissions to judge; one that needs no judging gets its row at once, and `done` is called."""
        running = gradebook.running(self._url, self._assignment)
        # What a killed run was working on comes last: if it kills this one too, the others have their marks.
        first = (one for one in found() if running.isdisjoint(one.members))
        last = (one for one in found() if not running.isdisjoint(one.members)) if running else ()
        for some in standings.batches(chain(first, last)):
            self._look_up([student for one in some for student in one.members])
            for one in some:
                job = self._job(one)
                if job is None:
                    done()
                else:
                    yield job

    def record(self, job: Job, outcome: Outcome) -> None:
        """Record what came back, for each who handed it in."""
        turn = self._turns.pop(job.student)
        if outcome.state != "graded":
            self._record_without_mark(turn.one, outcome.state, turn.digest, outcome.message)
            return
        timestamp, message = submissions.time_of(turn.content.timestamp)
        message = " ".join(filter(None, (turn.one.message, message)))
        for student in turn.one.members:
            beside = student_files.delivery(turn.content.timestamp if timestamp else "", turn.secrets[student])
            try:
                self._files.write_judged(student, outcome.notebook, beside)
                grading = self._grading(student, "graded", turn.digest, message)
                same = student in turn.graded
                again = gradebook.save(self._url, self._assignment, grading, outcome, timestamp, *self._counting, same)
                if again:
                    self._files.write_judged(student, judged_notebook.with_changes(outcome.notebook, again), beside)
            except GradebookAway:  # nor could the others be recorded
                raise
            except Exception as error:  # whatever it is, the student is not to blame, and the others are graded
                self._set_aside(student, "infrastructure", turn.digest, _reason(error))
            else:
                with suppress(OSError):  # what stands there is of an earlier mark; there may be nothing
                    self._files.page(student).unlink()
                about = judged_notebook.about(self._files.judged(student))
                self._put(judged_row(student, "graded", about, self._rules.excused, message))

    def add_standings(self) -> None:
        """Add to the rows what the gradebook holds by now."""
        for some in self.rows.batches():
            try:
                found = standings.standings(self._url, self._assignment, [row.student for row in some])
            except InfrastructureError:  # marks are recorded, or their rows say why not
                return
            self.rows.add_standings(found)

    def _look_up(self, students: list[str]) -> None:
        """Look up in the gradebook what is known of these students, whose turn it is."""
        usable = [student for student in students if submissions.usable(student)]
        for one in item_marks.rescore(self._url, self._assignment, self._rubric, usable):
            self._moved[one.student] += one.after - one.before
        self._known = gradebook.gradings(self._url, self._assignment, usable)
        self._recorded = standings.recorded_at(self._url, self._assignment, usable)

    def _job(self, one: HandedIn) -> Job | None:
        digest = ""
        try:
            content = submissions.read(one.submission)
            digest = one.digest(content.digest)
            if kept := self._kept(one.members, digest):
                for row, judged in kept:
                    self._follow(row, judged)
            else:
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
        if kept:
            for row, _ in kept:
                self._put(row)
            return None
        secrets = {student: self._files.secret(student) for student in one.members}
        graded = {student for student in one.members if self._stands(student, digest)}
        self._turns[one.submission.student] = _Turn(one, content, digest, secrets, graded)
        notes = (*content.notes, one.message) if one.message else content.notes
        members = one.members if one.together else ()
        about = (one.submission.student, self._assignment, content.name, content.content, self._run)
        return Job(*about, notes, members, content.beside)

    def _stands(self, student: str, digest: str) -> bool:
        known = self._known.get(student)
        return known is not None and (known.state, known.submission) == ("graded", digest)

    def _put(self, row: Graded) -> None:
        self.rows.put(row, self._moved.pop(row.student, 0.0))

    def _follow(self, row: Graded, judged: Mapping[str, float | None]) -> None:
        """Update what needs no judging from what people did since: lateness, and the answers to look at again."""
        known = self._recorded.get(row.student)
        if known and known.follows(self._assignment, row.student, self._rules, judged):
            standing = known.standing
        else:
            standing = self._follow_rules(row.student, judged)
        if standing and standing.before is not None:
            self._moved[row.student] += standing.score - standing.before
        if row.status == "unreadable":
            ungraded_page.write(self._files.page(row.student), self._assignment, row.message, standing)
        if row.status == "kept":
            again: Mapping[str, Any] = {}
            if standing is None or standing.again:
                again = manual_marks.marks_to_review_at(self._url, self._assignment, row.student)
            path = self._files.judged(row.student)
            text = path.read_text(encoding="utf-8")
            if (again or judged_notebook.says_changed(text)) and (
                other := judged_notebook.with_changes(text, again)
            ) != text:
                write_whole(path, other)

    def _follow_rules(self, student: str, judged: Mapping[str, float | None]) -> standings.Standing | None:
        return standings.follow_rules(self._url, self._assignment, student, *self._counting, judged)

    def _kept(self, students: Iterable[str], digest: str) -> list[tuple[Graded, dict[str, float | None]]]:
        """Return the rows of a submission that need not be judged again, each with what was judged; none otherwise."""
        kept = []
        for student in students:
            known = self._known.get(student)
            if self._force or known is None or known.submission != digest:
                return []
            if (known.grader, known.exercises) != (self._run.grader, self._run.exercises):
                return []
            about = judged_notebook.about(self._files.judged(student))
            if known.state in ("unreadable", "quarantined"):
                row = Graded(student, known.state, message=known.message)
            elif known.state == "graded" and about.get("results"):
                row = judged_row(student, "kept", about, self._rules.excused, known.message)
            else:
                return []
            kept.append((row, _earned(about)))
        return kept

    def _record_without_mark(self, one: HandedIn, state: str, digest: str, message: str) -> None:
        """Record, for each who handed it in, that there is no mark of this submission."""
        message = " ".join(filter(None, (message, one.message)))
        for student in one.members:
            self._set_aside(student, state, digest, message)

    def _set_aside(self, student: str, state: str, digest: str, message: str) -> None:
        message = clean(message)  # neither the gradebook nor a page could hold the rest
        named = _OUT_OF_DATE if state in gradebook.NOT_READ else _NOT_REPEATED
        hint = markdown(named.format(message))  # it may hold a file's name
        row, standing = Graded(student, state, message=message), None
        if not submissions.usable(student):
            self._put(row)
            return
        try:
            grading = self._grading(student, state, digest, message)
            gradebook.set_aside(self._url, self._assignment, grading, hint)
            standing = self._follow_rules(student, _earned(judged_notebook.about(self._files.judged(student))))
        except GradebookAway:
            raise
        except Exception as error:  # a course's own plug-in for lateness may raise anything
            row = Graded(student, "infrastructure", message=_reason(error))
        self._put(row)
        if state in gradebook.NOT_READ:
            ungraded_page.write(self._files.page(student), self._assignment, message, standing)
            self._files.write_delivery(student)

    def _grading(self, student: str, state: str, digest: str, message: str = "") -> gradebook.Grading:
        run = self._run
        return gradebook.Grading(student, state, digest, run.grader, run.exercises, run.id, message)


def _earned(about: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what each exercise earned, by grade_id, of what a judged notebook says; nothing where it says nothing."""
    return {f"test_{name}": result["score"] for name, result in about.get("results", {}).items()}


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or first_line(error)}: {shown(str(error.filename or 'the disk'))}."
    return str(error) if isinstance(error, AutograderError) else first_line(error)
