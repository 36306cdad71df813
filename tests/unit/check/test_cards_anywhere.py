"""What `check` shows as HTML needs nothing of JupyterLab's: VS Code, Colab and a saved page show the same card.

Those render the HTML of an output as it is: some run no script, and none knows JupyterLab's colours.
"""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from autograder.course import open_course
from utils import check
from utils.checking.card import Note
from utils.gradients import check_backward

SOLUTIONS = open_course().reference
ELSEWHERE = {"script", "style", "link", "iframe", "object", "embed", "form", "base", "meta"}


def needs(html):
    """Return what a piece of HTML would need of the page that shows it."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag in ELSEWHERE:
                found.append(tag)
            for name, value in attributes:
                if name.startswith("on"):
                    found.append(name)
                if name in ("src", "href") and not value.startswith(("data:image/png;base64,", "#")):
                    found.append(value)
                if name == "style":
                    found.extend(re.findall(r"var\(\s*--[\w-]+\s*\)|url\(.*?\)", value))

    Reader().feed(html)
    return found


def stable_softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum()


def stops(z):
    return np.exp(z) @ z


def not_started(z):
    raise NotImplementedError()


stops.__name__ = not_started.__name__ = "stable_softmax"
SHOWN = {
    "wrong, with every hint": lambda: check(stable_softmax, hint=3, anyway=True),
    "stopped": lambda: check(stops),
    "not started": lambda: check(not_started),
    "right": lambda: check(SOLUTIONS["stable_softmax"]),
    "no function of the course": lambda: check(np.exp),
    "a case": lambda: check.case(stable_softmax),
    "progress": lambda: check.progress(),
    "gradients": lambda: check_backward(SOLUTIONS["rnn_step_forward"], SOLUTIONS["rnn_step_backward"], arrays()),
    "a note": lambda: Note("A sentence with `code`."),
}


def arrays():
    rng = np.random.default_rng(0)
    shapes = {"x": (2, 3), "prev_h": (2, 4), "Wx": (3, 4), "Wh": (4, 4), "b": (4,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("name", SHOWN)
def test_a_card_needs_nothing_of_the_page_around_it(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    html = SHOWN[name]()._repr_html_()
    assert needs(html) == []
    assert "<" in html and "style=" in html


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("<script>alert()</script>", ["script"]),
        ('<div onclick="go()">', ["onclick"]),
        ('<p style="color:var(--jp-ui-font-color1)">', ["var(--jp-ui-font-color1)"]),
        ('<p style="color:var(--jp-ui-font-color1,inherit)">', []),
        ('<img src="https://example.org/a.png">', ["https://example.org/a.png"]),
        ("<style>p {color: red}</style>", ["style"]),
    ],
)
def test_what_it_would_need_is_found(planted, found):
    assert needs(planted) == found
