"""Read the numbers of a worked example out of its text, and say which of them nothing computes."""

import ast
import inspect
import re

import numpy as np

from autograder.judging import cases
from utils.fixtures import Rng, Source, fresh

NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:\.\d+)?(?:e[−-]?\d+)?(?![\w])(?!\.\d)")
_EXACT = 1e-12


def complaints(exercise, course):
    """Return a sentence for everything that is wrong about the worked example of `exercise`; none if all is well."""
    example = exercise.worked_example
    shown = NUMBER.findall(example.text)
    arguments = by_name(exercise, course)
    starting = numbers(list(arguments.values()))
    found, space = [], {"np": np} | {name: fresh(argument) for name, argument in arguments.items()}
    for text in shown:
        if "." in text and text not in example.values and not any(same(value(text), n) for n in starting):
            found.append(f"{text} is neither an argument nor among the values")
    for text, expression in example.values.items():
        if text not in shown:
            found.append(f"{text} does not stand in the text")
        elif is_literal(expression) and example.arguments:
            found.append(f"{text} is not computed: {expression}")
        else:
            computed = float(eval(expression, space))
            if not rounds_to(computed, text):
                found.append(f"{text} should be {computed:.8g}: {expression}")
    if example.arguments:
        for result in numbers(list(cases.answer(exercise, course, case_of(exercise, course)).values())):
            if isinstance(result, bool):
                if str(result) not in example.text:
                    found.append(f"the result {result} does not stand in the text")
            elif not any(tells(text, result) for text in shown):
                found.append(f"the result {result:.8g} does not stand in the text")
    lines = [line.strip() for line in course.reference.sources[exercise.name].splitlines()]
    plain = without_spaces(example.text)
    found += [
        f"{line!r} is a line of the solution" for line in lines if len(line) > 12 and without_spaces(line) in plain
    ]
    return found


def by_name(exercise, course):
    """Return the example's arguments by name: those of the forward pass, then the gradients from above."""
    function = course.reference[exercise.forward or exercise.name]
    names = list(inspect.signature(function).parameters)
    if exercise.forward:
        forward = course.exercise(exercise.forward)
        outputs = forward.outputs if exercise.upstream is None else exercise.upstream
        names += [f"d{output}" for output in outputs]
    arguments = exercise.worked_example.arguments
    assert len(arguments) in (0, len(names)), f"{exercise.name}: the example has {len(arguments)} of {names}"
    return dict(zip(names, arguments, strict=False))


def case_of(exercise, course):
    """Return the example's arguments as a case."""
    arguments = by_name(exercise, course)
    if not exercise.forward:
        return cases.Case(arguments, {})
    count = len(inspect.signature(course.reference[exercise.forward]).parameters)
    return cases.Case(dict(list(arguments.items())[:count]), dict(list(arguments.items())[count:]))


def numbers(thing):
    """Return every number inside arrays, lists, tuples and dicts, Booleans as such."""
    if isinstance(thing, np.ndarray | np.generic):
        return numbers(thing.tolist())
    if isinstance(thing, dict):
        return numbers(list(thing.values()))
    if isinstance(thing, list | tuple):
        return [number for part in thing for number in numbers(part)]
    if isinstance(thing, Source):
        return [value(text) for text in NUMBER.findall(thing.text)]
    return [] if thing is None or isinstance(thing, str | Rng) else [thing]


def value(text):
    """Return a number as it stands in a text, which may have a typographic minus."""
    return float(text.replace("−", "-"))


def rounds_to(number, text):
    """Return whether `text` is `number` at the digits that it shows."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    last_digit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return bool(np.isfinite(number)) and abs(number - value(text)) <= 0.5 * last_digit * (1 + 1e-9)


def tells(text, number):
    """Return whether a reader learns `number` from `text`: it is exact, or rounded to three digits or more."""
    digits = text.replace("−", "").replace("-", "").partition("e")[0].replace(".", "").lstrip("0")
    return abs(value(text) - number) <= _EXACT * max(1.0, abs(number)) or (len(digits) >= 3 and rounds_to(number, text))


def same(one, other):
    """Return whether two numbers are equal but for rounding, whatever their sign: a text may say "taken off"."""
    return bool(abs(abs(one) - abs(other)) <= _EXACT * max(1.0, abs(one)))


def is_literal(expression):
    """Return whether an expression is only the number again."""
    try:
        ast.literal_eval(expression)
    except ValueError:
        return False
    return True


def without_spaces(text):
    """Return a text without white space and backticks, so that a line of code is found however it is set."""
    return "".join(text.replace("`", "").split())
