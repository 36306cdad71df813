"""An answer that stops is explained: the operation that failed, its operands, and the cause where shapes prove it.

Each answer goes both ways: through `check`, and through the program that is sent into a student's kernel.
"""

import itertools
import json
import linecache
import sys

import numpy as np
import pytest
from over_the_wire import asked
from wrong_answers import COURSE

from autograder.course.reference import IMPORTED
from autograder.judging import calls, cases, protocol
from autograder.judging.failures import failed
from utils import fixtures
from utils.checking import check_function
from utils.checking.crash_causes import cause

_numbers = itertools.count()


def defined(code):
    """Return the namespace of a notebook in which all is solved but what `code` defines, with its text at hand."""
    space = dict(IMPORTED)
    for text in COURSE.reference.sources.values():
        exec(compile(text, "<solution>", "exec"), space)
    name = f"<ipython-input-{next(_numbers)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    exec(compile(code, name, "exec"), space)
    return space


def card(exercise, code):
    """Return what a learner reads, on one line."""
    space, needed = defined(code), fixtures.load(exercise)["forward"]
    report = check_function.checked(space[exercise], forward=space.get(needed))
    assert report.status != "right"
    return " ".join(str(report).split())


def grade(exercise, code):
    """Return the failure that the judge receives, and what the student reads of it."""
    space, exercise = defined(code), COURSE.exercise(exercise)
    for case in cases.draw(exercise, COURSE, np.random.default_rng(1)):
        answer = asked(cases.plan(exercise, COURSE, case), space)
        if answer.failure:
            return answer.failure, failed(exercise, answer.failure, 5.0)
    raise AssertionError("Nothing failed.")


STEP = "rnn_step_forward"
RNN = """def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    hs, caches, h = [], [], h0
    for t in range(T):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        hs.append(h); caches.append(cache)
    return np.stack(hs, axis=1), caches
"""


def loop(*edits):
    text = RNN
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def step(line, before="pass"):
    return f"def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    {before}\n    next_h = {line}\n    return next_h, None\n"


# By name: the exercise, its code, the kind of the cause, and what both sides say.
CRASHES = {
    "a transpose is missing": (
        "rnn_step_backward",
        "def rnn_step_backward(dnext_h, cache):\n    *_, next_h = cache\n    x, h, Wx = cache[:3]\n"
        "    da = dnext_h * (1 - next_h ** 2)\n    return x @ da, 0, 0, 0, 0\n",
        "transpose",
        "In the place of `x`, `x.T` would fit: its shape is",
    ),
    "a transpose too many": (STEP, step("np.tanh(x.dot(Wx.T) + b)"), "transpose", "In the place of `Wx.T`, `Wx` would"),
    "rows without keepdims": (
        "stable_softmax",
        "def stable_softmax(z):\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1)\n",
        "row numbers",
        "`e.sum(axis=1)` holds one number for each row; to meet the rows of `e` it needs the shape (",
    ),
    "an axis is kept": (
        "rnn_backward",
        "def rnn_backward(dh, cache):\n    N, T, H = dh.shape\n    db = np.zeros(H)\n"
        "    for t in range(T):\n        db += dh[:, t].sum(axis=0, keepdims=True)\n    return 0, 0, 0, 0, db\n",
        "kept axis",
        "(keepdims?)",
    ),
    "time first": (
        "rnn_forward",
        loop(("N, T, D = x.shape", "T, N, D = x.shape"), ("x[:, t]", "x[t]")),
        "time first",
        "`T, N, D = x.shape` takes the time axis first, but `x` is (N, T, …): here N = ",
    ),
    "a row for a step": (
        "rnn_forward",
        loop(("x[:, t]", "x[t]")),
        "batch row",
        "so `x[t]` is a row of the batch: one sequence with all its steps, not one step of all sequences.",
    ),
    "a division that gives a float": (
        "lstm_step_forward",
        "def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):\n    H = Wh.shape[1] / 4\n    a = x @ Wx\n"
        "    i = a[:, :H]\n    return i, i, None\n",
        "true division",
        "`H = Wh.shape[1] / 4` divides with `/`, which always gives a float: `H` is",
    ),
    "a division where a size is made": (
        "forget_bias",
        "def forget_bias(b, value):\n    out = np.zeros(len(b) / 4)\n    return out\n",
        "true division",
        "`len(b) / 4` divides with `/`, which always gives a float; a whole number comes from `//`.",
    ),
    "a pair is handed on": (
        "rnn_forward",
        loop(("h, cache = rnn", "h = rnn"), ("hs.append(h); caches.append(cache)", "hs.append(h)")),
        "tuple",
        "`h` holds all that `rnn_step_forward` returns: next_h and cache together, as one tuple.",
    ),
    "a pair is computed with": (
        "many_to_one",
        "def many_to_one(x, h0, Wx, Wh, b, Wy, by):\n    h = rnn_forward(x, h0, Wx, Wh, b)\n    return by + h / 2\n",
        "tuple",
        "`h` holds all that `rnn_forward` returns: h and cache together, as one tuple.",
    ),
    "if asks an array": (
        "sigmoid",
        "def sigmoid(x):\n    if x >= 0:\n        return 1 / (1 + np.exp(-x))\n    return 0 * x\n",
        "truth",
        "One truth value is needed there; an array of shape (",
    ),
    "too many entries of a cache": (
        "affine_backward",
        "def affine_backward(dout, cache):\n    x, w = cache\n    return dout @ w.T, x.T @ dout, dout.sum(axis=0)\n",
        "unpacked",
        "`cache` has 3 entries: (",
    ),
    "past the last step": (
        "rnn_forward",
        loop(("x[:, t]", "x[:, t + 1]")),
        "past the end",
        "`t + 1` is ",
    ),
    "ids for the wrong axis": (
        "word_embedding_forward",
        "def word_embedding_forward(x, W):\n    W, found = W + 0, []\n    for row in x:\n"
        "        found.append(W[:, row])\n    return np.stack(found), None\n",
        "beyond an axis",
        "`row` holds indices up to ",
    ),
    "nan as a whole number": (
        "forget_bias",
        "def forget_bias(b, value):\n    n = float('nan')\n    return b * int(n)\n",
        "nan",
        "`n` is nan there",
    ),
    "what an operand was made by": (
        "rnn_step_backward",
        "def rnn_step_backward(dnext_h, cache):\n    *_, next_h = cache\n    da = dnext_h @ (1 - next_h ** 2).T\n"
        "    return da @ M, 0, 0, 0, 0\n\n\nM = np.ones((31, 37))\n",
        "made",
        "`da` was made by `da = dnext_h @ (1 - next_h ** 2).T`.",
    ),
    "nothing is what came back": (
        "many_to_one",
        "def last(h):\n    h[:, -1]\n\n\ndef many_to_one(x, h0, Wx, Wh, b, Wy, by):\n"
        "    y = last(x)\n    return y @ Wy + by\n",
        "none",
        "In `y @ Wy`, `y` is None and",
    ),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_is_explained_on_both_sides(name):
    exercise, code, kind, sentence = CRASHES[name]
    failure, text = grade(exercise, code)
    assert cause(failure).kind == kind
    assert sentence in text and sentence in card(exercise, code)


COMPREHENSIONS = {
    "list": "np.stack([W[:, row] for row in x])",
    "list in a list": "np.stack([[W[:, row] for row in rows] for rows in x[None]])",
    "generator": "np.stack(list(W[:, row] for row in x))",
}


@pytest.mark.parametrize("made", COMPREHENSIONS.values(), ids=COMPREHENSIONS)
def test_what_a_comprehension_names_is_not_taken_for_what_the_function_names_so(made):
    """From Python 3.12, the function's `row` is all that a list comprehension leaves where it stops."""
    exercise = "word_embedding_forward"
    code = f"def {exercise}(x, W):\n    W, row = W + 0, np.array([99])\n    return {made}, None\n"
    failure, text = grade(exercise, code)
    own_frame = sys.version_info < (3, 12) or "list(" in made
    for words in (text, card(exercise, code)):
        assert "IndexError" in words and "99" not in words
        assert ("`row` holds indices up to " in words) == own_frame
    assert (cause(failure) is not None) == own_frame


def test_what_made_the_function_s_name_is_not_said_of_the_comprehension_s():
    code = (
        "def rnn_step_backward(dnext_h, cache):\n    *_, next_h = cache\n    da = dnext_h @ (1 - next_h ** 2).T\n"
        "    return [da @ M for da in (dnext_h @ next_h.T, 1)], 0, 0, 0, 0\n\n\nM = np.ones((31, 37))\n"
    )
    _, text = grade("rnn_step_backward", code)
    assert "`da @ M`" in text and "was made by" not in text and "was made by" not in card("rnn_step_backward", code)


SILENT = {  # the exception is reported, and no cause, since none is proved
    "no transpose fits": (
        "rnn_step_backward",
        "def rnn_step_backward(dnext_h, cache):\n    return dnext_h @ np.ones((31, 37)), 0, 0, 0, 0\n",
    ),
    "both transposes fit": (STEP, step("np.ones((3, 4)) @ q", "q = np.ones((3, 4))")),
    "a tuple that no function returned": (STEP, step("x @ (Wx,) + q", "q = (1, 2)")),
    "a float that is no size": (STEP, step("x + half.T", "half = 1 / 2")),
    "the learner's own exception": (STEP, step("x", "raise ValueError('The rows do not fit')")),
    "a tuple in a call that fails for another reason": (
        "many_to_one",
        "def many_to_one(x, h0, Wx, Wh, b, Wy, by):\n    pair = rnn_forward(x, h0, Wx, Wh, b)\n"
        "    return np.concatenate(pair, axis='last')\n",
    ),
    "an axis that is not there": (STEP, step("x.sum(axis=7)")),
}


@pytest.mark.parametrize("name", SILENT)
def test_no_cause_is_made_up(name):
    failure, text = grade(*SILENT[name])
    assert failure.kind == "exception" and cause(failure) is None
    assert "stopped with" in text and "stopped with" in card(*SILENT[name])


def test_the_place_is_the_call_that_hands_over_what_does_not_fit():
    """The step is right: its caller gives it a row of the batch."""
    failure, text = grade("rnn_forward", loop(("x[:, t]", "x[t]")))
    assert failure.line == 5 and failure.inside == "" and failure.called.function == STEP
    assert "`rnn_step_forward` is called with arguments that do not fit together: its `x` has shape (" in text
    words = card("rnn_forward", loop(("x[:, t]", "x[t]")))
    assert (
        "in line 5 of its cell" in words
        and "is called with arguments that do not fit together: its `x` has shape" in words
    )


def test_a_function_that_is_called_rightly_and_stops_is_the_place():
    both = step("np.tanh(x @ Wx + prev_h @ Wh + b)", "x.rows") + "\n" + RNN
    failure, text = grade("rnn_forward", both)
    assert failure.called is None and (failure.line, failure.inside) == (2, STEP)
    assert "`rnn_forward` called it as `rnn_step_forward(x[:, t], h, Wx, Wh, b)`, where `x[:, t]` has shape (" in text
    assert "line 2 of the cell that defines rnn_step_forward" in card("rnn_forward", both)


def test_nothing_of_the_learner_s_is_run_again():
    code = (
        "calls = []\n\n\nclass Loud(np.ndarray):\n    def __getitem__(self, index):\n        calls.append(index)\n"
        "        return np.asarray(self)[index]\n\n\ndef noisy(x):\n    calls.append(x)\n    return x\n\n\n"
        "def sigmoid(x):\n    y = x.view(Loud)\n    calls.clear()\n    return noisy(x) @ y[0] @ np.ones((2, 3, 4))\n"
    )
    space = defined(code)
    check_function.checked(space["sigmoid"])
    assert len(space["calls"]) == 2


def test_without_the_text_there_is_no_operation():
    space = {"np": np}
    exec("def sigmoid(x):\n    return x @ x @ np.ones((2, 3, 4))", space)
    report = check_function.checked(space["sigmoid"])
    assert report.title.startswith("sigmoid stopped with ValueError in line 2: matmul")
    assert not any(text.startswith("In `") for text in report.paragraphs)


def test_a_forged_description_is_cut_down_or_refused():
    plan = [calls.Call("f", (), ("y",))]
    good = {"function": "f", "line": 3, "text": "a @ b", "values": [["a", {"type": "array", "shape": [2, 3]}]]}

    def decoded(site):
        about = {"kind": "exception", "function": "f", "name": "ValueError", "sites": site}
        return protocol.decode(json.loads(json.dumps({"tag": "t", "failure": about})), "t", plan).failure

    assert decoded([good]).sites[0].values["a"].shape == (2, 3)
    bad = [
        {**good, "line": True},
        {**good, "line": 10**9},
        {**good, "function": "<script>"},
        {**good, "function": 3},
        "a @ b",
        None,
    ]
    for site in bad:
        assert decoded([site]).sites == () and decoded(site).sites == ()
    assert decoded([good] * 9).sites == ()
    long = decoded([{**good, "text": "a" * 10_000, "made": ["b = 1"] * 10_000, "values": [["a", {}]] * 10_000}])
    assert long.sites[0].text == "" and len(long.sites[0].made) <= 12 and len(long.sites[0].values) <= 12
    odd = {"type": "<b>" * 99, "shape": [-1], "number": "1e5", "length": 1e9, "largest": None, "parts": [[[]]] * 99}
    value = decoded([{**good, "values": [["a", odd], ["a\x1b[2J", {"type": 3}], [3, odd], 7]}]).sites[0].values["a"]
    assert (value.shape, value.number, value.length, value.parts) == (None, None, None, ())
    assert "<" not in value.type and len(value.type) <= 60
    nested = decoded([{**good, "text": "(" * 199}])
    assert nested.sites and cause(nested) is None


def test_the_grade_shows_a_description_as_code_only():
    failure, text = grade(STEP, step("x @ (lambda: '`<b>`')()"))
    assert "<b>" not in text.replace(f"`{failure.sites[-1].text.replace('`', chr(39))}`", "")
