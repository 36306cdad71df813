"""The pages of a class: who is on them, what a hostile submission can do, and what happens where nothing works."""

import html
import re
import shutil
from pathlib import Path

import pytest
from test_disk import run
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.viva.class_sheets import write_pages

PRINTS = '<img src=x onerror="alert(1)">'
TAGS = "</code></div><script>alert(1)</script>"
HOSTILE = f"""import os
os.system("touch /tmp/viva-was-here")
def decay(x, rate):
    # {TAGS}
    h = np.zeros_like(x)
    state = np.zeros(x.shape[0])
    print({PRINTS!r})
    os.system("touch /tmp/viva-was-here")
    for t in range(x.shape[1]):
        state = np.tanh(rate * state + x[:, t])
        h[:, t] = state
    return h"""
ENDLESS = """def affine_forward(x, w, b):
    while True:
        pass"""


@pytest.fixture(scope="module")
def class_root(empty_class, tmp_path_factory):
    root = tmp_path_factory.mktemp("viva") / "class"
    shutil.copytree(empty_class, root)
    (root / "course" / "secret").write_text("5e" * 32, encoding="ascii")
    text = (root / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f"{text}\nc.Judge.case_timeout = 0.5\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def written(class_root, class_at):
    """Sheets and key of a class: right, hostile, endless, not started, no notebook."""
    tiny = class_at(class_root)
    tiny.submit("ann", submission(SOLUTIONS))
    tagged = {name: text.replace(":\n", f":\n    # {TAGS}\n", 1) for name, text in SOLUTIONS.items()}
    tiny.submit("hob", submission(tagged | {"decay": HOSTILE}))
    tiny.submit("bob", submission(SOLUTIONS))
    tiny.submit("eli", submission(SOLUTIONS | {"affine_forward": ENDLESS}))
    tiny.submit("nil", submission({}))
    tiny.submit("cyd", b"{")
    done = write_pages(tiny.course, ASSIGNMENT, progress=False)
    return tiny, done, *(path.read_text(encoding="utf-8") for path in done.paths)


def test_everybody_has_a_sheet_or_is_named(written):
    _, done, sheets, key = written
    assert done.count == 5 and sheets.count('<section class="sheet">') == 5
    assert [note for note in done.notes if note.startswith("No sheet for cyd: ")]
    assert "cyd" not in sheets and "<li>cyd: " in key
    assert key.count("<dt>") == 15


def test_a_sheet_shows_no_key(written):
    _, _, sheets, key = written
    own = sheets.partition("<h2>ann</h2>")[2].partition("</section>")[0]
    assert len(re.findall("<h3>Question [123]</h3>", own)) == 3
    assert "Run on" not in sheets and "np.shape" not in own
    answers = re.findall(r"<dt>\d\. (.*?)</dt>", key)
    assert len(answers) == 15 and all(answers)


def test_neighbours_with_the_same_code_get_different_questions(written):
    _, _, sheets, _ = written
    ann, bob = (sheets.partition(f"<h2>{name}</h2>")[2].partition("</section>")[0] for name in ("ann", "bob"))
    assert ann != bob


def test_who_has_written_nothing_is_asked_about_right_functions(written):
    _, done, sheets, _ = written
    own = sheets.partition("<h2>nil</h2>")[2].partition("</section>")[0]
    assert "no question could be made" in own and "excerpt" not in own
    assert own.count("About any right") == 3
    assert any("nil: 0 of 3" in note for note in done.notes)


def test_hostile_code_is_only_text(written):
    _, _, sheets, key = written
    assert not Path("/tmp/viva-was-here").exists()
    for page in (sheets, key):
        assert "<script" not in page and "<img" not in page
    assert PRINTS not in sheets
    own = sheets.partition("<h2>hob</h2>")[2].partition("</section>")[0]
    assert html.escape(TAGS) in own and len(re.findall("<h3>Question [123]</h3>", own)) == 3


def test_an_endless_function_costs_its_own_questions_only(written):
    _, _, sheets, _ = written
    own = sheets.partition("<h2>eli</h2>")[2].partition("</section>")[0]
    assert "while True" not in own and len(re.findall("<h3>Question [123]</h3>", own)) == 3
    assert "Your decay" in html.unescape(own)


def test_one_student_gets_the_same_sheet_from_the_command_line(written, monkeypatch, capsys):
    tiny, _, sheets, _ = written
    status, message = run(tiny, monkeypatch, capsys, "viva", ASSIGNMENT, "--student", "ann")
    assert status == 0, message
    alone = (tiny.root / "course" / "viva" / "ann" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    [sheet] = re.findall('<section class="sheet">.*?</section>', alone, re.DOTALL)
    assert sheet in sheets


def test_nobody_is_asked_about_what_is_not_there(written, monkeypatch, capsys):
    tiny = written[0]
    status, message = run(tiny, monkeypatch, capsys, "viva", ASSIGNMENT, "--student", "zoe")
    assert status == 2 and "Nobody to ask" in message
    assert run(tiny, monkeypatch, capsys, "viva", "99-none")[0] != 0
