"""Every wrong answer has a way on, one level after the other; levels 3 and 4 open to whoever has tried something."""

import json
from pathlib import Path

import pytest

from utils import check, files, fixtures
from utils.checking import progress
from utils.checking.stages import digest

FILE = Path("90-tiny.progress.json")
NO_BIAS = (" + b", "")
FACT, QUESTION, EXAMPLE = "a layer without its bias", "Which argument have you not used", "With x = 0 and b = 0.5"
CLOSED = (
    "Hint 3 opens once your function has changed: try something, and check it again. "
    "With `anyway=True` it opens at once."
)


@pytest.fixture
def notebook():
    Path("90-tiny.ipynb").touch()


@pytest.fixture
def setting(shelf):
    """Return ``setting(hints)``, which writes what `autograder build` writes of `c.Judge.hints`."""

    def write(hints):
        (shelf / fixtures.SETTINGS).write_text(json.dumps({"hints": hints}), encoding="utf-8")
        fixtures.hints.cache_clear()

    return write


def shown(report):
    """Return the levels of the mistake that a report gives."""
    return [level for level, words in enumerate((FACT, QUESTION, EXAMPLE), 1) if words in str(report)]


def test_the_third_level_opens_when_the_function_has_changed(written):
    wrong, still_wrong = written("affine", NO_BIAS), written("affine", NO_BIAS, ("x @ w", "np.dot(x, w)"))
    first = check(wrong)
    assert shown(first) == [1] and first.ask == "check(affine, hint=2)" and not first.closed
    second = check(wrong, hint=2)
    assert shown(second) == [1, 2] and second.ask == "check(affine, hint=3)" and second.closed
    assert "once your function has changed: check(affine, hint=3)\n" in str(second)
    assert "It opens at once with anyway=True." in str(second)
    refused = check(wrong, hint=3)
    assert shown(refused) == [1, 2] and CLOSED in refused.paragraphs
    for shape in (str(refused), refused._repr_html_()):
        assert shape.count("once your function has changed") == shape.count("anyway=True") == 1
    assert (refused.ask, refused.next_level, refused.closed) == (second.ask, 3, True), "a button offers it still"
    assert shown(check(still_wrong)) == [1]
    third = check(still_wrong, hint=3)
    assert shown(third) == [1, 2, 3] and CLOSED not in third.paragraphs and not third.ask
    assert shown(check(still_wrong, hint=3)) == [1, 2, 3], "what was shown stays open"


def test_the_first_question_of_all_shows_two_levels(written):
    assert shown(check(written("affine", NO_BIAS), hint=3)) == [1, 2]


def test_anyway_opens_it_at_once(written):
    wrong = written("affine", NO_BIAS)
    assert shown(check(wrong, hint=3, anyway=True)) == [1, 2, 3]
    assert shown(check(wrong, hint=3)) == [1, 2, 3]


def test_a_right_answer_starts_the_levels_again(written):
    wrong = written("affine", NO_BIAS)
    check(wrong, hint=3, anyway=True)
    check(written("affine"))
    assert shown(check(wrong, hint=3)) == [1, 2]


def test_the_levels_survive_a_restart(written, notebook):
    wrong = written("affine", NO_BIAS)
    check(wrong, hint=2)
    entry = json.loads(FILE.read_text(encoding="utf-8"))["exercises"]["affine"]
    assert (entry["level"], entry["code"]) == (2, digest(wrong))
    progress._memory.clear()
    assert shown(check(wrong, hint=3)) == [1, 2]
    assert shown(check(written("affine", NO_BIAS, ("x @ w", "1 * x @ w")), hint=3)) == [1, 2, 3]


@pytest.mark.parametrize(("key", "value"), [("level", "two"), ("code", 3)])
def test_a_file_with_other_levels_is_set_aside(written, notebook, key, value):
    check(written("affine", NO_BIAS), hint=2)
    content = json.loads(FILE.read_text(encoding="utf-8"))
    content["exercises"]["affine"][key] = value
    FILE.write_text(json.dumps(content), encoding="utf-8")
    assert "was set aside as" in check(written("affine", NO_BIAS)).notes[0]


def test_nothing_is_closed_where_nothing_can_be_kept(written, notebook, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "draft", refuse)
    assert shown(check(written("affine", NO_BIAS), hint=3)) == [1, 2, 3]


def test_all_levels_are_open_where_the_course_says_so(written, setting):
    setting("all")
    report = check(written("affine", NO_BIAS), hint=2)
    assert shown(report) == [1, 2] and not report.closed
    assert shown(check(written("affine", NO_BIAS), hint=3)) == [1, 2, 3]


def test_there_is_one_level_where_the_course_says_so(written, setting):
    setting("none")
    for anyway in (False, True):
        report = check(written("affine", NO_BIAS), hint=4, anyway=anyway)
        assert shown(report) == [1] and not report.ask
        assert report.paragraphs[-1] == "This course gives no further hints here."
    assert check(written("affine", NO_BIAS)).paragraphs[-1] != "This course gives no further hints here."
    late = check(
        written("affine_backward", ("return dx", "dout *= 2\n    return dx")), forward=written("affine"), hint=3
    )
    assert late.ok and "Who else reads dout?" not in late.warnings["mutates"] and not late.ask


def stops(written):
    return written("decay", ("return h", "raise ValueError('rows do not fit')"))


def cubed(written):
    return written("decay", ("a * state", "a * state**3"))


def short(written):
    return written("decay", ("return h", "return h[:, :-1]"))


def nothing(written):
    return written("decay", ("return h", "h"))


@pytest.mark.parametrize("answer", [stops, cubed, short, nothing])
def test_every_wrong_answer_has_a_question_and_an_example(written, answer):
    wrong = answer(written)
    second, third = check(wrong, hint=2), check(wrong, hint=3, anyway=True)
    assert "?" in second.paragraphs[-1] and second.ask == "check(decay, hint=3)"
    assert third.paragraphs[-1] == "A small example, by hand. a = 0.5 and x = 1 after h0 = 2 give 0.5 · 2 + 1 = 2."


def test_without_a_question_of_its_own_an_exercise_has_a_general_one(written):
    wrong = written("halve_all", ("g / 2", "g / 3"))
    assert "Take a small case and work out one entry by hand" in check(wrong, hint=2).paragraphs[-1]


def test_the_fourth_level_is_offered_only_where_the_place_is_known(written, tmp_path):
    assert not check(cubed(written), hint=4, anyway=True).ask
    assert "the place in your code is not known" in str(check(cubed(written), hint=4, anyway=True))
    file = tmp_path / "mine.py"
    file.write_text("def decay(x, h0, a):\n    rows = 0\n    return x / rows[0]\n", encoding="utf-8")
    space = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    third = check(space["decay"], hint=3, anyway=True)
    assert third.ask == "check(decay, hint=4)" and "return x / rows[0]" not in third.paragraphs[-1]
    fourth = check(space["decay"], hint=4, anyway=True)
    assert "in line 3 of mine.py, `return x / rows[0]`" in fourth.title
    assert fourth.paragraphs[-1] == "`rows` was made by `rows = 0`." and not fourth.ask


def test_the_fourth_level_does_not_repeat_the_first_sentence(written, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def decay(x, h0, a):\n    return x[0] @ h0\n", encoding="utf-8")
    space = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    assert not check(space["decay"], hint=3, anyway=True).ask, "all that is known of the place is in the title"
    fourth = check(space["decay"], hint=4, anyway=True)
    assert str(fourth).count("line 2") == 1
    assert fourth.paragraphs[-1] == "There are no further hints: the first sentence says where it stops."


SAME = """
def affine(x, w, b):
    '''Say something else.'''
    # a comment
    scores = x @ w  # another
    return scores, (x, w)
"""
OTHER = ["x @ w * 1.5", "np.dot(x, w)", "x @ w + 0 * b", "(lambda q: q)(x @ w)", "x @ w if 1 in {1, 'a', 2.5} else x"]


def test_comments_docstrings_and_names_are_not_a_change(written):
    plain = written("affine", source="def affine(x, w, b):\n    out = x @ w\n    return out, (x, w)\n")
    assert digest(plain) == digest(written("affine", source=SAME)) != ""
    changed = {digest(written("affine", source=SAME.replace("x @ w  #", f"{new}  #"))) for new in OTHER}
    assert len(changed | {digest(plain)}) == len(OTHER) + 1
    assert digest(len) == digest(None) == digest() == ""


def test_a_change_in_a_function_that_is_called_counts(written):
    source = "def decay(x, h0, a):\n    return mine(x)\ndef mine(x):\n    return x\n"
    assert digest(written("decay", source=source)) != digest(
        written("decay", source=source.replace("return x", "return -x"))
    )
    forward = written("affine"), written("affine", NO_BIAS)
    backward = written("affine_backward")
    assert digest(backward, forward[0]) != digest(backward, forward[1])
