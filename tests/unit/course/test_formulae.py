"""Formulae that learners read are set as mathematics."""

import re

import pytest

from autograder.course import open_course

COURSE = open_course()


def raw_formulae(text):
    """Return what looks like a formula in a text of Markdown and stands neither in mathematics nor in code."""
    prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|!\[[^\]]*\]\([^)]*\)", " ", text, flags=re.DOTALL)
    return re.findall(r"[∂‖∇∑∏√⊙⌈⌉]|\b[hxyacWL]_\w", prose)


def test_raw_formulae_are_found():
    assert raw_formulae("one vector, ∂L/∂h_t, and") == ["∂", "∂", "h_t"]
    assert raw_formulae("one vector, $\\partial L/\\partial h_t$, `h_t` and ![h_1](h_1.png)") == []


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_no_formula_stands_as_raw_text(assignment):
    cells = COURSE.sources[assignment].cells
    markdown = [c for c in cells if c.cell_type == "markdown" and not c.metadata.get("nbgrader", {}).get("solution")]
    texts = [cell.source for cell in markdown]
    assert {text: found for text in texts if (found := raw_formulae(text))} == {}
