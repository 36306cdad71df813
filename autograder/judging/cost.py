"""Find a backward pass that differentiates numerically while it runs.

A numeric gradient needs a forward pass for every parameter; a backward pass needs the work of a few forward passes. So
every function that returns gradients is called on a large case, with 5,000 parameters, and two limits are checked:

* *In the student's kernel*, the call may make at most 50 calls of a forward function, and may take at most the
  processor time of 50 forward passes or of the loops in `LIMITS`, whichever is longer. This stops an honest mistake
  early, but a student's code can switch it off.
* *From outside* (`autograder.sandbox.cpu_clock`), the processor time of all processes of the submission is read before
  and after. This has the last word. During the call no process and no thread may begin or end, since the time of one
  that lived for a short while stands on no clock that can be read.

The unit of time is a plain Python loop over all parameters; a part of it is timed on the same machine just before, and
where the call may have cost too much, just after. With 5,000 parameters, the request, the answer and an honest pass
with array operations take 3 to 12 such loops together; honest loops over single numbers take 10 to 25; a numeric
gradient takes 100 to 240 (one-sided, with the smallest copy of a forward pass, 35). A busy machine can make each of
these seem twice as long or half as long, so the first case can only clear a function. One that seems costly there is
called on a case with 40,000 parameters, and if need be on a second one. There a forward pass takes eight times as long,
and nothing honest takes more loops than before, while a numeric gradient takes 150 to 400 (one-sided, with the smallest
copy of a forward pass, 55 to 90, which may just pass). Each case is drawn with fresh numbers, so a function gains
nothing by storing what it computed for an earlier one.

A large case is one sequence of two steps, so every student who can write the function can answer it. For
`truncated_bptt` two steps are a single segment, since a gradient that is cut between segments is not the derivative of
anything. A loss of scores has no weights, so its sequence is as long as is needed for that many parameters. The loss of
a whole model has five steps or more and uses its weights in each, so its limits are higher by as much; a numeric
gradient of it costs thousands of loops.
"""

import dataclasses
import inspect
import time
from collections.abc import Callable

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.calls import Bound
from autograder.judging.cases import Case
from autograder.judging.protocol import Answer, Ask
from autograder.sandbox import cpu_clock
from utils.errors import Failure

FORWARDS = 50
# Parameters of a case, and how many plain loops over them the call may take. Only a function that exceeds every one of
# these limits is costly.
LIMITS = ((cases.LARGE, 25), (8 * cases.LARGE, 60), (8 * cases.LARGE, 60))
TIMED = 1_000  # entries of the loop that is timed
BEGAN = "processes"  # the name of the failure where it was not time, but something begun


def is_bounded(exercise: Exercise, course: Course) -> bool:
    """Whether a function returns gradients.

    A backward pass does, and so does a function with an output ``dx`` for an input ``x``, and one whose solution calls
    a backward pass: a loss that returns the gradients of its parameters, under whatever name. A training calls one
    too, but is judged by what it has learned (`Exercise.properties`).
    """
    inputs = inspect.signature(course.reference[exercise.name]).parameters
    if exercise.is_backward or any(f"d{name}" in exercise.outputs for name in inputs):
        return True
    calls = course.reference.calls(exercise.name)
    return exercise.properties is None and any(name.endswith("_backward") for name in calls)


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
        What was measured each time, to explain a mark. Times are never quite the same again.
    """
    counted = (exercise.forward, *course.reference.calls(exercise.forward)) if exercise.forward else ()
    case, answer, measurements = None, None, []
    for count, most_loops in LIMITS:
        case = cases.large(exercise, course, rng, count)
        if case is None:
            break
        *before, backward = cases.plan(exercise, course, case)
        most_loops = round(most_loops * cases.reads(case.inputs) / 2)
        loop_seconds = _plain_loop(cases.parameters(case.inputs))
        plan = [*before, dataclasses.replace(backward, bound=Bound(FORWARDS, most_loops * loop_seconds, counted))]
        began = read()
        answer = ask(plan)
        ended = read()
        if answer.failure is not None:
            costly = answer.failure.kind == "costly"
            what = f"stopped after {FORWARDS} forward passes or their time" if costly else answer.failure.kind
            measurements.append(f"{count:,} parameters: {what}")
        elif began and ended:
            taken = cpu_clock.spent(began, ended)
            if taken.seconds > most_loops / 2 * loop_seconds:  # a busy machine may have made the first loop seem long
                loop_seconds = min(loop_seconds, _plain_loop(cases.parameters(case.inputs)))
            loops = taken.seconds / loop_seconds
            allowed = f"where {most_loops} are allowed"
            measurements.append(f"{count:,} parameters: {loops:.0f} plain loops over them, {allowed}")
            if not taken.steady:
                answer = Answer(failure=Failure("costly", exercise.name, BEGAN))
                measurements[-1] += "; and processes or threads were begun or ended"
            elif loops > most_loops:
                answer = Answer(failure=Failure("costly", exercise.name))
        if answer.failure is None or answer.failure.kind != "costly":
            break
    return case, answer, measurements


def _plain_loop(count: int) -> float:
    """Return the processor time in seconds of a plain Python loop that multiplies and adds `count` array entries.

    A part of it is timed; each entry takes as long.
    """
    array, times = np.ones(TIMED), []
    for _ in range(5):
        began, total = time.process_time(), 0.0
        for index in range(TIMED):
            total += array[index] * array[index]
        times.append(time.process_time() - began)
    return min(times) * count / TIMED
