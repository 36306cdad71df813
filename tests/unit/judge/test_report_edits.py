"""What a class report makes of a student's function: an edit of the solution, and a text without their own names."""

import ast
import functools
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.reporting import anonymous, edits

COURSE = Course(Path(__file__).resolve().parents[3])
SOLUTIONS = COURSE.reference.sources
STEP = SOLUTIONS["rnn_step_forward"]
OTHER_LOOP = '''def rnn_forward(x, h0, Wx, Wh, b):
    """Gerda's loop."""
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    kept = []
    hidden = h0  # Gerda: the first
    for step in range(T):
        hidden, one = rnn_step_forward(x[:, step], hidden / (1 + step), Wx, Wh, b)
        h[:, step] = hidden
        kept.append(one)
    return h, kept'''


@functools.cache
def known():
    return anonymous.known_names(COURSE)


def stripped(text):
    [node] = ast.parse(text).body
    return anonymous.stripped(anonymous.function(node.name, [text]), known())


def proposed(name, text):
    [theirs] = ast.parse(stripped(text)).body
    return edits.candidates(SOLUTIONS[name], name, theirs)


@pytest.mark.parametrize(
    ("name", "text", "edit"),
    [
        ("rnn_step_forward", STEP.replace("x @ Wx + prev_h", "x @ Wx - prev_h"), None),
        (
            "rnn_step_forward",
            "def rnn_step_forward(x, old, Wx, Wh, b):\n"
            "    new = np.tanh(x @ Wx + b) + np.tanh(old @ Wh)\n    return new, (x, old, Wx, Wh, new)",
            ("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx + b) + np.tanh(prev_h @ Wh)"),
        ),
        # The variable is found although the lines above are others.
        ("rnn_forward", OTHER_LOOP, ("rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)", None)),
        # A line too few, and a line too many.
        ("rnn_forward", SOLUTIONS["rnn_forward"].replace("        h[:, t] = prev_h\n", ""), (None, "pass")),
        (
            "rnn_forward",
            SOLUTIONS["rnn_forward"].replace("        h[:, t]", "        prev_h = prev_h * 2\n        h[:, t]"),
            ("h[:, t] = prev_h", "prev_h = prev_h * 2\n        h[:, t] = prev_h"),
        ),
        # Brackets stay where the text would be read otherwise without them.
        ("many_to_one", SOLUTIONS["many_to_one"].replace("h[:, -1] @ Wy", "(h[:, -1] + h[:, 0]) @ Wy"), None),
    ],
)
def test_an_edit_says_what_is_other_and_applies_to_the_solution(name, text, edit):
    found, solution = proposed(name, text), SOLUTIONS[name]
    assert all(solution.count(old) == 1 and ast.parse(solution.replace(old, new)) for old, new in found)
    if edit is None:  # the planted text itself comes out of one of them
        assert ast.dump(ast.parse(text)) in [ast.dump(ast.parse(solution.replace(*one))) for one in found]
    else:
        assert [one for one in found if all(mine in (None, own) for mine, own in zip(edit, one, strict=True))], found


def test_the_solution_itself_suggests_nothing():
    assert all(proposed(name, SOLUTIONS[name]) == [] for name in ("rnn_forward", "rnn_backward", "lstm_step_forward"))


HOSTILE = '''def rnn_step_forward(x, prev_h, Wx, Wh, b, gerda=None):
    r"""Gerda <b>Doe</b>"""
    # gerda@uni.edu
    import secretlib as gerdas
    from gerdas_lib import thing as other_gerda
    global gerda_counter
    "gerda"
    def gerda_helper(*gerda_args, **gerda_kw):
        "gerda too"
        return f"gerda {x}" + "gerda" + str(b"gerda")
    class Gerda:
        gerda_field = {"gerda": 1}
    try:
        next_h = np.tanh(x @ Wx, gerda_key=Gerda.gerda_field["gerda"])
    except ValueError as gerda_error:
        raise RuntimeError("gerda") from gerda_error
    match x:
        case {"gerda": gerda_value, **gerda_rest}:
            pass
        case Gerda(gerda_attribute=1) as gerda_all:
            pass
        case [*gerda_star]:
            pass
    gerda_lambda = lambda gerda_x: gerda_x
    return next_h, (gerda := 1)'''


def test_nothing_of_a_students_own_is_left_of_a_function():
    text = stripped(HOSTILE)
    assert "gerda" not in text.lower()
    assert "uni.edu" not in text
    assert ast.parse(text), "else it could not be tried"
    assert "np.tanh(x @ Wx" in text


def test_the_same_function_in_other_words_is_the_same_text():
    one = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    mine = x @ Wx  # so\n    return mine, None"
    other = 'def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    "doc"\n    yours = (x @ Wx)\n    return (yours, None)'
    assert stripped(one) == stripped(other)
    assert stripped(one) != stripped(one.replace("x @ Wx", "Wx.T @ x.T"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x[:, t + 1]", "x[:, t + 1]"),
        ("gerdas[t].gerda('text')", "v2[t].v1('')"),
        ("for gerda in range(T):", "for v1 in range(T):"),
        ("elif gerda:", "if v1:"),
        ("not python (", ""),
    ],
)
def test_an_operation_that_failed_is_shown_without_own_names(text, shown):
    assert anonymous.operation(text, known()) == shown


def test_an_exception_of_a_students_own_is_not_named():
    assert anonymous.error("IndexError") == "IndexError"
    assert "Gerda" not in anonymous.error("GerdasError")
    assert anonymous.function("f", ["def f(:", "x = 1"]) is None
