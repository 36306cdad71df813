"""List wrong answers of many kinds to the course's exercises: edits of the solution, or functions of their own."""

import linecache
from dataclasses import dataclass

from autograder.course import open_course
from autograder.course.reference import IMPORTED

COURSE = open_course()


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: edits of the solution's text, each ``(old, new)``, or a text of its own.

    `forward` holds edits of the forward pass whose cache a backward pass takes; else that is the solution's.
    """

    exercise: str
    edits: tuple[tuple[str, str], ...] = ()
    text: str = ""
    forward: tuple[tuple[str, str], ...] = ()


def edited(exercise, *edits, forward=()):
    return Wrong(exercise, edits, forward=forward)


SOFTMAX, STEP, BACK = "temporal_softmax_loss", "rnn_step_forward", "rnn_step_backward"
LAST = "return dx, dprev_h, dWx, dWh, db"
STATE = "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)"

WRONG = {
    # one known mistake, its numbers everywhere
    "known: no tanh derivative": edited(BACK, ("dnext_h * (1 - next_h**2)", "dnext_h")),
    "known: db averaged": edited("affine_backward", ("dout.sum(axis=0)", "dout.mean(axis=0)")),
    "known: the input never advances": edited("rnn_forward", ("x[:, t]", "x[:, 0]")),
    "known: gates in another order": edited("lstm_step_forward", ("ai, af, ao, ag =", "af, ai, ao, ag =")),
    "known: a property": Wrong(
        "counterexample_vanish", text="def counterexample_vanish(H):\n    return 0.5 * np.eye(H)"
    ),
    "known: and one call stops": edited(
        BACK, ("dnext_h * (1 - next_h**2)", "dnext_h"), (LAST, f"assert len(x) > 1\n    {LAST}")
    ),
    # several mistakes at once
    "by output: two known": edited(
        "affine_backward", ("dw = x.T @ dout", "dw = x.T @ dout / len(x)"), ("dout.sum(axis=0)", "dout.mean(axis=0)")
    ),
    "by output: one known, one not": edited(
        "affine_backward", ("dout @ w.T", "np.sign(dout @ w.T)"), ("dout.sum(axis=0)", "dout.mean(axis=0)")
    ),
    # numbers of no known mistake
    "unnamed: opposite sign": edited(BACK, ("dWh = prev_h.T @ da", "dWh = -prev_h.T @ da")),
    "unnamed: a factor": edited(BACK, ("dWh = prev_h.T @ da", "dWh = 3 * prev_h.T @ da")),
    "unnamed: divided by N": edited("temporal_affine_backward", ("return dx", "dw = dw / len(dx)\n    return dx")),
    "unnamed: zeros": edited(BACK, ("dWx = x.T @ da", "dWx = 0 * x.T @ da")),
    "unnamed: in reverse order": edited(
        "rnn_backward", ("dx, dh0 = np.stack(dx, axis=1)", "dx, dh0 = np.stack(dx[::-1], axis=1)")
    ),
    "unnamed: transposed": edited(BACK, ("dWh = prev_h.T @ da", "dWh = (prev_h.T @ da).T")),
    "unnamed: in the wrong places": edited(BACK, ("dWx = x.T @ da", "dWx = (x.T @ da)[::-1]")),
    "unnamed: wrong from step 2 on": edited(
        "rnn_forward", ("return h, cache", "h[:, 1:] = h[:, 1:] ** 3\n    return h, cache")
    ),
    "unnamed: wrong at the last step": edited(
        "rnn_forward", ("return h, cache", "h[:, -1] = h[:, -1] ** 3 + 1\n    return h, cache")
    ),
    "unnamed: wrong at the first step": edited("gradient_norms", ("return norms", "norms[:, 0] = 7\n    return norms")),
    "unnamed: everything": edited(
        BACK, ("da = dnext_h * (1 - next_h**2)", "da = dnext_h * (1 - next_h**2) ** 3 + 0.1")
    ),
    "unnamed: a number": edited("relative_error", ("return error", "return error + 1")),
    "unnamed: half right": edited(
        "lstm_step_forward", ("next_h = o * np.tanh(next_c)", "next_h = o * np.tanh(next_c) ** 3")
    ),
    "unnamed: the edge case alone": edited(
        STEP, ("return next_h", "next_h = next_h + (len(x) == 1)\n    return next_h")
    ),
    "unnamed: from one layer on": edited(
        "residual_stack_gradient", ("return norms", "norms[1:] = 5\n    return norms")
    ),
    "unnamed: two outputs exchanged": edited("lstm_from_gates", ("return h, c", "return c, h")),
    "unnamed: the first sequence for all": edited(
        "step_jacobian", ("return jacobian", "jacobian[:] = jacobian[:1]\n    return jacobian")
    ),
    "unnamed: right up to a factor": edited(
        "rescale", ("return rescaled", "rescaled = rescaled * 3 / Wh[0, 0]\n    return rescaled")
    ),
    "unnamed: a step of an input": edited("rnn_backward", ("return dx, dh0", "dh0 = dh[:, 0]\n    return dx, dh0")),
    "unnamed: the same for every unit": edited(
        "rnn_forward", ("return h, cache", "h[:] = h.mean(axis=2, keepdims=True)\n    return h, cache")
    ),
    "unnamed: off by one number": edited("sigmoid", ("return out", "return out + 0.25")),
    # kinds and shapes
    "shape: not summed over the batch": edited(BACK, ("da.sum(axis=0)", "da.sum(axis=1)")),
    "shape: axes exchanged": edited("rnn_forward", ("return h, cache", "return np.swapaxes(h, 0, 1), cache")),
    "shape: one step too many": edited(
        "rnn_forward", ("return h, cache", "return np.concatenate([h0[:, None], h], axis=1), cache")
    ),
    "shape: a single number": edited("forget_bias", ("return out", "return out[0]")),
    "shape: an array for a number": edited("relative_error", ("return error", "return np.ones(3) * error")),
    "kind: None": edited(STEP, ("return next_h, cache", "return None, cache")),
    "kind: a list": edited(STEP, ("return next_h, cache", "return [*next_h, [0.0]], cache")),
    "kind: text": edited("relative_error", ("return error", "return 'small'")),
    "kind: objects": edited(STEP, ("return next_h, cache", "return next_h.astype(object), cache")),
    "kind: whole numbers": edited(STEP, ("return next_h, cache", "return next_h.astype(int), cache")),
    "kind: float16": edited(STEP, ("return next_h, cache", "return next_h.astype(np.float16), cache")),
    "kind: complex": edited(STEP, ("return next_h, cache", "return next_h + 0j, cache")),
    "float32: wrong": edited(STEP, (STATE, "next_h = (np.tanh(x @ Wx + prev_h @ Wh + b) ** 3).astype(np.float32)")),
    # what is not finite
    "nan: one entry": edited(STEP, ("return next_h", "next_h[0, 0] = np.nan\n    return next_h")),
    "nan: an overflow": edited(
        "stable_softmax", ("return p", "p = p * np.exp(np.float64(800)) / np.exp(np.float64(800))\n    return p")
    ),
    # dicts, lists, choices, truth values, properties
    "dict: one entry wrong": edited(
        "clip_grad_norm",
        ("return clipped", "clipped[next(iter(clipped))] = clipped[next(iter(clipped))] + 1\n    return clipped"),
    ),
    "dict: an entry is missing": edited(
        "clip_grad_norm", ("return clipped", "clipped.pop(next(iter(clipped)))\n    return clipped")
    ),
    "dict: one entry too many": edited(
        "clip_grad_norm", ("return clipped", "clipped['more'] = 1.0\n    return clipped")
    ),
    "dict: a list": edited("clip_grad_norm", ("return clipped", "return list(clipped.values())")),
    "list: one chunk too few": edited("stream_batches", ("return batches", "return batches[:-1]")),
    "list: wrong ids": edited("stream_batches", ("return batches", "return [(x, y + 1) for x, y in batches]")),
    "choice: another statement": edited(
        "repair_products", ("return formula", "formula = 1 + formula % 3\n    return formula")
    ),
    "truth: the opposite": Wrong("spots_the_bug", text="def spots_the_bug(forward, backward):\n    return False"),
    "mask: the opposite": edited("upstream_mask", ("return mask", "return ~mask")),
    "mask: a wrong step": edited("upstream_mask", ("return mask", "mask[0] = ~mask[0]\n    return mask")),
    "property: too large": edited("counterexample_transient", ("return W", "return 9 * W")),
    "property: not orthogonal": Wrong(
        "orthogonal", text="def orthogonal(H, rng):\n    return rng.standard_normal((H, H))"
    ),
    "property: a shape": Wrong("orthogonal", text="def orthogonal(H, rng):\n    return np.ones(H)"),
    "property: a list": Wrong("orthogonal", text="def orthogonal(H, rng):\n    return [[1.0]]"),
    # what gives no answer
    "failure: an exception": edited(STEP, ("x @ Wx", "x @ Wx[:, [len(b)]]")),
    "failure: an undefined name": edited(BACK, ("da = dnext_h", "da = dout")),
    "failure: in the edge case alone": edited(STEP, ("return next_h", "assert len(x) > 1\n    return next_h")),
    "failure: nothing is returned": edited(STEP, ("return next_h, cache", "next_h, cache")),
    "failure: too few values": edited(BACK, (LAST, "return dx, dprev_h, dWx, dWh")),
    "failure: a list of values": edited(BACK, (LAST, "return [dx, dprev_h]")),
    "failure: too few parameters": edited(
        STEP, ("def rnn_step_forward(x, prev_h, Wx, Wh, b)", "def rnn_step_forward(x, prev_h)")
    ),
    "failure: a stub below": Wrong(
        "many_to_one",
        text="def many_to_one(x, *others):\n    return later(x)\n\ndef later(x):\n    raise NotImplementedError",
    ),
    # a forward pass that is itself wrong
    "forward: wrong too": edited(
        BACK, ("da.sum(axis=0)", "da.sum(axis=0) ** 2"), forward=((STATE, STATE.replace("+ b", "- b")),)
    ),
    "forward: stops": edited(BACK, forward=((STATE, "raise ValueError('rows do not fit')"),)),
    "parameters in another order": edited("forget_bias", ("(b, value)", "(value, b)")),
}


def functions(name):
    """Return the namespace in which a wrong answer is defined, as after running a learner's cells."""
    wrong = WRONG[name]
    texts = dict(COURSE.reference.sources)
    exercise = COURSE.exercise(wrong.exercise)
    texts[wrong.exercise] = wrong.text or with_edits(texts[wrong.exercise], wrong.edits)
    if exercise.forward:
        texts[exercise.forward] = with_edits(texts[exercise.forward], wrong.forward)
    space = {**IMPORTED}
    for function, text in texts.items():
        cell = f"<cell of {function}: {name}>"
        linecache.cache[cell] = (len(text), None, text.splitlines(True), cell)  # as IPython does
        exec(compile(text, cell, "exec"), space)
    return space


def with_edits(text, edits):
    for old, new in edits:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    return text
