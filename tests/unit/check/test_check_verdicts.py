"""`check` reaches every verdict: a planted mistake fails, and another right way passes."""

import json

import numpy as np
import pytest

from utils import check, fixtures
from utils.checking import wording
from utils.checking.check_function import checked


def parses_as_a_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain(report):
    return report._repr_mimebundle_()["text/plain"]


def test_a_right_answer(written):
    report = check(written("affine"))
    assert report.ok and report.status == "right" and report.mistake is None and report.warnings == {}
    assert report.comparisons["out"].ok
    assert str(report) == "affine is right.\n\nout agrees with the expected numbers in all 5 cases."
    assert plain(report) == "affine is right." and not parses_as_a_number(plain(report))


@pytest.mark.parametrize(
    "source",
    [
        "def affine(x, w, b):\n    return np.einsum('nd,dm->nm', x, w) + b[None], {'x': x, 'w': w}\n",
        "def affine(data, weights, bias=0, *more):\n    return np.dot(data, weights) + bias, None\n",
        "def affine(*args):\n    return args[0] @ args[1] + args[2], args\n",
        "affine = type('affine', (), {'__call__': lambda s, x, w, b: (x @ w + b, 0), '__name__': 'affine'})()\n",
    ],
)
def test_other_right_ways_pass(written, source):
    assert check(written("affine", source=source)).ok


def test_a_stub_is_not_started(written):
    stub = written("affine", source="def affine(x, w, b):\n    raise NotImplementedError\n")
    report = check(stub)
    assert report.status == "not started" and not report.ok and plain(report) == "0.0"
    assert str(report).startswith("affine is not started yet.\n\nPut your own lines")


def test_the_card_names_the_stub_that_a_function_calls(written):
    source = "def decay(x, h0, a):\n    return affine(x, h0, a)\ndef affine(x, w, b):\n    raise NotImplementedError\n"
    report = check(written("decay", source=source))
    assert report.status == "not started" and report.title == "decay calls affine, which is not started yet."


def test_a_known_mistake_is_named_with_its_hint(written):
    report = check(written("affine", (" + b", "")))
    assert report.status == "wrong" and report.mistake == "no-bias" and plain(report) == "0.0"
    assert "These are the numbers of a layer without its bias" in str(report)
    assert "Which argument" not in str(report)
    assert report.ask == "check(affine, hint=2)" and report.ask in str(report)


@pytest.mark.parametrize("hint, taken", [(7, 4), (0, 1), (-1, 1), (None, 1), ("2", 1), (True, 1), (2.5, 1)])
def test_the_card_names_an_invalid_hint_level(written, hint, taken):
    report = check(written("affine"), hint=hint)
    assert report.ok
    assert f"hint is 1, 2, 3 or 4; {hint!r} was taken as {taken}." in str(report)


def test_right_outputs_come_first(written):
    forward = written("affine")
    wrong = written("affine_backward", ("x.T @ dout", "x.T @ dout**3"))
    report = check(wrong, forward=forward)
    assert report.title == "affine_backward: dx and db are right; dw is not right yet."
    assert [c.ok for c in report.comparisons.values()] == [True, False, True]
    text = str(report)
    assert report.comparisons["dw"].where in text
    assert "These are not the numbers of a mistake I know." in text
    assert "What multiplied w in the forward pass?" not in text
    asked = check(wrong, forward=forward, hint=2).paragraphs
    assert wording.possibility("What multiplied w in the forward pass?") in asked


def test_two_mistakes_at_once_are_both_named(written):
    wrong = written("affine_backward", ("dout @ w.T", "np.sign(dout @ w.T)"), ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    report = check(wrong, forward=written("affine"))
    assert report.mistake is None and report.ask == "check(affine_backward, forward=affine, hint=2)"
    assert "These are the numbers of a db that is averaged over the batch." in report.paragraphs
    assert "The numbers of dx are not those of a mistake I know." in report.paragraphs
    both = written("affine_backward", ("x.T @ dout", "x.T @ dout**3"), ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    both = check(both, forward=written("affine"))
    assert both.paragraphs[0].startswith("These are the numbers of a db")
    assert "What multiplied w in the forward pass?" not in both.paragraphs, "that is for where dw alone is wrong"
    asked = check(wrong, forward=written("affine"), hint=2).paragraphs
    assert "db: One b served N rows. Does each row have its full say in the loss?" in asked


def test_a_list_is_not_compared_with_known_mistakes():
    def affine(x, w, b):
        return [*(x @ w + b), [0.0]], None

    text = str(check(affine))
    assert "out is a list, expected a NumPy array." in text
    assert "mistake I know" not in text


def test_a_mistake_is_named_though_a_call_stops(written):
    ignored, stops = ("state = h0", "state = 0 * h0"), ("return h", "assert x.shape[1] > 1\n    return h")
    assert check(written("decay", ignored, stops)).mistake == "h0-ignored"
    assert check(written("decay", stops)).mistake is None, "all that could be run is right"
    other = check(written("decay", ("state = h0", "state = h0**3"), stops))
    assert other.mistake is None
    assert "not in this one, which has T = 1." in str(other) and "this one has" not in str(other)


def test_the_card_names_a_wrong_shape_and_the_mistake(written):
    report = check(written("affine_backward", ("dout.sum(axis=0)", "dout")), forward=written("affine"))
    assert "db has shape" in str(report) and report.mistake == "db-per-row"
    assert " = (N, M), expected (M,) = (" in str(report)


@pytest.mark.parametrize(
    "new, sentence",
    [
        ("-(x.T @ dout)", "dw has the opposite sign everywhere."),
        ("3 * (x.T @ dout)", "dw is 3 times what it should be, everywhere."),
        ("x.T @ dout / len(x)", "everywhere: that is 1/N (here N = "),
        ("0 * (x.T @ dout)", "Every entry of dw is 0"),
        ("(x.T @ dout)[::-1]", "dw holds the right numbers in the wrong places"),
    ],
)
def test_the_card_says_what_the_numbers_resemble(written, new, sentence):
    report = check(written("affine_backward", ("x.T @ dout", new)), forward=written("affine"))
    assert sentence in str(report).replace("\n", " ")


def test_a_resemblance_of_one_case_only_is_not_reported(written):
    once = written("affine_backward", ("x.T @ dout", "-(x.T @ dout) ** (1 if first else 3)\n    first.clear()"))
    once.__globals__["first"] = [True]
    assert "opposite sign" not in str(check(once, forward=written("affine")))


def test_the_keys_of_a_case_may_be_sorted(written, shelf):
    for path in shelf.glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["cases"] = json.loads(json.dumps(content["cases"], sort_keys=True))
        path.write_text(json.dumps(content), encoding="utf-8")
    assert list(fixtures.load("affine")["cases"][0]["inputs"]) == ["b", "w", "x"]
    assert check(written("affine")).ok
    assert check(written("affine_backward"), forward=written("affine")).ok


def test_wrong_in_time(written):
    late = check(written("decay", ("a * state + x[:, t]", "(a if t < 1 else 1) * state + x[:, t]")))
    assert "h is right up to step t = 1, `h[:, 0]`, and wrong from step t = 2, `h[:, 1]`, on." in str(late)
    assert check(written("decay", ("state = h0", "state = 0 * h0"))).mistake == "h0-ignored"


def test_wrong_in_one_special_case_only(written):
    report = check(written("affine", ("return out", "return out + (len(x) == 1)")))
    assert "out is right in 4 of 5 cases: all but the one with N = 1." in str(report)


def test_right_in_one_special_case_only(written):
    report = check(written("decay", ("a * state", "a**2 * state * (x.shape[1] > 1) + a * state * (x.shape[1] < 2)")))
    assert "h is right in 1 of 7 cases: the one with T = 1." in str(report)


def test_the_card_names_the_nan(written):
    report = check(written("affine", ("return out", "out[0, 0] = np.nan\n    return out")))
    assert report.comparisons["out"].problem == "nan" and "out[0, 0] is nan" in str(report)
    assert report.mistake is None


def test_a_dict_is_an_answer_too(written):
    assert check(written("halve_all")).ok
    report = check(written("halve_all", ("g / 2", "g / 3")))
    assert report.comparisons["halves"].where.startswith("halves['")


def test_parameters_in_another_order(written):
    source = "def affine(w, x, b):\n    return x @ w + b, None\n"
    sentence = "Your parameters stand in the order w, x, b; they are handed over as x, w, b."
    assert sentence in str(check(written("affine", source=source)))


def test_float32_answers_are_right(written):
    assert check(written("affine", ("return out", "return out.astype(np.float32)"))).ok


def test_the_time_is_shared(written):
    slow = written("affine", ("out = x", "import time; time.sleep(0.2); out = x"))
    report = checked(slow, seconds=0.3)
    assert report.title.startswith("affine was still running after 0.3 seconds and was stopped.")
    assert checked(slow, seconds=5).ok


def test_no_further_case_runs_once_the_time_is_up(written):
    calls = []
    endless = written("affine", ("out = x", "calls.append(1)\n    while True: pass\n    out = x"))
    endless.__globals__["calls"] = calls
    assert "was stopped" in checked(endless, seconds=0.2).title and calls == [1]


def test_a_learner_s_numpy_settings_do_not_stop_us(written):
    wrong = written("affine", ("return out", "return np.full(out.shape, 1e300)"))
    with np.errstate(all="raise"):
        assert check(wrong).status == "wrong"


def test_the_card_says_that_a_fault_is_ours(written, monkeypatch):
    def fault(*args, **kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr("utils.checking.check_function.checked", fault)
    report = check(written("affine"))
    assert report.status == "cannot check" and plain(report) == "0.0"
    assert "check itself failed, so this says nothing about your function." in str(report)
    assert "RuntimeError: planted" in str(report)


def test_ctrl_c_is_the_learner_s(written):
    with pytest.raises(KeyboardInterrupt):
        check(written("affine", ("out = x", "raise KeyboardInterrupt; out = x")))
