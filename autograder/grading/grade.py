"""Grade what lies in course/submitted: each submission is judged by itself, and one writer records what comes back.

Before a submission is judged, the gradebook says that a run is at work on it, and a mark that stands is flagged as out
of date; after it, marks and what made them are written in one transaction. A run may therefore be killed at any moment:
the next one goes on.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace

import nbformat
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from tqdm import tqdm

from autograder.collecting import groups, submissions
from autograder.collecting.plain_files import Refused, shown
from autograder.course import rubrics
from autograder.errors import AutograderError, BadInput, InfrastructureError
from autograder.grading import answers, disk_space, gradebook, provenance, standings, ungraded_page
from autograder.grading.database import address
from autograder.grading.workers import Job, first_line, nbgrader_config, outcomes, quiet
from autograder.safe_html import clean, markdown
from utils.files import write_whole

_RUNNING = "This mark is out of date: a newer submission, or a newer grader, is at work on it."
_OUT_OF_DATE = "This mark is out of date: it is of an earlier submission. {}"
_NOT_REPEATED = "This mark is out of date: grading this submission again did not succeed."


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes
    ----------
    student : str
    status : {"graded", "kept", "unreadable", "refused", "missing", "infrastructure", "quarantined"}
        "kept" where submission, exercises and grader are those of the mark that stands; "unreadable" and "refused" say
        what is the matter with the file; "missing" is said of who has left a group and handed in nothing since;
        "infrastructure" is never the student's fault and is tried again by the next
        run; "quarantined" stopped its process several times and is tried again with `force`.
    score, max_score : float or None
        Points for what is judged; written answers are in neither.
    mistakes : dict of str to str
        The named mistakes, by function.
    message : str
        Why there is no mark; beside a mark, what else somebody should know.
    seconds : dict of str to float
        How long judging took, by function, and under "whole notebook" with its kernel and the student's own cells.
    standing : autograder.grading.standings.Standing or None
        What the gradebook holds after the run: where this submission has no score, the mark of an earlier one.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    mistakes: dict = field(default_factory=dict)
    message: str = ""
    seconds: dict = field(default_factory=dict)
    standing: standings.Standing | None = None


def grade(course, assignment, student=None, force=False, progress=True, jobs=1, isolation=None):
    """Grade an assignment into the gradebook.

    Who hands in together stands in ``course/groups.csv``, if there is one; see `autograder.collecting.groups`.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
        Grade this one only, with the group; ``*`` stands for any letters.
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
        One a student, sorted.

    Raises
    ------
    BadInput
        If there is no such assignment, nothing was submitted, or ``groups.csv`` cannot be used.
    InfrastructureError
        If there is too little room on a disk; nothing was touched then.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    course.release(assignment)
    if "[" in str(course.root):
        raise BadInput(f"nbgrader finds nothing in a folder whose path holds a bracket: rename {course.root} first.")
    pattern, together = student or "*", groups.read(course.workspace / groups.NAME)
    submitted = submissions.find(course.workspace / "submitted", assignment)
    everybody = groups.whose(submitted, together)
    found = [one for one in everybody if any(submissions.like(member, pattern) for member in one.members)]
    if not found:
        raise BadInput(
            f"Nothing to grade: no course/submitted/{student or '<student>'}/{assignment}/{assignment}.ipynb."
        )
    quiet()
    config = nbgrader_config(course, isolation)  # before the gradebook is so much as opened, which may write in it:
    disk_space.require(disk_space.needed(course, assignment, config, found, _gradebook(course, config), jobs))
    class_ = _Class(course, assignment, force, isolation, {one.student: one.folder for one in submitted})
    class_.leave(pattern, {member for one in everybody for member in one.members})
    bar = tqdm(total=len(found), desc=f"Grading {assignment}", unit="submission", disable=not progress)
    with bar:
        for job, outcome in outcomes(course, class_.jobs(found, bar.update), jobs, isolation=isolation):
            class_.take(job, outcome)
            bar.update()
    class_.look()
    return [class_.rows[student] for student in sorted(class_.rows)]


def feedback(course, assignment, student):
    """Write nbgrader's feedback page of one graded submission; return its path."""
    config = nbgrader_config(course)
    directory = CourseDirectory(config=config)
    directory.assignment_id, directory.student_id = assignment, student
    GenerateFeedback(coursedir=directory, config=config).start()
    return course.workspace / "feedback" / student / assignment / f"{assignment}.html"


def _about(path):
    """Return what an autograded notebook says of how it was judged; `results` are by function.

    Empty if there is no such notebook, or the judge did not finish it.
    """
    try:
        return nbformat.read(path, as_version=4).metadata.get("unrolled", {})
    except (OSError, ValueError):  # what a killed nbgrader left half written is no JSON
        return {}


class _Class:
    """The submissions of one assignment in one run: what is read of them, and what is written."""

    def __init__(self, course, assignment, force, isolation, folders):
        config = nbgrader_config(course, isolation)
        self._course, self._assignment, self._force, self._folders = course, assignment, force, folders
        self._url = _gradebook(course, config)
        self._run = provenance.new_run(course, assignment, config)
        self._late = AssignLatePenalties(config=config)
        self._known = gradebook.gradings(self._url, assignment)
        self._read, self._secrets = {}, {}
        self.rows = {}

    def leave(self, pattern, present):
        """Say of those who have a group's mark that it is out of date, if they are in it no more and handed in nothing.

        What became of a submission that lies there no more, and left no mark, is forgotten.

        Parameters
        ----------
        pattern : str
            Whom this run is about.
        present : set of str
            For whom something was handed in.
        """
        for student in sorted(set(self._known) - present):
            by = _about(self._path(student)).get("group", {}).get("handed_in_by", student)
            if by != student and submissions.like(student, pattern):
                told = f"What {by} handed in is no longer for {student}, who has handed in nothing since."
                self._without_mark(student, "missing", "", told)
        gradebook.forget(self._url, self._assignment, sorted(set(self._known) - present))

    def jobs(self, found, done):
        """Yield what is to be judged; what needs no judging gets its row at once, and `done` is called."""
        # Over what a run was killed is done last: should it be the killer, the others have their marks by then.
        for one in sorted(found, key=self._was_running):
            job = self._job(one)
            if job is None:
                done()
            else:
                yield job

    def take(self, job, outcome):
        """Record what came back, for everybody whose it is."""
        one, content, digest = self._read.pop(job.student)
        if outcome.state != "graded":
            return self._without(one, outcome.state, digest, outcome.message)
        timestamp, told = submissions.time_of(content.timestamp)
        told = " ".join(filter(None, (one.message, told)))
        for student in one.members:
            try:
                self._write(student, outcome.notebook, content.timestamp if timestamp else "")
                grading = self._grading(student, "graded", digest, told)
                known = self._known.get(student)
                same = known is not None and (known.state, known.submission) == ("graded", digest)
                again = gradebook.save(self._url, self._assignment, grading, outcome, timestamp, self._late, same)
                if again:
                    self._write(student, _with_changes(outcome.notebook, again), content.timestamp if timestamp else "")
            except Exception as error:  # whatever it is, it is not the student's, and the others are graded
                self._without_mark(student, "infrastructure", digest, _reason(error))
            else:
                with suppress(OSError):  # what stands there is of an earlier mark; there may be nothing
                    self._path(student, "feedback", "html").unlink()
                self.rows[student] = _row(student, "graded", _about(self._path(student)), told)

    def look(self):
        """Add to the rows what the gradebook holds by now."""
        with suppress(InfrastructureError):  # marks are recorded, or their rows say why not
            students = [student for student in self.rows if submissions.usable(student)]
            found = standings.standings(self._url, self._assignment, students)
            self.rows = {student: replace(row, standing=found.get(student)) for student, row in self.rows.items()}

    def _was_running(self, one):
        return any(student in self._known and self._known[student].state == "running" for student in one.members)

    def _job(self, one):
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
        except Refused as error:
            return self._without(one, "refused", digest, str(error))
        except BadInput as error:
            return self._without(one, "unreadable", digest, str(error))
        except Exception as error:
            return self._without(one, "infrastructure", digest, _reason(error))
        self._secrets |= {student: self._secret(student) for student in one.members}
        self._read[one.submission.student] = one, content, digest
        notes = (*content.notes, one.message) if one.message else content.notes
        members = one.members if one.together else ()
        return Job(one.submission.student, self._assignment, content.name, content.content, self._run, notes, members)

    def _follow(self, row):
        """Let what rests on no judging follow what people did since: lateness, and what they have to look at again."""
        standing = standings.set_penalty(self._url, self._assignment, row.student, self._late)
        if row.status == "unreadable":
            ungraded_page.write(self._path(row.student, "feedback", "html"), self._assignment, row.message, standing)
        if row.status == "kept":
            again = answers.look_again(self._url, self._assignment, row.student)
            path = self._path(row.student)
            text = path.read_text(encoding="utf-8")
            if (again or f'"{rubrics.CHANGED}' in text) and (other := _with_changes(text, again)) != text:
                write_whole(path, other)

    def _kept(self, students, digest):
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
            about = _about(self._path(student)) if known.state == "graded" else {}
            if not about.get("results"):
                return None
            rows[student] = _row(student, "kept", about, known.message)
        return rows

    def _without(self, one, state, digest, told):
        """Record for everybody whose it is that there is no mark of this submission."""
        told = " ".join(filter(None, (told, one.message)))
        for student in one.members:
            self._without_mark(student, state, digest, told)

    def _without_mark(self, student, state, digest, told):
        told = clean(told)  # neither the gradebook nor a page could hold the rest
        named = _OUT_OF_DATE if state in gradebook.NOT_READ else _NOT_REPEATED
        hint = markdown(named.format(told))  # it may hold a file's name
        self.rows[student] = Graded(student, state, message=told)
        if not submissions.usable(student):
            return
        standing = None
        try:
            grading = self._grading(student, state, digest, told)
            gradebook.set_aside(self._url, self._assignment, grading, hint)
            standing = standings.set_penalty(self._url, self._assignment, student, self._late)
        except Exception as error:  # a course's own plug-in for lateness may raise anything
            self.rows[student] = Graded(student, "infrastructure", message=_reason(error))
        if state in gradebook.NOT_READ:
            ungraded_page.write(self._path(student, "feedback", "html"), self._assignment, told, standing)
            self._address(student)

    def _grading(self, student, state, digest, told=""):
        run = self._run
        return gradebook.Grading(student, state, digest, run.grader, run.exercises, run.id, told)

    def _path(self, student, step="autograded", ending="ipynb"):
        return self._course.workspace / step / student / self._assignment / f"{self._assignment}.{ending}"

    def _secret(self, student):
        """Return by which secret feedback finds this student: of a group, each member has an own one, or none."""
        return submissions.secret(self._folders[student]) if student in self._folders else ""

    def _address(self, student):
        """Put beside the page of what could not be read what hands it to the student, also where it is made again."""
        if student not in self._folders:
            return
        papers = _papers(submissions.handed_in(self._folders[student]), self._secret(student))
        for folder in (self._path(student).parent, self._path(student, "feedback").parent):
            with suppress(OSError):  # as the page itself; without them it is passed over by name
                for name in (submissions.TIMESTAMP, submissions.SECRET):
                    (folder / name).unlink(missing_ok=True)
                    if name in papers and folder.is_dir():
                        write_whole(folder / name, papers[name])

    def _write(self, student, notebook, timestamp):
        """Put the judged notebook where nbgrader looks for it, and beside it only the release's pictures."""
        path = self._path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = {path.name: notebook} | _papers(timestamp, self._secrets[student])
        for name, text in texts.items():
            write_whole(path.with_name(name), text)
        for entry in os.scandir(path.parent):
            if entry.name not in texts:
                shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
        pictures = self._course.workspace / "source" / self._assignment
        if pictures.is_dir():
            shutil.copytree(pictures, path.parent, ignore=shutil.ignore_patterns("*.ipynb"), dirs_exist_ok=True)


def _papers(timestamp, secret):
    """Return by name the files that lie beside a notebook or a page: when it was handed in, and its secret."""
    return {k: v for k, v in ((submissions.TIMESTAMP, timestamp), (submissions.SECRET, secret)) if v}


def _with_changes(text, again):
    """Return an instructor's copy that says above each answer what a person has to mark again."""
    notebook = nbformat.reads(text, as_version=4)
    rubrics.insert_changed(notebook, again)
    return nbformat.writes(notebook)


def _gradebook(course, config):
    """Return the gradebook's address."""
    return config.get("CourseDirectory", {}).get("db_url") or address(course.workspace / "gradebook.db")


def _row(student, status, about, told=""):
    found = about["results"]
    seconds = {name: result.get("seconds") for name, result in found.items()}
    return Graded(
        student,
        status,
        round(sum(result["score"] for result in found.values()), 2),
        sum(result["max_score"] for result in found.values()),
        {name: result["mistake"] for name, result in found.items() if result["mistake"]},
        told,
        seconds | {"whole notebook": about.get("execution_time")},
    )


def _reason(error):
    if isinstance(error, OSError):
        return f"{error.strerror or first_line(error)}: {shown(str(error.filename or 'the disk'))}."
    return str(error) if isinstance(error, AutograderError) else first_line(error)
