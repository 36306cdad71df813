"""`check.case` hands over the smallest case that fails, and the same call can be made again."""

import numpy as np
import pytest

from utils import check, fixtures


def smallest(name):
    """Return the index of the ordinary case with the fewest numbers among its inputs."""
    cases = fixtures.load(name)["cases"]
    sizes = [sum(np.size(v) for v in (*c["inputs"].values(), *c["upstream"].values())) for c in cases]
    return min(range(len(cases)), key=lambda index: (bool(cases[index].get("special")), sizes[index]))


def test_the_call_can_be_made_again(written):
    wrong = written("affine", (" + b", ""))
    case, stored = check.case(wrong), fixtures.load("affine")["cases"][smallest("affine")]
    assert list(case.inputs) == ["x", "w", "b"] and list(case.expected) == list(case.got) == ["out"]
    np.testing.assert_array_equal(case.inputs["x"], stored["inputs"]["x"])
    np.testing.assert_array_equal(case.expected["out"], stored["expected"]["out"])
    np.testing.assert_array_equal(case.got["out"], wrong(*case.arguments)[0])
    np.testing.assert_allclose(written("affine")(*case.arguments)[0], case.expected["out"], atol=1e-7)
    assert case.title.startswith("A small case in which affine fails")


def test_a_call_that_changes_its_arguments_finds_them_again(written):
    spoils = written("decay", ("h = np.zeros_like(x)", "x *= 2\n    h = np.zeros_like(x)"))
    case = check.case(spoils)
    np.testing.assert_array_equal(spoils(*case.arguments), spoils(*case.arguments))
    np.testing.assert_array_equal(case.arguments[0], case.inputs["x"])


def test_a_backward_pass_gets_the_cache_of_the_learners_own_forward_pass(written):
    source = "def affine(x, w, b):\n    return x @ w + b, {'mine': (x, w)}\n"
    wrong = written("affine_backward", ("x, w = cache", "x, w = cache['mine']"), ("sum(axis=0)", "mean(axis=0)"))
    case = check.case(wrong, forward=written("affine", source=source))
    assert list(case.upstream) == ["dout"] and list(case.got) == ["dx", "dw", "db"]
    dout, cache = case.arguments
    np.testing.assert_array_equal(dout, case.upstream["dout"])
    np.testing.assert_array_equal(cache["mine"][0], case.inputs["x"])
    for own, again in zip(case.got.values(), wrong(*case.arguments), strict=True):
        np.testing.assert_array_equal(own, again)
    assert check.case(wrong).title.startswith("affine_backward takes a cache")


def test_a_case_that_is_right_is_passed_over(written):
    """Of those that fail, it is the smallest: the smallest of all is right here."""
    cases = [c for c in fixtures.load("decay")["cases"] if not c.get("special")]
    sizes = sorted(c["inputs"]["x"].size + c["inputs"]["h0"].size for c in cases)
    wrong = written("decay", ("return h", f"return h if x.size + h0.size <= {sizes[1]} else 0 * h"))
    assert check.case(wrong).inputs["x"].size + check.case(wrong).inputs["h0"].size == min(
        size for size in sizes if size > sizes[1]
    )


def test_a_crash_is_got(written):
    stops = written("decay", ("return h", "return h @ a"))
    case = check.case(stops)
    assert isinstance(case.got, ValueError) and "h" in case.expected
    with pytest.raises(ValueError, match="matmul"):
        stops(*case.arguments)
    assert "ValueError" in repr(case) and "ValueError" in case._repr_html_()


def test_another_number_of_values_is_got_as_it_came(written):
    assert check.case(written("decay", ("return h", "return h, 1"))).got[1] == 1


def test_where_nothing_fails_it_says_so(written):
    case = check.case(written("decay"))
    assert case.title == "decay is right: no case fails. This is a small one."
    np.testing.assert_allclose(case.got["h"], case.expected["h"], atol=1e-7)
    stub = check.case(written("decay", source="def decay(x, h0, a):\n    raise NotImplementedError\n"))
    assert stub.title.startswith("decay is not started yet.") and stub.got is None and "h" in stub.expected
    stub = check.case(written("affine_backward"), forward=written("affine", source="def affine(x, w, b):\n    1 / 0\n"))
    assert "ZeroDivisionError" in stub.title and stub.got is None and stub.arguments == ()


@pytest.mark.parametrize("what", [None, 3, "decay", lambda x: x, np.sum])
def test_what_is_not_an_exercise_gets_a_sentence(what):
    case = check.case(what)
    assert case.inputs == {} and case.got is None and case.title == check(what).title and case.title in repr(case)


def test_it_is_shown_with_what_to_write(written):
    case = check.case(written("decay", ("a * state", "a * state**3")))
    shape = case.inputs["x"].shape
    for text in (repr(case), case._repr_html_().replace("&quot;", '"')):
        for words in ('case.inputs["x"]', f"array of shape {shape}", 'case.expected["h"]', 'case.got["h"]'):
            assert words in text
        assert "decay(*case.arguments)" in text and "makes this call again." in text


def test_the_card_says_how_to_get_it_and_where_it_goes_wrong_first(written):
    late = check(written("decay", ("return h", "h[:, 1:3] *= x[:, 1:3]\n    return h")))
    assert "In the case that `check.case` gives, h is wrong first at step t = 2, `h[:, 1]`." in late.paragraphs
    assert "A small case that fails: case = check.case(decay)\n" in str(late)
    backward = check(written("affine_backward", ("return dx", "return 2 * dx")), forward=written("affine"))
    assert "A small case that fails: case = check.case(affine_backward, forward=affine)\n" in str(backward)
    assert "<code>case = check.case(affine_backward, forward=affine)</code>" in backward._repr_html_()
    assert "check.case" not in str(check(written("decay")))
    parameters = check(written("affine", source="def affine(x, w):\n    return x @ w, 0\n"))
    assert "check.case" not in str(parameters), "every case fails alike"
