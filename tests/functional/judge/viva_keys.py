"""Find the key of a question once more, without the code that made it: the test's own edits, inputs and comparison.

Everything here runs in the test's process, so it is for texts that the tests wrote themselves.
"""

import sys

import numpy as np

from autograder.course.exercise import Sizes
from autograder.viva.questions import Reach, Scale, Shape, Slip
from utils.data.vocabulary import END, PAD, START
from utils.fixtures import fresh

SIZES = Sizes(N=2, T=4, D=3, H=5, M=6, V=7)
STEPS = ("T", "steps", "max_length")


def namespace(text):
    names = {"np": np, "PAD": PAD, "START": START, "END": END}
    exec(compile(text, "<submission>", "exec"), names)
    return names


class Bench:
    """A submission's functions, to be called on inputs of one further seed."""

    def __init__(self, course, text, seed):
        self.course, self.text, self.rng = course, text, np.random.default_rng(seed)

    def inputs(self, name):
        """Return what an exercise is called with: the forward pass's arguments, and the gradients from above."""
        exercise = self.course.exercise(name)
        draw = exercise.inputs[0] if isinstance(exercise.inputs, tuple) else exercise.inputs
        inputs, above = draw(self.rng, SIZES), {}
        if exercise.forward:
            forward = self.course.exercise(exercise.forward)
            results = self.course.reference[forward.name](*fresh(tuple(inputs.values())))
            for output, value in zip(forward.outputs, results, strict=False):
                if exercise.upstream is None or output in exercise.upstream:
                    above[f"d{output}"] = self.rng.standard_normal(np.shape(value))
        return inputs, above

    def call(self, names, name, inputs, above):
        """Return the outputs by name; those in a dict one by one."""
        exercise = self.course.exercise(name)
        arguments = fresh(tuple(inputs.values()))
        with np.errstate(all="ignore"):
            if exercise.forward:
                arguments = (*fresh(tuple(above.values())), names[exercise.forward](*arguments)[-1])
            results = names[name](*arguments)
        results = results if len(exercise.outputs) + exercise.cache > 1 else (results,)
        found = {}
        for output, value in zip(exercise.outputs, results, strict=False):
            inner = {f'{output}["{key}"]': one for key, one in value.items()} if isinstance(value, dict) else None
            found |= {key: np.asarray(one) for key, one in (inner or {output: value}).items()}
        return found


def edited(excerpt, line, after):
    """Return a text in which one line reads otherwise, as a reader would write it."""
    lines = excerpt.split("\n")
    indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    lines[line - 1] = indent + (after or "pass")
    return "\n".join(lines)


def same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=1e-12)


def touched(effect, before, after):
    """Return which options of an effect are no longer the same."""
    if effect.along is None:
        return tuple(not same(before[name], after[name]) for name in effect.options)
    one, other = before[effect.output], after[effect.output]
    first = 1 if effect.along.letter in STEPS else 0
    places = [int(option) - first for option in effect.options]
    if one.shape != other.shape:
        return (True,) * len(places)
    return tuple(not same(one.take(place, effect.along.axis), other.take(place, effect.along.axis)) for place in places)


def changed(bench, inputs, above, argument, change):
    """Change one argument in place; ``encoder[0]`` and ``params["Wx"]`` are parts of one."""
    top, _, rest = argument.partition("[")
    part = above if top in above else inputs
    if not rest:
        part[top] = change(part[top])
    elif rest.startswith('"'):
        part[top] = {**part[top], rest[1:-2]: change(part[top][rest[1:-2]])}
    else:
        part[top] = tuple(change(one) if place == int(rest[:-1]) else one for place, one in enumerate(part[top]))


def key(question, excerpt, bench):
    """Return the key of a question in the form in which the question has it, on the bench's next inputs."""
    name = question.subject.name
    names = namespace(bench.text)
    inputs, above = bench.inputs(name)
    if isinstance(question, Shape):
        return shape(question, excerpt, names, bench, inputs, above)
    before = bench.call(names, name, inputs, above)
    if isinstance(question, Slip):
        slipped = namespace(bench.text)
        exec(edited(excerpt, question.line, question.after), slipped)
        return touched(question.effect, before, bench.call(slipped, name, inputs, above))
    if isinstance(question, Reach):

        def change(value):
            made = np.array(value)
            axis = question.along.axis if question.along else 0
            places = [question.index] if question.along else range(made.shape[0])
            for place in range(made.shape[axis]):
                there = (slice(None),) * axis + (place,)
                if question.only and place != question.index:
                    made[there] = 0
                elif not question.only and place in places:
                    other = made[there][()] + 1
                    made[there] = other % (made.max() + 1) if made.dtype.kind == "i" else 0.37 - 1.3 * made[there]
            return made

        changed(bench, inputs, above, question.argument, change)
        after = bench.call(names, name, inputs, above)
        zeros = {output: np.zeros_like(value) for output, value in after.items()}
        return touched(question.effect, zeros if question.only else before, after)
    assert isinstance(question, Scale)
    rows = []
    for row, _ in question.rows:
        argument, output = (question.doubled, row) if question.doubled else (row, question.output)
        other_inputs, other_above = dict(inputs), dict(above)
        changed(bench, other_inputs, other_above, argument, lambda value: value + value)
        after = bench.call(names, name, other_inputs, other_above)
        twice, still = same(2 * before[output], after[output]), same(before[output], after[output])
        rows.append((row, "same" if still else "doubled" if twice else "neither"))
    return tuple(rows)


def shape(question, excerpt, names, bench, inputs, above):
    """Watch the printed function as it runs, and evaluate the expression the first time that its line is reached."""
    exec(compile(excerpt, "<excerpt>", "exec"), names)
    seen = []

    def watch(frame, event, argument):
        if frame.f_code.co_filename == "<excerpt>" and event == "line" and frame.f_lineno == question.line and not seen:
            seen.append(np.shape(eval(question.expression, frame.f_globals, frame.f_locals)))
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        bench.call(names, question.subject.name, inputs, above)
    finally:
        sys.settrace(before)
    return seen[0]


def expected(question):
    """Return the key that a question has."""
    if isinstance(question, (Slip, Reach)):
        return question.effect.touched
    return question.rows if isinstance(question, Scale) else question.shape
