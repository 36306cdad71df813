"""Work that is right over the student's own mistake keeps its points, in real kernels, and nothing else does."""

import pytest
from nbformat.v4 import new_code_cell
from own_functions import ASSIGNMENT, LOOP, RIGHT, STEP, OwnFunctions, handed_in, with_change

from autograder.judging.pipeline import judge_submission

JOB = {"student": "ann", "assignment": ASSIGNMENT, "submission": "x"}
NO_BIAS = (" + b)", ")")
CARRIED = "carried:rnn_step_forward"


@pytest.fixture
def course(tmp_path):
    return OwnFunctions(tmp_path)


@pytest.fixture
def marks(kernel, judge_one, course):
    """Define functions in one kernel, judge those named, and return (score of 10, mistake) by name."""

    def marked(judged=("rnn_step_forward", "rnn_forward"), handed_out=(), **changed):
        sources = [with_change(name, changed.get(name)) for name in RIGHT]
        kernel.notebook.cells[0] = new_code_cell("\n\n".join(["%reset -f\nimport numpy as np", *sources]))
        kernel._ran, kernel._culprits = [], set()
        kernel.run(0)
        results = {}
        for name in judged:
            earlier = {f"test_{one}": result for one, result in results.items() if one not in handed_out}
            results[name] = judge_one(course, name, 10.0, JOB, earlier)
        return {name: (result.score, result.mistake) for name, result in results.items()}

    return marked


WRONG_STEPS = {
    "no-bias": NO_BIAS,
    "no-tanh": ("np.tanh(x @ Wx + prev_h @ Wh + b)", "x @ Wx + prev_h @ Wh + b"),
    "prev-h-halved": ("prev_h @ Wh", "0.5 * prev_h @ Wh"),
    "sines": ("np.tanh", "np.sin"),
}


@pytest.mark.parametrize("change", WRONG_STEPS.values(), ids=WRONG_STEPS)
def test_loops_and_wirings_over_the_students_wrong_step_keep_their_points(marks, change):
    names = ("rnn_step_forward", "rnn_forward", "many_to_one", "one_to_many")
    found = marks(names, rnn_step_forward=change)
    assert found.pop("rnn_step_forward")[0] == 0.0
    assert set(found.values()) == {(10.0, CARRIED)}


def test_a_loop_that_inlines_the_same_wrong_step_keeps_its_points_too(marks):
    inlined = LOOP.replace("rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)", "np.tanh(x[:, t] @ Wx + prev_h @ Wh), None")
    assert marks(rnn_step_forward=NO_BIAS, rnn_forward=inlined)["rnn_forward"] == (10.0, CARRIED)


def test_a_loop_that_is_wrong_itself_is_not_carried(marks):
    for change in (("cache = h0, []", "cache = np.zeros_like(h0), []"), ("x[:, t], prev_h", "x[:, 0], prev_h")):
        assert marks(rnn_step_forward=NO_BIAS, rnn_forward=change)["rnn_forward"][0] == 0.0


def test_nothing_is_carried_over_a_right_step(marks):
    inlined = LOOP.replace("rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)", "np.tanh(x[:, t] @ Wx + prev_h @ Wh), None")
    assert marks(rnn_forward=inlined)["rnn_forward"][0] == 0.0
    assert marks(rnn_forward=inlined, handed_out=("rnn_step_forward",))["rnn_forward"][0] == 0.0


def test_what_is_right_over_the_students_own_in_the_place_of_what_was_handed_out_keeps_its_points(marks):
    handed_out = ("rnn_step_forward",)
    assert marks(rnn_step_forward=NO_BIAS, handed_out=handed_out)["rnn_forward"] == (10.0, CARRIED)
    for slip in (("cache = h0, []", "cache = np.zeros_like(h0), []"), ("x[:, t], prev_h", "x[:, 0], prev_h")):
        assert marks(rnn_step_forward=NO_BIAS, rnn_forward=slip, handed_out=handed_out)["rnn_forward"][0] == 0.0


def test_a_wiring_over_the_students_wrong_loop_keeps_its_points(marks):
    found = marks(("rnn_forward", "many_to_one"), rnn_forward=("x[:, t], prev_h", "x[:, 0], prev_h"))
    assert found == {"rnn_forward": (0.0, "input-never-advances"), "many_to_one": (10.0, "carried:rnn_forward")}


def test_a_backward_loop_over_the_students_wrong_backward_step_keeps_its_points(marks):
    names = ("rnn_step_backward", "rnn_backward")
    found = marks(names, rnn_step_backward=("dnext_h * (1 - next_h**2)", "dnext_h"))
    assert found == {names[0]: (0.0, "no-tanh-derivative"), names[1]: (10.0, "carried:rnn_step_backward")}
    # One output wrong in the step, one more in the loop: the first carries, the second does not.
    found = marks(names, rnn_step_backward=("prev_h.T @ da", "2 * prev_h.T @ da"), rnn_backward=("db + db_t", "db_t"))
    assert found == {names[0]: (8.0, "scaled/34"), names[1]: (8.0, "carried:rnn_step_backward")}


@pytest.mark.parametrize("large", ["raise ValueError", "return tuple(0 * a for a in right)"], ids=["raises", "zeros"])
def test_what_is_carried_must_be_right_on_the_large_case_too(marks, large):
    """As a numeric pass is, that has no time for it: the step doubles db, and so does the loop over it."""
    names = ("rnn_step_backward", "rnn_backward")
    loop = RIGHT["rnn_backward"].replace("def rnn_backward", "def right_backward") + (
        "\n\ndef rnn_backward(dh, cache):\n    right = right_backward(dh, cache)\n"
        f"    if dh.shape[2] > 17: {large}\n    return right"
    )
    doubled = ("db = da.sum(axis=0)", "db = 2 * da.sum(axis=0)")
    found = marks(names, rnn_step_backward=doubled, rnn_backward=loop)
    assert [score for score, _ in found.values()] == [8.0, 0.0]


def test_a_backward_pass_that_is_right_for_the_students_wrong_forward_pass_keeps_its_points(marks):
    names = ("temporal_affine_forward", "temporal_affine_backward")
    squared = ("x @ w + b", "(x @ w + b) ** 2")
    own = (
        "def temporal_affine_backward(dout, cache):\n    x, w, b = cache\n    dout = 2 * dout * (x @ w + b)\n"
        "    return dout @ w.T, np.tensordot(x, dout, axes=([0, 1], [0, 1])), dout.sum(axis=(0, 1))"
    )
    carried = (10.0, "carried:temporal_affine_forward")
    assert marks(names, temporal_affine_forward=squared, temporal_affine_backward=own)[names[1]] == carried
    # The gradient of what should be there is right as it stands; nothing need be carried.
    assert marks(names, temporal_affine_forward=squared)[names[1]] == (10.0, None)
    slip = own.replace("dout.sum(axis=(0, 1))", "dout.mean(axis=(0, 1))")
    found = marks(names, temporal_affine_forward=squared, temporal_affine_backward=slip)[names[1]]
    assert found == (6.67, "carried:temporal_affine_forward")
    found = marks(names, handed_out=names[:1], temporal_affine_forward=squared, temporal_affine_backward=own)
    assert found[names[1]] == carried
    found = marks(names, handed_out=names[:1], temporal_affine_forward=squared, temporal_affine_backward=slip)
    assert found[names[1]] == (6.67, "carried:temporal_affine_forward")
    assert marks(names, handed_out=names[:1], temporal_affine_backward=own)[names[1]][0] == 0.0


def test_backward_passes_of_a_wrong_forward_step_keep_their_points(marks):
    """The forward step multiplies by Wh transposed; the backward step is right for that, and so are both loops."""
    found = marks(
        ("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward"),
        rnn_step_forward=("prev_h @ Wh", "prev_h @ Wh.T"),
        rnn_step_backward=RIGHT["rnn_step_backward"]
        .replace("da @ Wh.T", "da @ Wh")
        .replace("prev_h.T @ da", "da.T @ prev_h"),
    )
    assert [score for score, _ in found.values()] == [0.0, 10.0, 10.0, 10.0]


def step(body):
    return f"def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return {body}, None"


def loop(body):
    return f"def rnn_forward(x, h0, Wx, Wh, b):\n    return {body}, None"


WITHOUT_MEMORY = "np.tanh(x @ Wx + b)"
REPEATED = loop("np.repeat(h0[:, None], x.shape[1], axis=1)")
# A step and the loop over it, both for nothing.
TRIVIAL = {
    "no memory": (step(WITHOUT_MEMORY), loop(WITHOUT_MEMORY)),
    "zeros": (step("0 * prev_h"), loop("np.zeros((*x.shape[:2], h0.shape[1]))")),
    "the old state": (step("prev_h"), REPEATED),
    "the old state, and a trace": (step("prev_h + 1e-9 * np.tanh(x @ Wx + prev_h @ Wh + b)"), REPEATED),
    "the shape": (step("0 * prev_h + prev_h.size"), loop("np.full((*x.shape[:2], h0.shape[1]), float(h0.size))")),
    "one input": (step("0 * prev_h + x[:, :1]"), loop("x[:, :, :1] + np.zeros(h0.shape[1])")),
    "noise": (step("np.random.randn(*prev_h.shape)"), loop("np.random.randn(*x.shape[:2], h0.shape[1])")),
    "not a number": (step("prev_h * np.nan"), loop("np.full((*x.shape[:2], h0.shape[1]), np.nan)")),
    "yes and no": (step("x @ Wx + prev_h @ Wh > b"), loop("np.zeros((*x.shape[:2], h0.shape[1])) > 1")),
    "whole numbers": (
        step("np.sign(x @ Wx + prev_h @ Wh - b).astype(int)"),
        loop("np.zeros((*x.shape[:2], h0.shape[1]), dtype=int)"),
    ),
    "shapes without end": (step("np.ones((500, 1, 500)) * x[0, 0]"), loop("np.ones((500, 1, 500))")),
}


@pytest.mark.parametrize("functions", TRIVIAL.values(), ids=TRIVIAL)
def test_a_loop_over_nothing_earns_nothing(marks, functions):
    found = marks(("rnn_step_forward", "rnn_forward"), rnn_step_forward=functions[0], rnn_forward=functions[1])
    assert [score for score, _ in found.values()] == [0.0, 0.0]


def test_functions_that_agree_behind_the_judges_back_earn_nothing(marks):
    """The loop answers with noise and tells the step, which repeats it; or the step tells the loop what it answered."""
    head = "rnn_step_forward(x, prev_h, Wx, Wh, b):"
    found = marks(
        rnn_step_forward="ANSWERS = {}\n"
        + STEP.replace(" + b)", ")").replace(
            head, f"{head}\n    if x.tobytes() in ANSWERS: return ANSWERS[x.tobytes()], None"
        ),
        rnn_forward="def rnn_forward(x, h0, Wx, Wh, b):\n    h = np.random.randn(*x.shape[:2], h0.shape[1])\n"
        "    for t in range(x.shape[1]): ANSWERS[x[:, t].tobytes()] = h[:, t]\n    return h, None",
    )
    assert found["rnn_forward"][0] == 0.0
    found = marks(
        rnn_step_forward="ANSWERS = {}\n"
        + STEP.replace(" + b)", ")").replace("    cache =", "    ANSWERS[x.tobytes()] = next_h\n    cache ="),
        rnn_forward="def rnn_forward(x, h0, Wx, Wh, b):\n    h = np.random.randn(*x.shape[:2], h0.shape[1])\n"
        "    for t in range(x.shape[1]): h[:, t] = ANSWERS.get(x[:, t].tobytes(), h[:, t])\n    return h, None",
    )
    assert found["rnn_forward"][0] == 0.0


@pytest.mark.parametrize("place", ["", "/dev/shm/"], ids=["working directory", "shared memory"])
def test_functions_that_agree_through_files_earn_nothing(marks, place):
    """The loop leaves its noise in files, and the step reads there what it is to say."""
    name = f"'{place}' + x.tobytes().hex()[:100]"
    recalled = f"    try: return np.fromfile({name}).reshape(prev_h.shape), None\n    except OSError: pass\n    cache ="
    found = marks(
        rnn_step_forward=STEP.replace(" + b)", ")").replace("    cache =", recalled),
        rnn_forward="def rnn_forward(x, h0, Wx, Wh, b):\n    xs, h = x, np.random.randn(*x.shape[:2], h0.shape[1])\n"
        f"    for t in range(h.shape[1]):\n        x = xs[:, t]\n        h[:, t].tofile({name})\n    return h, None",
    )
    assert [score for score, _ in found.values()] == [0.0, 0.0]


def test_the_gradient_of_nothing_is_worth_nothing(marks):
    names = ("temporal_affine_forward", "temporal_affine_backward")
    zeros = "def temporal_affine_backward(dout, cache):\n    return tuple(0 * a for a in cache)"
    assert marks(names, temporal_affine_forward=("x @ w + b", "0 * (x @ w + b)"), temporal_affine_backward=zeros)[
        names[1]
    ] == (0.0, "counts-as-zero/12")
    sums = zeros.replace("0 * a", "0 * a + dout.sum()")
    found = marks(
        names,
        temporal_affine_forward=("x @ w + b", "0 * (x @ w) + x.sum() + w.sum() + b.sum()"),
        temporal_affine_backward=sums,
    )
    assert found[names[1]][0] == 0.0


def test_a_step_that_lies_or_hangs_later_costs_only_its_own_points(marks, kernel):
    counted = "    COUNT.append(1)\n    next_h = next_h * len(COUNT)\n    cache ="
    lies = "COUNT = []\n" + STEP.replace("    cache =", counted)
    found = marks(("rnn_step_forward", "rnn_forward", "temporal_affine_forward"), rnn_step_forward=lies)
    assert [score for score, _ in found.values()] == [0.0, 0.0, 10.0]
    kernel.settings.case_timeout = 1.0
    try:
        hangs = "COUNT = []\n" + STEP.replace(" + b)", ")").replace(
            "    cache =", "    COUNT.append(1)\n    while len(COUNT) > 20: pass\n    cache ="
        )
        found = marks(("rnn_step_forward", "rnn_forward", "temporal_affine_forward"), rnn_step_forward=hangs)
    finally:
        kernel.settings.case_timeout = 10.0
    assert [score for score, _ in found.values()] == [0.0, 0.0, 10.0]


def test_a_notebook_shows_the_carried_marks_and_judging_again_repeats_them(course):
    notebook = handed_in(rnn_step_forward=NO_BIAS)
    one, again = (judge_submission(notebook, course, ASSIGNMENT, "ann") for _ in range(2))
    assert [(r.score, r.mistake, r.output) for r in one.results] == [
        (r.score, r.mistake, r.output) for r in again.results
    ]
    by_name = {result.name: result for result in one.results}
    # Without its bias the step has no gradient for it, so db of the backward step is the gradient of nothing.
    assert by_name["rnn_step_backward"].wrong == ("db",) and by_name["rnn_backward"].score == 10.0
    assert one.score == 68.0 and by_name["rnn_forward"].mistake == CARRIED
    assert by_name["rnn_forward"].status == "passed" and by_name["rnn_forward"].right == ("h",)
    assert "h is right over your own `rnn_step_forward` (to 1e-06). That" in by_name["rnn_forward"].output
    assert "dx, dprev_h, dWx, dWh are the right gradients of your own" in by_name["rnn_step_backward"].output
