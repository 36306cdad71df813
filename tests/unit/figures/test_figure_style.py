"""The style of figures is readable, and neither takes nor changes the learner's own."""

import colorsys
import subprocess
import sys
import threading
import time

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from utils.figures import style


def luminance(colour):
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast_on_white(colour):
    return 1.05 / (luminance(colour) + 0.05)


def test_the_learners_own_style_neither_leaks_in_nor_is_changed():
    with matplotlib.rc_context(
        {"figure.facecolor": "black", "text.color": "white", "font.size": 31, "axes.grid": True}
    ):
        before = dict(matplotlib.rcParams)
        with style.drawn():
            assert matplotlib.rcParams["figure.facecolor"] == "white"
            assert matplotlib.rcParams["font.size"] == 9
            assert matplotlib.rcParams["axes.grid"] is False
            figure, _ = style.sheet("A finding")
        assert dict(matplotlib.rcParams) == before
    assert to_rgb(figure.get_facecolor()) == (1, 1, 1)
    assert luminance(figure.texts[0].get_color()) < 0.05


@pytest.mark.parametrize("colour", [style.INPUT, style.HIDDEN, style.OUTPUT, style.GRADIENT, *style.GATES.values()])
def test_text_in_any_role_is_readable_on_white(colour):
    assert contrast_on_white(style.ink(colour)) >= 4.5
    hue = lambda c: colorsys.rgb_to_hsv(*to_rgb(c))[0]  # noqa: E731
    assert hue(style.ink(colour)) == pytest.approx(hue(colour), abs=0.02)


def test_quiet_text_is_readable_too():
    assert contrast_on_white(style.QUIET) >= 4.5
    assert contrast_on_white(style.FAINT) < 2


def test_roles_have_hues_of_their_own():
    roles = [style.INPUT, style.HIDDEN, style.OUTPUT, style.GRADIENT]
    assert len(set(roles)) == 4 and len(set(style.GATES.values())) == 4
    assert not {style.HIDDEN, style.GRADIENT} & set(style.GATES.values())
    assert list(style.GATES) == ["i", "f", "o", "g"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.0, "0"),
        (4.4e-16, "4e-16"),
        (0.831, "0.83"),
        (1.0, "1"),
        (12.4, "12"),
        (6.1e10, "6e10"),
        (-0.5, "-0.5"),
    ],
)
def test_sizes_are_written_short(number, text):
    assert style.short(number) == text


@pytest.mark.parametrize(("number", "text"), [(1e-16, "10⁻¹⁶"), (1.0, "1"), (1e8, "10⁸")])
def test_powers_of_ten_are_written_out(number, text):
    assert style.power_of_ten(number) == text


def test_importing_figures_starts_no_pyplot_and_utils_no_matplotlib():
    code = (
        "import sys, utils; assert 'matplotlib' not in sys.modules;"
        "import utils.figures, utils.explorers; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_two_drawing_threads_keep_their_styles():
    """Matplotlib's style belongs to all threads, and JupyterLab lets controls draw in more than one."""
    inside, leave, seen = threading.Event(), threading.Event(), []

    def first():
        with style.drawn():
            inside.set()
            leave.wait(5)

    def second():
        inside.wait(5)
        with style.drawn():
            one.join(5)
            seen.append(matplotlib.rcParams["axes.titlelocation"])

    one, two = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    two.start()
    inside.wait(5)
    time.sleep(0.1)  # for the second to try
    leave.set()
    two.join()
    assert seen == ["left"]
    assert matplotlib.rcParams["axes.titlelocation"] == "center"


def lines_of(gid, title="", caption=""):
    figure, _ = style.sheet(title, caption)
    (text,) = [text for text in figure.texts if text.get_gid() == gid]
    return text.get_text().split("\n")


@pytest.mark.parametrize(
    "title",
    [
        "One finding that takes half of a line or a little more than that.|Another that needs its own 0.5",
        "One finding that takes half of a line or more than that;|for 0, 1, 3 and 5 it is 2, 5, 3 and 1",
        "Three clauses; the first two of them fit on the first of two lines: here;|the last has the second for itself",
        "A finding that has no clause at all and so must be broken where the first|line is full",
        "Far. A finding that has a clause which is too short to help and so is broken|where the first line is full",
        "Short. It stays on one line; both of them: all",
    ],
)
def test_a_title_of_two_lines_is_broken_where_a_clause_ends(title):
    assert lines_of("title", title.replace("|", " ")) == title.split("|")


@pytest.mark.parametrize("formula", ["H = 24", "N(0, 0.5²)", "Wh ~ N(0, 1/H)", "Wh orthogonal × 1.2"])
def test_a_formula_in_a_caption_is_not_cut_in_two(formula):
    last = formula if "orthogonal" not in formula else "orthogonal × 1.2"
    for filler in range(80, 104):
        lines = lines_of("caption", caption="x" * filler + " " + formula + " follows")
        assert any(last in line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)
