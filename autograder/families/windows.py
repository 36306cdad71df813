"""Truncation by sliding windows: every step's loss goes back k steps, and no segment's boundary cuts it."""

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


def _truncated(scope: Scope) -> Iterator[Site]:
    if scope.name == "truncated_bptt":
        yield Site((("body", 0),), scope.tree.body[0])


def _windows(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change({}, ast.parse(_WINDOWS).body[0])


FAMILIES = (
    Family(
        "sliding-window",
        _truncated,
        _windows,
        IF + "the loss of every step goes back k steps, wherever a segment begins.",
        "With k = 2 and T = 4, how far back does the loss of step 3 go: to step 2, or only "
        "to where its segment begins?",
        1,
    ),
)
