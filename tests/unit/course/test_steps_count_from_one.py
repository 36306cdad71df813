"""Steps count from 1 and arrays from 0: h_t is ``h[:, t-1]`` wherever people read, and texts that name a place say so."""

import ast
import re

import pytest

ASSIGNMENTS = ("00-start-here", "01-rnn-forward", "02-bptt")
# A time axis at t itself. ``out[n, t]`` is a place of an array, and of no step.
AT_T = re.compile(r"\b(?:d?[xhyc]|dout|mask|cache)\[(?::, ?)?t\]")


def told_to_learners(notebook):
    """Return the markdown and the docstrings of a source notebook; its code may count as it likes."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            nodes = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.FunctionDef)]
            texts += [ast.get_docstring(node) or "" for node in nodes]
    return texts


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_text_puts_step_t_at_index_t(course, name):
    assert not [found for text in told_to_learners(course.sources[name]) for found in AT_T.findall(text)]


@pytest.mark.parametrize("text", ["`h[:, t]` holds $h_t$", "dh[:,t] is the gradient at step t", "cache[t] is step t's"])
def test_the_old_way_is_found(text):
    assert AT_T.search(text)


@pytest.mark.parametrize("text", ["`h[:, t-1]` holds $h_t$", "row `x[n, t]` of `W`", "step t = 3 is `dh[:, 2]`"])
def test_the_right_way_is_not(text):
    assert not AT_T.search(text)


@pytest.mark.parametrize("name", ["01-rnn-forward", "02-bptt"])
def test_the_notation_says_once_why_and_gives_a_place_both_ways(course, name):
    [text] = [t for t in told_to_learners(course.sources[name]) if t.startswith("## Notation")]
    [(step, index)] = re.findall(r"Steps count from 1, arrays from 0: .*?step t = (\d).*?`\w+\[:, (\d)\]`", text)
    assert int(index) == int(step) - 1


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_formula_stands_as_raw_text(course, name):
    """What is neither code nor mathematics holds no ∂, no norm bars and no name with an index, such as h_t."""
    for cell in course.sources[name].cells:
        if cell.cell_type == "markdown" and not cell.metadata.get("nbgrader", {}).get("solution"):
            prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)", " ", cell.source, flags=re.DOTALL)
            assert not re.search(r"[∂‖∇∑∏√⊙⌈⌉]|\b[hxyacWL]_\w", prose), prose
