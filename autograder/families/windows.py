"""Truncation: windows that slide, segments counted from the end, and an average over segments."""

import ast
from collections.abc import Iterator

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site

_WINDOWS = """
def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    sums = [np.zeros_like(array) for array in (x, h0, Wx, Wh, b)]
    for end in range(1, x.shape[1] + 1):
        start, h = max(0, end - k), h0
        if start:
            states, _ = rnn_forward(x[:, :start], h0, Wx, Wh, b)
            h = states[:, -1]
        _, cache = rnn_forward(x[:, start:end], h, Wx, Wh, b)
        last = np.zeros_like(dh[:, start:end])
        last[:, -1] = dh[:, end - 1]
        dx, dh_in, *weights = rnn_backward(last, cache)
        sums[0][:, start:end] += dx
        sums[1] += 0 if start else dh_in
        for which, gradient in enumerate(weights):
            sums[2 + which] += gradient
    return tuple(sums)
"""


_AVERAGED = """
def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    sums = [np.zeros_like(array) for array in (x, h0, Wx, Wh, b)]
    starts, h = range(0, x.shape[1], k), h0
    for start in starts:
        states, cache = rnn_forward(x[:, start : start + k], h, Wx, Wh, b)
        dx, dh_in, *weights = rnn_backward(dh[:, start : start + k], cache)
        sums[0][:, start : start + k] = dx
        sums[1] += 0 if start else dh_in
        for which, gradient in enumerate(weights):
            sums[2 + which] += gradient / len(starts)
        h = states[:, -1]
    return tuple(sums)
"""
_FROM_THE_END = """
def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    sums = [np.zeros_like(array) for array in (x, h0, Wx, Wh, b)]
    h, end = h0, x.shape[1] % k or k
    start = 0
    while start < x.shape[1]:
        states, cache = rnn_forward(x[:, start:end], h, Wx, Wh, b)
        dx, dh_in, *weights = rnn_backward(dh[:, start:end], cache)
        sums[0][:, start:end] = dx
        sums[1] += 0 if start else dh_in
        for which, gradient in enumerate(weights):
            sums[2 + which] += gradient
        h, start, end = states[:, -1], end, end + k
    return tuple(sums)
"""


def _truncated(scope: Scope) -> Iterator[Site]:
    if scope.name == "truncated_bptt":
        yield Site((("body", 0),), scope.tree.body[0])


def _windows(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change({"how": "the loss of every step goes back k steps, wherever a segment begins"}, _function(_WINDOWS))
    yield Change({"how": "the gradients of the weights are averaged over the segments"}, _function(_AVERAGED))
    yield Change({"how": "the first segment is the short one, and the last has k steps"}, _function(_FROM_THE_END))


def _function(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


FAMILIES = (
    Family(
        "other-segments",
        _truncated,
        _windows,
        IF + "{how}.",
        "With k = 2 and T = 5, which steps make up each segment, how far back does the loss of step 4 go, and what "
        "becomes of the segments' gradients in the end?",
        1,
    ),
)
