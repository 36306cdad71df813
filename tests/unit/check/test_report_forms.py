"""Reports have their forms: the text is reviewed as a golden file, the card is checked for what it must hold.

`UPDATE_GOLDEN=1 pytest tests/unit/check/test_report_forms.py` writes the golden files again; read the diff.
"""

import html.parser
import os
import sys
import types
from pathlib import Path

import pytest

from utils import check
from utils.checking import progress
from utils.checking.comparison import Comparison
from utils.checking.report import Report

GOLDEN = Path(__file__).parent / "golden"

REPORTS = {
    "right": lambda w: check(w("affine")),
    "right_with_a_caution": lambda w: check(
        w("affine_backward", ("return dx", "dout *= 2\n    return dx")), forward=w("affine")
    ),
    "not_started": lambda w: check(w("affine", source="def affine(x, w, b):\n    raise NotImplementedError\n")),
    "known_mistake": lambda w: check(
        w("affine_backward", ("sum(axis=0)", "mean(axis=0)")), forward=w("affine"), hint=2
    ),
    "unknown_mistake": lambda w: check(
        w("affine_backward", ("x.T @ dout", "-x.T @ dout"), ("dout @ w.T", "dout @ w.T + 1")), forward=w("affine")
    ),
    "wrong_shape": lambda w: check(w("affine_backward", ("sum(axis=0)", "sum(axis=1)")), forward=w("affine")),
    "exception": lambda w: check(w("affine", ("out = x", "raise ValueError('rows do not fit')\n    out = x"))),
    "parameters": lambda w: check(w("affine", source="def affine(x, w):\n    return x @ w, 0\n")),
    "no_forward": lambda w: check(w("affine_backward")),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_text_is_the_golden_one(name, written):
    text = str(REPORTS[name](written)) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    code = [line for line in text.splitlines() if len(line) > 88]
    copied = ("`", "check(", "check.case(")  # only what is to be copied may run over
    assert all(any(mark in line for mark in copied) for line in code)


@pytest.mark.parametrize("name", REPORTS)
def test_the_card_says_what_the_text_says(name, written):
    report = REPORTS[name](written)
    bundle = report._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == (report.title if report.ok else "0.0")
    words = _Words()
    words.feed(bundle["text/html"])
    assert words.open == []
    shown = "".join("".join(words.text).split())
    for piece in (report.title, *report.paragraphs, *report.warnings.values(), report.ask):
        assert "".join(piece.replace("`", "").split()) in shown
    assert 'role="note"' in bundle["text/html"]


def test_repr_is_the_text(written):
    report = check(written("affine"))
    assert repr(report) == str(report) == f"{report}"


def test_a_terminal_is_shown_the_text(written, monkeypatch):
    shell = type("TerminalInteractiveShell", (), {})
    embedded = type("InteractiveShellEmbed", (shell,), {})()
    report = check(written("affine", (" + b", "")))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: embedded))
    assert report._repr_mimebundle_()["text/plain"] == str(report)
    zmq = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: zmq))
    assert report._repr_mimebundle_()["text/plain"] == "0.0"


def test_validate_is_given_the_verdict_in_words(written, monkeypatch, capsys):
    right, wrong = check(written("affine")), check(written("affine", (" + b", "")))
    for report in (right, wrong):
        report._repr_mimebundle_()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")  # as nbgrader's validator sets it
    right._repr_mimebundle_()
    assert capsys.readouterr().err == ""  # which would cost it its points
    assert wrong._repr_mimebundle_()["text/plain"] == "0.0"
    assert capsys.readouterr().err == "affine: out is not right yet.\n"


def test_learners_text_is_escaped(written):
    report = check(written("affine", ("out = x @ w + b", "raise ValueError('<script>alert(1)</script> & `odd')")))
    assert "<script>" not in report._repr_html_() and "&lt;script&gt;" in report._repr_html_()


def test_close_numbers_are_shown_with_enough_digits():
    close = Comparison("y", "value", yours=0.12345678, expected=0.12345123, count=1, size=1)
    report = Report("affine", "wrong", "affine: y is not right yet.", comparisons={"y": close})
    assert "Yours is 0.12346, expected 0.12345." in str(report)
    assert ">0.12346</td>" in report._repr_html_()


def test_the_board_as_card(written, tmp_path):
    Path("90-tiny.ipynb").touch()
    check(written("affine"))
    card = progress.board()._repr_html_()
    assert "<caption" in card and 'scope="row"' in card and "1 of 4 exercises right, 10 of 40 points." in card


class _Words(html.parser.HTMLParser):
    """Collects the text, and which tags were left open."""

    def __init__(self):
        super().__init__()
        self.text, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
