"""What cards of learners' own wrong answers say holds of that code: the sentences that a hundred of them had false."""

import re

import pytest
from own_cards import answer, card

from utils import fixtures
from utils.checking import check_function


def test_one_number_added_in_every_case_does_not_differ_from_case_to_case():
    shifted = answer("word_embedding_backward", ("return dW", "return dW + 7e-3"))
    assert "Every entry of dW is 0.007 more than it should be." in card(shifted)
    each_its_own = answer("word_embedding_backward", ("return dW", "return dW + 7e-3 * dout.shape[1]"))
    assert "Every entry of dW is off by one and the same number, which differs from case to case." in card(each_its_own)


def test_layers_are_not_called_steps():
    late = answer("residual_stack_gradient", ("W[k] @ (dx", "W[k - 1] @ (dx"))
    assert "going back from the last layer" in card(late)
    assert "last step" not in card(late)


def test_what_is_right_answers_the_question_of_the_exercise():
    twice = answer("rnn_step_backward", ("x.T @ da", "x.T @ (da * (1 - next_h**2))"))
    asked, slope = "Which of your lines matter for dWx alone", "what is its slope where the state is next_h?"
    assert f"dx, dprev_h, dWh and db are right. {asked}, and what should stand there?" in card(twice, 2)
    assert slope not in card(twice, 2)
    none_right = answer("rnn_step_backward", ("(1 - next_h**2)", "(1 - next_h**2 / 3)"))
    assert slope in card(none_right, 2)


def test_choices_have_no_lines_of_their_own():
    chosen = answer("repair_growth", ("growth, slope = 2, 3", "growth, slope = 1, 3"))
    assert "growth and slope are not all right yet" in card(chosen) and "Which of your lines" not in card(chosen, 2)


STOPS = {
    "shapes": ("temporal_affine_forward", "x @ w.T", "What does each axis of `x` and `w.T` count"),
    "no such name": ("temporal_affine_forward", "x @ weights", "Where is that name set or imported?"),
    "set too late": ("temporal_affine_forward", "out @ w", "Which line of the function sets that name?"),
}


@pytest.mark.parametrize("what", STOPS)
def test_the_question_is_about_the_operation_that_stopped(what):
    name, expression, asked = STOPS[what]
    source = f"def {name}(x, w, b):\n    out = {expression} + b\n    return out, (x, w, b)\n"
    second = card(answer(name, header=source), 2)
    assert asked in second and second.count("?") >= 1


def test_a_call_with_wrong_arguments_asks_about_these_even_where_numbers_are_wrong_too():
    loop = "\n".join(
        [
            "def rnn_forward(x, h0, Wx, Wh, b):",
            "    T, N, D = x.shape",
            "    states, h = [], h0",
            "    for t in range(T):",
            "        h, _ = rnn_step_forward(x[t], h, Wx, Wh, b)",
            "        states.append(h)",
            "    return np.array(states), None",
        ]
    )
    second = card(answer("rnn_forward", header=loop), 2)
    assert "Worst:" not in second  # the call that stopped is shown, and no number of a call that did not
    assert "What should `rnn_step_forward` get for `x`" in second and "Is rnn_step_forward right?" not in second


def test_the_shape_and_the_mistake_do_not_say_the_same_twice():
    kept = answer("affine_backward", ("dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)"))
    assert card(kept).count("too many") == 1 and "keepdims?" not in card(kept)


def test_a_function_with_one_output_names_it():
    only_first = answer("rnn_forward", ("return h,", "h[1:] += 1\n    return h,"))
    assert "h is right in 1 of 7 cases: the one with N = 1." in card(only_first)


def test_a_changed_variable_is_meant_as_the_line_leaves_it():
    short = answer(
        "rnn_step_backward",
        ("db = da.sum(axis=0)", "db = np.zeros(len(Wh))\n    for n in range(len(da) - 1):\n        db += da[n]"),
    )
    assert "On the way to db, `db`, as this line leaves it, is the first value that is in no right solution" in card(
        short, 4
    )


def test_the_table_counts_entries_without_naming_the_output_again():
    larger = answer("affine_backward", ("dout.sum(axis=0)", "1.5 * dout.sum(axis=0)"))
    shown = check_function.checked(larger)._repr_html_()
    assert ">3 of 3</td>" in shown and "entries of db" not in shown


CAUSES = {
    "past the end": ("cache[t])", "cache[T - t])", "Which values does `T - t` take there, and which should it take?"),
    "a float": ("cache[t])", "cache[t / 1])", "What should it be where the division leaves a remainder?"),
    "truth": ("carry = 0", "carry = 0\n    if dh > 0:\n        T = T", "Which entry should decide there"),
    "batch row": ("dh[:, t] + carry", "dh[t] + carry", "Which axis of `dh` counts the sequences, and which the steps?"),
    "names": ("carry, a, b, c =", "carry, a, b =", "How many values stand on the right"),
    "nothing": ("carry = 0", "carry = None", "What should `carry` hold there, and where does it get its value?"),
}
LOOP = """def rnn_backward(dh, cache):
    N, T, H = dh.shape
    dx, dWx, dWh, db = np.zeros((N, T, len(cache[0][2]))), 0, 0, 0
    carry = 0
    for t in reversed(range(T)):
        dx[:, t], carry, a, b, c = rnn_step_backward(dh[:, t] + carry, cache[t])
        dWx, dWh, db = dWx + a, dWh + b, db + c
    return dx, carry, dWx, dWh, db
"""


@pytest.mark.parametrize("what", CAUSES)
def test_the_question_fits_the_cause(what):
    old, new, asked = CAUSES[what]
    assert asked in card(answer("rnn_backward", (old, new), header=LOOP), 2)


def test_no_sentence_is_about_modules_and_a_cause_is_said_once():
    assert "`np` is a module" not in card(answer("rnn_backward", ("(N, T, len", "(N, T / 1, len"), header=LOOP))
    nothing = card(answer("rnn_backward", ("carry = 0", "carry = None"), header=LOOP))
    assert nothing.count("`carry` is None") == 1


def test_a_case_with_something_special_is_asked_about():
    empty = answer(
        "cell_highway", header="def cell_highway(f):\n    p = np.cumprod(f, axis=1)\n    return p[:, -1:] / p\n"
    )
    asked = "What does each of your lines give in the case with a gate that is exactly 0"
    assert asked in card(empty, 2) and "Take T = 3." not in card(empty, 2)


@pytest.mark.parametrize(
    ("when", "where"), [("t == 2", "between step t = 2 and step t = 3"), ("t == T - 1", "at the last step")]
)
def test_the_question_is_about_the_step_at_which_the_numbers_leave(when, where):
    late = answer(
        "rnn_forward", ("        h[:, t] =", f"        prev_h = prev_h / 2 if {when} else prev_h\n        h[:, t] =")
    )
    asked = f"For h, what is different {where}: which of your lines run there, and which numbers do they read?"
    assert card(late, 2).count("?") == 1 and asked in card(late, 2)
    assert "what is different" not in card(answer("rnn_forward", ("        h[:, t] =", "        h[:, t] = -")), 2)


def test_what_holds_no_numbers_is_asked_about_by_its_type():
    text = answer("temporal_affine_forward", header="def temporal_affine_forward(x, w, b):\n    return 'x @ w', None\n")
    assert "Which line makes what you return as out? Of which type is it there?" in card(text, 2)


def test_weights_that_act_together_are_not_called_right_before_they_can_be_judged():
    zeros = answer(
        "latch_weights", header="def latch_weights():\n    return tuple(np.zeros((n, 4)) for n in (2, 1, 1))\n"
    )
    assert card(zeros).startswith("latch_weights: Wx, Wh and b are not right yet.")
    assert "Wx cannot be judged before b can: they act together." in card(zeros)
    assert "numbers of a mistake" not in card(zeros)


RIDDLES = re.compile(r"\b(hears?|heard|listens?|loudly|opinions?|met there|leave the paper)\b")


@pytest.mark.parametrize("exercise", fixtures.names())
def test_arrays_and_losses_do_not_hear_or_listen(exercise):
    fixture = fixtures.load(exercise)
    hints = [hint for kind in ("mistakes", "side_effects") for each in fixture[kind].values() for hint in each]
    texts = [*hints, *fixture["patterns"].values(), fixture.get("question") or "", fixture.get("worked_example") or ""]
    assert [text for text in texts if RIDDLES.search(text)] == []


def test_a_riddle_is_found():
    assert RIDDLES.search("Each h_t hears from its own loss alone here.")
    assert not RIDDLES.search("The gradient at each h_t comes here from its own loss alone.")
