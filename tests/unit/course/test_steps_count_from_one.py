"""Steps count from 1 wherever a learner reads of them: h_t is ``h[:, t-1]``, and a place is named both ways.

Code may loop as it likes: only texts, tables, docstrings, hints and cards are read here.
"""

import ast
import re

import jupytext
import numpy as np
import pytest

from autograder.course import open_course
from autograder.judging import cases
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from utils.checking import likeness_wording, time_axis, wording
from utils.checking.compare import compare
from utils.checking.report import Report
from utils.checking.resemblance import Pair
from utils.checking.resembling import resemblance

COURSE = open_course()
EXERCISES = [exercise for assignment in COURSE.assignments for exercise in COURSE.exercises(assignment)]
COUNTED = [
    (exercise, output)
    for exercise in EXERCISES
    for output in exercise.outputs
    if exercise.properties is None and time_axis.counted(exercise.axes(output)) is not None
]


def faults(text):
    """Return what breaks the convention in a text, a part or a row of a table each."""
    found = []
    for part in re.split(r"(?<=[.?!;])\s+|\n(?=[#\s]*\|)", text):
        if re.search(r"counting from 0|\bsteps? 0\b(?!\.\d)|\bt = 0\b|\bt is 0\b", part):
            found.append(f"counts from 0: {part}")
        if re.search(r"\w\[:, ?t( ?\+ ?1)?\]", part):
            found.append(f"step t stands at the index t: {part}")
        if re.search(r"\w\[n, ?t\]", part) and re.search(r"_\{?t\b|\bsteps? t\b|\bat t\b", part):
            found.append(f"step t stands at the index t: {part}")
        for name, index in re.findall(r"(\w+)\[:, ?(\d+)\]", part):
            step = int(index) + 1
            if not re.search(rf"\b{name[-1]}_\{{?{step}\b|\bt = {step}\b", part):
                found.append(f"{name}[:, {index}] has no step: {part}")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "h_t is `h[:, t]`.",
        "| state $h_t$ | `h[:, t]` | (N, H) |",
        "h is right up to t = 2 and wrong from t = 3 on (counting from 0).",
        "dh (N, T, H): dh[:, t] is the gradient from the loss at step t alone.",
        "norms (N, T): norms[n, t] is the length of dL/dh_t.",
        "The segments are steps 0, 1 and steps 2, 3.",
        "Write both down for t = 0 and t = 1.",
        "Changing x[:, 0] must change y_1, `y[:, 0]`.",
        "At step t = 2, `h[:, 2]`, it is wrong.",
        "h_12 is `h[:, 0]`.",
    ],
)
def test_violations_of_the_convention_are_found(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "| state $h_t$ | `h[:, t-1]` | (N, H) |",
        "h_t is `h[:, t - 1]`; step t = 3, `h[:, 2]`, follows step t = 2, `h[:, 1]`.",
        "`h[:, 0]` is $h_{1}$ and `h[:, -1]` the last.",
        "`out[n, t]` is row `x[n, t]` of W.",
        "The gradient at h_1, `dh[:, 0]`, is right; at step t = 2, `product[:, 1]` is.",
        "With steps = 0 nothing moves; after 0 steps, or 10, or in steps 0.1 long, it does.",
    ],
)
def test_texts_that_keep_the_convention_pass(text):
    assert faults(text) == []


def docstrings(source):
    """Return the docstrings of a program, by the line they stand in."""
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [(node, ast.get_docstring(node)) for node in ast.walk(ast.parse(source)) if isinstance(node, nodes)]
    return {node.body[0].lineno: text for node, text in found if text}


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_texts_tables_and_docstrings_of_an_assignment(assignment):
    notebook = jupytext.read(COURSE.root / "solutions" / f"{assignment}.py")
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts.append(re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL))
        elif cell.cell_type == "code":
            texts += docstrings(re.sub(r"^%.*$", "", cell.source, flags=re.MULTILINE)).values()
    assert [fault for text in texts for fault in faults(text)] == []


@pytest.mark.parametrize("assignment", ["01-rnn-forward", "02-bptt"])
def test_the_notation_says_once_why_and_names_a_place_both_ways(assignment):
    texts = [cell.source for cell in COURSE.sources[assignment].cells if cell.source.startswith("## Notation")]
    [(step, index)] = re.findall(r"Steps count from 1, arrays from 0: .*?step t = (\d).*?`\w+\[:, (\d)\]`", *texts)
    assert int(index) == int(step) - 1


def test_docstrings_of_utils_and_the_documentation():
    found = {}
    for path in sorted((COURSE.root / "utils").rglob("*.py")):
        for line, text in docstrings(path.read_text(encoding="utf-8")).items():
            found |= {f"{path.name}:{line}": fault for fault in faults(text)}
    for path in sorted([*(COURSE.root / "docs").glob("*.md"), COURSE.root / "README.md"]):
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if wrong := faults(text):
            found[path.name] = wrong
    assert found == {}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_hints_and_patterns(exercise):
    hints = [hint for mistake in exercise.mistakes for hint in mistake.hints]
    assert [fault for text in [*hints, *exercise.patterns.values()] for fault in faults(text)] == []


@pytest.mark.parametrize(
    ("exercise", "output"), COUNTED, ids=[f"{exercise.name}-{output}" for exercise, output in COUNTED]
)
def test_an_error_at_any_step_is_named_by_it_in_cards_and_feedback(exercise, output):
    axes = exercise.axes(output)
    axis = time_axis.counted(axes)
    drawn = cases.draw(exercise, COURSE, np.random.default_rng(0))
    for case in drawn:
        right = cases.answer(exercise, COURSE, case)
        expected = np.asarray(right[output])
        length = expected.shape[axis]
        other = ~expected if expected.dtype == bool else expected + 2 + 2 * np.abs(expected).max()
        for step in range(1, length + 1):
            place = f"{'layer' if axes[axis] == 'depth' else 'step t ='} {step}"
            part = f"`{output}[{':, ' * axis}{step - 1}]`"
            at = np.zeros(expected.shape, dtype=bool)
            np.moveaxis(at, axis, 0)[step - 1] = True
            wrong = np.where(at, other, expected)
            found = compare(output, wrong, expected, axes)
            assert f"that is {place}" in wording.worst_place(found)
            report = Report(exercise.name, "wrong", "Not right yet.", comparisons={output: found})
            for card in (" ".join(str(report).split()), report._repr_html_()):
                assert f"that is {place}" in card
                assert faults(card) == []
            feedback = verdict_of(exercise, case, right | {output: wrong})
            assert feedback.count(f"that is {wording.worst_step(found)}: yours") == 1
            if length > 1 and expected.any() and wrong.any():
                words = likeness(output, wrong, expected, axes)
                assert f"{place}" in words and part in words, words
                assert faults(words) == []
        for step in range(1, length):  # right up to `step`, and wrong up to it
            later = np.moveaxis(np.zeros(expected.shape, dtype=bool), axis, 0)
            later[step:] = True
            later = np.moveaxis(later, 0, axis)
            for where in (later, ~later):
                wrong = np.where(where, other, expected)
                if not (expected.any() and wrong.any()):
                    continue  # an array of zeros resembles nothing
                words = likeness(output, wrong, expected, axes)
                assert faults(words) == []
                assert f"`{output}[{':, ' * axis}{step}]`" in words or f"[{':, ' * axis}{step - 1}]`" in words


def verdict_of(exercise, case, outputs):
    """Return what the judge says of one wrong answer."""
    return verdict(exercise, COURSE, [case], [Answer(calls=(outputs,))], 10.0).output


def likeness(name, wrong, expected, axes):
    """Return what a card says of an output that is wrong in one case."""
    found = resemblance([Pair(wrong, expected)], axes)
    return found and likeness_wording.likeness(name, found, axes)
