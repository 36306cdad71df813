"""The committed static pictures are those that the code draws."""

import io

import pytest
from PIL import Image

from utils.figures import static
from utils.figures.stills import rnn_forward, start_here
from utils.figures.style import HIDDEN, INPUT, ink

SOLUTION = '''# %% [markdown]
# # A notebook in percent form
# %%
import module_that_is_not_installed
# %%
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """A docstring."""
    ### BEGIN SOLUTION
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h)
    ### END SOLUTION
# %%
def numerical_gradient(f, x, h):
    return np.array([(f(x + h) - f(x - h)) / (2 * h)])
# %%
raise RuntimeError("this cell is never run")
'''


@pytest.fixture
def solution(tmp_path):
    path = tmp_path / "01-rnn-forward.py"
    path.write_text(SOLUTION, encoding="utf-8")
    return path


def test_pictures_are_written_and_the_same_each_time(solution, tmp_path, capsys):
    for folder in ("a", "b"):
        static.main([str(tmp_path / folder), str(solution)])
    printed = capsys.readouterr().out
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {"phase-portrait.png", "recurrence.png", "u-curve.png", "wirings.png"} <= set(names)
    for name in names:
        png = (tmp_path / "a" / name).read_bytes()
        assert png == (tmp_path / "b" / name).read_bytes()
        assert len(png) < 200_000
        assert Image.open(io.BytesIO(png)).width == 792
        assert f"{name}: " in printed


def test_without_functions_there_are_only_drawings(tmp_path):
    static.main([str(tmp_path / "new" / "folder")])
    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert {"central-difference.png", "recurrence.png", "wirings.png"} <= names
    assert not names & {"phase-portrait.png", "u-curve.png"}


def test_committed_pictures_are_those_that_can_be_drawn(course):
    functions = static.functions_from(sorted(course.solutions.glob("*.py")))
    needed = {name for module in static.topics() for name in module.PICTURES}
    assert {path.stem for path in (course.solutions / "figures").glob("*.png")} == needed
    assert {name for module in static.topics() for _, wanted in module.PICTURES.values() for name in wanted} <= set(
        functions
    )


def test_the_five_wirings_are_all_there_with_their_tasks():
    texts = {text.get_text() for axes in rnn_forward.wirings().figure.axes for text in axes.texts}
    assert {"one to one", "one to many", "many to one", "many to many, delayed", "many to many, aligned"} <= texts
    assert {"image captioning", "audio prediction", "frame-level video classification"} <= texts


def test_the_same_weights_stand_at_every_step_of_the_chain():
    chain = rnn_forward.recurrence().figure.axes[0]
    labels = [text.get_text() for text in chain.texts]
    assert [labels.count(f"$W_{{{name}}}$") for name in ("xh", "hh", "hy")] == [4, 4, 4]


def test_a_weight_has_the_colour_of_the_arrow_that_it_stands_beside():
    """An arrow has the colour of where it begins: W_hy stands beside arrows from h, so it is green, as W_hh is."""
    axes = rnn_forward.recurrence().figure.axes[0]
    for place in (axes, *axes.child_axes):
        colours = {text.get_text(): text.get_color() for text in place.texts if text.get_text().startswith("$W")}
        wanted = {"$W_{xh}$": INPUT, "$W_{hh}$": HIDDEN, "$W_{hy}$": HIDDEN}
        assert colours == {letters: ink(colour) for letters, colour in wanted.items()}


def test_the_slopes_beside_the_curve_are_those_of_its_chords():
    figure = start_here.central_difference().figure
    texts = [text.get_text() for text in figure.texts]
    f = lambda x: 0.35 * x**3 - 0.1 * x + 0.6  # noqa: E731
    for text, slope in (
        ("one-sided: x to x + h", (f(1.7) - f(1)) / 0.7),
        ("central: x − h to x + h", (f(1.7) - f(0.3)) / 1.4),
    ):
        assert texts[texts.index(text) + 1] == f"slope {slope:.2f}"
    assert texts[texts.index("the tangent at x") + 1] == "slope 0.95"
