"""What is refused as a question, and how a student's own line is edited."""

import numpy as np
import pytest

from autograder.viva import effects, finding, own_text, wording
from autograder.viva.questions import Along, Effect, Reach, Subject

LOOP = '''def rnn_forward(x, h0, Wx, Wh, b):
    """Run the cell."""

    states = [h0]
    while len(states) <= x.shape[1]:
        states.append(np.tanh(x[:, len(states) - 1]@Wx + states[-1] @ Wh + b))  # é
    total = (b-h0)*Wx
    return states'''


@pytest.mark.parametrize(
    ("amounts", "key"), [([0.0, 0.5], (False, True)), ([0.0, 1e-6], None), ([0.0, 1e-12], (False, False))]
)
def test_an_effect_too_small_to_see_decides_nothing(amounts, key):
    assert effects.touched(amounts) == key


def test_what_is_both_the_same_and_doubled_is_neither_asked_nor_guessed():
    zeros, ones = np.zeros(3), np.ones(3)
    assert effects.scaled(zeros, zeros) is None
    assert [effects.scaled(ones, factor * ones) for factor in (1, 2, 3)] == ["same", "doubled", "neither"]
    assert effects.scaled(ones, (1 + 1e-5) * ones) is None


def test_numbers_that_are_not_finite_are_not_asked_about():
    assert effects.numbers({"h": np.array([1.0, np.nan])}) is None
    assert effects.numbers({"h": "text"}) is None


def test_the_printed_text_is_the_function_without_docstring_and_empty_lines():
    text = own_text.printed("rnn_forward", f"import numpy as np\n\n{LOOP}\n")
    lines = LOOP.split("\n")
    assert text.split("\n") == [lines[0], *lines[3:]]
    assert own_text.printed("rnn_forward", "x = 1") is None
    assert own_text.printed("f", "def f(x):\n" + "    x = x + 1\n" * 40 + "    return x") is None


def test_slips_keep_the_students_letters_and_leave_endless_loops_alone():
    text = own_text.printed("rnn_forward", LOOP)
    found = [own_text.edited(text, slip) for slips in own_text.slips(text) for slip in slips]
    found = [one for one in found if one]
    assert "total = (b + h0)*Wx" in {one.after for one in found}
    assert all(one.line in (1, 2, 5, 6) for one in found)  # 3 and 4 are the loop
    for one in found:
        changed = [
            number
            for number, pair in enumerate(zip(text.split("\n"), one.text.split("\n"), strict=True), 1)
            if pair[0] != pair[1]
        ]
        assert changed == [one.line]


def test_a_probe_stands_before_its_line():
    text = own_text.printed("rnn_forward", LOOP)
    probe = next(one for one in own_text.probes(text) if one.expression == "(b-h0)*Wx")
    assert probe.line == 5 and probe.text.split("\n")[4].startswith("    return (7041, ")


BACKWARD = """def affine_backward(dout, cache):
    x, w, _ = cache
    dx = dout @ w.T
    for t in range(len(dx)):
        dx[:, t] += 1
    return dx"""


def test_slips_of_loops_come_first_and_no_unused_name_is_put_in():
    found = [
        [one.after for one in (own_text.edited(BACKWARD, slip) for slip in slips) if one]
        for slips in own_text.slips(BACKWARD)
    ]
    assert {"dx[:, t - 1] += 1", "dx[:, -t] += 1", "for t in range(len(dx) - 1):"} <= {*found[0]}
    assert "dx = -(dout @ w.T)" in found[2] and not any("dout" in one for one in found[0])
    assert "dx = x @ w.T" in found[3] and not any("_ @" in one for one in found[3])


def test_a_transpose_is_asked_for_but_no_other_attribute():
    assert "w.T" in {one.expression for one in own_text.probes(BACKWARD)}
    assert "x.size" not in {one.expression for one in own_text.probes("def f(x):\n    return x.size + x.T")}


def test_a_sheet_says_from_where_it_counts_only_what_it_asks_about():
    subject, time, units = Subject("f", True, (), {}), Along(1, "T", 3), Along(1, "H", 3)

    def said(along, effect_along):
        effect = Effect(("1", "2"), (True, False), 0.5, "h", effect_along)
        return wording.counting([Reach(subject, "x", along, 1, False, effect)])

    assert "count" not in said(None, None) and "count" not in said(units, None)
    assert "Steps count from 1" in said(time, None) and "i counts" not in said(time, time)
    assert "Steps" not in said(units, units) and "i counts from 0" in said(units, units)


def test_an_answer_that_stands_in_the_question_is_poor():
    subject = Subject("f", True, (), {})
    rows = Effect(("0", "1"), (False, True), 0.2, "y", Along(0, "N", 2))
    [one, other] = [Reach(subject, "x", Along(0, "N", 2), index, False, rows) for index in (0, 1)]
    assert [finding.says_key(one), finding.says_key(other)] == [False, True]
