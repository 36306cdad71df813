"""`check` gives one helpful sentence for everything that is not an answer."""

import numpy as np
import pytest

from utils import check


def words_of(report):
    return " ".join([report.title, *report.paragraphs])


@pytest.mark.parametrize(
    "value, sentence",
    [
        ("affine", "check was given a name in quotes. Hand over the function itself: `check(affine)`."),
        ("nothing", "check was given a name in quotes. Hand over the function itself: `check(affine)`."),
        (None, "check was given None. Hand over the function itself: `check(affine)`, without parentheses"),
        ((np.zeros(2), 1), "check was given a tuple, which looks like the result of a call. Hand over the function"),
        (np.zeros(2), "check was given an array, which looks like the result of a call."),
        (3, "check was given an int, which looks"),
    ],
)
def test_not_a_function(value, sentence):
    report = check(value)
    assert report.status == "cannot check" and words_of(report).startswith(sentence)
    assert report._repr_mimebundle_()["text/plain"] == "0.0"


def test_a_name_near_an_exercise():
    def afine(x, w, b): ...

    assert words_of(check(afine)) == "There is no exercise called afine. Did you mean `affine`?"


def test_a_name_far_from_any():
    def qqqq(x): ...

    assert "There is no exercise called qqqq: check knows a function by the name" in check(qqqq).title


def test_a_lambda():
    assert check(lambda x: x).title.startswith("check knows a function by its name, and a lambda has none")


RETURNS = {
    "out, (x, w)\nx = 1": None,
    "None": "affine returns None, expected 2: out and cache. Did you forget `return`?",
    "out": "affine returns 1 value, expected 2: out and cache.",
    "[out, 0]": "affine returns a list, expected 2: out and cache. Return them with commas between, in no brackets.",
    "{'out': out}": "affine returns a dict, expected 2: out and cache.",
    "(out,)": "affine returns 1 value, expected 2: out and cache.",
    "out, 0, 0": "affine returns 3 values, expected 2: out and cache.",
    "None, 0": "out is None.",
    "out.tolist(), 0": "out is a list, expected a NumPy array.",
    "[[1.0], [1.0, 2.0]], 0": "out is a list, expected a NumPy array.",
    "np.asmatrix(out), 0": "out is a matrix, expected a plain NumPy array: for a matrix `*` is the matrix product.",
    "np.ma.array(out), 0": "out is a MaskedArray, a special kind of array; expected a plain NumPy array.",
    "out.astype(object), 0": "out is an array of Python objects, expected numbers: rows of different lengths",
    "out.astype(str), 0": "out holds str",
    "out + 0j, 0": "out holds complex numbers, expected real numbers.",
    "out.astype(int), 0": "out is int64: it holds whole numbers only.",
    "out.astype(np.float16), 0": "out is float16, which carries three digits.",
    "out.T, 0": "= (M, N), expected (N, M) = (",
    "out[0, 0], 0": "out has no axes (it is a single number), expected (N, M) = (",
    "out * np.inf, 0": "are not finite; out[0, 0] is",
    "object(), 0": "out is an object, expected a NumPy array.",
}


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("returned, sentence", RETURNS.items())
def test_the_card_says_what_is_returned(written, returned, sentence):
    report = check(written("affine", ("out, (x, w)\n", returned + "\n")))
    if sentence is None:
        assert report.ok
        return
    assert not report.ok and report.status == "wrong"
    assert sentence in " ".join(str(report).split())


def test_one_value_expected_and_two_returned(written):
    report = check(written("decay", ("return h", "return h, 1")))
    assert report.title == "decay returns 2 values, expected 1: h."


def test_a_generator_and_a_coroutine(written):
    assert "holds a `yield`" in check(written("affine", ("return out, (x, w)", "yield out"))).title
    assert "`async def`" in check(written("affine", ("def", "async def"))).title


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("affine(x)", "affine is called with 3 arguments, but yours is defined as `affine(x)`."),
        ("affine(x, w, b, c)", "yours is defined as `affine(x, w, b, c)`."),
        ("affine(x, w, *, b)", "yours is defined as `affine(x, w, *, b)`."),
        ("affine()", "yours is defined as `affine()`."),
    ],
)
def test_parameters(written, line, sentence):
    report = check(written("affine", source=f"def {line}:\n    return 0\n"))
    assert sentence in report.title
    assert report.paragraphs == ("Restore the first line of the function: `def affine(x, w, b):`.",)


def test_an_exception_is_reported_with_the_shapes(written):
    report = check(written("affine", ("x @ w + b", "x @ w.T + b")))
    assert report.title.startswith("affine stopped with ValueError in line 3: matmul: ")
    assert "In this call the arrays had the shapes x (" in str(report)
    assert "Traceback" not in str(report)


def test_an_exception_is_reported_with_the_numbers(written):
    text = str(check(written("decay", ("state = h0", "state = h0[int(a)] / 0 + missing"))))
    assert "In this call the arrays had the shapes x (" in text and "; a = 0.9." in text


def test_an_exception_in_one_case_only(written):
    report = check(written("affine", ("out = x", "assert len(x) > 1\n    out = x")))
    assert report.title == "affine stopped with AssertionError in line 3."
    assert "It got through 4 of 5 cases, but not through this one." in str(report)


@pytest.mark.parametrize("error", ["SystemExit(3)", "RecursionError('deep')", "MemoryError()", "GeneratorExit()"])
def test_nothing_the_function_raises_gets_out(written, error):
    assert (
        "affine stopped with " + error.split("(")[0]
        in check(written("affine", ("out = x @ w + b", f"raise {error}"))).title
    )
