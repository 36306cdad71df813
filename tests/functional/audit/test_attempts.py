"""`autograder audit --attempts` counts what becomes of strangers' answers, and would notice if something were amiss."""

import json
from pathlib import Path

import pytest

from autograder.auditing import attempt_file, attempts
from autograder.auditing.attempt_file import Attempt
from autograder.auditing.outcome import outcome
from autograder.cli import main
from autograder.course import open_course
from autograder.errors import BadInput

COURSE = open_course()
FILE = Path(__file__).parents[2] / "cases" / "attempts.json"
STEP = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    "
RIGHT = STEP + "h = np.tanh(x @ Wx + prev_h @ Wh + b); return h, (x, prev_h, Wx, Wh, h)"
NO_BIAS = RIGHT.replace(" + b)", ")")


def attempt(code, exercise="rnn_step_forward", expect="wrong"):
    return Attempt(exercise, "an answer", expect, (code,))


def test_a_right_answer_is_right():
    found = outcome(COURSE, attempt(RIGHT))
    assert found.checked and found.graded and not found.remark


@pytest.mark.parametrize(
    ("code", "help_", "way_on"),
    [
        (NO_BIAS, "named", True),
        (RIGHT.replace("return h", "return 3 * h"), "explained", None),
        (RIGHT.replace("return h", "return h.T"), "named", True),  # by a family
        (RIGHT.replace("return h", "return None"), "explained", None),
        (STEP + "return x @ Wx", "explained", None),  # no cache: the number of results is said
        (RIGHT.replace("return h", "return np.exp(np.cos(37 * h)) * h**2"), "located", True),
        (STEP + "return nothing_of_that_name", "", None),
    ],
)
def test_help_is_counted_as_the_first_that_holds(code, help_, way_on):
    found = outcome(COURSE, attempt(code))
    assert not found.checked and not found.graded and found.help == help_
    assert found.false_names == () and way_on in (None, found.way_on)


@pytest.mark.parametrize(
    "body", ["import os; os._exit(0)", "while True: pass", "raise SystemExit", "x = bytearray(8_000_000_000)"]
)
def test_an_answer_that_hangs_or_ends_its_process_is_rejected(body, monkeypatch):
    monkeypatch.setattr("autograder.auditing.outcome.PATIENCE", 4.0)
    found = outcome(COURSE, attempt(STEP + body))
    assert not found.checked and not found.graded and found.help == ""


def test_a_false_name_is_noticed(monkeypatch):
    """A name that a planted fault gives to an answer of other numbers is counted as false."""
    assert outcome(COURSE, attempt(NO_BIAS)).false_names == ()
    wrong = RIGHT.replace("return h", "return h + 1")
    monkeypatch.setattr("utils.checking.fingerprints.chosen", lambda *about: ("no-bias", {}))
    found = outcome(COURSE, attempt(wrong))
    assert found.names == found.false_names == ("no-bias",)


def written(folder, content):
    path = folder / "attempts.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


ONE = {"exercise": "rnn_step_forward", "label": "one", "expect": "wrong", "code": NO_BIAS}


@pytest.fixture
def audited(capsys):
    """Return ``audited(*arguments)``, which runs the command and returns its exit status and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["audit", *map(str, arguments)])
        return ended.value.code, *capsys.readouterr()

    return run


def test_the_command_writes_the_counts_and_says_what_is_missed(tmp_path, audited):
    given = {"given": ["def inner(x): return np.tanh(x)"]}
    right = {**ONE, "label": "two", "expect": "right", "code": RIGHT.replace("np.tanh", "inner"), "given": 0}
    out = tmp_path / "counts.json"
    status, shown, _ = audited("--attempts", written(tmp_path, {**given, "attempts": [ONE, right]}), "--json", out)
    assert status == 0 and "| all | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 0 |" in shown
    counted = json.loads(out.read_text(encoding="utf-8"))
    assert counted["exercises"] == {"rnn_step_forward": counted["all"]} and counted["all"]["right_accepted"] == 1
    refused = {**ONE, "expect": "right"}
    status, shown, _ = audited("--attempts", written(tmp_path, {"attempts": [refused]}), "--json", out)
    assert status == 1 and "missed: right, called wrong: none" in shown
    assert json.loads(out.read_text(encoding="utf-8"))["all"]["refused"] == [["rnn_step_forward", "one"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ([], "is not of the form"),
        ({"attempts": {}}, "is not of the form"),
        ({"given": [1], "attempts": []}, "is not of the form"),
        ({"attempts": [{**ONE, "label": 3}]}, "attempt 1 needs the texts exercise, label, expect and code."),
        ({"attempts": [ONE, {**ONE, "exercise": "rnn"}]}, "attempt 2: this course has no exercise 'rnn'."),
        ({"attempts": [{**ONE, "expect": "maybe"}]}, "expect is 'maybe', not one of right, wrong, either."),
        ({"attempts": [{**ONE, "given": 0}]}, "given is 0, but there are 0 given texts"),
        ({"attempts": [{**ONE, "code": "def f(:"}]}, "attempt 1 is not Python 3, line 1: invalid syntax."),
        ({"attempts": [{**ONE, "code": "a = '\0'"}]}, "is not Python 3"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(tmp_path, content, sentence):
    path = written(tmp_path, content)
    with pytest.raises(BadInput) as refused:
        attempt_file.read(path, COURSE)
    assert sentence in str(refused.value) and str(path) in str(refused.value)


def test_a_file_that_is_not_there_and_an_answer_that_defines_nothing_end_with_2(tmp_path, audited):
    status, _, sentence = audited("--attempts", tmp_path / "none.json")
    assert status == 2 and "cannot be read: No such file" in sentence
    status, _, sentence = audited("--attempts", written(tmp_path, {"attempts": [{**ONE, "code": "f = 1"}]}))
    assert status == 2 and "its code defines no function rnn_step_forward." in sentence
    status, _, sentence = audited("--attempts", written(tmp_path, {"attempts": [{**ONE, "code": "1 / 0"}]}))
    assert status == 2 and "its code stops with ZeroDivisionError" in sentence
    status, _, sentence = audited("--json", tmp_path / "counts.json")
    assert status == 2 and "--json needs --attempts FILE or --located" in sentence
    status, _, sentence = audited("sigmoid", "--attempts", tmp_path / "none.json")
    assert status == 2 and "name no exercise with it" in sentence


def test_every_target_can_be_missed():
    good = dict.fromkeys(attempts.COUNTED, 0) | {"accepted": [], "refused": [], "only_checked": []}
    assert attempts.missed({"all": good}) == []
    three = [["f", "a"]] * 3
    for bad, count in (
        ({"rejected": 10, "named": 7, "explained": 3}, 1),
        ({"rejected": 10, "named": 8, "explained": 1}, 1),
        ({"no_way_on": 1}, 1),
        ({"named_falsely": 1}, 1),
        ({"accepted": three}, 1),
        ({"refused": three[:1]}, 1),
        ({"only_checked": three[:1]}, 1),
    ):
        assert len(attempts.missed({"all": good | bad})) == count, bad
    assert attempts.missed({"all": good | {"accepted": three[:2]}}) == []
