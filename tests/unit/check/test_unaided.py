"""An exercise may begin without help: `check` says right or wrong, and the rest when the learner asks for it."""

import json
from pathlib import Path

import numpy as np
import pytest

from utils import check, fixtures, gradients
from utils.checking import check_function, hint_buttons, progress

FILE = Path("90-tiny.progress.json")
NO_BIAS = (" + b", "")
OWN_TEST = "A test of your own: let x be 0. What should come out?"
HELP = "check(affine, help=True)"


@pytest.fixture(autouse=True)
def notebook(shelf):
    """Let affine begin without help, in a folder with its notebook."""
    Path("90-tiny.ipynb").touch()
    path = shelf / "affine.json"
    fixture = json.loads(path.read_text(encoding="utf-8")) | {"unaided": OWN_TEST}
    path.write_text(json.dumps(fixture), encoding="utf-8")
    fixtures.load.cache_clear()


def state(name="affine"):
    return next(row[2] for _, rows, _ in check.progress().boards for row in rows if row[0] == name)


def test_a_wrong_answer_is_only_called_wrong(written):
    report = check(written("affine", NO_BIAS))
    assert report.status == "wrong" and report.unaided and report.title == "affine is not right yet."
    assert report.paragraphs[0] == OWN_TEST and report.ask == HELP
    assert not report.comparisons and report.mistake is None and not report.case
    for text in (str(report), report._repr_html_()):
        assert HELP in text and "without its bias" not in text and "expected" not in text and "out[" not in text
    assert state() == "wrong"


def test_an_exercise_that_is_not_declared_so_is_helped_at_once(written):
    report = check(written("decay", ("state = h0", "state = 0 * h0")))
    assert report.mistake == "h0-ignored" and not report.unaided


def test_help_opens_the_usual_card_and_it_stays_open(written):
    usual = check_function.checked(written("affine", NO_BIAS))
    check(written("affine", NO_BIAS))
    for asked in ({"help": True}, {}):
        report = check(written("affine", NO_BIAS), **asked)
        assert (report.mistake, report.paragraphs, report.unaided) == ("no-bias", usual.paragraphs, False)
        progress._memory.clear()  # the kernel restarts
    check(written("affine"))
    assert state() == "right", "it was found with help"


def test_a_button_that_helps_stands_below_the_card(written):
    report = check(written("affine", NO_BIAS))
    buttons = hint_buttons.HintButtons(report)
    assert buttons.following.description == "Help me"
    buttons.following.click()
    assert buttons.report.mistake == "no-bias" and buttons.following.description.startswith("Hint 2: ")
    assert "without its bias" in buttons.report.html() and not check(written("affine", NO_BIAS)).unaided
    buttons.close()


def test_who_asks_for_a_hint_has_asked_for_help(written):
    assert check(written("affine", NO_BIAS), hint=2).mistake == "no-bias"
    assert check(written("affine", NO_BIAS)).mistake == "no-bias"


def test_what_was_found_without_help_is_called_so(written):
    check(written("affine", source="def affine(x, w, b):\n    raise NotImplementedError\n"))
    check(written("affine", NO_BIAS))
    assert check(written("affine")).ok and state() == "right, unaided"
    check(written("affine"), help=True)  # of a right answer there is nothing to say
    assert state() == "right, unaided" and check(written("affine", NO_BIAS)).unaided
    check(written("affine", NO_BIAS), help=True)
    check(written("affine"))
    assert state() == "right"


def test_what_is_not_declared_so_is_never_called_unaided(written):
    check(written("decay"))
    assert state("decay") == "right"


def test_a_call_that_stops_is_shown_as_python_says_it(written):
    report = check(written("affine", ("return out", "raise ValueError('rows do not fit')\n    return out")))
    assert "stopped with ValueError" in report.title and report.title.endswith("rows do not fit")
    assert report.unaided and OWN_TEST not in report.paragraphs, "there is nothing to test yet"


def test_a_stub_is_not_started_whether_help_is_asked_for_or_not(written):
    stub = written("affine", source="def affine(x, w, b):\n    raise NotImplementedError\n")
    for asked in ({}, {"help": True}):
        assert check(stub, **asked).status == "not started"
    assert check(written("affine", NO_BIAS)).unaided, "a stub needed no help"


def test_the_smallest_case_is_help(written):
    wrong = written("affine", NO_BIAS)
    case = check.case(wrong)
    assert case.expected is None and HELP in case.notes[0]
    check(wrong, help=True)
    assert case.name == "affine" and check.case(wrong).expected is not None


def test_where_nothing_can_be_kept_help_is_there_at_once(written, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(progress, "write_whole", refuse)
    assert check(written("affine", NO_BIAS)).mistake == "no-bias"


def test_a_progress_file_with_another_word_on_help_is_set_aside(written):
    check(written("affine", NO_BIAS))
    content = json.loads(FILE.read_text(encoding="utf-8"))
    assert content["exercises"]["affine"]["unaided"] is True
    content["exercises"]["affine"]["unaided"] = "yes"
    FILE.write_text(json.dumps(content), encoding="utf-8")
    assert "was set aside as" in check(written("affine", NO_BIAS)).notes[0]


# Of the course itself.


def test_from_05_on_every_assignment_has_one(course):
    declared = {
        assignment: [exercise.name for exercise in course.exercises(assignment) if exercise.unaided]
        for assignment in course.assignments
    }
    assert {assignment: names for assignment, names in declared.items() if names} == {
        "05-lstm": ["lstm_forward_full"],
        "06-highway": ["lstm_backward"],
        "07-capstone": ["caption_loss", "pronounce_loss"],  # of which one is required
    }


@pytest.mark.parametrize("assignment", ["05-lstm", "06-highway", "07-capstone"])
def test_the_notebook_says_so_where_it_is(course, assignment):
    written = "\n".join(cell.source for cell in course.sources[assignment].cells if cell.cell_type == "markdown")
    text = " ".join(written.split())
    for exercise in course.exercises(assignment):
        named = f"`{exercise.name}` only right or wrong" in text or f"check({exercise.name}, " in text
        assert named == bool(exercise.unaided)


def test_the_test_that_06_names_tells_right_from_wrong(course):
    exercise, rng = course.exercise("lstm_backward"), np.random.default_rng(0)
    shapes = {"x": (2, 3, 2), "h0": (2, 4), "Wx": (2, 16), "Wh": (4, 16), "b": (16,)}
    inputs = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    forward, right = course.reference["lstm_forward"], course.reference["lstm_backward"]
    assert gradients.check_backward(forward, right, inputs)
    for mistake in exercise.mistakes:
        if mistake.side_effect is None:
            assert not gradients.check_backward(forward, course.reference.mistaken("lstm_backward", mistake), inputs)


def test_the_two_tests_that_05_names_tell_right_from_wrong(course):
    exercise, rng = course.exercise("lstm_forward_full"), np.random.default_rng(0)
    x, h0, c0 = rng.normal(size=(2, 6, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    weights = rng.normal(size=(3, 16)), rng.normal(size=(4, 16)), rng.normal(size=16)

    def passes(full):
        plain, _ = course.reference["lstm_forward"](x, h0, *weights)
        whole = full(x, h0, c0, *weights)[0]
        first, h, c, _ = full(x[:, :3], h0, c0, *weights)
        try:
            pieces = np.concatenate([first, full(x[:, 3:], h, c, *weights)[0]], axis=1)
        except ValueError:  # what the first piece handed over is no state
            return False
        emptied = full(x, h0, 0 * c0, *weights)[0]
        return emptied.shape == plain.shape and np.allclose(emptied, plain) and np.allclose(pieces, whole)

    assert passes(course.reference["lstm_forward_full"])
    unnoticed = [
        mistake.id
        for mistake in exercise.mistakes
        if mistake.side_effect is None and passes(course.reference.mistaken("lstm_forward_full", mistake))
    ]
    assert unnoticed == []
