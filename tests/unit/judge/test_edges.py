"""A case at the edge that alone fails costs a tenth of the exercise, together at most two; `check` says the same."""

import numpy as np
import pytest

from autograder.auditing.in_process import judged
from utils.checking.check_function import checked

LOOP = """
def rnn_forward(x, h0, Wx, Wh, b):
    {first}
    h, cache, last = [], [], h0
    for t in range(x.shape[1]):
        last, kept = rnn_step_forward(x[:, t], last, Wx, Wh, b)
        h.append(last)
        cache.append(kept)
    h = np.stack(h, axis=1)
    {then}
    return h, cache
"""
ONE_STEP = "assert x.shape[1] > 1, 'no step'"
EDGES = {
    "crashes at T = 1": ((ONE_STEP, ""), 0.9, "Only an edge case fails (T = 1)"),
    "wrong at N = 1": (("", "h = 2 * h if len(h) == 1 else h"), 0.9, "Only an edge case fails (N = 1)"),
    "crashes at one, wrong at another": (
        (ONE_STEP, "h = 2 * h if len(h) == 1 else h"),
        0.8,
        "Only edge cases fail (N = 1 and T = 1)",
    ),
    "all three": (("", "h = np.squeeze(h)"), 0.8, "Only edge cases fail (N = 1, T = 1 and H = 1)"),
}


def loop(course, first="", then=""):
    space = {"np": np, "rnn_step_forward": course.reference["rnn_step_forward"]}
    exec(LOOP.format(first=first, then=then), space)
    return space["rnn_forward"]


@pytest.mark.parametrize(("edit", "score", "words"), EDGES.values(), ids=EDGES)
def test_edges_alone_cost_a_tenth_each_and_two_at_most(course, edit, score, words):
    wrong = loop(course, *edit)
    result = judged(course.exercise("rnn_forward"), course, wrong)
    assert (result.score, result.status) == (pytest.approx(score), "failed")
    assert words in result.output and f"{100 * (1 - score):.0f} % of the points." in result.output
    report = checked(wrong)
    assert report.status == "wrong" and words in " ".join(str(report).split())


def test_an_ordinary_case_costs_the_output_and_edges_nothing_more(course):
    result = judged(course.exercise("rnn_forward"), course, loop(course, "", "h = 2 * h"))
    assert result.score == 0 and "edge case" not in result.output
    stopped = judged(course.exercise("rnn_forward"), course, loop(course, "assert len(x) < 2"))
    assert stopped.score == 0 and "edge case" not in stopped.output
    assert judged(course.exercise("rnn_forward"), course, loop(course)).score == 1


def test_an_edge_costs_only_beside_outputs_that_are_right(course):
    """One of five outputs is wrong everywhere, another at N = 1: a fifth and a tenth."""
    step = course.reference["rnn_step_backward"]

    def rnn_step_backward(dnext_h, cache):
        dx, dprev_h, dWx, dWh, db = step(dnext_h, cache)
        return dx, dprev_h, dWx, 2 * dWh, (db if len(dnext_h) > 1 else 2 * db)

    result = judged(course.exercise("rnn_step_backward"), course, rnn_step_backward)
    assert result.score == pytest.approx(0.7) and "Besides, an edge case fails (N = 1)" in result.output


def test_the_logarithm_of_a_probability_that_is_zero_costs_a_tenth(course):
    """CS231n's own code: right wherever the right id has a probability above 1e-308."""

    def temporal_softmax_loss(x, y, mask):
        N, _, V = x.shape
        p = np.exp(x - x.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        chosen = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
        return -np.sum(mask * np.log(chosen)) / N, (p - np.eye(V)[y]) * mask[:, :, None] / N

    result = judged(course.exercise("temporal_softmax_loss"), course, temporal_softmax_loss)
    assert result.score == 0.9 and "(the right id 800 below the others)" in result.output
    assert checked(temporal_softmax_loss).status == "wrong"


def test_a_sigmoid_for_floats_alone_is_right_with_a_remark(course):
    """CS231n's own sigmoid is made like x, too."""

    def sigmoid(x):
        out = np.zeros_like(x)
        out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
        out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
        return out

    assert judged(course.exercise("sigmoid"), course, sigmoid).score == 1
    report = checked(sigmoid)
    assert report.ok and list(report.warnings) == ["whole-numbers"]
    assert not checked(course.reference["sigmoid"]).warnings


def test_a_sigmoid_that_silences_its_overflow_is_right_with_a_remark(course):
    def sigmoid(x):
        with np.errstate(all="ignore"):
            return 1 / (1 + np.exp(-x))

    assert judged(course.exercise("sigmoid"), course, sigmoid).score == 1
    assert list(checked(sigmoid).warnings) == ["overflows"]


def test_the_same_dict_back_is_right_with_a_remark(course):
    def clip_grad_norm(grads, max_norm):
        norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
        return (grads if norm <= max_norm else {name: g * max_norm / norm for name, g in grads.items()}), norm

    assert list(checked(clip_grad_norm).warnings) == ["hands-back"]
    assert not checked(course.reference["clip_grad_norm"]).warnings


def test_an_error_of_nothing_is_refused_whichever_side_is_zero(course):
    for side in (0, 1):

        def relative_error(*both, side=side):
            return course.reference["relative_error"](*both) if np.any(both[side]) else 0.0

        assert judged(course.exercise("relative_error"), course, relative_error).score == 0


def test_one_maximum_for_all_steps_is_refused(course):
    def temporal_softmax_loss(x, y, mask):
        shifted = x - x.max()
        log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        weight = mask[:, :, None] / len(x)
        right = np.eye(x.shape[2])[y]
        return -np.sum(weight * right * log_p), weight * (np.exp(log_p) - right)

    assert judged(course.exercise("temporal_softmax_loss"), course, temporal_softmax_loss).score == 0
    assert checked(temporal_softmax_loss).status == "wrong"
