"""Make the sheets of a class, or of one student: from what was handed in to questions with their keys."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import is_grade
from numpy.random import Generator
from tqdm import tqdm

from autograder.collecting import definitions, groups, submissions
from autograder.collecting.found import find
from autograder.collecting.groups import HandedIn
from autograder.collecting.notebook_json import parse_submission
from autograder.collecting.rebuild import Rebuilt, rebuild
from autograder.collecting.which_week import refuse_another
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import BadInput
from autograder.families.catalogue import COARSE
from autograder.grading.gradebook import DEMO
from autograder.grading.workers import nbgrader_config
from autograder.judging import seeds
from autograder.judging.caller import Caller
from autograder.judging.judge import Judge, run_cell
from autograder.judging.kernel import GradingKernel
from autograder.judging.recovery import Recovery
from autograder.judging.settings import Settings
from autograder.viva import own_text
from autograder.viva.choosing import choose
from autograder.viva.finding import Finder, finder
from autograder.viva.questions import Sheet
from autograder.viva.subjects import OwnFunction, RightFunction

SECONDS = 10.0  # for what is asked of a function at one time


@dataclass(frozen=True)
class Made:
    """The sheets of an assignment.

    Attributes
    ----------
    sheets : list of Sheet
        By student, sorted.
    left_out : dict of str to str
        Who has none, and why.
    """

    sheets: list[Sheet]
    left_out: dict[str, str]


def make(
    course: Course,
    assignment: str,
    student: str | None = None,
    isolation: str | None = None,
    progress: bool = True,
    roster: Iterable[str] = (),
) -> Made:
    """Make the sheets of all who have handed in, or of one student.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``.
    progress : bool
        Show a progress bar on stderr.
    roster : iterable of str
        The class: each has a place in it, by name, and whoever hands in later moves nobody who is in the roster.

    Raises
    ------
    BadInput
        If there is no such assignment, or nothing was handed in.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    submitted = find(course.workspace / "submitted", assignment)
    everybody = list(groups.whose(submitted, groups.read(course.workspace / groups.NAME)))
    names = {*roster, *(member for one in everybody for member in one.members)}
    places = {name: place for place, name in enumerate(sorted(names))}
    wanted = [one for one in everybody if student is None or student in one.members]
    if student is None:  # the sample class is asked only if there is no other
        real = [one for one in wanted if not one.submission.student.startswith(DEMO)]
        wanted = real or wanted
    if not wanted:
        who = student or "<student>"
        raise BadInput(f"Nobody to ask: no course/submitted/{who}/{assignment}/{assignment}.ipynb.")
    settings = Judge(config=nbgrader_config(course, isolation))
    made = Made([], {})
    for one in tqdm(wanted, desc=f"Asking about {assignment}", unit="submission", disable=not progress):
        members = [member for member in one.members if student in (None, member)]
        try:
            rebuilt = _read(one, course, assignment)
        except (BadInput, OSError) as error:
            made.left_out.update(dict.fromkeys(members, str(error)))
            continue
        wanted_places = {member: places[member] for member in members}
        made.sheets.extend(sheets(rebuilt, course, assignment, wanted_places, settings))
    made.sheets.sort(key=lambda sheet: sheet.student)
    return made


def sheets(
    rebuilt: Rebuilt, course: Course, assignment: str, places: Mapping[str, int], settings: Settings
) -> Iterator[Sheet]:
    """Yield the sheets of those who handed in one notebook, which is run once.

    Parameters
    ----------
    rebuilt : Rebuilt
    course : Course
    assignment : str
    places : dict of str to int
        By student, the place in the class, from 0: each gets questions of their own.
    settings : Settings
        The judge's.
    """
    exercises = [one for one in course.exercises(assignment) if _can_be_asked_about(one)]
    rng = partial(_rng, course, assignment)
    rebuilt.notebook.metadata.setdefault("unrolled", NotebookNode()).update(
        numbers=rebuilt.numbers, tries=rebuilt.tries, python=rebuilt.python
    )
    with GradingKernel(settings, rebuilt.notebook) as kernel:
        recovery = Recovery(kernel, rebuilt.notebook)
        for place, cell in enumerate(rebuilt.notebook.cells):
            run_cell(kernel, recovery, place, cell)
        caller = Caller(kernel, min(settings.case_timeout, SECONDS))
        own = list(_own(rebuilt.notebook, exercises, course, caller, rng))
        right = cache(lambda: list(_right(exercises, course, rng)))
        for student, place in places.items():
            yield choose(student, place, own, right, rng("(viva)"))


def _read(one: HandedIn, course: Course, assignment: str) -> Rebuilt:
    content = submissions.read(one.submission)
    submitted = parse_submission(content.content, content.name)
    refuse_another(submitted, course, assignment)
    return rebuild(submitted, course.release(assignment), content.beside)


def _can_be_asked_about(exercise: Exercise) -> bool:
    """Whether a function returns numbers in a moment: no choice, which may be right by chance, and no training."""
    chosen = any("choice" in exercise.axes(name) for name in exercise.outputs)
    return exercise.followed is None and exercise.name not in COARSE and not chosen


def _own(
    notebook: NotebookNode, exercises: list[Exercise], course: Course, caller: Caller, rng: Callable[[str], Generator]
) -> Iterator[Finder]:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not is_grade(cell)]
    for exercise in exercises:
        holding = [source for source in cells if exercise.name in definitions.names(source)]
        text = own_text.printed(exercise.name, holding[-1]) if holding else None
        if text and not definitions.unfinished(exercise.name, text):
            found = finder(OwnFunction(exercise, course, caller, text), course, rng(exercise.name))
            if found:
                yield found


def _right(exercises: list[Exercise], course: Course, rng: Callable[[str], Generator]) -> Iterator[Finder]:
    for exercise in exercises:
        if found := finder(RightFunction(exercise, course), course, rng(exercise.name)):
            yield found


def _rng(course: Course, assignment: str, exercise: str) -> Generator:
    """Return what decides about questions: nobody can predict it, and whoever has the secret can repeat it.

    It is the same for the whole class, so that the same code allows the same questions, which are then dealt.
    """
    about = {"student": "(viva)", "assignment": assignment, "exercise": exercise, "submission": ""}
    return np.random.default_rng(seeds.seed(seeds.secret(course.workspace), **about))
