"""A written answer is found wherever the student wrote it, with its pictures."""

import base64

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from tiny_course import build_release, cell_of, submission

from autograder.collecting.rebuild import rebuild

RELEASE = build_release()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n1234").decode()


def source(rebuilt, name):
    return cell_of(rebuilt.notebook, name).source


def test_pictures_of_an_answer_are_kept_if_they_are_pictures():
    sent = submission()
    why = cell_of(sent, "why")
    why.attachments = {
        "a.png": {"image/png": PNG},
        "b.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"},
        "c.png": {"image/png": base64.b64encode(b"<script>").decode()},
        "d.png": {"image/png": "not base64"},
    }
    rebuilt = rebuild(sent, RELEASE)
    assert cell_of(rebuilt.notebook, "why").attachments == {"a.png": {"image/png": PNG}}
    assert sum("was left out" in sentence for sentence in rebuilt.repairs) == 3


def answered(own, before=(), after=(), **change):
    """Hand in a written answer with text cells before and after its own; return what was taken, and the repairs."""
    sent = submission()
    place = next(i for i, cell in enumerate(sent.cells) if cell.id == "why")
    sent.cells[place].source = own
    sent.cells[place].update(change)
    sent.cells[place + 1 :] = [*map(new_markdown_cell, after), new_code_cell("1")]
    sent.cells[place:place] = map(new_markdown_cell, before)
    rebuilt = rebuild(sent, RELEASE)
    return source(rebuilt, "why"), rebuilt.repairs


@pytest.mark.parametrize("own", ["YOUR ANSWER HERE", "", " \n"])
def test_an_answer_beside_its_own_cell_is_found(own):
    sentences = ["Your cell 14 was taken as part of your answer why."]
    assert answered(own, after=["Since tanh saturates."]) == ("Since tanh saturates.", sentences)
    assert answered(own, before=["Since tanh saturates."])[0] == "Since tanh saturates."


def test_an_answer_that_goes_on_below_is_whole():
    text, repairs = answered("First.", before=["my notes"], after=["Second.", "Third."])
    assert text == "First.\n\nSecond.\n\nThird.\n\n**Found in cell 13 of the submission:**\n\nmy notes"
    assert len(repairs) == 3
    assert answered("First.") == ("First.", [])


def test_pictures_of_all_parts_of_an_answer_are_kept():
    sent = submission()
    cell_of(sent, "why").source = "![](attachment:a.png)"
    cell_of(sent, "why").attachments = {"a.png": {"image/png": PNG}}
    pngs = {n: base64.b64encode(b"\x89PNG\r\n\x1a\n" + n.encode()).decode() for n in ("b.png", "other")}
    for name, content in (("b.png", pngs["b.png"]), ("a.png", pngs["other"])):
        more = new_markdown_cell(f"![more](attachment:{name})")
        more.attachments = {name: {"image/png": content}}
        sent.cells.append(more)
    why = cell_of(rebuild(sent, RELEASE).notebook, "why")
    assert why.source == "![](attachment:a.png)\n\n![more](attachment:b.png)\n\n![more](attachment:picture-3.png)"
    assert {name: data["image/png"] for name, data in why.attachments.items()} == {
        "a.png": PNG,
        "b.png": pngs["b.png"],
        "picture-3.png": pngs["other"],
    }
