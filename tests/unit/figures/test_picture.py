"""A picture shows in a notebook with its alternative text, at a fixed size, with the same bytes each time."""

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser
from PIL import Image

from utils.figures.picture import Picture, quick_png
from utils.figures.style import drawn, sheet


@pytest.fixture
def picture():
    with drawn():
        figure, _ = sheet("A finding", "A recipe", height=2.5)
    return Picture(figure, 'It says "a < b" & more')


class Images(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_cell_shows_an_image_with_its_alternative_text(picture):
    bundle = picture._repr_mimebundle_()
    parser = Images()
    parser.feed(bundle["text/html"])
    ((tag, attributes),) = parser.found
    assert tag == "img"
    assert attributes["alt"] == 'It says "a < b" & more' == bundle["text/plain"] == repr(picture)
    assert (attributes["width"], attributes["height"]) == ("720", "250")
    assert attributes["style"] == "border-radius:6px;max-width:100%;height:auto"
    assert attributes["src"] == "data:image/png;base64," + bundle["image/png"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("dpi", [100, 150])
def test_its_paper_is_white_and_its_size_fixed(picture, dpi):
    image = Image.open(io.BytesIO(picture.png(dpi=dpi)))
    assert image.size == (7.2 * dpi, 2.5 * dpi)
    assert image.mode == "RGB"
    assert image.getpixel((0, 0)) == image.getpixel((image.width - 1, image.height - 1)) == (255, 255, 255)


def test_formulas_set_once_are_not_set_again():
    def with_formula():
        with drawn():
            figure, _ = sheet("A finding")
            figure.text(0.5, 0.5, "$h_{12345}$")
        return Picture(figure, "words").png()

    parse = MathTextParser._parse_cached
    first, before = with_formula(), parse.cache_info().misses
    assert with_formula() == first
    assert parse.cache_info().misses == before


def test_the_same_picture_is_the_same_bytes_and_names_no_software(picture):
    png = picture.png()
    assert png == picture.png()
    assert b"matplotlib" not in png.lower() and not Image.open(io.BytesIO(png)).info


def test_a_picture_packed_quickly_has_the_same_pixels(picture):
    pixels = picture.pixels(dpi=125)
    assert pixels.shape == (round(2.5 * 125), 900, 3) and pixels.dtype == np.uint8
    image = Image.open(io.BytesIO(quick_png(pixels)))
    image.verify()  # the sums behind every part
    shown = np.asarray(Image.open(io.BytesIO(quick_png(pixels))))
    assert (shown == pixels).all() and np.ptp(shown) > 100
    assert (np.asarray(Image.open(io.BytesIO(picture.png(dpi=125)))) == pixels).all()


def test_an_earlier_picture_does_not_show_through(picture):
    with drawn():
        figure, _ = sheet("Another finding, much longer than the first", "Another recipe", height=2.5)
    before = picture.pixels()
    kept = before.copy()
    Picture(figure, "words").pixels()
    assert (before == kept).all(), "a picture's pixels are its own"
    assert (picture.pixels() == kept).all()
