"""A picture in a written answer is shown however it was written, or its place says why not; no text is lost."""

import base64
import re

import pytest
from hostile_answers import render
from nbformat.v4 import new_markdown_cell
from tiny_course import build_release, cell_of, submission

from autograder import safe_html, safe_pictures
from autograder.collecting.pictures import settle
from autograder.collecting.rebuild import rebuild

RELEASE = build_release()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(40))).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff" + bytes(range(9))).decode()
WEBP = base64.b64encode(b"RIFF\x01\x02\x03\x04WEBPVP8 ").decode()
SVG = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
LINES = "\n".join(PNG[i : i + 16] for i in range(0, len(PNG), 16))


def shown(text, attachments=None):
    """Hand in an answer between two words; return it as it is shown, the addresses of its pictures, and the repairs."""
    sent = submission()
    why = cell_of(sent, "why")
    why.source = f"BEFORE {text} AFTER"
    if attachments is not None:
        why.attachments = attachments
    rebuilt = rebuild(sent, RELEASE)
    safe_html.notebook(rebuilt.notebook)
    cell = cell_of(rebuilt.notebook, "why")
    page = render(cell.source, {name: dict(data) for name, data in cell.get("attachments", {}).items()})
    return page, re.findall(r'<img src="([^"]*)"', page), rebuilt.repairs


ATTACHED = [
    ("![a](attachment:a.png)", "a.png"),
    ("![two words](attachment:two words.png)", "two words.png"),
    ("![](attachment:two%20words.png)", "two words.png"),
    ("![](<attachment:two words.png>)", "two words.png"),
    ("![](<two words.png>)", "two words.png"),
    ("![](attachment:fig(1).png)", "fig(1).png"),
    ("![](attachment:fig\\(1\\).png)", "fig(1).png"),
    ("![](attachment:fig(1.png)", "fig(1.png"),
    ("![](attachment:fig%281%29.png)", "fig(1).png"),
    ('![a](attachment:a.png "A title")', "a.png"),
    ("![a](attachment:a.png 'A (title)')", "a.png"),
    ('![a](attachment:two words.png "A title")', "two words.png"),
    ('![a](<attachment:two words.png> "A title")', "two words.png"),
    ("![a [b] c](attachment:a.png)", "a.png"),
    ("[a link](attachment:a.png)", "a.png"),
    ("![](attachment:ZEICHNUNG.PNG)", "Zeichnung.png"),
    ("![](attachment:Bildschirmfoto um 10.00.png)", "Bildschirmfoto\u202fum\u00a010.00.png"),
    ("![](attachment:a\u0308.png)", "\u00e4.png"),
    ("![](attachment:%C3%A4.png)", "\u00e4.png"),
    ("![](attachment:a+b&c.png)", "a+b&c.png"),
    ("![](attachment:a&amp;b.png)", "a&b.png"),
    ("![][p]\n\n[p]: attachment:a.png\n\n", "a.png"),
    ('<img src="attachment:a.png">', "a.png"),
    ('<img src="attachment:a.png" width="400" alt="a sketch"/>', "a.png"),
    ("<img alt='x > y' src='attachment:a.png'>", "a.png"),
    ("![](attachment:a\\_b\\ c.png)", "a_b c.png"),
    ("<IMG WIDTH=400 SRC='attachment:two words.png'>", "two words.png"),
    ("<img src=attachment:two%20words.png />", "two words.png"),
    ('<img\n  src="attachment:a&amp;b.png"\n>', "a&b.png"),
    ('<center><img src="attachment:a.png"></center>', "a.png"),
    ('<p align="center">\n<img src="attachment:a.png">\n</p>', "a.png"),
    ("![](images/a.png)", "a.png"),
    ("| a | b |\n|--|--|\n| ![](attachment:a.png) | c |\n\n", "a.png"),
    ("- one\n- ![](attachment:a.png)\n\n", "a.png"),
    ("> ![](attachment:a.png)\n\n", "a.png"),
]


@pytest.mark.parametrize(("text", "name"), ATTACHED)
def test_an_attached_picture_is_shown(text, name):
    page, pictures, repairs = shown(text, {name: {"image/png": PNG}})
    assert pictures == [f"data:image/png;base64,{PNG}"] and "left out" not in page
    assert "BEFORE" in page and "AFTER" in page and repairs == []


IN_THE_TEXT = [
    f"![image.png](data:image/png;base64,{PNG})",
    f"![](data:image/png;charset=utf-8;base64,{PNG})",
    f"![](DATA:IMAGE/PNG;BASE64,{PNG})",
    f"![](data:image/jpeg;base64,{PNG})",
    f"![](data:image/png;base64,{LINES})",
    f"![](data:image/png;base64,{PNG.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')})",
    f"![](data:image/png;base64,{PNG.rstrip('=')})",
    f'![](data:image/png;base64,{PNG} "a title")',
    f"![](<data:image/png;base64,{PNG}>)",
    f"![image][1]\n\n[1]: data:image/png;base64,{PNG}\n\n",
    f"![image.png][]\n\n[image.png]: <data:image/png;base64,{PNG}>\n\n",
    f"![image.png]\n\n[image.png]: <data:image/png;base64,{PNG}>\n\n",
    f'<img src="data:image/png;base64,{PNG}">',
    f"<img src='data:image/png;base64,{LINES}' width=50%>",
]


@pytest.mark.parametrize("text", IN_THE_TEXT, ids=lambda text: text[:30])
def test_a_picture_in_the_text_is_shown(text):
    page, pictures, repairs = shown(text)
    assert pictures == [f"data:image/png;base64,{PNG}"] and "left out" not in page
    assert "BEFORE" in page and "AFTER" in page and repairs == []


@pytest.mark.parametrize(
    ("data", "kind", "picture"),
    [
        ({"image/png": [PNG[:8], PNG[8:]]}, "png", PNG),
        ({"image/png": LINES.split("\n")}, "png", PNG),
        ({"image/jpg": JPEG}, "jpeg", JPEG),
        ({"application/octet-stream": PNG}, "png", PNG),
        ({"text/plain": "x", "image/png": PNG}, "png", PNG),
        ({"image/webp": WEBP}, "webp", WEBP),
        ({"image/png": WEBP}, "webp", WEBP),
    ],
)
def test_a_picture_is_what_its_bytes_are(data, kind, picture):
    assert shown("![](attachment:a.png)", {"a.png": data})[1] == [f"data:image/{kind};base64,{picture}"]


@pytest.mark.parametrize(
    ("text", "attachments", "named", "why"),
    [
        (f"![sketch](data:image/svg+xml;base64,{SVG})", None, "sketch", safe_pictures.NO_PICTURE),
        ("![](data:image/svg+xml;utf8,<svg/>)", None, "in the text", safe_pictures.NO_PICTURE),
        ("![](attachment:a.svg)", {"a.svg": {"image/svg+xml": "<svg/>"}}, "a.svg", "it is not in the notebook"),
        ("![](attachment:gone.png)", None, "gone.png", "it is not in the notebook"),
        ("![](<a b.png>)", None, "a b.png", "it is not in the notebook"),
        ("![](C:\\Users\\ann\\a.png)", None, "a.png", "it is not in the notebook"),
        ('<img src="sketch.jpg" width=400>', None, "sketch.jpg", "it is not in the notebook"),
        ("![](file:///home/ann/a.png)", None, "a.png", "it is not in the notebook"),
        ("![](blob:https://colab.example.org/1)", None, "colab", "it is not in the notebook"),
    ],
)
def test_what_is_left_out_is_named_in_its_place(text, attachments, named, why):
    page, pictures, repairs = shown(text, attachments)
    assert pictures == [] and "BEFORE" in page and "AFTER" in page
    assert named in page and why in page  # who grades, and the student, read the answer
    assert any("left out" in sentence for sentence in repairs)  # and the student reads this first


def test_a_picture_on_the_web_is_a_link():
    page, pictures, repairs = shown('![plot](https://example.org/a(1).png) <img src="https://example.org/b.png">')
    assert pictures == [] and 'href="https://example.org/a%281%29.png"' in page and "example.org/b.png" in page
    assert len(repairs) == 2


def test_no_text_is_lost_after_a_large_picture():
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(200_000)).decode()
    for text in (f"![](data:image/png;base64,{large})", f'<img src="data:image/png;base64,{large}">'):
        assert shown(text)[1] == [f"data:image/png;base64,{large}"] and "AFTER" in shown(text)[0]
    too_large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(safe_pictures.MAX_PICTURE)).decode()
    for text in (
        f"![](data:image/png;base64,{too_large})",
        f"![broken](data:image/png;base64,{large}",  # without its end
        f"<video src='data:video/mp4;base64,{large}'>",
        large,
        "\n".join(large[i : i + 76] for i in range(0, len(large), 76)),
    ):
        page, pictures, repairs = shown(text)
        assert pictures == [] and "AFTER" in page and "left out" in page and len(page) < 2_000
        assert any("left out" in sentence for sentence in repairs)


def test_more_pictures_than_are_shown_are_counted():
    pictures = {f"{n}.png": {"image/png": base64.b64encode(b"\x89PNG\r\n\x1a\n%d" % n).decode()} for n in range(25)}
    page, addresses, repairs = shown(" ".join(f"![](attachment:{name})" for name in pictures), pictures)
    assert len(addresses) == safe_pictures.MAX_PICTURES and page.count("left out") == 5
    assert any("only the first 20" in sentence for sentence in repairs)


def test_a_picture_is_found_in_another_cell_of_the_answer():
    """A cell that is split or merged may leave its pictures in the other one."""
    sent = submission()
    cell_of(sent, "why").source = "![](attachment:a.png)"
    sent.cells.append(new_markdown_cell("The rest."))
    sent.cells[-1].attachments = {"a.png": {"image/png": PNG}}
    why = cell_of(rebuild(sent, RELEASE).notebook, "why")
    assert why.source == "![](attachment:a.png)\n\nThe rest." and why.attachments == {"a.png": {"image/png": PNG}}


@pytest.mark.parametrize(
    "text",
    [
        *("", "a [b](c) ![d", "![a](b", "![](", "[x]: y\n[x]", "<img", "<img src=>", "![]()", "a ![[b]] c", "$x![y]$"),
        *("<img src=a.png'>", "<img src='a.png>", "![](a(b\nc))"),
    ],
)
def test_other_text_stays_as_it_is(text):
    assert settle(text, None, {}, {}).text == text


@pytest.mark.parametrize("unit", ["![", "![](<", "<img ", "![a](data:x,A", "[a]: data:", "![]( ", "A1b"])
def test_a_search_for_pictures_looks_at_each_place_a_few_times(unit):
    """With each beginning followed to the end of the text, this takes days."""
    settle(unit * (1_000_000 // len(unit)), None, {}, {})
