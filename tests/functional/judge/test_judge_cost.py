"""A backward pass that differentiates numerically while it runs earns nothing; an honest slow loop is never hit."""

import pytest
from nbformat.v4 import new_code_cell
from own_functions import COURSE

from autograder.assignments import variants
from autograder.judging import cost
from autograder.judging.feedback import ExerciseResult

BOUNDED = [e for name in COURSE.assignments for e in COURSE.exercises(name) if cost.is_bounded(e, COURSE)]
TEXTS = {path: path.read_text(encoding="utf-8") for path in variants()}
VARIANTS = [(path, e.name) for e in BOUNDED for path, text in TEXTS.items() if f"\ndef {e.name}(" in f"\n{text}"]
JOB = {"student": "ann", "assignment": "02-bptt", "submission": "x"}
NUMERIC = "numeric-differentiation"
IMPORTS = "%reset -f\nimport numpy as np\nfrom utils.data.vocabulary import PAD"

# Any forward pass, differentiated entry by entry: the cache holds the arguments, so that it can be run again.
DIFFERENTIATE = """
def differentiate(forward, arguments, upstream):
    gradients, base = [], np.sum(upstream * forward(*arguments))
    for place, argument in enumerate(arguments):
        gradient = np.zeros_like(argument)
        for index in np.ndindex(argument.shape):
            for step in STEPS:
                moved = list(arguments)
                moved[place] = argument.copy()
                moved[place][index] += step
                gradient[index] += np.sum(upstream * forward(*moved)) / (step * len(STEPS))
            if len(STEPS) == 1:
                gradient[index] -= base / STEPS[0]
        gradients.append(gradient)
    return tuple(gradients)
"""


@pytest.fixture
def judged(kernel, judge_one, tmp_path, monkeypatch):
    """Define the course's functions and then `source` in a kernel, and judge one exercise there."""
    monkeypatch.setattr(type(COURSE), "workspace", tmp_path, raising=False)

    def judge(name, source, earlier=()):
        functions = COURSE.reference.sources.values()
        kernel.notebook.cells[0] = new_code_cell("\n\n".join([IMPORTS, *functions, source]))
        kernel._ran, kernel._culprits = [], set()
        kernel.run(0)  # and once more in a new kernel, where one is asked for
        wrong = {f"test_{one}": ExerciseResult(one, 0.0, 10.0, "failed", None, "", (), ("out",)) for one in earlier}
        return judge_one(COURSE, name, 10.0, JOB, wrong)

    return judge


def numeric(name, forward, arguments, steps="(1e-5, -1e-5)"):
    """Return the text of a backward pass made of nothing but forward passes."""
    return (
        f"STEPS = {steps}\n{DIFFERENTIATE}\n"
        f"def {name}(upstream, cache):\n"
        f"    return differentiate({forward}, {arguments}, upstream)\n"
    )


STEP_AGAIN = "lambda x, prev_h, Wx, Wh, b: np.tanh(x @ Wx + prev_h @ Wh + b)"
AFFINE_AGAIN = "lambda x, w, b: x @ w + b"
CHEATS = {
    "calls the locked step": numeric("rnn_step_backward", "lambda *a: rnn_step_forward(*a)[0]", "cache[:4] + (B,)"),
    "holds a copy of the step": numeric("rnn_step_backward", STEP_AGAIN, "cache[:4] + (B,)"),
    "goes one way only": numeric("rnn_step_backward", STEP_AGAIN, "cache[:4] + (B,)", "(1e-8,)"),
    "holds a copy of a map": numeric("temporal_affine_backward", AFFINE_AGAIN, "cache"),
    "catches what stops it": numeric("rnn_step_backward", STEP_AGAIN, "cache[:4] + (B,)").replace(
        "                gradient[index] += ",
        "                try: forward(*moved)\n                except BaseException: pass\n"
        "                gradient[index] += ",
    ),
}
# The bias is not part of the cache that the course's own step keeps.
KEEPS_BIAS = COURSE.reference.sources["rnn_step_forward"].replace("    cache =", "    global B\n    B = b\n    cache =")


def test_a_learner_who_uses_the_checking_tool_as_backward_pass_earns_nothing(judged):
    """The forward pass of assignment 00 is locked; what measures its slopes is written there, an exercise earlier."""
    source = (
        "def affine_backward(dout, cache):\n    x, w, b = cache\n"
        "    loss = lambda x, w, b: np.sum(dout * (x @ w + b))\n"
        "    return (numerical_gradient(lambda x: loss(x, w, b), x, 1e-5),\n"
        "            numerical_gradient(lambda w: loss(x, w, b), w, 1e-5),\n"
        "            numerical_gradient(lambda b: loss(x, w, b), b, 1e-5))"
    )
    result = judged("affine_backward", source)
    assert (result.score, result.mistake) == (0.0, NUMERIC)


@pytest.mark.parametrize("source", CHEATS.values(), ids=CHEATS)
def test_a_numeric_gradient_at_run_time_earns_nothing(judged, source):
    name = "rnn_step_backward" if "rnn_step_backward" in source else "temporal_affine_backward"
    result = judged(name, KEEPS_BIAS + "\n" + source)
    assert (result.score, result.mistake, result.reason, result.status) == (0.0, NUMERIC, NUMERIC, "failed")
    assert "costs more than 50 forward passes" in result.output and "applies the chain rule" in result.output


def test_a_numeric_gradient_of_the_students_wrong_forward_pass_is_not_carried(judged):
    wrong = "def temporal_affine_forward(x, w, b):\n    return np.tanh(x @ w + b), (x, w, b)\n"
    cheat = numeric("temporal_affine_backward", "lambda *a: temporal_affine_forward(*a)[0]", "cache")
    result = judged("temporal_affine_backward", wrong + cheat, earlier=("temporal_affine_forward",))
    assert (result.score, result.mistake) == (0.0, NUMERIC)
    honest = (
        "def temporal_affine_backward(dout, cache):\n    x, w, b = cache\n"
        "    dout = dout * (1 - np.tanh(x @ w + b) ** 2)\n"
        "    return dout @ w.T, np.einsum('ntd,ntm->dm', x, dout), dout.sum(axis=(0, 1))"
    )
    result = judged("temporal_affine_backward", wrong + honest, earlier=("temporal_affine_forward",))
    assert (result.score, result.mistake) == (10.0, "carried:temporal_affine_forward")


LOSS = """
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    n, t = np.arange(N)[:, None], np.arange(T)

    def loss(x):
        top = x.max(axis=2, keepdims=True)
        logs = x - top - np.log(np.exp(x - top).sum(axis=2, keepdims=True))
        return -np.sum(mask * logs[n, t, y]) / N

    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += 1e-5
        below[index] -= 1e-5
        dx[index] = (loss(above) - loss(below)) / 2e-5
    return loss(x), dx
"""
TRUNCATED = """
def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    total, h = None, h0
    for start in range(0, x.shape[1], k):
        part, arguments = slice(start, start + k), [x[:, start:start + k], h, Wx, Wh, b]
        gradients = []
        for place, argument in enumerate(arguments):
            gradient = np.zeros_like(argument)
            for index in np.ndindex(argument.shape):
                for step in (1e-5, -1e-5):
                    moved = list(arguments)
                    moved[place] = argument.copy()
                    moved[place][index] += step
                    gradient[index] += np.sum(dh[:, part] * rnn_forward(*moved)[0]) / (2 * step)
            gradients.append(gradient)
        h = rnn_forward(*arguments)[0][:, -1]
        if total is None:
            total, dx, dh0 = [0, 0, 0], np.zeros_like(x), gradients[1]
        dx[:, part] = gradients[0]
        total = [before + now for before, now in zip(total, gradients[2:])]
    return dx, dh0, *total
"""


@pytest.mark.parametrize(("name", "source"), [("temporal_softmax_loss", LOSS), ("truncated_bptt", TRUNCATED)])
def test_gradients_returned_with_a_loss_and_gradients_of_segments_are_bounded_too(judged, name, source):
    """Both are right, as they are with ordinary sizes; neither is a backward pass by its name or its arguments."""
    result = judged(name, source)
    assert (result.score, result.mistake) == (0.0, NUMERIC)
    assert "more than 50 forward passes" in result.output


# What a hostile submission says first: it takes the judge's own bounds out of its kernel.
UNBOUND = """
    import signal, sys, time
    sys.setprofile(None)
    signal.setitimer(signal.ITIMER_PROF, 0)
    time.process_time = lambda: 0.0
"""
MAP = numeric("temporal_affine_backward", AFFINE_AGAIN, "cache")
HOSTILE = {
    "stops the clocks": MAP.replace("    return differentiate(lambda", f"{UNBOUND}    return differentiate(lambda"),
    "makes the forward pass look slow": "import time\n"
    "def temporal_affine_forward(x, w, b):\n"
    "    until = time.process_time() + 0.05\n"
    "    while time.process_time() < until: pass\n"
    "    return x @ w + b, (x, w, b)\n" + MAP,
    "differentiates ahead, in the forward pass": "def temporal_affine_forward(x, w, b):\n"
    "    slopes, out = [], x @ w + b\n"
    "    for array in (x, w, b):\n"
    "        slope = np.zeros(array.shape + out.shape)\n"
    "        for index in np.ndindex(array.shape):\n"
    "            kept = array[index]\n"
    "            for steps, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):\n"
    "                array[index] = kept + steps * 1e-4\n"
    "                slope[index] += weight * (x @ w + b) / 12e-4\n"
    "            array[index] = kept\n"
    "        slopes.append(slope)\n"
    "    return out, slopes\n"
    "def temporal_affine_backward(dout, cache):\n"
    "    return tuple(np.tensordot(slope, dout, axes=3) for slope in cache)\n",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_function_that_removes_the_bounds_is_measured_from_outside(judged, kernel, source):
    try:
        result = judged("temporal_affine_backward", source)
    finally:
        kernel.restore("died")  # in this one, clocks may stand still
    assert (result.score, result.mistake, result.reason) == (0.0, NUMERIC, NUMERIC)
    assert "costs more than 50 forward passes" in result.output


IN_A_CHILD = """
import os, pickle, signal
def temporal_affine_backward(dout, cache):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    reader, writer = os.pipe()
    if os.fork() == 0:
        x, w, b = cache
        answer = dout @ w.T, np.einsum("ntd,ntm->dm", x, dout), dout.sum(axis=(0, 1))
        with os.fdopen(writer, "wb") as file:
            pickle.dump(answer, file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        return pickle.load(file)
"""


def test_a_backward_pass_may_not_start_a_process_in_every_case(judged):
    """Whether it differentiates in there or not; where it begins one once only, the next case is believed."""
    result = judged("temporal_affine_backward", IN_A_CHILD)
    assert (result.score, result.mistake) == (0.0, NUMERIC)
    assert "processes or threads were begun" in result.output and "50 forward" not in result.output
    once = IN_A_CHILD.replace(
        "    signal.signal(signal.SIGCHLD",
        "    if not 5_000 <= cache[1].size < 20_000:\n"
        "        x, w, b = cache\n"
        "        return dout @ w.T, np.einsum('ntd,ntm->dm', x, dout), dout.sum(axis=(0, 1))\n"
        "    signal.signal(signal.SIGCHLD",
    )
    assert judged("temporal_affine_backward", once).score == 10.0


@pytest.mark.parametrize("dodge", ["raise ValueError('too much')", "return tuple(0 * a for a in cache)"])
def test_giving_up_on_a_large_case_does_not_help(judged, dodge):
    cheat = numeric("temporal_affine_backward", AFFINE_AGAIN, "cache")
    cheat = cheat.replace(
        "    return differentiate(lambda", f"    if cache[1].size > 1000: {dodge}\n    return differentiate(lambda"
    )
    result = judged("temporal_affine_backward", cheat)
    assert result.score == 0.0
    assert ",000 parameters" in result.output or "inputs before that" in result.output


@pytest.mark.parametrize(("path", "name"), VARIANTS, ids=[f"{path.stem}-{name}" for path, name in VARIANTS])
def test_an_honest_backward_pass_is_never_hit_however_slow(judged, path, name):
    result = judged(name, path.read_text(encoding="utf-8"))
    assert (result.score, result.mistake) == (10.0, None), result.output


def test_an_honest_loop_over_single_numbers_beside_a_fast_forward_pass(judged):
    slow = (
        "def rnn_step_backward(dnext_h, cache):\n    x, prev_h, Wx, Wh, next_h = cache\n"
        "    dx, dprev_h, dWx, dWh = (np.zeros_like(a) for a in (x, prev_h, Wx, Wh))\n    db = np.zeros(Wh.shape[0])\n"
        "    for n in range(len(x)):\n        for h in range(Wh.shape[0]):\n"
        "            slope = 1.0 - next_h[n, h] ** 2\n"
        "            for d in range(x.shape[1]):\n"
        "                dx[n, d] += dnext_h[n, h] * slope * Wx[d, h]\n"
        "                dWx[d, h] += dnext_h[n, h] * slope * x[n, d]\n"
        "            for k in range(Wh.shape[0]):\n"
        "                dprev_h[n, k] += dnext_h[n, h] * slope * Wh[k, h]\n"
        "                dWh[k, h] += dnext_h[n, h] * slope * prev_h[n, k]\n"
        "            db[h] += dnext_h[n, h] * slope\n    return dx, dprev_h, dWx, dWh, db"
    )
    for _ in range(3):
        assert judged("rnn_step_backward", slow).score == 10.0


def test_running_out_of_time_is_not_taken_for_differentiating(judged, kernel, monkeypatch):
    """If the notebook's time is up, or its kernel may not be started again, the function is not blamed."""
    source = (
        "def temporal_affine_backward(dout, cache):\n    x, w, b = cache\n"
        "    import os\n    if w.size > 1000: os._exit(1)\n"
        "    return dout @ w.T, np.einsum('ntd,ntm->dm', x, dout), dout.sum(axis=(0, 1))"
    )
    restarts = kernel.settings.max_restarts
    try:
        kernel.settings.max_restarts = 0
        result = judged("temporal_affine_backward", source)
    finally:
        kernel.settings.max_restarts, kernel._given_up = restarts, ""
        kernel.restore("died")
    assert (result.score, result.mistake, result.reason) == (0.0, None, "not-run")
    assert "was not checked" in result.output
