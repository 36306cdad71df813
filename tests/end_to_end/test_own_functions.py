"""In a bundle made with ``--given own``, learners go on with their own functions, and marks do not depend on these."""

import copy
import os

import nbformat
import pytest

from autograder.bundling.contents import notebook
from autograder.collecting.rebuild import rebuild
from autograder.course import open_course, source
from autograder.demo.sample_class import sample_class
from utils import own
from utils.check_file.own_function import NotYours
from utils.checking.check_function import checked

COURSE = open_course()
FIRST, SECOND, THIRD = "01-rnn-forward", "02-bptt", "03-training"
STEP = "rnn_step_forward"
IN_ANOTHER_WAY = """
def weighted(*pairs):
    return sum(value.dot(weights) for value, weights in pairs)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(b + weighted((prev_h, Wh), (x, Wx)))
    return h, [x, prev_h, Wx, Wh, h]
"""


def answered(assignment):
    """Return an assignment's notebook of such a bundle, with right answers in it."""
    [content] = [text for name, text in notebook(COURSE, assignment, own=True).items() if name.endswith(".ipynb")]
    found = nbformat.reads(content.decode(), as_version=4)
    for cell in found.cells:
        if source.is_solution(cell) and cell.cell_type == "code":
            cell.source = COURSE.reference.sources[cell.metadata.nbgrader.grade_id]
    return found


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A learner's folder who has done 01 and 02 rightly; 01 in another way than we do."""
    for name in (FIRST, SECOND):
        (tmp_path / name).mkdir()
        nbformat.write(answered(name), tmp_path / name / f"{name}.ipynb")
    changed(tmp_path, STEP, IN_ANOTHER_WAY)
    (tmp_path / THIRD).mkdir()
    monkeypatch.chdir(tmp_path / SECOND)
    return tmp_path


def changed(work, name, text):
    """Put another answer into the learner's notebook of 01, and save it."""
    path = work / FIRST / f"{FIRST}.ipynb"
    mine = nbformat.read(path, as_version=4)
    next(cell for cell in mine.cells if cell.id == name).source = text
    before = path.stat().st_mtime_ns
    nbformat.write(mine, path)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))  # as a learner does, later


def test_a_learner_who_did_the_first_rightly_can_work_on_the_second(work, capsys):
    names = {}
    for cell in answered(SECOND).cells:
        taken = source.gives(cell) or source.is_solution(cell) or "import numpy" in cell.source
        if cell.cell_type == "code" and taken:
            exec(cell.source, names)
    assert capsys.readouterr().out == ""
    handed_out = [source.gives(cell) for cell in COURSE.release(SECOND).cells if source.gives(cell)]
    assert len(handed_out) == 4
    for name in handed_out:
        assert names[name].__code__.co_filename.startswith(f"<{FIRST}.ipynb, code cell ")
    exercises = {exercise.name: exercise for exercise in COURSE.exercises(SECOND)}
    for name in ("rnn_step_backward", "rnn_backward", "word_embedding_backward", "temporal_affine_backward"):
        assert checked(names[name], forward=names[exercises[name].forward]).ok, name


def test_the_third_takes_from_both(work, monkeypatch, capsys):
    """What the second brings is not in its notebook, and is looked for where it was written."""
    monkeypatch.chdir(work / THIRD)
    backward = own("rnn_backward")
    assert capsys.readouterr().out == "" and backward.__code__.co_filename.startswith(f"<{SECOND}.ipynb")
    assert backward.__globals__[STEP].__code__.co_filename.startswith(f"<{FIRST}.ipynb")


def test_it_is_judged_as_if_our_functions_had_been_given(work):
    """What is judged is the same, to the letter, as of the notebook that others get; and nothing had to be repaired."""
    release = COURSE.release(SECOND)
    ordinary = next(one.notebook for one in sample_class(COURSE, SECOND, whole=False) if one.id == "demo-right")
    one, other = rebuild(answered(SECOND), release), rebuild(ordinary, release)
    assert one.repairs == [] and one.digest == other.digest and one.notebook == other.notebook
    bare = copy.deepcopy(answered(SECOND))  # an editor has lost all labels
    for number, cell in enumerate(bare.cells):
        cell.id, cell.metadata = f"bare-{number}", {}
    assert rebuild(bare, release).notebook == one.notebook


def test_a_given_cell_that_was_changed_is_still_named():
    mine = answered(SECOND)
    cell = next(cell for cell in mine.cells if source.gives(cell) == STEP)
    cell.source += "\n\n" + COURSE.reference.sources[STEP].replace("np.tanh", "np.sin")
    repairs = rebuild(mine, COURSE.release(SECOND)).repairs
    assert any("given_rnn_step_forward was changed; the original was used" in one for one in repairs)


HEAD = "def rnn_step_forward(x, prev_h, Wx, Wh, b):"
OTHER_ORDER = "    cache = (prev_h, x, Wx, Wh, next_h)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    raise NotImplementedError", "It is not written yet."),
        (
            "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return x @ Wx + prev_h @ Wh + b, None",
            "It is not right yet.",
        ),
        ("step = 1", "does not define it."),
        ("def rnn_step_forward(x,", "does not define it."),
        (
            COURSE.reference.sources[STEP].replace("    cache = (x, prev_h, Wx, Wh, next_h)", OTHER_ORDER),
            "It is right, but later assignments take apart a cache `(x, prev_h, Wx, Wh, next_h)`, in this order.",
        ),
    ],
)
def test_what_is_missing_is_said_and_once_it_is_there_it_is_taken(work, capsys, text, reason):
    changed(work, STEP, text)
    missing = own(STEP)
    printed = capsys.readouterr().out
    assert printed.startswith(f"{STEP}, an exercise of {FIRST}, is missing here. ") and reason in printed
    advice = "until its check passes, save that notebook, and run this cell again."
    assert printed.endswith(f" Work on it in your notebook of {FIRST} {advice}\n")
    with pytest.raises(NotYours) as raised:
        missing(1, 2)
    assert f"{raised.value}\n" == printed
    changed(work, STEP, COURSE.reference.sources[STEP])
    assert own(STEP).__name__ == STEP and capsys.readouterr().out == ""


def test_without_a_notebook_the_place_is_named(work, monkeypatch, capsys):
    (work / "elsewhere" / SECOND).mkdir(parents=True)
    monkeypatch.chdir(work / "elsewhere" / SECOND)
    own(STEP)
    place = work / "elsewhere" / FIRST / f"{FIRST}.ipynb"
    assert f"There is no notebook {place}." in capsys.readouterr().out
