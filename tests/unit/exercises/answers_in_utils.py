"""Call every function of `utils` as the answer to an exercise, and see which of them answers it.

Run as a program, ``python answers_in_utils.py ASSIGNMENT …``, it prints what it found as JSON, by assignment: functions
that are called with arguments they are not made for may leave anything behind, so each assignment has a process of its
own, forked from one that has imported everything.
"""

import builtins
import importlib
import inspect
import io
import json
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import numpy as np

import utils
from autograder.course import Course
from autograder.judging import cases
from utils.checking import properties, unwritten
from utils.checking.compare import compare
from utils.fixtures import fresh

# These look after files, servers and the calls of other functions; they compute no array.
LEFT_OUT = (
    "utils.check",
    "utils.check_file",
    "utils.checking.calling",
    "utils.checking.progress",
    "utils.checking.time_limit",
    "utils.figures.static",
    "utils.fresh",
    "utils.lab",
)
SECONDS = 0.2  # an answer to one case takes far less; what trains or draws for longer is stopped


def functions():
    """Return every function that a module of `utils` defines, public or private, by its full name."""
    found = {}
    for module in pkgutil.walk_packages(utils.__path__, "utils."):
        if not {module.name, module.name.rpartition(".")[0]}.intersection(LEFT_OUT):
            for name, value in vars(importlib.import_module(module.name)).items():
                if inspect.isfunction(value) and value.__module__ == module.name:
                    found[f"{module.name}.{name}"] = value
    return found


def those_that_answer(exercise, course, candidates):
    """Return the names of the candidates that answer every case of `exercise`."""
    drawn = cases.draw(exercise, course, np.random.default_rng(5))
    drawn = drawn[:1] if exercise.name.startswith("train_") else drawn  # the others train for seconds
    known = []
    for case in drawn:
        expected = None if exercise.properties else cases.answer(exercise, course, case)
        known.append((case, tuple(ways(exercise, course, case)), expected))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [name for name, function in candidates.items() if answers(function, exercise, course, known)]


def answers(function, exercise, course, known):
    """Whether one way of calling `function` answers every case."""
    signature, open_ways = inspect.signature(function), None  # the ways in which it has answered every case so far
    for case, written, expected in known:
        right = set()
        for way, values in enumerate(written):
            if open_ways is not None and way not in open_ways:
                continue
            try:
                signature.bind(*values)
                if is_answer(exercise, course, case, expected, within(SECONDS, function, fresh(values))):
                    right.add(way)
            except (Exception, KeyboardInterrupt, TooLong):  # it is not made for this
                continue
        if not right:
            return False
        open_ways = right
    return True


class TooLong(BaseException):
    """The time limit passed. Not an Exception, so that a function's own `except Exception` cannot keep it."""


def within(seconds, function, values):
    """Return what `function` returns, or raise `TooLong` after so many seconds, and again until it ends."""

    def stop(*about):
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    try:
        with unwritten.filled():
            signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
            return function(*values)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def ways(exercise, course, case):
    """Yield the arguments of calls that somebody might write for `exercise`."""
    inputs, upstream = dict(case.inputs), dict(case.upstream)
    if exercise.forward:
        forward = course.exercise(exercise.forward)
        returned = course.reference[forward.name](*fresh(tuple(inputs.values())))
        cache = cases.named(forward, returned)["cache"]
        yield (*upstream.values(), cache)
        yield (*upstream.values(), *inputs.values())
        yield (*inputs.values(), *upstream.values())
    else:
        values = tuple(inputs.values())
        yield values
        if values and isinstance(values[0], np.ndarray) and values[0].ndim == 2:
            yield (values[0][:, None], *values[1:])  # a step is a sequence of one
        for place, value in enumerate(values):
            if isinstance(value, np.ndarray):  # a state that the exercise leaves at 0
                yield (*values[: place + 1], np.zeros_like(value), *values[place + 1 :])


def is_answer(exercise, course, case, expected, result):
    """Whether every output of `case` is `result` or one of its parts."""
    found = [result]
    if isinstance(result, (tuple, list)):
        found += result
    elif isinstance(result, dict):
        found += result.values()
    found += [part[:, 0] for part in found if isinstance(part, np.ndarray) and part.ndim > 1 and part.shape[1] == 1]
    names = tuple(exercise.outputs)
    if not exercise.properties:
        return all(any(compare(name, part, expected[name]).ok for part in found) for name in names)
    whole = [(part,) for part in found] if len(names) == 1 else [tuple(found[1 : 1 + len(names)])]
    return any(is_judged_right(exercise, course, case, values) for values in whole if len(values) == len(names))


def is_judged_right(exercise, course, case, values):
    outputs = dict(zip(exercise.outputs, values, strict=True))
    judged = properties.compared(exercise.properties, case.inputs, outputs, course.reference)
    return all(comparison.ok for comparison in judged.values())


def write_and_start_nothing():
    """From here on, this process writes no file and starts no other process."""

    def refused(*args, **kwargs):
        raise PermissionError

    opened = io.open

    def read_only(file, mode="r", *args, **kwargs):
        return opened(file, mode, *args, **kwargs) if mode.strip("bt") == "r" else refused()

    builtins.open = io.open = read_only
    subprocess.Popen = refused
    for module, names in ((os, ("fork", "mkdir", "remove", "rename", "replace")), (shutil, ("copyfile", "rmtree"))):
        for name in names:
            setattr(module, name, refused)


def searched(assignment, course, candidates):
    """Return which functions answer which exercise of the assignment; this process is of no other use afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
    write_and_start_nothing()
    sys.stdout = io.StringIO()
    exercises = course.exercises(assignment)
    found = {exercise.name: those_that_answer(exercise, course, candidates) for exercise in exercises}
    return {"functions": len(candidates), "found": found}


def in_a_child(function, *args):
    """Return what ``function(*args)`` returns in a forked process, by way of JSON."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text, status = json.dumps(function(*args)), 0
        except BaseException:
            text, status = "null", 1
            traceback.print_exc()
        os.write(writing, text.encode())  # less than a pipe holds
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise RuntimeError(f"the process ended with {status}")
    return json.loads(text)


def main(assignments):
    """Print which functions answer which exercise, by assignment."""
    course, candidates = Course(Path(__file__).parents[3]), functions()
    assert course.reference.sources  # read once, for every child
    print(json.dumps({one: in_a_child(searched, one, course, candidates) for one in assignments}))


if __name__ == "__main__":
    main(sys.argv[1:])
