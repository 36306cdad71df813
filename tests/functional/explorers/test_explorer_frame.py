"""Test what all explorers share on the smallest one, with the real ipywidgets."""

import base64
import gc
import io
import re
import threading
import weakref
from html.parser import HTMLParser

import ipywidgets
import pytest
from PIL import Image

from utils.checking.card import Note
from utils.errors import NotStarted
from utils.explorers.explorer import Explorer
from utils.figures.picture import Picture
from utils.figures.style import drawn, sheet

ROOM = '<div style="max-width:720px;aspect-ratio:720/200"></div>'


class Images(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


def empty_picture(size):
    with drawn():
        figure, _ = sheet(f"Size {size}", height=2.0)
    return Picture(figure, f"A picture of size {size}")


@pytest.fixture
def drawn_for():
    return []


@pytest.fixture
def explorer(drawn_for):
    def draw(size, loud):
        drawn_for.append((size, loud))
        if size == 3:
            raise ArithmeticError("three is too many")
        if size == 4:
            return Note("Write `it` first.")
        return empty_picture(size)

    return Explorer(
        draw,
        controls={"size": ipywidgets.IntSlider(1, 0, 9), "loud": ipywidgets.Checkbox(False)},
        presets={"Two, loud": {"size": 2, "loud": True}},
        words=lambda size, loud: f"Size is {size}" + "!" * loud,
        height=2.0,
    )


def test_it_means_something_before_it_is_touched(explorer, drawn_for):
    assert drawn_for == [(1, False)]
    assert explorer.figure.texts[0].get_text() == "Size 1"
    assert explorer.says == "Size is 1"
    assert repr(explorer) == "A picture of size 1"


def test_a_control_draws_once(explorer, drawn_for):
    explorer.controls["size"].value = 5
    assert drawn_for[1:] == [(5, False)]
    assert explorer.says == "Size is 5"


def test_a_preset_moves_all_its_controls_and_draws_once(explorer, drawn_for):
    explorer.buttons["Two, loud"].click()
    assert explorer.values == {"size": 2, "loud": True}
    assert drawn_for[1:] == [(2, True)]


def test_reset_goes_back_to_the_first_picture(explorer, drawn_for):
    explorer.set(size=7, loud=True)
    explorer.buttons["Reset"].click()
    assert explorer.values == {"size": 1, "loud": False}
    assert drawn_for[-1] == (1, False)


def test_the_picture_has_alternative_text_and_a_fixed_size(explorer):
    sizes = set()
    for size in (1, 2, 9):
        explorer.set(size=size)
        (attributes,) = Images(explorer._picture.value).found
        assert attributes["alt"] == f"A picture of size {size}"
        sizes.add((attributes["width"], attributes["height"]))
        png = base64.b64decode(re.sub("^data:image/png;base64,", "", attributes["src"]))
        assert Image.open(io.BytesIO(png)).format == "PNG"
        assert "max-width:100%;height:auto" in attributes["style"], "it shrinks with the page, in proportion"
    assert sizes == {("720", "200")}
    assert explorer._picture.layout.max_width == "720px"


def test_the_sentence_is_set_as_prose(explorer):
    assert explorer._sentence.value.startswith('<div style="line-height:1.45">')


def test_an_error_in_a_callback_is_kept_and_shown_and_passes(explorer):
    explorer.controls["size"].value = 3
    (error,) = explorer.errors
    assert isinstance(error, ArithmeticError)
    assert "three is too many" in explorer.says and "Reset" in explorer.says
    assert "three is too many" in explorer._sentence.value
    assert explorer.figure is None and explorer._picture.value == ROOM
    explorer.buttons["Reset"].click()
    assert explorer.figure is not None and len(explorer.errors) == 1


def test_the_earlier_picture_is_freed_at_once(explorer):
    before = weakref.ref(explorer.figure)
    explorer.controls["size"].value = 5
    assert before() is None
    assert gc.isenabled()
    explorer.controls["size"].value = 3
    assert gc.isenabled(), "also where drawing fails"


def test_a_note_takes_the_pictures_place_and_leaves_its_room(explorer):
    explorer.controls["size"].value = 4
    assert explorer.says == "Write `it` first."
    assert 'role="note"' in explorer._sentence.value
    assert explorer._picture.value == ROOM
    assert explorer.errors == []


def test_an_undrawable_answer_raises_at_the_first_drawing_and_becomes_a_note_later():
    def draw(size):
        if size == 1:
            raise NotStarted("it is not started yet.", "it")
        return empty_picture(size)

    def frame(size):
        return Explorer(draw, {"size": ipywidgets.IntSlider(size, 0, 9)}, {}, lambda size: "words", 2.0)

    with pytest.raises(NotStarted):
        frame(1)
    explorer = frame(2)
    assert explorer.says == "words"
    explorer.controls["size"].value = 1
    assert explorer.says == "Write `it` above first; this figure is drawn by it." and explorer.errors == []


def test_two_controls_moved_from_two_threads_leave_the_last_values_shown():
    """JupyterLab sends what a control does now to the kernel's main thread, now to another."""
    fast_is_done = threading.Event()

    def draw(size, loud):
        if size == 5 and not loud:
            fast_is_done.wait(0.5)
        if loud:
            fast_is_done.set()
        with drawn():
            figure, _ = sheet(f"Size {size}, {loud}", height=2.0)
        return Picture(figure, "")

    controls = {"size": ipywidgets.IntSlider(1, 0, 9), "loud": ipywidgets.Checkbox(False)}
    explorer = Explorer(draw, controls, {}, lambda size, loud: f"{size}, {loud}", 2.0)
    slow = threading.Thread(target=setattr, args=(explorer.controls["size"], "value", 5))
    slow.start()
    while not slow.is_alive() or explorer.values["size"] != 5:
        pass
    explorer.controls["loud"].value = True
    slow.join()
    assert explorer.says == "5, True"
    assert explorer.figure.texts[0].get_text() == "Size 5, True"
