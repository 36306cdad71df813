"""Honest work gets what it deserves, whatever it looks like."""

import pytest
from tiny_course import BACKWARD, DECAY, FORWARD, SOLUTIONS, cell_of

from autograder.errors import BuildError, InfrastructureError

FULL = [3.0, 5.0, 2.0]


def results(judgement):
    return {result.name: result for result in judgement.results}


def test_right_work_gets_full_marks_where_nbgrader_reads_them(judged):
    judgement = judged(SOLUTIONS)
    assert (judgement.score, judgement.max_score, judgement.repairs) == (10.0, 10.0, [])
    assert {result.status for result in judgement.results} == {"passed"}
    shown, mark = cell_of(judgement.notebook, "test_affine_backward").outputs
    assert (mark.output_type, mark.data) == ("execute_result", {"text/plain": "5.0"})
    assert "dx, dw, db correct" in shown.data["text/html"]


def test_a_blank_submission_is_not_started(judged):
    judgement = judged({})
    assert judgement.score == 0.0
    found = results(judgement)
    assert found["decay"].output == "`decay` is not started yet."
    assert "needs `affine_forward`" in found["affine_backward"].output
    assert cell_of(judgement.notebook, "test_decay").outputs[1].data["text/plain"] == "0.0"


def test_other_right_ways_get_full_marks(scores):
    other = {
        "affine_forward": "def affine_forward(a, weights, bias):\n"
        "    return [np.einsum('nd,dm->nm', a, weights) + bias[None], {'a': a, 'w': weights}]",
        "affine_backward": "import numpy\nfrom functools import partial\ndef affine_backward(g, c):\n"
        "    return g.dot(c['w'].transpose()), np.asfortranarray(c['a'].T @ g), np.add.reduce(g)[::1]",
        "decay": "def step(s, x, rate):\n    return np.tanh(rate * s + x)\n"
        "class Decay:\n    def __call__(self, x, rate):\n        hs = [0 * x[:, 0]]\n"
        "        for column in x.T:\n            hs.append(step(hs[-1], column, rate))\n"
        "        return np.stack(hs[1:], 1).astype('float32')\ndecay = Decay()",
    }
    assert scores(other) == FULL


def test_helpers_in_cells_of_their_own_work(scores):
    """Before their use, after the function's own cell, or even below the check: from there they are taken."""
    answers = {
        **SOLUTIONS,
        "affine_forward": FORWARD.replace("x @ w + b", "shifted(x @ w, b)"),
        "decay": DECAY.replace("np.tanh(", "squash("),
    }
    shifted, squash = "def shifted(a, b):\n    return a + b", "from math import nan\nsquash = np.tanh"
    assert scores(answers, [("tiny-02", shifted), ("decay", squash)]) == FULL
    assert scores(answers, [("tiny-02", shifted), ("test_decay", squash)]) == FULL
    assert scores(answers, [("decay", squash)]) == [0.0, 0.0, 2.0]


def test_noise_does_not_cost_marks(scores):
    """Prints, plots, warnings, stderr, a cleared output and an exception elsewhere."""
    noisy = (
        "def decay(x, rate):\n    import sys, warnings\n    from IPython.display import clear_output\n"
        "    print('working', x.shape)\n    print('careful', file=sys.stderr)\n    warnings.warn('slow')\n"
        "    np.log(np.zeros(1))\n    clear_output(wait=True)\n" + "\n".join(DECAY.splitlines()[1:])
    )
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nimport sys; sys.stderr.write('oh')"
    extra = [("decay", plot), ("decay", "1 / 0"), ("test_decay", "print('x' * 10_000_000)")]
    assert scores({**SOLUTIONS, "decay": noisy}, extra) == FULL


def test_redefined_names_do_not_cost_marks(scores):
    oddity = (
        "json = base64 = builtins = 0\nlist = [1]\nlen = 3\ntype = 'x'\n"
        "int = float = dict = tuple = bool = str = None\n"
        "print = max\nexec = compile = globals = getattr = isinstance = zip = sum = None\nSPACE = PLAN = _unrolled = 7"
    )
    assert scores(SOLUTIONS, [("tiny-02", oddity), ("test_affine_backward", "numpy = np\ncheck = id = 0")]) == FULL


def test_wrong_answers_are_distinguished(judged):
    found = results(
        judged(
            {
                "affine_forward": FORWARD.replace(" + b", ""),
                "affine_backward": BACKWARD.replace("sum", "mean"),
                "decay": DECAY.replace("rate * state + ", ""),
            }
        )
    )
    assert (found["affine_forward"].score, found["affine_forward"].mistake) == (0.0, "no-bias")
    backward = found["affine_backward"]
    assert (backward.score, backward.mistake, backward.right, backward.wrong) == (
        3.33,
        "db-mean",
        ("dx", "dw"),
        ("db",),
    )
    lines = backward.output.splitlines()
    assert (
        lines[0] == "dx, dw correct (to 1e-06 of the largest expected entry)."
        and "db is a mean. (Known as `db-mean`.)" in lines
        and "Sum or mean?" in lines
    )
    assert (found["decay"].score, found["decay"].mistake) == (0.0, None)
    assert "right up to step t = 1, `h[:, 0]`, and wrong from step t = 2, `h[:, 1]`, on" in found["decay"].output


@pytest.mark.parametrize(
    ("decay", "words"),
    [
        ("def decay(x, rate):\n    return x[0]", "h has shape"),
        ("def decay(x, rate):\n    return None", "h is None."),
        ("def decay(x, rate):\n    return 'tanh'", "h is a str, expected a NumPy array"),
        ("def decay(x, rate):\n    return np.sqrt(x + 0j)", "complex128"),
        ("def decay(x, rate):\n    y = x * 1\n    return y / 0", "not finite"),
        ("def decay(x):\n    return x", "`decay` stopped with `TypeError`"),
        ("def decay(x, rate):\n    y = 1\n    return y.shape", "`AttributeError` in line 3 of its cell"),
        ("def decay(x, rate):\n    return decay(x, rate)", "`RecursionError`"),
        ("def decay(x, rate):\n    raise SystemExit(3)", "`SystemExit`"),
        ("def decay(x, rate):\n    yield x", "h is a generator"),
        ("decay = 3", "`decay` is not a function, it is `int`"),
        ("def Decay(x, rate):\n    return x", "`decay` is not defined"),
        ("def decay(x, rate:\n    return x", "`decay` is not defined"),
        (
            "def helper(x):\n    raise NotImplementedError\ndef decay(x, rate):\n    return helper(x)",
            "calls `helper`",
        ),
        (
            "def decay(x, rate):\n    if min(x.shape) > 9: return x[99, 99]\n    " + DECAY.split("\n    ", 1)[1],
            "before that",
        ),
    ],
)
def test_every_kind_of_wrong_answer_has_its_sentence(decay, words, ask):
    result = ask("decay", decay)
    assert result.score == 0.0 and result.status == "failed"
    assert words in result.output


def test_an_edge_case_that_stops_costs_a_tenth(ask):
    result = ask(
        "decay", "def decay(x, rate):\n    if x.shape[1] == 1: return x[9, 9]\n    " + DECAY.split("\n    ", 1)[1]
    )
    assert result.score == pytest.approx(0.9 * result.max_score)
    assert "Only an edge case fails (T = 1): it costs 10 % of the points." in result.output


def test_a_wrong_number_of_results(ask):
    result = ask("affine_backward", FORWARD + "\n" + BACKWARD.replace("dx, dw, db", "dx, dw"))
    assert "`affine_backward` returns 2 values, expected 3: dx, dw and db." in result.output
    result = ask("affine_forward", FORWARD.replace("out, cache", "out"))
    assert "`affine_forward` returns 1 value, expected 2: out and cache." in result.output


def test_only_a_stub_is_not_started(ask):
    """What reads from the keyboard, and some libraries, raise what stubs raise, or its kin."""
    head = "def decay(x, rate):\n    "
    found = ask("decay", head + "input('Go on? ')\n    return x")
    assert (found.reason, "stopped with `StdinNotImplementedError` in line 2" in found.output) == ("exception", True)
    found = ask("decay", "import asyncio\n" + head + "return asyncio.AbstractEventLoop().time()")
    assert (found.reason, "stopped with `NotImplementedError` in line 3" in found.output) == ("exception", True)
    for stub in ("raise NotImplementedError", "raise NotImplementedError('later')", "return [later() for _ in x]"):
        found = ask("decay", "def later():\n    raise NotImplementedError\n" + head + stub)
        assert found.reason == "not-started"


def test_the_feedback_names_the_cause_of_a_failure(judged):
    """The error of the cell where the function should be; a function that is wrong itself and is built on."""
    broken = {
        **SOLUTIONS,
        "affine_forward": "from no_such_library import affine_forward",
        "decay": "from no_such_place import decay",
    }
    found = results(judged(broken))
    assert "stopped with `ModuleNotFoundError`: `No module named 'no_such_library'`." in found["affine_forward"].output
    assert "Its cell stopped with `ModuleNotFoundError`: `No module named 'no_such_place'`." in found["decay"].output
    beneath = "`affine_forward`, which this builds on, did not pass either: mend that one first."
    assert beneath in found["affine_backward"].output
    doubled = BACKWARD.replace("dx, dw, db", "2 * dx, dw, db")
    assert beneath not in results(judged({**SOLUTIONS, "affine_backward": doubled}))["affine_backward"].output
    wrong = {**SOLUTIONS, "affine_forward": FORWARD.replace("x @ w + b", "x @ w"), "affine_backward": doubled}
    found = results(judged(wrong))
    assert found["affine_backward"].score == 3.33 and found["affine_backward"].output.endswith(beneath)


def test_the_cache_stays_in_the_kernel(scores):
    strange = {
        "affine_forward": "def affine_forward(x, w, b):\n    return x @ w + b, lambda: (x, w)",
        "affine_backward": BACKWARD.replace("cache\n", "cache()\n"),
    }
    assert scores(strange) == [3.0, 5.0, 0.0]


def test_a_forward_that_changes_its_inputs_does_not_change_ours(scores):
    mutating = FORWARD.replace("cache = (x, w)", "cache = (x.copy(), w.copy())\n    x *= 0\n    w *= 0")
    assert scores({**SOLUTIONS, "affine_forward": mutating}) == FULL


def test_explore_cells_are_not_run_and_graded_cells_keep_no_output_of_theirs(judged):
    notebook = judged(SOLUTIONS).notebook
    assert next(c for c in notebook.cells if c.id == "tiny-explore").outputs == []


def test_a_resubmission_gets_fresh_inputs_and_a_mark_can_be_repeated(judged):
    wrong = {"decay": DECAY.replace("rate *", "0.5 *")}
    one, again = judged(wrong), judged(wrong)
    assert one.results[2].output == again.results[2].output
    other = judged({"decay": DECAY.replace("rate *", "0.5 *") + "\n"})
    assert one.results[2].output != other.results[2].output


def test_an_undeclared_graded_code_cell_is_refused(judged, tiny, monkeypatch):
    monkeypatch.setattr(type(tiny), "exercises", lambda self, assignment: [])
    with pytest.raises(BuildError, match=r"test_affine_forward.*no exercise is declared"):
        judged(SOLUTIONS)


def test_a_kernel_that_cannot_start_gives_no_mark(judged):
    with pytest.raises(InfrastructureError, match="cannot be started"):
        judged(SOLUTIONS, isolation="none", kernel_name="no-such-kernel")
