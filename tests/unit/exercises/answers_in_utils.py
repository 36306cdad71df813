"""Call every function of `utils` as the answer to an exercise, and see which of them answers it.

Run as a program, ``python answers_in_utils.py ASSIGNMENT``, it prints what it found as JSON: functions that are called
with arguments they are not made for may leave anything behind, so that happens in a process of its own.
"""

import builtins
import functools
import importlib
import inspect
import io
import json
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

import utils
from autograder.course import Course
from autograder.judging import cases
from utils.checking import calling, properties
from utils.checking.compare import compare
from utils.fixtures import fresh

# These look after files, servers and the calls of other functions; they compute no array.
LEFT_OUT = (
    "utils.check",
    "utils.check_file",
    "utils.checking.calling",
    "utils.checking.progress",
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
    known = [(case, None if exercise.properties else cases.answer(exercise, course, case)) for case in drawn]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [name for name, function in candidates.items() if answers(function, exercise, course, known)]


def answers(function, exercise, course, known):
    """Whether one way of calling `function` answers every case."""
    ways = None  # the ways in which it has answered every case so far
    for case, expected in known:
        right = set()
        for way, call in enumerate(calls(function, exercise, course, case)):
            if call is None or (ways is not None and way not in ways):
                continue
            try:
                if is_answer(exercise, course, case, expected, calling.call_with(call, (), SECONDS)):
                    right.add(way)
            except (Exception, KeyboardInterrupt):  # it is not made for this
                continue
        if not right:
            return False
        ways = right
    return True


def calls(function, exercise, course, case):
    """Yield calls of `function` that somebody might write for `exercise`, each a function of nothing, or None."""
    inputs, upstream = dict(case.inputs), dict(case.upstream)
    if exercise.forward:
        forward = course.exercise(exercise.forward)
        returned = course.reference[forward.name](*fresh(tuple(inputs.values())))
        cache = cases.named(forward, returned)["cache"]
        yield in_order(function, (*upstream.values(), cache))
        yield in_order(function, (*upstream.values(), *inputs.values()))
        yield in_order(function, (*inputs.values(), *upstream.values()))
    else:
        values = tuple(inputs.values())
        yield in_order(function, values)
        if values and isinstance(values[0], np.ndarray) and values[0].ndim == 2:
            yield in_order(function, (values[0][:, None], *values[1:]))  # a step is a sequence of one
        for place, value in enumerate(values):
            if isinstance(value, np.ndarray):  # a state that the exercise leaves at 0
                yield in_order(function, (*values[: place + 1], np.zeros_like(value), *values[place + 1 :]))


def in_order(function, values):
    """Return the call with these arguments, or None if `function` does not take so many."""
    try:
        inspect.signature(function).bind(*values)
    except TypeError:
        return None
    return functools.partial(function, *fresh(values))


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


def main(assignment):
    """Print which functions answer which exercise of the assignment."""
    course, candidates = Course(Path(__file__).parents[3]), functions()
    exercises = course.exercises(assignment)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
    write_and_start_nothing()
    out, sys.stdout = sys.stdout, io.StringIO()
    found = {exercise.name: those_that_answer(exercise, course, candidates) for exercise in exercises}
    print(json.dumps({"functions": len(candidates), "found": found}), file=out)


if __name__ == "__main__":
    main(sys.argv[1])
