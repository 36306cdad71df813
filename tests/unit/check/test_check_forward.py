"""A backward pass is checked on the cache of the learner's own forward pass, which may be the wrong one."""

import pytest

from utils import check


def test_a_backward_needs_its_forward(written):
    backward = written("affine_backward")
    report = check(backward)
    assert report.status == "cannot check" and "`check(affine_backward, forward=affine)`" in report.title
    assert check(backward, forward=written("affine")).ok


@pytest.mark.parametrize(
    "forward, sentence",
    [
        ("affine", "forward= was given a name in quotes."),
        ((1, 2), "forward= was given a tuple, which looks like the result of a call."),
    ],
)
def test_a_forward_that_is_not_a_function_is_refused(written, forward, sentence):
    report = check(written("affine_backward"), forward=forward)
    assert report.status == "cannot check" and sentence in " ".join([report.title, *report.paragraphs])
    assert "`check(affine_backward, forward=affine)`" in report.paragraphs[0]


def test_another_exercise_s_forward_is_refused(written):
    report = check(written("affine_backward"), forward=written("decay"))
    assert "takes the cache of affine, but forward= is decay" in report.title


def test_a_forward_under_another_name_will_do(written):
    forward = written("affine")
    forward.__name__ = "my_own_affine"
    assert check(written("affine_backward"), forward=forward).ok


def test_a_forward_that_returns_no_cache_is_reported(written):
    backward = written("affine_backward")
    stub = written("affine", source="def affine(x, w, b):\n    raise NotImplementedError\n")
    report = check(backward, forward=stub)
    assert report.status == "cannot check"
    assert report.title == "affine_backward needs the cache of your forward pass, and affine is not started yet."
    report = check(backward, forward=written("affine", ("out, (x, w)", "out")))
    assert "affine does not return out and cache" in report.title
    report = check(backward, forward=written("affine", ("x @ w", "x @ w @ w @ w")))
    assert "needs the cache of your forward pass, but affine stopped with ValueError" in report.title


def test_two_stubs_are_not_started(written):
    stubs = [
        written(name, source=f"def {signature}:\n    raise NotImplementedError()\n")
        for name, signature in [("affine", "affine(x, w, b)"), ("affine_backward", "affine_backward(dout, cache)")]
    ]
    assert check(stubs[1], forward=stubs[0]).title == "affine_backward is not started yet."


def test_a_wrong_forward_is_suspected(written):
    report = check(written("affine_backward"), forward=written("affine", ("(x, w)", "(x, 2 * w)")))
    assert "is not right either" not in str(report)  # its output is right: nothing to say against it
    report = check(written("affine_backward"), forward=written("affine", ("out, (x, w)", "2 * out, (x, 2 * w)")))
    assert "affine is not right either, and the cache comes from it" in str(report).replace("\n", " ")
