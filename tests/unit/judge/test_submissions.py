"""One notebook is read from a submission's folder, nothing is followed, and what is refused is named."""

import json
import os
import socket

import pytest

from autograder.collecting import submissions
from autograder.collecting.found import find
from autograder.collecting.lent import lend
from autograder.collecting.notebook_json import parse_submission
from autograder.collecting.plain_files import Refused, shown
from autograder.collecting.submissions import Submission, like, read
from autograder.errors import BadInput

NAME = "01-rnn"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "submitted" / "ann" / NAME
    place.mkdir(parents=True)
    return place


def content(folder):
    return read(Submission("ann", NAME, folder))


def test_the_notebook_and_its_time(folder):
    (folder / f"{NAME}.ipynb").write_bytes(b"one")
    first = content(folder)
    assert (first.name, first.content, first.timestamp, first.notes) == (f"{NAME}.ipynb", b"one", "", ())
    assert content(folder) == first
    (folder / "timestamp.txt").write_bytes(b" 2026-01-05 \n")
    second = content(folder)
    assert second.timestamp == "2026-01-05" and second.digest != first.digest
    (folder / "timestamp.txt").write_bytes(b"\xff" * 10_000_000)
    assert len(content(folder).timestamp) == 100


@pytest.mark.skipif(os.name != "posix", reason="Names are text here.")
def test_names_are_made_safe_to_show(folder):
    (folder / os.fsdecode(b"\xff\x1b[2J.ipynb")).write_bytes(b"one")
    found = content(folder)
    assert (found.name, found.content) == ("??[2J.ipynb", b"one")
    assert all(note.isprintable() for note in found.notes)


@pytest.mark.parametrize(
    "name",
    [
        "01-rnn (1).ipynb",
        "01-rnn(12).ipynb",
        "Copy of 01-rnn.ipynb",
        "01-rnn-Copy1.ipynb",
        "01-rnn copy.ipynb",
        "01-RNN.ipynb",
        "01-rnn.IPYNB",
        "homework.ipynb",
    ],
)
def test_a_renamed_notebook_is_found_and_reported(folder, name):
    (folder / name).write_bytes(b"x")
    found = content(folder)
    assert found.content == b"x"
    assert found.notes == (f"The notebook was called {name} instead of {NAME}.ipynb; it was graded.",)


def test_the_right_name_comes_before_others(folder):
    for name in (f"{NAME}.ipynb", f"{NAME} (1).ipynb", ".ipynb_checkpoints.ipynb", "notes.txt"):
        (folder / name).write_text(name, encoding="ascii")
    (folder / ".ipynb_checkpoints").mkdir()
    found = content(folder)
    assert found.content == b"01-rnn.ipynb"
    assert found.notes == ("Only 01-rnn.ipynb was graded; left out: 01-rnn (1).ipynb.",)
    (folder / f"{NAME}.ipynb").unlink()
    (folder / "other.ipynb").write_bytes(b"y")
    assert content(folder).content == b"01-rnn (1).ipynb"
    assert content(folder).notes[0].endswith("it was graded; left out: other.ipynb.")


def test_ambiguous_notebooks_are_refused(folder):
    for name in ("01-rnn (1).ipynb", "01-rnn (2).ipynb"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(Refused, match=r"Several notebooks .*01-rnn \(1\).ipynb, 01-rnn \(2\).ipynb"):
        content(folder)


def link(path):
    (path.parents[3] / "gradebook.db").write_bytes(b"secret")
    path.symlink_to(path.parents[3] / "gradebook.db")


def hard_link(path):
    (path.parents[3] / "gradebook.db").write_bytes(b"secret")
    os.link(path.parents[3] / "gradebook.db", path)


def listen(path):
    place = os.getcwd()
    os.chdir(path.parent)  # a socket's address is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    os.chdir(place)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (link, "is not a file but a link"),
        (hard_link, "is a hard link"),
        (os.mkfifo, "is not a file but a pipe"),
        (os.mkdir, "is not a file but a folder"),
        (listen, "is not a file but a socket"),
    ],
)
def test_a_special_file_is_refused_by_name(folder, make, reason):
    make(folder / f"{NAME}.ipynb")
    with pytest.raises(Refused, match=reason) as caught:
        content(folder)
    assert f"{NAME}.ipynb" in str(caught.value) and "\n" not in str(caught.value)


def test_a_linked_or_piped_time_is_ignored(folder):
    (folder / f"{NAME}.ipynb").write_bytes(b"x")
    os.mkfifo(folder / "timestamp.txt")
    assert content(folder).timestamp == ""


@pytest.mark.parametrize("which", ["student", "assignment"])
def test_a_folder_that_is_a_link_is_not_followed(tmp_path, folder, which):
    (folder / f"{NAME}.ipynb").write_bytes(b"of ann")
    bob = tmp_path / "submitted" / "bob"
    if which == "student":
        bob.symlink_to("ann")
    else:
        bob.mkdir()
        (bob / NAME).symlink_to(folder)
    [_, found] = find(tmp_path / "submitted", NAME)
    with pytest.raises(Refused, match="is not a folder but a link"):
        read(found)


def test_a_missing_and_an_oversized_notebook_are_refused(folder, monkeypatch):
    with pytest.raises(BadInput, match="No notebook was handed in"):
        content(folder)
    monkeypatch.setattr(submissions, "MAX_BYTES", 10)
    (folder / f"{NAME}.ipynb").write_bytes(b"x" * 11)
    with pytest.raises(BadInput, match="is larger than"):
        content(folder)
    (folder / f"{NAME}.ipynb").write_bytes(b"x" * 10)
    assert content(folder).content == b"x" * 10


def test_students_are_found_by_name_and_pattern(tmp_path):
    names = ["Zoë Ünal", "[ab]", "a*b", "anna", "o'neil; rm -rf", "李雷"]
    for name in [*names, ".hidden"]:
        (tmp_path / name / NAME).mkdir(parents=True)
    (tmp_path / "absent").mkdir()
    (tmp_path / "a file").write_bytes(b"")
    found = [s.student for s in find(tmp_path, NAME)]
    assert found == sorted(names) and len(find(tmp_path, NAME)) == len(names)
    assert [student for student in found if like(student, "[ab]")] == ["[ab]"]
    assert [student for student in found if like(student, "a*")] == ["a*b", "anna"]
    assert [student for student in found if like(student, "an")] == []
    assert list(find(tmp_path / "nowhere", NAME)) == []


def test_a_student_is_looked_up_in_whatever_form_the_folder_has(tmp_path):
    """A folder may be written in letters that are taken apart, in no letters, or in two forms at once."""
    apart, twice, odd = "Zoe\u0308", ("a\u0308", "\u00e4"), b"\xff".decode("utf-8", "surrogateescape")
    for name in (apart, *twice, odd, "zzz"):
        (tmp_path / name / NAME).mkdir(parents=True)
    found = find(tmp_path, NAME)
    assert [s.student for s in found] == sorted(["Zo\u00eb", *twice, odd, "zzz"])
    assert all(found.of(s.student) == s and s.folder.is_dir() for s in found)
    assert found.of("Zo\u00eb").folder.parent.name == apart and found.of(apart) is None and found.of("zz") is None


@pytest.mark.parametrize(
    "name",
    [
        "a<b",
        "b>",
        'say "hi"',
        "a&b",
        "a\\b",
        "x<img src=x onerror=alert(1)>",
        "a\nb",
        "a\x1b[31mb",
        "-rf",
        " ann",
        "x" * 129,
        b"\xff".decode("utf-8", "surrogateescape"),
    ],
)
def test_an_impossible_name_is_refused(tmp_path, name):
    (tmp_path / name / NAME).mkdir(parents=True)
    (tmp_path / name / NAME / f"{NAME}.ipynb").write_bytes(b"x")
    [found] = find(tmp_path, NAME)
    with pytest.raises(Refused, match="cannot be a student's name") as caught:
        read(found)
    assert str(caught.value).isprintable()


def test_shown_text_is_clean_and_short():
    assert shown("a\tb\udcff") == "a?b?"
    assert len(shown("x" * 300)) < 81


def notebook(**functions):
    """Return a notebook with these functions, each in a cell of its own label."""
    cells = [
        {"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": name, "solution": True}}}
        for name, text in functions.items()
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


UNTOUCHED = notebook(
    step='def step(x):\n    """One."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n    return x'
)
WORKED = notebook(step="def step(x):\n    return 2 * x")


def test_the_copy_that_holds_the_work_is_graded(folder):
    """Where the notebook itself is untouched; of several such copies none is chosen."""
    (folder / f"{NAME}.ipynb").write_bytes(UNTOUCHED)
    (folder / f"{NAME}-Copy1.ipynb").write_bytes(WORKED)
    (folder / "other week.ipynb").write_bytes(notebook(loop="def loop(x):\n    return x"))
    found = content(folder)
    assert (found.name, found.content) == (f"{NAME}-Copy1.ipynb", WORKED)
    assert found.notes[0].startswith(f"{NAME}.ipynb is as it was handed out; {NAME}-Copy1.ipynb, which holds your work")
    (folder / "broken.ipynb").write_bytes(b"{")
    (folder / f"{NAME}-Copy2.ipynb").write_bytes(WORKED)
    with pytest.raises(Refused, match=rf"several copies hold work: {NAME}-Copy1.ipynb, {NAME}-Copy2.ipynb"):
        content(folder)
    (folder / f"{NAME}.ipynb").write_bytes(WORKED + b" ")
    assert content(folder).content == WORKED + b" "
    (folder / f"{NAME}.ipynb").write_bytes(UNTOUCHED)
    for name in (f"{NAME}-Copy1.ipynb", f"{NAME}-Copy2.ipynb"):
        (folder / name).write_bytes(UNTOUCHED)
    assert content(folder).name == f"{NAME}.ipynb"


def test_a_module_beside_the_notebook_is_lent_or_named(folder):
    text = notebook(step="import numpy, calendar\nfrom my_step import step\nimport large")
    (folder / f"{NAME}.ipynb").write_bytes(text)
    alone = content(folder)
    (folder / "not_imported.py").write_bytes(b"x = 1")
    assert content(folder) == alone
    (folder / "my_step.py").write_bytes(b"def step(x):\n    return 2 * x\n")
    (folder / "calendar.py").write_bytes(b"x = 1")  # would take the place of one of Python's own
    (folder / "large.py").write_bytes(b"#" * 300_000)
    found = content(folder)
    assert [module.name for module in found.beside.modules] == ["my_step.py"] and found.digest != alone.digest
    used = "my_step.py, which the notebook names, was handed in beside the notebook; it was used."
    notes = found.beside.notes
    assert used in notes and len(notes) == 3
    assert sum("was not used. Put its text into a cell that begins with `%%writefile " in n for n in notes) == 2
    if hasattr(os, "symlink"):
        (folder / "my_step.py").unlink()
        (folder / "my_step.py").symlink_to(folder / "not_imported.py")
        assert content(folder).beside.modules == ()


def test_packages_are_lent_whole_and_no_link_is_followed(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "private.py").write_bytes(b"x = 1")
    (folder / f"{NAME}.ipynb").write_bytes(notebook(step="import layers, linked, hard\nfrom src.deep import one"))
    files = {"layers/__init__.py": "", "layers/step.py": "from .more import x", "layers/more.py": "import near"}
    files |= {"near.py": "", "src/deep/one.py": "", "src/numpy.py": "", "far.py": "", "layers/not a name.py": ""}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    os.link(tmp_path / "elsewhere" / "private.py", folder / "hard.py")
    found = content(folder).beside
    layers = ["layers/__init__.py", "layers/more.py", "layers/step.py"]
    assert [one.name for one in found.modules] == [*layers, "src/deep/one.py", "src/numpy.py", "near.py"]
    assert found.notes[0].startswith("hard.py, which the notebook names, was handed in beside the notebook and was not")
    assert "layers/ (3 files), which the notebook names, was handed in beside the notebook; it was used." in found.notes
    sent = parse_submission(content(folder).content)
    lend(sent, found.modules)
    assert [cell.source.split("(")[0] for cell in sent.cells[:3]] == ["__import__"] * 3
    assert sent.cells[3].source == "%%writefile layers/__init__.py\n"


def test_which_python_ran_a_notebook_is_read():
    raw = {"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}]}
    for metadata, expected in [
        ({"language_info": {"version": "3.13.1"}}, {"language_info": {"version": "3.13.1"}}),
        ({"language_info": {"version": 3}}, {}),
        ({"language_info": []}, {}),
        ([], {}),
    ]:
        assert parse_submission(json.dumps({**raw, "metadata": metadata}).encode()).metadata == expected


NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4}'
ELSEWHERE = ["01.ipynb.txt", "01.ipynb.json", "01.json", "hw.txt", "01", "a/01.ipynb", "a/b/c/01.ipynb", "01.ipynb (1)"]


@pytest.mark.parametrize("name", [name.replace("01", NAME) for name in ELSEWHERE])
def test_a_lone_notebook_that_lies_elsewhere_is_read(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"\xef\xbb\xbf" + NOTEBOOK)
    for beside in ("notes.txt", ".ipynb_checkpoints/x.ipynb", "__MACOSX/._x.ipynb", "timestamp.txt"):
        (folder / beside).parent.mkdir(exist_ok=True)
        (folder / beside).write_bytes(NOTEBOOK if "ipynb" in beside else b"")
    found = content(folder)
    assert found.content.endswith(NOTEBOOK) and found.beside.documents == ("notes.txt",)
    assert found.notes == (f"The notebook was handed in as {name} instead of {NAME}.ipynb; it was graded.",)


def test_a_notebook_elsewhere_is_used_only_if_it_is_clear_which(folder):
    for place in ("a", "b"):
        (folder / place).mkdir()
        (folder / place / "other.ipynb").write_bytes(NOTEBOOK)
    (folder / "answers.pdf").write_bytes(b"%PDF")
    with pytest.raises(BadInput, match="No notebook was handed in") as caught:
        content(folder)
    assert str(caught.value).endswith("; it holds a/other.ipynb, answers.pdf, b/other.ipynb.")
    (folder / "b" / f"{NAME}.ipynb").write_bytes(NOTEBOOK)  # one has the right name
    assert content(folder).notes[0].startswith(f"The notebook was handed in as b/{NAME}.ipynb")


def test_links_and_what_is_no_notebook_are_not_taken_from_elsewhere(folder, tmp_path):
    (tmp_path / "of another").mkdir()
    (tmp_path / "of another" / f"{NAME}.ipynb").write_bytes(NOTEBOOK)
    (folder / "linked").symlink_to(tmp_path / "of another")
    (folder / "linked.txt").symlink_to(tmp_path / "of another" / f"{NAME}.ipynb")
    (folder / "data.json").write_bytes(b'{"rows": []}')
    os.mkfifo(folder / "pipe.txt")
    with pytest.raises(BadInput, match=r"it holds data\.json\.$"):
        content(folder)


def test_documents_beside_a_notebook_are_named(folder):
    (folder / f"{NAME}.ipynb").write_bytes(b"x")
    alone = content(folder)
    names = ("answers.docx", "page 1.JPG", "figures/given.png", "helper.py", "sub/more.pdf", "**bold**.txt")
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    found = content(folder)
    assert found.beside.documents == ("??bold??.txt", "answers.docx", "page 1.JPG", "sub/more.pdf")
    assert found.digest != alone.digest and alone.beside.documents == ()
