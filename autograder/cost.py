"""What a backward pass may cost: one that differentiates numerically while it runs is no backward pass.

A numeric gradient needs a forward pass for every parameter, a backward pass needs the work of a few. On a case with
5,000 parameters, it may therefore call no forward function more than 50 times, and may take the processor time of 50
forward passes. Time alone would be unfair to honest slow loops beside a fast forward pass, so it may in any case take
30 times as long as a plain Python loop over all parameters: honest loops over single numbers take 5 times as long, a
numeric gradient with a copy of its forward pass 60 times (one-sided) or more than 100 times (central).
"""

import dataclasses
import time

import numpy as np

from autograder import cases
from autograder.cases import Bound

FORWARDS = 50
PLAIN_LOOPS = 30
TRIES = 3  # a backward pass is costly only if it is so every time


def measured(exercise, course, rng, ask):
    """Ask for a student's backward pass on a large case, within bounds.

    Parameters
    ----------
    exercise : Exercise
        A backward pass.
    course : Course
    rng : numpy.random.Generator
    ask : callable
        ``ask(plan) -> Answer``.

    Returns
    -------
    case : Case or None
        None where the exercise has no large case.
    answer : Answer or None
        Its failure is of the kind "costly" where the bounds were broken.
    """
    case = cases.large(exercise, course, rng)
    if case is None:
        return None, None
    counted = (exercise.forward, *course.reference.calls(exercise.forward)) if exercise.forward else ()
    bound = Bound(FORWARDS, PLAIN_LOOPS * _plain_loop(cases.parameters(case.inputs)), counted)
    *before, backward = cases.plan(exercise, course, case)
    plan = [*before, dataclasses.replace(backward, bound=bound)]
    for _ in range(TRIES):
        answer = ask(plan)
        if answer.failure is None or answer.failure.kind != "costly":
            break
    return case, answer


def _plain_loop(count):
    """Return the processor time in seconds of a plain Python loop that multiplies and adds `count` array entries."""
    array, times = np.ones(count), []
    for _ in range(TRIES):
        began, total = time.process_time(), 0.0
        for index in range(count):
            total += array[index] * array[index]
        times.append(time.process_time() - began)
    return min(times)
