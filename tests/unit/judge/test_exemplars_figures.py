"""Numbers in an answer that match a figure of the exemplar are found and marked, and others are not."""

import re

import pytest
from reading_class import EXEMPLAR

from autograder.reading import figures
from autograder.reading.figures import Number


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        *((text, "0.314") for text in ("0.31", "0.314", "0.3142", "0,31", "3.1e-1")),
        *((text, "4.7e-3") for text in ("4.7e-3", "0.0047", "4.7·10⁻³", "4.7 × 10^{-3}")),
        *((text, text) for text in ("11", "0.9")),
        *((text, None) for text in ("−0.31", "0.3", "0.32", "0.319", "1", "5e-3", "4.8e-3", "11.6")),
    ],
)
def test_a_number_matches_a_figure_as_far_as_it_is_written_out(written, stated):
    known = figures.figures(EXEMPLAR)
    assert [figure.number.text for figure in known] == ["0.9", "0.314", "11", "4.7e-3"]
    found = [figures.match(number, known) for _, _, number in figures.numbers(f"It is {written}, I think.")]
    assert [figure.number.text if figure else None for figure in found] == [stated]
    assert figures.numbers("x_11 and h1") == []


def test_marks_of_figures_change_no_letter_of_the_answer():
    known = figures.figures(EXEMPLAR)
    page = '<p title="0.314 > 0.3">&lt;0.31&gt; &#60; <code>0.9</code><br/></p><p><math><mn>0.31</mn></math></p>'
    page += "<math><mo>−</mo><mn>0.9</mn></math>"
    shown = figures.marked(page, known)
    assert shown.count('<mark class="figure"') == 2 and shown.count('<mark class="formula"') == 1
    assert re.sub(r"</?mark[^>]*>| class=\"figure\"", "", shown.replace('<mn class="figure">', "<mn>")) == page


def test_numbers_know_their_digits():
    one = Number("0.050", figures.numbers("0.050")[0][2].value)
    assert (one.digits, str(one.unit)) == (2, "0.001")
