"""Grade what lies in course/submitted: each submission is judged by itself, and one writer records what comes back.

Before a submission is judged, the gradebook says that a run is at work on it, and a mark that stands is flagged as out
of date; after it, marks and what made them are written in one transaction. A run may therefore be killed at any moment:
the next one goes on.
"""

import os
import shutil
from dataclasses import dataclass, field

import nbformat
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from tqdm import tqdm

from autograder import notice, provenance, record, submissions
from autograder.errors import AutograderError, BadInput, InfrastructureError
from autograder.jobs import Job, first_line, nbgrader_config, outcomes, quiet
from autograder.sanitise import clean, markdown

_RUNNING = "This mark is out of date: a newer submission, or a newer grader, is at work on it."
_OUT_OF_DATE = "This mark is out of date: it is of an earlier submission. {}"
_NOT_REPEATED = "This mark is out of date: grading this submission again did not succeed."


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes
    ----------
    student : str
    status : {"graded", "kept", "unreadable", "refused", "infrastructure", "quarantined"}
        "kept" where submission, exercises and grader are those of the mark that stands; "unreadable" and "refused" say
        what is the matter with the file; "infrastructure" is never the student's fault and is tried again by the next
        run; "quarantined" stopped its process several times and is tried again with `force`.
    score, max_score : float or None
        Points for what is judged; written answers are in neither.
    mistakes : dict of str to str
        The named mistakes, by function.
    told : str
        Why there is no mark; beside a mark, what else somebody should know.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    mistakes: dict = field(default_factory=dict)
    told: str = ""


def grade(course, assignment, student=None, force=False, progress=True, jobs=1, isolation=None):
    """Grade an assignment into the gradebook.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
        Grade this one only; ``*`` stands for any letters.
    force : bool
        Grade again what has not changed since it was graded.
    progress : bool
        Show a progress bar on stderr.
    jobs : int
        How many submissions are judged at the same time.
    isolation : {"sandbox", "none"}, optional
        In the place of ``c.Judge.isolation``.

    Returns
    -------
    list of Graded
        One a submission, sorted by student.

    Raises
    ------
    BadInput
        If there is no such assignment, or nothing was submitted.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    course.release(assignment)
    found = submissions.find(course.workspace / "submitted", assignment, student or "*")
    if not found:
        raise BadInput(
            f"Nothing to grade: no course/submitted/{student or '<student>'}/{assignment}/{assignment}.ipynb."
        )
    quiet()
    class_ = _Class(course, assignment, force, isolation)
    bar = tqdm(total=len(found), desc=f"Grading {assignment}", unit="submission", disable=not progress)
    with bar:
        for job, outcome in outcomes(course, class_.jobs(found, bar.update), jobs, isolation=isolation):
            class_.take(job, outcome)
            bar.update()
    return [class_.rows[submission.student] for submission in found]


def feedback(course, assignment, student):
    """Write nbgrader's feedback page of one graded submission; return its path."""
    config = nbgrader_config(course)
    directory = CourseDirectory(config=config)
    directory.assignment_id, directory.student_id = assignment, student
    GenerateFeedback(coursedir=directory, config=config, force=True).start()
    return course.workspace / "feedback" / student / assignment / f"{assignment}.html"


def results(path):
    """Return what the judge found in an autograded notebook: a dict by function of score, max_score and mistake.

    Empty if there is no such notebook, or the judge did not finish it.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        return dict(notebook.metadata.get("unrolled", {}).get("results", {}))
    except (OSError, ValueError):  # what a killed nbgrader left half written is no JSON
        return {}


class _Class:
    """The submissions of one assignment in one run: what is read of them, and what is written."""

    def __init__(self, course, assignment, force, isolation):
        config = nbgrader_config(course, isolation)
        self._course, self._assignment, self._force = course, assignment, force
        self._url = config.get("CourseDirectory", {}).get("db_url") or record.database(
            course.workspace / "gradebook.db"
        )
        self._run = provenance.new_run(course, assignment, config)
        self._late = AssignLatePenalties(config=config)
        self._known = record.gradings(self._url, assignment)
        self._read = {}
        self.rows = {}

    def jobs(self, found, done):
        """Yield what is to be judged; what needs no judging gets its row at once, and `done` is called."""
        # Over what a run was killed is done last: should it be the killer, the others have their marks by then.
        known = self._known
        for submission in sorted(found, key=lambda s: s.student in known and known[s.student].state == "running"):
            job = self._job(submission)
            if job is None:
                done()
            else:
                yield job

    def take(self, job, outcome):
        """Record what came back."""
        student, content = job.student, self._read.pop(job.student)
        if outcome.state != "graded":
            return self._without(student, outcome.state, content.digest, outcome.told)
        try:
            timestamp, told = _time(content.timestamp)
            self._write(student, outcome.notebook, content.timestamp if timestamp else "")
            grading = self._grading(student, "graded", content.digest, told)
            record.save(self._url, self._assignment, grading, outcome.marks, outcome.comments, timestamp, self._late)
        except Exception as error:  # whatever it is, it is not the student's, and the others are graded
            return self._without(student, "infrastructure", content.digest, _reason(error))
        notice.clear(self._path(student, "feedback", "html"))
        self.rows[student] = _row(student, "graded", results(self._path(student)), told)

    def _job(self, submission):
        student, digest = submission.student, ""
        try:
            content = submissions.read(submission)
            digest = content.digest
            if (kept := self._kept(student, digest)) is not None:
                self.rows[student] = kept
                return None
            record.set_aside(self._url, self._assignment, self._grading(student, "running", digest), _RUNNING)
        except submissions.Refused as error:
            return self._without(student, "refused", digest, str(error))
        except BadInput as error:
            return self._without(student, "unreadable", digest, str(error))
        except Exception as error:
            return self._without(student, "infrastructure", digest, _reason(error))
        self._read[student] = content
        return Job(student, self._assignment, content.name, content.content, self._run, content.notes)

    def _kept(self, student, digest):
        """Return the row of a submission that need not be judged again, or None."""
        known = self._known.get(student)
        if self._force or known is None or known.submission != digest:
            return None
        if (known.grader, known.exercises) != (self._run.grader, self._run.exercises):
            return None
        if known.state in ("unreadable", "quarantined"):
            return Graded(student, known.state, told=known.told)
        found = results(self._path(student)) if known.state == "graded" else {}
        return _row(student, "kept", found, known.told) if found else None

    def _without(self, student, state, digest, told):
        """Record that there is no mark of this submission."""
        told = clean(told)  # neither the gradebook nor a page could hold the rest
        named = _OUT_OF_DATE if state in ("unreadable", "refused") else _NOT_REPEATED
        hint = markdown(named.format(told))  # it may hold a file's name
        self.rows[student] = Graded(student, state, told=told)
        if not submissions.usable(student):
            return
        if state in ("unreadable", "refused"):
            notice.write(self._path(student, "feedback", "html"), self._assignment, told)
        try:
            grading = self._grading(student, state, digest, told)
            record.set_aside(self._url, self._assignment, grading, hint)
        except InfrastructureError as error:
            self.rows[student] = Graded(student, "infrastructure", told=str(error))

    def _grading(self, student, state, digest, told=""):
        run = self._run
        return record.Grading(student, state, digest, run.grader, run.exercises, run.id, told)

    def _path(self, student, step="autograded", ending="ipynb"):
        return self._course.workspace / step / student / self._assignment / f"{self._assignment}.{ending}"

    def _write(self, student, notebook, timestamp):
        """Put the judged notebook where nbgrader looks for it, and nothing else beside it."""
        path = self._path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = {path.name: notebook} | ({submissions.TIMESTAMP: timestamp} if timestamp else {})
        for name, text in texts.items():
            draft = path.with_name(f".{name}.new")
            draft.unlink(missing_ok=True)
            try:
                draft.write_text(text, encoding="utf-8")
                os.replace(draft, path.with_name(name))
            finally:
                draft.unlink(missing_ok=True)
        for entry in os.scandir(path.parent):
            if entry.name not in texts:
                shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)


def _row(student, status, found, told=""):
    return Graded(
        student,
        status,
        round(sum(result["score"] for result in found.values()), 2),
        sum(result["max_score"] for result in found.values()),
        {name: result["mistake"] for name, result in found.items() if result["mistake"]},
        told,
    )


def _time(text):
    """Return when a submission was handed in, and what is wrong with what says so."""
    if not text:
        return None, ""
    try:
        return parse_utc(text), ""
    except Exception:  # the parser lets through whatever numbers and zones of any form raise in it
        return None, f"{submissions.TIMESTAMP} holds no time ({submissions.shown(text)}); lateness was not looked at."


def _reason(error):
    if isinstance(error, OSError):
        return f"{error.strerror or first_line(error)}: {submissions.shown(str(error.filename or 'the disk'))}."
    return str(error) if isinstance(error, AutograderError) else first_line(error)
