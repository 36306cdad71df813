"""A wrong answer is located where it parts from every right way; where that is not certain, nothing is shown."""

import random
import re

import numpy as np
import pytest
from recording import cell

from autograder.course import open_course
from utils import check, fixtures
from utils.checking import check_function
from utils.checking.locate import wording
from utils.checking.run_cases import Clock

STEP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
"""
LOOP = """
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev_h = h0
    for t in range(T):
        prev_h, _ = rnn_step_forward(x[:, t], {state}, Wx, Wh, b)
        h[:, t] = prev_h{after}
    return h, None
"""


def loop(state="prev_h", after="", step=STEP, **names):
    return cell(step + LOOP.format(state=state, after=after), **names)["rnn_forward"]


def located(function, forward=None, place=True):
    """Return the location of a wrong answer, sought whatever else is found."""
    exercise = fixtures.load(function.__name__)
    return check_function._findings(function, forward, exercise, Clock(10), place=place).location


def test_the_line_the_expression_and_the_step():
    # h goes on unsquashed: from the second step on, no state is one of a right way
    function = loop(after="\n        prev_h = 3 * prev_h - x[:, t] @ Wx")
    place = located(function)
    assert (place.function, place.line, place.expression) == (
        "rnn_forward", 13, "3 * prev_h - x[:, t] @ Wx"
    )  # fmt: skip
    assert place.source == "prev_h = 3 * prev_h - x[:, t] @ Wx" and place.step == {"t": 0} and place.output == "h"
    assert {one.name: one.lines for one in place.operands}["prev_h"][0] == 11
    assert place.status == "unknown" and place.file == ""


def test_what_is_right_is_not_located():
    assert located(loop()) is None


def test_an_operand_is_only_claimed_to_be_on_a_right_way_where_it_is():
    place = located(loop(state="2 * prev_h + Wh[0]"))
    words = " ".join(wording.where(place))
    assert "line 11" in words and "in no right solution" in words
    assert "right." not in words  # never that a value *is* right
    for operand in place.operands:
        assert operand.status in ("known", "plain")


def test_a_wrong_function_of_the_course_below_is_not_the_caller_s_fault():
    step = STEP.replace("+ b)", "+ 2 * b)")
    assert located(loop(step=step)) is None
    assert located(cell(step)["rnn_step_forward"]).line == 3


# Silence


def test_nothing_is_shown_without_the_text_that_was_compiled():
    function = loop(state="2 * prev_h + Wh[0]")
    assert located(function) is not None
    import linecache

    file = function.__code__.co_filename
    size, _, lines, name = linecache.cache[file]
    linecache.cache[file] = (size, None, [line.replace("Wh[0]", "Wh[1]") for line in lines], name)
    assert located(function) is None  # the file was changed since
    del linecache.cache[file]
    assert located(function) is None


WRONG = "    return np.zeros_like(h0) + np.stack([h0, 2 * h0 - b], axis=1)[:, :1] * np.ones((1, x.shape[1], 1)), None\n"


@pytest.mark.parametrize(
    "text",
    [
        "def rnn_forward(x, h0, Wx, Wh, b, kept=[]):\n" + WRONG,
        "def rnn_forward(x, h0, Wx, Wh, b):\n    global kept\n    kept = x\n" + WRONG,
        "def rnn_forward(x, h0, Wx, Wh, b):\n    locals()\n" + WRONG,
        "import functools\ndef passed_on(f):\n    @functools.wraps(f)\n    def g(*a):\n        return f(*a)\n"
        "    return g\n@passed_on\ndef rnn_forward(x, h0, Wx, Wh, b):\n" + WRONG,
        "class Cell:\n    def rnn_forward(self, x, h0, Wx, Wh, b):\n    " + WRONG.replace("    ", "    ", 1)
        + "rnn_forward = Cell().rnn_forward\n",
        "rnn_forward = lambda x, h0, Wx, Wh, b: (np.ones((x.shape[0], x.shape[1], len(b))) * b, None)\n"
        "rnn_forward.__name__ = 'rnn_forward'\n",
        "def rnn_forward(x, h0, Wx, Wh, b):\n    n = 0\n    for i in range(30000):\n        n = n + i\n" + WRONG,
    ],
    ids=["mutable default", "global", "locals", "decorator", "method", "lambda", "too many events"],
)  # fmt: skip
def test_what_cannot_be_looked_into_is_left_alone(text):
    assert located(cell(text)["rnn_forward"]) is None


def test_one_wrong_case_is_not_enough():
    first = fixtures.load("rnn_forward")["cases"][0]["inputs"]["x"].flat[0]
    wrong = "\n        prev_h = prev_h if {} else 2 * prev_h - b"
    assert located(loop(after=wrong.format("False"))).line == 13
    assert located(loop(after=wrong.format(f"x.flat[0] == {first}"))) is None


# Nothing is disturbed


def test_a_recorded_run_leaves_no_trace(capsys):
    text = LOOP.format(state="prev_h", after="\n        prev_h = 2 * prev_h - b").replace(
        "    return", "    print('seen')\n    seen.append(np.random.rand() > 2)\n    x *= 0\n    return"
    )
    seen = []
    function = cell(STEP + text, seen=seen)["rnn_forward"]
    names = dict(function.__globals__)
    exercise = fixtures.load("rnn_forward")
    from utils.checking import run_cases
    from utils.checking.locate.locating import locate

    runs = run_cases.run_all(function, None, exercise, Clock(10))
    printed, calls = capsys.readouterr().out.count("seen"), len(seen)
    assert printed == calls == len(exercise["cases"])
    before, chance = np.random.get_state()[1].copy(), random.getstate()
    assert locate(function, None, exercise, runs, {"h": range(len(runs))}, Clock(10)) is not None
    assert capsys.readouterr().out == "" and len(seen) == calls + 2  # it was run, unheard
    assert np.array_equal(np.random.get_state()[1], before) and random.getstate() == chance
    assert function.__globals__.keys() == names.keys()


def test_ctrl_c_passes():
    text = LOOP.format(state="prev_h", after="\n        calls.append(t)\n        if len(calls) > limit:\n            "
                       "raise KeyboardInterrupt\n        prev_h = 2 * prev_h - b")  # fmt: skip
    steps = sum(case["inputs"]["x"].shape[1] for case in fixtures.load("rnn_forward")["cases"])
    function = cell(STEP + text, calls=[], limit=steps)["rnn_forward"]
    with pytest.raises(KeyboardInterrupt):
        located(function)


def test_levels_one_to_three_never_show_the_line():
    function = loop(after="\n        prev_h = 3 * prev_h - x[:, t] @ Wx")
    for level in (1, 2, 3):
        assert re.search(r"\blines? \d", str(check(function, hint=level))) is None
    assert re.search(r"\bline \d", str(check(function, hint=4, anyway=True)))


def test_words():
    place = located(loop(after="\n        prev_h = 3 * prev_h - x[:, t] @ Wx"))
    assert wording.where(place) == [
        "Look at line 13 of rnn_forward: `prev_h = 3 * prev_h - x[:, t] @ Wx`",
        "On the way to h, `3 * prev_h - x[:, t] @ Wx` is the first value that is in no right solution I know. "
        "This first happens with `t = 0`.",
        "It is made from `prev_h` (from line 11), `x` (an argument) and `Wx` (an argument), whose values are all in "
        "right solutions.",
        "It also uses `t` (from line 10).",
    ]


def test_words_for_a_right_value_in_the_wrong_place():
    last = LOOP.format(state="prev_h", after="").replace("return h,", "return prev_h,")
    place = located(cell(STEP + last)["rnn_forward"])
    assert wording.where(place)[:2] == [
        "Look at line 13 of rnn_forward: `return prev_h, None`",
        "What becomes h there, `prev_h`, is in a right solution too, but not as h.",
    ]


# What is shipped


def test_the_waypoints_are_of_ordinary_cases_that_learners_have_and_of_no_other():
    from utils.checking.locate import waypoints

    for name, (_, cases) in waypoints.read(waypoints.FOLDER / waypoints.NAME).items():
        fixture = fixtures.load(name)
        assert cases and all(not fixture["cases"][index].get("special") for index in cases)
        assert not fixture["properties"] and open_course().exercise(name)


def test_they_hold_no_value_and_are_small():
    from utils.checking.locate import waypoints

    path = waypoints.FOLDER / waypoints.NAME
    assert path.stat().st_size < 600_000
    with np.load(path) as file:
        assert sorted(file.files) == ["hashes", "index"]
        assert file["hashes"].dtype == np.uint8 and file["hashes"].shape[1] == waypoints.BITS // 8
