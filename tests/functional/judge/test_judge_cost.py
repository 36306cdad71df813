"""A backward pass that differentiates numerically while it runs earns nothing; an honest slow loop is never hit."""

import re

import numpy as np
import pytest
from nbformat.v4 import new_code_cell
from own_functions import COURSE

from autograder.assignments import variants
from autograder.auditing.plain_file import load
from autograder.judging import cases, cost
from autograder.judging.feedback import ExerciseResult

BOUNDED = [e for name in COURSE.assignments for e in COURSE.exercises(name) if cost.is_bounded(e, COURSE)]
VARIANTS = [(path, e.name) for e in BOUNDED for path in variants() if e.name in load(path)]
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


# The losses of whole models return the gradients of their parameters in a dict. Of several sequences these ask the
# course's own functions, so that the test is quick.
MODELS = """
right = caption_loss, pronounce_loss

def nudged(loss, params, *data):
    grads, p = {}, {name: value.copy() for name, value in params.items()}
    if len(data[0]) > 1:
        return right["enc_b" in params](params, *data)
    for name, value in p.items():
        grads[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            old, sides = value[index], []
            for value[index] in (old + 1e-5, old - 1e-5):
                sides.append(loss(p, *data))
            value[index] = old
            grads[name][index] = (sides[0] - sides[1]) / 2e-5
    return loss(params, *data), grads

def spoken(W, rows, h, c, Wx, Wh, b, p):
    h = lstm_forward_full(W[rows[:, :-1]], h, c, Wx, Wh, b)[0]
    return temporal_softmax_loss(h @ p["W_out"] + p["b_out"], rows[:, 1:], rows[:, 1:] != PAD)[0]

def of_captions(p, images, captions):
    h = images @ p["W_image"] + p["b_image"]
    return spoken(p["W_embed"], captions, h, np.zeros_like(h), p["Wx"], p["Wh"], p["b"], p)

def of_pronunciations(p, letters, phonemes):
    h = np.zeros((len(letters), len(p["enc_Wh"])))
    _, h, c, _ = lstm_forward_full(p["W_letters"][letters], h, h, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    return spoken(p["W_phonemes"], phonemes, h, c, p["dec_Wx"], p["dec_Wh"], p["dec_b"], p)

def caption_loss(params, images, captions): return nudged(of_captions, params, images, captions)
def pronounce_loss(params, letters, phonemes): return nudged(of_pronunciations, params, letters, phonemes)
"""


@pytest.mark.parametrize("name", ["caption_loss", "pronounce_loss"])
def test_the_loss_of_a_model_may_not_differentiate_numerically_either(judged, name):
    result = judged(name, MODELS)
    assert (result.score, result.mistake) == (0.0, NUMERIC)


IN_NUMBERS = """
def product(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                out[i, j] += a[i, k] * b[k, j]
    return out
"""


def test_a_models_loss_in_loops_over_single_numbers_keeps_its_points(judged):
    """Every product of two matrices in it is added up number by number, forwards and backwards."""
    steps = [COURSE.reference.sources[name] for name in ("lstm_step_forward", "lstm_step_backward")]
    slow = "\n".join([IN_NUMBERS, *(re.sub(r"([\w.]+) @ ([\w.]+)", r"product(\1, \2)", text) for text in steps)])
    assert slow.count("product(") == 7
    assert judged("pronounce_loss", slow).score == 10.0


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
    "            array[index] += 1e-5\n"
    "            slope[index] = (x @ w + b - out) / 1e-5\n"
    "            array[index] -= 1e-5\n"
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


# Exercises whose text speaks of derivatives, and which are not bounded for these reasons.
FREE = {
    "rnn_step_forward": "names the backward step that its cache is for",
    "lstm_step_forward": "names the backward step that its cache is for",
    "numerical_gradient": "is to differentiate numerically",
    "relative_error": "compares two gradients that it is given",
    "clip_grad_norm": "shortens gradients that it is given",
    "spots_the_bug": "is to compare with a numeric gradient",
    "upstream_mask": "returns truth values",
    "train_captions": "is judged by what was learned; a numeric gradient in each of its steps takes too long",
    "train_pronounce": "is judged by what was learned; a numeric gradient in each of its steps takes too long",
    "step_jacobian": "has as many entries as units squared: a numeric one costs what loops over them do",
    "jacobian_product": "is a product of matrices, which costs more than running the network again",
    "repair_products": "is about the product of Jacobians",
    "gradient_norms": "is about one vector, so a numeric Jacobian a step costs what loops over the weights do",
    "residual_stack_gradient": "has 16 units: to nudge each of them is cheap",
}


def test_every_exercise_that_returns_gradients_is_bounded():
    """Asked of every exercise: its text speaks of derivatives, its solution calls a backward pass, or neither."""
    unbounded = {
        exercise.name
        for name in COURSE.assignments
        for exercise in COURSE.exercises(name)
        if exercise not in BOUNDED and speaks_of_derivatives(COURSE.reference.sources[exercise.name])
    }
    assert unbounded == set(FREE)
    named_so = {name for name in COURSE.reference.sources if "_backward" in name}
    losses = {"temporal_softmax_loss", "caption_loss", "pronounce_loss"}
    assert {exercise.name for exercise in BOUNDED} == named_so | losses | {"truncated_bptt"}
    assert not cost.is_bounded(COURSE.exercise("rnn_forward"), COURSE)


def speaks_of_derivatives(text):
    return bool(re.search(r"grad|jacobian|backward|derivative|\bd[Lh]|\bd\w* /", text, re.IGNORECASE))


def test_derivatives_are_found_in_the_words_and_in_the_code():
    sources = COURSE.reference.sources
    assert speaks_of_derivatives(sources["caption_loss"]) and speaks_of_derivatives(sources["step_jacobian"])
    assert not speaks_of_derivatives(sources["rnn_forward"])


@pytest.mark.parametrize("count", sorted({count for count, _ in cost.LIMITS}))
@pytest.mark.parametrize("exercise", BOUNDED, ids=lambda exercise: exercise.name)
def test_every_bounded_exercise_has_large_cases_on_which_the_reference_is_right(exercise, count):
    case = cases.large(exercise, COURSE, np.random.default_rng(0), count)
    assert count <= cases.parameters(case.inputs) <= 2 * count
    for value in cases.answer(exercise, COURSE, case).values():
        assert all(np.isfinite(one).all() for one in (value.values() if isinstance(value, dict) else [value]))
