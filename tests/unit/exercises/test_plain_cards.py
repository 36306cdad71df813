"""Cards of wrong answers say it plainly, once, and ask what they have not answered: what a hundred of them did not."""

import re

import pytest
from own_cards import answer, card


def test_mistakes_that_differ_only_in_the_output_are_said_once():
    last = answer("rnn_backward", ("dWx + dWx_t, dWh + dWh_t,", "dWx_t, dWh_t,"))
    said = "dWx and dWh: These are the numbers that come out if each holds what the last turn of the loop gave"
    assert said in card(last) and card(last, 2).count("which number is the first to differ?") == 1
    both = answer("rnn_step_backward", ("da @ Wh.T", "da @ Wh"), ("da.sum(axis=0)", "da.mean(axis=0)"))
    assert "dprev_h was sent through Wh the way prev_h went forward. db is the mean" in card(both)


def test_an_output_that_a_sentence_names_is_not_named_before_it():
    two = answer("repair_growth", ("matrix_power(W, t), 2)", "matrix_power(W, t))"), ("np.max(k *", "np.max("))
    assert "size: This size" not in card(two) and "This size is the length of all entries" in card(two)
    assert "steepest: This is the largest slope of tanh at the points kz." in card(two)


NAMED = {  # a clumsy or false sentence, and what is said instead
    "axes of states": ("many_to_one", ("h[:, -1]", "h[-1]"), "rows for columns", "the first two axes of the states"),
    "a tie of one meaning": (
        "affine_backward",
        ("dout.sum(axis=0)", "dout.sum(axis=1)"),
        ", or if",
        "if a sum in db runs over M.",
    ),
    "a vector's norm": (
        "relative_error",
        ("np.linalg.norm(analytic - numeric)", "np.abs(analytic - numeric).max()"),
        "statement",
        "An array can be measured in several ways.",
    ),
    "the first step": (
        "temporal_affine_forward",
        ("x @ w + b", "np.repeat(x[:, :1], x.shape[1], axis=1) @ w + b"),
        "right one, with",
        "out is the right one, but with its first step at every step.",
    ),
    "a part": (
        "lstm_forward",
        ("np.zeros_like(h0), []", "np.ones_like(h0), []"),
        "a part counts",
        "if a part of the cell before each step counts as 1 everywhere.",
    ),
    "all outputs": (
        "rnn_backward",
        ("dh[:, t] +", "dh[:, t - 1] +"),
        "in dx, dh0,",
        "if dh is taken at the step before.",
    ),
    "order": (
        "rnn_step_backward",
        ("x, prev_h, Wx, Wh, next_h = cache", "x, prev_h, Wh, Wx, next_h = cache"),
        "In which order does the text name the results?",
        "Which line makes each of the values that you return",
    ),
    "many ids": (
        "temporal_softmax_loss",
        ("- right)", "+ right)"),
        "one-hot ids counts",
        "the one-hot ids count with the opposite sign",
    ),
}


@pytest.mark.parametrize("what", NAMED)
def test_what_a_family_says_is_plain_and_true_of_the_code(what):
    name, edit, before, now = NAMED[what]
    shown = card(answer(name, edit), 2)
    assert now in shown and before not in shown


def test_a_bound_comes_before_several_special_cases():
    late = answer(
        "rnn_forward", ("        h[:, t] =", "        prev_h = prev_h / 2 if t > 1 else prev_h\n        h[:, t] =")
    )
    assert "T = 1 or H = 1" not in card(late) and "all but those with T = 3 or more." in card(late)


def test_a_case_whose_arrays_are_all_zero_is_called_so():
    added = answer(
        "clip_grad_norm",
        ("grads.values()))", "grads.values())) + 1e-12"),
        ("max_norm / norm if", "max_norm / norm if norm > 1e-9 and"),
    )
    assert "max_norm = 5" not in card(added) and "all but the one with grads that are all 0." in card(added)
    assert "in the case with grads that are all 0" in card(added, 2)


ASKED = {
    "a missing entry": (
        "caption_loss",
        ('grads["W_image"], grads["b_image"] = images.T @ dh0, dh0.sum(axis=0)', 'grads["W_image"] = images.T @ dh0'),
        "Which of your lines should set `grads['b_image']`?",
    ),
    "an argument too few": (
        "rnn_forward",
        ("rnn_step_forward(x[:, t], prev_h,", "rnn_step_forward(x[:, t],"),
        "Which arguments does `rnn_step_forward` take, in which order",
    ),
    "one array": (
        "lstm_step_forward",
        ("np.split(a, 4, axis=1)", "np.split(a, 4)"),
        "What does each axis of `a` count, and along which of them should this line work?",
    ),
    "a tuple for a number": (
        "numerical_gradient",
        ("np.ndindex(x.shape)", "range(x.shape)"),
        "What kind of value belongs in the place of `x.shape`?",
    ),
    "too large an index": (
        "word_embedding_forward",
        ("W[x]", "W.T[x]"),
        "What do the numbers in `x` count, and which array has an entry for each, on which axis?",
    ),
    "several arguments": ("rnn_forward", ("x[:, t]", "x[t]"), "Which of your lines make them?"),
    "whole numbers": (
        "gradient_norms",
        ("dtype=h.dtype", "dtype=int"),
        "Which line makes the array that becomes norms, and which type of number can it hold?",
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_the_question_is_not_one_that_the_card_answers(what):
    name, edit, asked = ASKED[what]
    assert asked in card(answer(name, edit), 2)


def test_a_function_of_an_exercise_that_stops_is_asked_about_with_its_call():
    whole = answer("truncated_bptt", ("dh[:, segment]", "dh[segment]"), inner="rnn_backward")
    asked = (
        "Is rnn_backward right by itself? If so, what should each argument of `rnn_backward(dh[segment], cache)` hold?"
    )
    assert asked in card(whole, 2)


def test_what_an_index_is_is_said_once():
    long = card(answer("rnn_forward", ("range(T)", "range(T + 1)")))
    assert long.count("is 5") == 1 and "Axis 1 of `x` has 5 entries, so the last index is 4" in long
    turned = card(answer("word_embedding_forward", ("W[x]", "W.T[x]")))
    assert turned.count("(3, 4)") == 1 and "but axis 0 of `W.T` has 3 entries." in turned


def test_a_generator_is_not_asked_about():
    nan = answer("sample", (" if temperature > 0 else one_hot[scores.argmax()]", ""))
    assert "Probabilities contain NaN" in card(nan) and "What should `rng` hold" not in card(nan, 2)


def test_side_effects_are_said_in_short_and_truly():
    kept = answer("train_captions", ("{name: p.copy() for name, p in params.items()}", "dict(params)"))
    assert "The call changed 8 arrays of params." in card(kept)
    loses = answer(
        "rnn_step_backward", ("da = dnext_h * (1 - next_h**2)", "dnext_h *= 1 - next_h**2\n    da = dnext_h")
    )
    assert "The call changed dnext_h. Your gradients are right, but whoever gave you dnext_h has lost it." in card(
        loses
    )
    divided = answer("clip_grad_norm", ("max_norm / norm if norm > max_norm else 1.0", "min(1.0, max_norm / norm)"))
    assert "your formula does not fit some of the numbers that came in" in card(divided)
    assert "beyond what your formula can hold" not in card(divided)


def test_what_is_measured_is_said_in_one_plain_sentence():
    greedy = answer("sample", ("rng.choice(len(p), p=p / p.sum())", "int(p.argmax())"))
    assert re.search(r"came (more|less) often than the network draws it, by \d+ standard deviations\.", card(greedy))
    shut = answer("latch_weights", ("[16.0, -16.0, 0.0, 0.0]", "[-16.0, 16.0, 0.0, 0.0]"))
    assert "after the write h is 0.000;" in card(shut)
