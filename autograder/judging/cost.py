"""What a backward pass may cost: one that differentiates numerically while it runs is no backward pass.

A numeric gradient needs a forward pass for every parameter, a backward pass needs the work of a few. So whatever
returns gradients is called on a case with 5,000 parameters, and its cost is measured twice:

* *in the student's kernel* it may call no forward function more than 50 times, and may take the processor time of 50
  forward passes. This stops an honest mistake early, but whoever wants to can switch it off;
* *from outside* (`autograder.sandbox.cpu_clock`), by the clocks of all processes of the submission. This has the last
  word. In that time nothing may be begun, no process and no thread: what a short-lived process takes, no clock tells.

Time is counted in plain Python loops over all parameters, measured here and now. With 5,000 parameters, asking,
answering and an honest pass with array operations take 15 of them together, honest loops over single numbers 20 to 40,
a numeric gradient 75 to 210 (one-sided, with the smallest copy of a forward pass, 40). A busy machine can make each
seem twice as long or as short, so this case only acquits. What seems costly there meets another with 40,000, twice if
need be, where a forward pass takes eight times as long and nothing honest takes more loops than before: 10 to 20
against 150 to 400. Every case is drawn afresh, so nothing that was found out in one helps in the next.

It is one sequence of two steps, so that who can write it can write them all. For `truncated_bptt` this is a single
segment, since what is cut is no derivative of anything; for a loss of scores, which has no weights, the sequence is as
long as it must be.
"""

import dataclasses
import inspect
import time
from collections.abc import Callable

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.cases import Bound, Case
from autograder.judging.protocol import Answer, Ask
from autograder.sandbox import cpu_clock
from utils.errors import Failure

FORWARDS = 50
# Parameters, and how many plain loops over them the call may take. It is costly only if it is so every time.
TRIES = ((cases.LARGE, 25), (8 * cases.LARGE, 60), (8 * cases.LARGE, 60))
BEGAN = "processes"  # the name of the failure where it was not time, but something begun


def is_bounded(exercise: Exercise, course: Course) -> bool:
    """Whether a function returns gradients: a backward pass, or whatever has an output ``dx`` beside an input ``x``."""
    inputs = inspect.signature(course.reference[exercise.name]).parameters
    return exercise.is_backward or any(f"d{name}" in exercise.outputs for name in inputs)


def measured(
    exercise: Exercise,
    course: Course,
    rng: np.random.Generator,
    ask: Ask,
    read: Callable[[], cpu_clock.Reading | None],
) -> tuple[Case | None, Answer | None, list[str]]:
    """Ask for a student's gradients on large cases, within bounds.

    Parameters
    ----------
    exercise : Exercise
        One that `is_bounded`.
    course : Course
    rng : numpy.random.Generator
    ask : callable
        ``ask(plan) -> Answer``.
    read : callable
        ``read() -> cpu_clock.Reading or None``: the clocks of the kernel that is asked.

    Returns
    -------
    case : Case or None
        The last that was asked for; None where the exercise has no large case.
    answer : Answer or None
        Its failure is of the kind "costly" where the bounds were broken every time; its name is `BEGAN` where that
        was because processes or threads were begun or ended.
    measurements : list of str
        What was measured each time, for whoever explains a mark. Times are never quite the same again.
    """
    counted = (exercise.forward, *course.reference.calls(exercise.forward)) if exercise.forward else ()
    case, answer, measurements = None, None, []
    for count, loops in TRIES:
        case = cases.large(exercise, course, rng, count)
        if case is None:
            break
        *before, backward = cases.plan(exercise, course, case)
        loop = _plain_loop(cases.parameters(case.inputs))
        plan = [*before, dataclasses.replace(backward, bound=Bound(FORWARDS, loops * loop, counted))]
        began = read()
        answer = ask(plan)
        ended = read()
        if answer.failure is not None:
            costly = answer.failure.kind == "costly"
            what = f"stopped after {FORWARDS} forward passes or their time" if costly else answer.failure.kind
            measurements.append(f"{case.special}: {what}")
        elif began and ended:
            taken = cpu_clock.spent(began, ended)
            loop = min(loop, _plain_loop(cases.parameters(case.inputs)))
            measurements.append(
                f"{case.special}: {taken.seconds / loop:.0f} plain loops over them, where {loops} are allowed"
            )
            if not taken.steady:
                answer = Answer(failure=Failure("costly", exercise.name, BEGAN))
                measurements[-1] += "; and processes or threads were begun or ended"
            elif taken.seconds > loops * loop:
                answer = Answer(failure=Failure("costly", exercise.name))
        if answer.failure is None or answer.failure.kind != "costly":
            break
    return case, answer, measurements


def _plain_loop(count: int) -> float:
    """Return the processor time in seconds of a plain Python loop that multiplies and adds `count` array entries."""
    array, times = np.ones(count), []
    for _ in range(3):
        began, total = time.process_time(), 0.0
        for index in range(count):
            total += array[index] * array[index]
        times.append(time.process_time() - began)
    return min(times)
