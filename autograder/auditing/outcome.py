"""Find out what becomes of one answer in `check` and in the grade, in a process of its own."""

import functools
import multiprocessing
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from autograder.auditing.attempt_file import Attempt
from autograder.auditing.false_names import Fresh
from autograder.auditing.in_process import judged
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import BadInput
from utils import fixtures
from utils.checking import check_function, learner_card, stages
from utils.checking.kinds import Help, help_of, named

SECONDS = 30.0  # all calls of one check: more than a learner has, so that a busy machine counts the same
PATIENCE = 120.0  # seconds after which the process of an answer is ended
MEMORY = 4_000_000_000  # bytes that it may map


@dataclass(frozen=True)
class Outcome:
    """What becomes of one answer.

    Attributes
    ----------
    checked, graded : bool
        Whether `check` calls it right, and whether the grade gives it all points.
    remark : bool
        Whether `check` calls it right and warns of something.
    help : {"named", "explained", "located", ""}
        What `check` says of an answer that it does not call right; see `utils.checking.kinds.help_of`.
    names : tuple of str
        The mistakes that are named.
    false_names : tuple of str
        Those of them that are not what this answer does; see `Fresh`.
    way_on : bool
        Whether `check` has a further hint.
    """

    checked: bool = False
    graded: bool = False
    remark: bool = False
    help: Help = ""
    names: tuple[str, ...] = ()
    false_names: tuple[str, ...] = ()
    way_on: bool = False


def outcome(course: Course, attempt: Attempt) -> Outcome:
    """Return what becomes of an attempt; one that ends its process, or never ends, gets no help.

    Raises
    ------
    BadInput
        If the attempt does not define the function that it is an attempt at.
    """
    found = _apart(lambda: _outcome(course, attempt))
    if isinstance(found, str):
        raise BadInput(f"The attempt {attempt.label!r} at {attempt.exercise}: {found}")
    return found if found is not None else Outcome()


def _outcome(course: Course, attempt: Attempt) -> Outcome | str:
    """Return the outcome, or why the attempt is none."""
    exercise = course.exercise(attempt.exercise)
    try:
        space = attempt.namespace(course)
    except Exception as error:
        return f"its code stops with {type(error).__name__}: {error}."
    function, forward = space.get(exercise.name), space.get(exercise.forward or "")  # which may be its own
    if not callable(function):
        return f"its code defines no function {exercise.name}."
    findings = check_function.found(function, forward, SECONDS)
    report = learner_card.in_words(fixtures.load(exercise.name), findings, 1, stages.ALL)
    graded = judged(exercise, course, function, forward=forward).status == "passed"
    if report.ok:
        return Outcome(True, graded, bool(report.warnings))
    names = named(findings)
    return Outcome(
        graded=graded,
        help=help_of(findings),
        names=names,
        false_names=fresh(exercise, course).false_names(findings, function, forward) if names else (),
        way_on=report.next_level > 0,
    )


@functools.cache  # one an exercise, until the process ends
def fresh(exercise: Exercise, course: Course) -> Fresh:
    """Return the inputs on which it is decided whether a name is true."""
    return Fresh(exercise, course)


def _apart(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a process of its own; None if that ends early, or is ended."""
    context = multiprocessing.get_context("fork")  # the course is read once, by this process
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(PATIENCE) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()
        ours.close()


def _work(work: Callable[[], Any], theirs: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # an answer may print, or ask for input
        os.dup2(nowhere, stream)
    theirs.send(work())
