"""Formulas become MathML: all of ours, what students write, and hostile ones."""

import re
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.grading import formulas
from autograder.grading.formulas import MAX_LENGTH, MAX_PARTS, mathml

ACTS = re.compile(r"(?i)<(?:script|a|img|style|svg|iframe|annotation)\b|\bon\w+=|href|url\(|javascript:[^<]*\"")


def is_mathml(html):
    return ElementTree.fromstring(html).tag == "math"


class Found(IPythonRenderer):
    """Collects the formulas of a notebook as nbconvert finds them."""

    def __init__(self):
        super().__init__(escape=False, attachments={})
        self.formulas = []

    def inline_math(self, body):
        self.formulas.append(body)
        return ""

    block_math = inline_math

    def latex_environment(self, name, body):
        return self.inline_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


def formulas_of(course):
    found = Found()
    for assignment in course.assignments:
        released = course.notebooks / assignment / f"{assignment}.ipynb"
        sources = [*nbformat.read(released, as_version=4).cells, *course.sources[assignment].cells]  # and the rubrics
        for cell in sources:
            if cell.cell_type == "markdown":
                MarkdownWithMath(renderer=found).render(cell.source)
    return found.formulas


def test_every_formula_of_the_course_is_mathml(course):
    found = formulas_of(course)
    assert len(set(found)) > 100
    assert [tex for tex in found if not is_mathml(mathml(tex))] == []
    assert max(map(len, found)) * 5 < MAX_LENGTH
    assert max(tex.count("\\") + tex.count("{") for tex in found) * 5 < MAX_PARTS


WRITTEN = [
    r"\frac{\partial L}{\partial h_t} = \sum_{k=t}^{T} \prod_{j=t+1}^{k} J_j",
    r"\mathbb{R}^{N \times H}, \mathbf{W}_{hh}, \mathcal{L}, \hat{y}",
    r"\begin{align} a &= b \\ c &= d \end{align}",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
    r"\left( \frac{1}{2} \right)^{T-1} \le 10^{-6}",
    r"\lVert W^t \rVert_2 \to \infty \quad \text{for } \rho(W) > 1",
    "x<y>z",
]


@pytest.mark.parametrize("tex", WRITTEN)
def test_tex_as_students_write_it_becomes_mathml(tex):
    assert is_mathml(mathml(tex)) and is_mathml(mathml(tex, display=True))
    assert 'display="block"' in mathml(tex, display=True) and 'display="block"' not in mathml(tex)


def test_the_right_characters_in_the_right_elements():
    root = ElementTree.fromstring(mathml(r"\frac{h_t}{2} < \tanh(\sigma)"))
    [over] = root.iter("mfrac")
    assert [element.tag for element in over] == ["msub", "mn"]
    assert "".join(root.itertext()).replace("\u2061", "") == "ht2<tanh(σ)"


HOSTILE = [
    r"\href{javascript:alert(1)}{x}",
    r"\text{<script>alert(1)</script>}",
    "<script>alert(1)</script>",
    r"\operatorname{<img src=x onerror=alert(1)>}",
    r'\begin{align}x\label{"><script>alert(1)</script>}\end{align}',
    r"\begin{align}x\label{a}\end{align}\eqref{a}",
    r'\color{red" onload="alert(1)}{x}',
    r"\class{a}{b}\style{position:fixed}{c}\cssId{d}{e}\unicode{60}script\unicode{62}",
    r"&lt;script&gt;&LT;script>",
    r"\includegraphics{file:///etc/passwd}\input{/etc/passwd}",
    r"\frac{1}",
    r"\left( x",
    "\x00\ud800",
    "",
    # what takes all memory, or all of a process's stack, in the converter itself
    r"\newcommand{\a}[1]{\a{#1#1}}\a{x}",
    r"\def\a#1{\a{#1#1#1#1}}\a{x}",
    r"\newcommand{\a}{\a\a}\a",
    "{" * 100_000 + "}" * 100_000,
    r"\frac{1}{" * 20_000 + "}" * 20_000,
    r"\sqrt " * 50_000 + "x",
    r"\left(" * 20_000 + r"\right)" * 20_000,
    "x" * 1_000_000,
    "x^" * 1_000 + "y",
    "&" * 2_000,
]


@pytest.mark.parametrize("tex", HOSTILE, ids=lambda tex: repr(tex)[:30])
@pytest.mark.parametrize("display", [False, True])
def test_hostile_tex_neither_acts_nor_raises(tex, display):
    html = mathml(tex, display)
    assert not ACTS.search(re.sub(r"(?s)<code class=\"tex\">[^<]*</code>", "", html)), html[:500]
    assert re.fullmatch(r'(?s)<code class="tex">[^<>]*</code>', html) or is_mathml(html)


PIECES = st.sampled_from(
    [
        *[r"\frac", r"\sqrt", r"\text", r"\left(", r"\right)", r"\begin{align}", r"\end{align}", r"\begin{array}{c|c}"],
        *[r"\end{array}", r"\color{red}", r"\tag", r"\label", r"\eqref", r"\newcommand", r"\def", r"\hspace{9em}"],
        *[r"\not", r"\mathbb", r"\overbrace", r"\operatorname", r"\cancel", r"\boxed", r"\char", r"\verb|<b>|"],
        *"{}{}[]^_'~#%&ax1<>\"=é",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_no_mixture_of_tex_acts_or_raises(tex):
    assert not ACTS.search(re.sub(r"(?s)<code class=\"tex\">[^<]*</code>", "", mathml(tex)))


@pytest.mark.parametrize(
    "planted",
    [
        "<math><script>alert(1)</script></math>",
        "<math><annotation-xml><mi>x</mi></annotation-xml></math>",
        '<math><a href="#x"><mi>x</mi></a></math>',
        "<math><mi>x</math>",
    ],
)
def test_hostile_output_of_the_converter_is_dropped(monkeypatch, planted):
    class Planted:
        def convert_with_local_state(self, tex, displaystyle):
            return planted

    monkeypatch.setattr(formulas, "_CONVERTER", Planted())
    assert mathml("x") == '<code class="tex">x</code>'


def test_a_converter_that_fails_costs_one_formula(monkeypatch):
    class Panic(BaseException):
        """What a fault in compiled code looks like."""

    class Planted:
        def convert_with_local_state(self, tex, displaystyle):
            raise Panic

    monkeypatch.setattr(formulas, "_CONVERTER", Planted())
    assert mathml("x<y") == '<code class="tex">x&lt;y</code>'


def test_attributes_that_are_not_known_are_dropped(monkeypatch):
    class Planted:
        def convert_with_local_state(self, tex, displaystyle):
            return (
                '<math onclick="x" display="block"><mtd style="text-align: left;padding-left: 1em">1</mtd>'
                '<mi style="background: url(x)" class="y" id="z">x</mi></math>'
            )

    monkeypatch.setattr(formulas, "_CONVERTER", Planted())
    expected = '<math display="block"><mtd style="text-align: left;padding-left: 1em">1</mtd><mi>x</mi></math>'
    assert mathml("x") == expected
