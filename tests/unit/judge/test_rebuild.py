"""The rebuilt notebook is the release with the student's sources in it, whatever the submission's cells look like."""

import base64
import copy
import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import DECAY, FORWARD, SOLUTIONS, build_release, cell_of, stub, submission

from autograder.collecting.rebuild import rebuild
from autograder.course import open_course
from autograder.errors import BadInput

RELEASE = build_release()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n1234").decode()


def source(rebuilt, name):
    return cell_of(rebuilt.notebook, name).source


def stripped(notebook, ids=True):
    """Return what an editor leaves that knows neither nbgrader's metadata nor, perhaps, cell ids."""
    notebook = copy.deepcopy(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        if not ids:
            cell.id = f"new-{number}"
    return notebook


def test_a_right_submission_needs_no_repair():
    rebuilt = rebuild(submission(), RELEASE)
    nbformat.validate(rebuilt.notebook)
    assert rebuilt.repairs == []
    assert [cell.id for cell in rebuilt.notebook.cells] == [cell.id for cell in RELEASE.cells]
    assert {name: source(rebuilt, name) for name in SOLUTIONS} == SOLUTIONS


def test_only_sources_are_taken():
    sent = submission()
    sent.metadata.kernelspec = {"name": "evil", "display_name": "x"}
    sent.metadata.unrolled = {"submission": "forged"}
    for cell in sent.cells:
        cell.metadata.tags = ["skip-execution"]
        cell.metadata.setdefault("nbgrader", {"grade_id": "x"})["points"] = 1000
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="x")]
    rebuilt = rebuild(sent, RELEASE)
    expected = copy.deepcopy(RELEASE)
    for name, text in SOLUTIONS.items():
        cell_of(expected, name).source = text
    assert rebuilt.notebook == expected


@pytest.mark.parametrize("ids", [True, False])
def test_lost_labels_are_found_again(ids):
    sent = stripped(submission(), ids)
    sent.cells[-1].source = "Since tanh saturates."
    rebuilt = rebuild(sent, RELEASE)
    assert {name: source(rebuilt, name) for name in SOLUTIONS} == SOLUTIONS
    assert source(rebuilt, "why") == "Since tanh saturates."
    assert any("had lost its label" in sentence for sentence in rebuilt.repairs)
    assert len(rebuilt.notebook.cells) == len(RELEASE.cells)


def test_a_given_function_is_not_taken_for_the_students_when_labels_are_lost(course):
    """00 shows a function with a mistake in it under the name of its first exercise, above the exercise."""
    sent, work = course.release("00-start-here"), "def stable_softmax(z):\n    return z"
    cell_of(sent, "stable_softmax").source = work
    rebuilt = rebuild(stripped(sent, ids=False), course.release("00-start-here"))
    assert source(rebuilt, "stable_softmax") == work


def test_the_worked_copy_of_a_cell_is_used_and_reported():
    sent = submission({})
    for text in (DECAY, DECAY.replace("tanh", "sin")):
        again = copy.deepcopy(cell_of(sent, "decay"))
        again.source = text
        sent.cells.append(again)
    rebuilt = rebuild(sent, RELEASE)
    assert source(rebuilt, "decay") == DECAY
    assert any(s == "Several cells are called decay: cell 14 was used, cells 10, 15 left out." for s in rebuilt.repairs)


def test_the_try_that_the_check_would_run_counts():
    """A copied cell keeps its label. What counts is what the learner's own notebook shows, run from the top."""
    other = DECAY.replace("tanh", "sin")
    for tries in ((other, DECAY), (DECAY, other)):
        sent = submission({"decay": tries[1]})
        place = sent.cells.index(cell_of(sent, "decay"))
        sent.cells.insert(place, copy.deepcopy(sent.cells[place]))
        sent.cells[place].source = tries[0]
        after = copy.deepcopy(sent.cells[place])
        sent.cells.append(after)
        rebuilt = rebuild(sent, RELEASE)
        assert source(rebuilt, "decay") == tries[1] and tries[0] not in [c.source for c in rebuilt.notebook.cells]
        assert rebuilt.repairs == ["Several cells are called decay: cell 11 was used, cells 10, 15 left out."]


def test_an_unlabelled_stub_does_not_replace_the_work():
    sent = stripped(submission(), ids=False)
    sent.cells.append(new_code_cell(stub("decay")))
    rebuilt = rebuild(sent, RELEASE)
    assert source(rebuilt, "decay") == DECAY
    assert len(rebuilt.notebook.cells) == len(RELEASE.cells)


def test_locked_cells_are_the_originals():
    sent = submission()
    cell_of(sent, "test_decay").source = "2.0"
    sent.cells.remove(cell_of(sent, "test_affine_forward"))
    rebuilt = rebuild(sent, RELEASE)
    assert source(rebuilt, "test_decay") == "check(decay)"
    assert source(rebuilt, "test_affine_forward") == "check(affine_forward)"
    assert rebuilt.repairs == [
        "The cell test_affine_forward was missing; the original was put back.",
        "The given cell test_decay was changed; the original was used.",
    ]


def test_added_and_changed_code_cells_stay_in_their_place():
    sent = submission(extra=[("affine_forward", "helper = 1"), ("test_decay", "after = 2")])
    sent.cells[
        1
    ].source = "import numpy as np\nimport matplotlib.pyplot as plt\ndef check(function, forward=None):\n    pass"
    sent.cells.insert(0, new_code_cell("first = 0"))
    sent.cells.insert(0, new_markdown_cell("a note"))
    rebuilt = rebuild(sent, RELEASE)
    sources = [cell.source for cell in rebuilt.notebook.cells]
    assert sources[0] == "first = 0" and "matplotlib" in sources[2]
    assert sources[sources.index(FORWARD) + 1] == "helper = 1"
    assert sources[sources.index("check(decay)") + 1] == "after = 2"
    assert "a note" not in sources
    assert rebuilt.repairs == ["What you wrote in your cell 1 was put below your answer why."]
    nbformat.validate(rebuilt.notebook)


def test_a_function_written_in_another_cell_is_run():
    sent = submission({}, extra=[("decay", DECAY)])
    sources = [cell.source for cell in rebuild(sent, RELEASE).notebook.cells]
    assert sources[sources.index(stub("decay")) + 1] == DECAY


BOTH = FORWARD + "\n\n\n" + DECAY


def kept(rebuilt, text):
    """Return where a text stands among the rebuilt cells, and whether the stub of `decay` follows it."""
    sources = [cell.source for cell in rebuilt.notebook.cells]
    return sources.index(text), stub("decay") in sources[sources.index(text) :]


ABOVE, BESIDE = ({}, [("tiny-02", DECAY)], DECAY), ({"affine_forward": BOTH}, [], BOTH)


@pytest.mark.parametrize(
    ("answers", "extra", "text", "change"),
    [(*ABOVE, "none"), (*ABOVE, "emptied"), (*BESIDE, "none"), (*BESIDE, "emptied"), (*BESIDE, "deleted")],
)
def test_a_stub_does_not_replace_the_function_in_an_earlier_cell(answers, extra, text, change):
    sent = submission(answers, extra)
    own = cell_of(sent, "decay")
    if change == "deleted":
        sent.cells.remove(own)
    if change == "emptied":
        own.source = ""
    rebuilt = rebuild(sent, RELEASE)
    place, undone = kept(rebuilt, text)
    assert place < [cell.id for cell in rebuilt.notebook.cells].index("test_decay") and not undone
    sentence = "An earlier cell of yours defines `decay`; its own cell, where you wrote nothing, was not used."
    assert rebuilt.repairs == ([] if change == "emptied" else [sentence])


@pytest.mark.parametrize(
    "text", ["decay == 1", "print(decay)", "  def decay(x): 1", "def decayed(x):\n    1", "decay(1)"]
)
def test_only_a_definition_elsewhere_replaces_a_stub(text):
    assert kept(rebuild(submission({}, extra=[("tiny-02", text)]), RELEASE), text)[1]


def test_work_in_its_own_cell_is_judged():
    sent = submission({"decay": "def decay(x, rate):\n    return 2 * x"}, extra=[("tiny-02", DECAY)])
    assert source(rebuild(sent, RELEASE), "decay") == "def decay(x, rate):\n    return 2 * x"


@pytest.mark.parametrize(
    "text", [DECAY, "decay = functools.partial(step, 1)", "class decay:\n    pass", "decay: object = lambda x, r: x"]
)
def test_a_function_below_its_check_moves_to_its_place(text):
    rebuilt = rebuild(submission({}, extra=[("test_decay", text)]), RELEASE)
    assert source(rebuilt, "decay") == text
    sentence = "The cell decay was left as it was given; cell 12, which defines it, was used."
    assert rebuilt.repairs == [sentence] and len(rebuilt.notebook.cells) == len(RELEASE.cells)
    beside_work = submission({"decay": "def decay(x, rate):\n    1"}, extra=[("test_decay", text)])
    assert source(rebuild(beside_work, RELEASE), "decay") == "def decay(x, rate):\n    1"


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_are_no_change(ends):
    sent = submission({})
    again = copy.deepcopy(cell_of(sent, "decay"))
    again.source = DECAY
    sent.cells.append(again)
    for cell in sent.cells:
        cell.source = cell.source.replace("\n", ends)
    rebuilt = rebuild(sent, RELEASE)
    assert source(rebuilt, "decay") == DECAY  # and not the stub before it, whose line ends differ from the release's
    assert len(rebuilt.notebook.cells) == len(RELEASE.cells)


def test_a_definition_in_a_cell_that_is_not_run_is_kept():
    sent = submission()
    explored = next(cell for cell in sent.cells if cell.id == "tiny-explore")
    explored.source = "import math\nexplore()\n\n@once\ndef helper(x):\n    return math.tanh(x)\n\nexplore(helper)"
    cells = rebuild(sent, RELEASE).notebook.cells
    place = [cell.id for cell in cells].index("tiny-explore")
    assert cells[place + 1].source == "import math\n\n@once\ndef helper(x):\n    return math.tanh(x)"
    deep = "helper = f" + "()" * 40_000 + "\nimport math"  # more than Python's own parser follows
    long = "import math\n#" + "." * 200_000
    for text in ("explore(2)", "%%html\ndef helper(x):\n    return x", deep, long):
        explored.source = text
        assert len(rebuild(sent, RELEASE).notebook.cells) == len(RELEASE.cells)


def test_a_cell_that_became_text_is_code_again():
    sent = submission()
    place = next(i for i, c in enumerate(sent.cells) if c.id == "decay")
    sent.cells[place] = nbformat.v4.new_raw_cell(DECAY, metadata=sent.cells[place].metadata)
    rebuilt = rebuild(sent, RELEASE)
    assert cell_of(rebuilt.notebook, "decay").cell_type == "code" and source(rebuilt, "decay") == DECAY
    assert any("another kind of cell" in sentence for sentence in rebuilt.repairs)


def test_the_digest_is_of_what_was_taken():
    one = rebuild(submission(), RELEASE).digest
    noisy = submission()
    noisy.cells[0].source = "#  A tiny assignment \n\n"
    noisy.cells[3].metadata.tags = ["x"]
    assert rebuild(noisy, RELEASE).digest == one
    assert rebuild(submission({}), RELEASE).digest != one
    assert rebuild(submission(extra=[("decay", "1")]), RELEASE).digest != one


def test_tags_are_the_releases_whichever_release_the_submission_was_made_from():
    tagged = build_release()
    for cell in tagged.cells[2:]:
        cell.metadata.tags = [*cell.metadata.get("tags", []), "raises-exception"]
    older, newer = rebuild(submission(), tagged), rebuild(submission(), RELEASE)
    assert (older.digest, older.repairs) == (newer.digest, newer.repairs) and older.repairs == []
    for cell, released in zip(older.notebook.cells, tagged.cells, strict=True):
        assert cell.metadata.get("tags") == released.metadata.get("tags")


def test_half_characters_do_not_reach_a_file():
    sent = submission({"decay": DECAY + "  # \ud800\x00"})
    json.dumps(rebuild(sent, RELEASE).notebook, ensure_ascii=False).encode("utf-8")


def test_another_notebook_is_refused():
    other = new_notebook(cells=[new_code_cell("import torch"), new_markdown_cell("# Homework of another course")])
    with pytest.raises(BadInput, match="was another notebook submitted"):
        rebuild(other, RELEASE)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_mess_of_a_right_submission_is_rebuilt(data):
    whole = submission(extra=[("decay", "x = 1")])
    whole = stripped(whole, data.draw(st.booleans())) if data.draw(st.booleans()) else whole
    order = data.draw(st.lists(st.integers(0, len(whole.cells) - 1), min_size=1, max_size=25))
    sent = nbformat.from_dict({"cells": [copy.deepcopy(whole.cells[i]) for i in order]})  # ids may stand twice
    kinds = ["code", "markdown", "raw", "heading", None]
    oddities = [{}, None, [], {"nbgrader": None}, {"nbgrader": {"grade_id": 3}}]
    whole_left = False
    for cell in sent.cells:
        harmed = data.draw(st.integers(0, 9))
        if harmed == 0:
            cell.cell_type = data.draw(st.sampled_from(kinds))
            cell.metadata = data.draw(st.sampled_from(oddities))
        whole_left |= harmed > 0 and cell.source != "x = 1"
    try:
        rebuilt = rebuild(sent, RELEASE)
    except BadInput:
        assert not whole_left
        return
    nbformat.validate(rebuilt.notebook)
    ours = [c for c in rebuilt.notebook.cells if not c.id.startswith("added-")]
    assert [c.id for c in ours] == [c.id for c in RELEASE.cells]
    assert [c.metadata for c in ours] == [c.metadata for c in RELEASE.cells]
    for name in SOLUTIONS:
        assert source(rebuilt, name) in (SOLUTIONS[name], stub(name))
        assert source(rebuilt, f"test_{name}") == f"check({name})"


@pytest.mark.parametrize("assignment", open_course().assignments)
def test_an_untouched_notebook_needs_no_repairs(course, assignment):
    """00 shows a function with a mistake in it under a name that is to be written: that is not a student's work."""
    release = course.release(assignment)
    rebuilt = rebuild(copy.deepcopy(release), release)
    assert rebuilt.repairs == []
    assert [cell.source for cell in rebuilt.notebook.cells] == [cell.source for cell in release.cells]
