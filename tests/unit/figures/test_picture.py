import base64
import io
from html.parser import HTMLParser

import pytest
from PIL import Image

from utils.figures.picture import _FORMULAS, Picture
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
    assert attributes["style"] == "border-radius:6px"
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

    parse = type(_FORMULAS)._parse_cached
    first, before = with_formula(), parse.cache_info().misses
    assert with_formula() == first
    assert parse.cache_info().misses == before


def test_the_same_picture_is_the_same_bytes_and_names_no_software(picture):
    png = picture.png()
    assert png == picture.png()
    assert b"matplotlib" not in png.lower() and not Image.open(io.BytesIO(png)).info
