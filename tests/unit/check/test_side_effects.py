"""Good-citizen warnings come only with a right answer, and cost nothing."""

import numpy as np
import pytest

from utils import check
from utils.checking import wording
from utils.checking.changes import Change, changes
from utils.checking.side_effects import aliased, arrays_in, as_float32

CONSUMING = """
def affine_backward(dout, cache):
    x, w = cache.pop(), None
    x, w = x
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
"""
KEEPS_A_LIST = ("out, (x, w)", "out, [(x, w)]")


def flat(report):
    return " ".join(str(report).split())


def test_a_changed_input_is_named(written):
    report = check(written("affine", ("return out", "x += 1\n    return out")))
    assert report.ok and list(report.warnings) == ["mutates"]
    assert "This costs no points, but it may bite later: The call changed x. That array belongs to whoever" in flat(
        report
    )
    assert report._repr_mimebundle_()["text/plain"] == "affine is right."


def test_inside_a_dict_too(written):
    report = check(
        written(
            "halve_all",
            ("return", "grads['w'] *= 3\n    grads['w'] /= 6\n    return"),
            ("g / 2", "g / (1 if name == 'w' else 2)"),
        )
    )
    assert report.ok and "The call changed grads['w']." in flat(report)


def test_declared_words_win_over_general_ones_and_have_levels(written):
    wrong = written("affine_backward", ("dx = dout @ w.T", "dx = dout @ w.T\n    dout = dout if len(x) else 0"))
    assert check(wrong, forward=written("affine")).warnings == {}
    late = written("affine_backward", ("return dx", "dout *= 2\n    return dx"))
    assert check(late, forward=written("affine")).warnings == {
        "mutates": "The call changed dout. dout belongs to the loss."
    }
    assert "Who else reads dout?" in check(late, forward=written("affine"), hint=2).warnings["mutates"]


def test_the_next_hint_is_offered_for_declared_words_only(written):
    late = written("affine_backward", ("return dx", "dout *= 2\n    return dx"))
    asks = [check(late, forward=written("affine"), hint=level).ask for level in (1, 2, 3)]
    assert asks == [f"check(affine_backward, forward=affine, hint={level})" for level in (2, 3)] + [""]
    text = str(check(late, forward=written("affine")))
    assert text.index("may bite later") < text.index("A question that may help: check(")
    assert check(written("affine", ("return out", "x += 1\n    return out"))).ask == ""


def test_declared_words_about_one_array_do_not_hide_another(written):
    wide = written("affine_backward", ("return dx", "w *= 2\n    return dx"))
    assert check(wide, forward=written("affine")).warnings["mutates"] == "The call changed w. dout belongs to the loss."


def test_an_array_whose_name_is_part_of_a_declared_word_is_named_too():
    declared = {"mutates": ("Your caller's next_h is changed.",), "overflows": ("Somewhere is an overflow.",)}
    assert wording.side_effect("mutates", ("x",), declared, 1).startswith("The call changed x. Your caller's next_h")
    assert wording.side_effect("overflows", ("overflow",), declared, 1) == "Somewhere is an overflow."
    assert "a division by zero" in wording.side_effect("overflows", ("divide by zero",), declared, 1)


def test_a_backward_that_reaches_through_the_cache(written):
    report = check(written("affine_backward", ("return dx", "x *= 2\n    return dx")), forward=written("affine"))
    assert report.ok and "The call changed x." in report.warnings["mutates"]
    assert "consumes" in report.warnings  # and so the second call answers otherwise


def test_the_forward_s_changes_are_not_blamed_on_the_backward(written):
    forward = written("affine", ("return out", "b += 1\n    return out"))
    assert check(written("affine_backward"), forward=forward).warnings == {}


@pytest.mark.parametrize("body", [CONSUMING, CONSUMING.replace("cache.pop(), None", "cache[0], cache.clear()")])
def test_a_consumed_cache(written, body):
    report = check(written("affine_backward", source=body), forward=written("affine", KEEPS_A_LIST))
    assert report.ok and list(report.warnings) == ["consumes"]
    assert "Called twice with the same cache, the second answer is another one." in flat(report)


def test_a_cache_that_is_read_is_fine(written):
    body = CONSUMING.replace("cache.pop()", "cache[-1]")
    assert check(written("affine_backward", source=body), forward=written("affine", KEEPS_A_LIST)).warnings == {}


def test_aliasing_is_reported_where_it_is_declared(written):
    report = check(written("affine", ("(x, w)", "{'x': x, 'parts': [(w, out[:, :1])]}")))
    assert report.ok and report.warnings == {"aliases": "The cache and out share memory. A"}
    assert check(written("affine", ("(x, w)", "(x, out.copy())"))).warnings == {}


def test_aliasing_is_good_practice_where_it_is_not_declared(written, shelf):
    import json

    import utils.fixtures as fixtures

    path = shelf / "affine.json"
    content = json.loads(path.read_text(encoding="utf-8")) | {"side_effects": {}}
    path.write_text(json.dumps(content), encoding="utf-8")
    fixtures.load.cache_clear()
    assert check(written("affine", ("(x, w)", "(x, w, out)"))).warnings == {}


def test_float32_upcast(written):
    report = check(written("decay", ("np.zeros_like(x)", "np.zeros(x.shape)")))
    assert report.ok and list(report.warnings) == ["upcasts"]
    assert "Given float32 arrays, it returns h as float64, so some array on the way is float64" in flat(report)
    assert check(written("decay")).warnings == {}


def test_a_forward_s_upcast_is_not_blamed_on_the_backward(written):
    forward = written("affine", ("x @ w + b", "(x @ w + b).astype(float)"))
    assert list(check(forward).warnings) == ["upcasts"]
    wide = written("affine_backward", ("return dx", "dx = dx.astype(float)\n    return dx"))
    assert check(wide, forward=forward).warnings == {}
    assert list(check(wide, forward=written("affine")).warnings) == ["upcasts"]


def test_a_function_that_cannot_take_float32_is_left_alone(written):
    assert check(written("affine", ("out = x", "assert x.dtype == float\n    out = x"))).warnings == {}


OVERFLOWING = ("out = x @ w + b", "np.exp(np.full(2, 800.0))\n    out = x @ w + b")


def test_an_overflow_on_the_way_to_right_numbers(written, capfd):
    report = check(written("affine", OVERFLOWING))
    assert report.ok and list(report.warnings) == ["overflows"]
    assert "On the way there was an overflow. What came of it does not show in the result" in flat(report)
    assert "RuntimeWarning" not in capfd.readouterr().err, "the card says it, once"


@pytest.mark.parametrize(
    ("line", "troubles"),
    [
        ("np.array([1.0]) / 0", "a division by zero"),
        ("np.array([0.0]) / 0", "an invalid value (nan)"),
        ("np.exp(np.full(1, 800.0)) - np.exp(np.full(1, 800.0))", "an overflow and an invalid value (nan)"),
    ],
)
def test_other_numpy_trouble_is_named(written, line, troubles):
    report = check(written("affine", ("out = x @ w + b", f"{line}\n    out = x @ w + b")))
    assert report.ok and f"On the way there was {troubles}." in flat(report)


@pytest.mark.parametrize(
    "line", ["np.exp(-np.full(2, 800.0))", "with np.errstate(over='ignore'): np.exp(np.full(2, 800.0))"]
)
def test_underflow_and_intended_overflow_are_not_reported(written, line):
    assert check(written("affine", ("out = x @ w + b", f"{line}\n    out = x @ w + b"))).warnings == {}


def test_a_learner_s_own_settings_stay_as_they_were(written):
    with np.errstate(over="raise", invalid="print"):
        before = np.geterr()
        assert list(check(written("affine", OVERFLOWING)).warnings) == ["overflows"]
        assert np.geterr() == before


def test_the_card_says_where_the_nan_of_wrong_numbers_comes_from(written):
    report = check(written("affine", ("out = x @ w + b", "out = np.exp(800 + 0 * (x @ w)) - np.inf")))
    assert report.status == "wrong" and "On the way there was an overflow and an invalid value (nan)." in flat(report)
    assert "On the way" not in flat(check(written("affine", ("x @ w + b", "np.full((len(x), len(b)), np.nan)"))))


@pytest.mark.parametrize("line", ["np.random.rand()", "np.random.seed(0)", "np.random.normal()"])
def test_numpy_s_global_generator(written, line):
    report = check(written("affine", ("out = x @ w + b", f"{line}\n    out = x @ w + b")))
    assert report.ok and list(report.warnings) == ["chance"]
    assert "The call moved NumPy's global generator, `np.random`." in flat(report)


@pytest.mark.parametrize("line", ["np.random.default_rng().random()", "np.random.get_state()", "import random"])
def test_a_generator_of_one_s_own_is_fine(written, line):
    assert check(written("affine", ("out = x @ w + b", f"{line}\n    out = x @ w + b"))).warnings == {}


def test_no_warnings_while_it_is_wrong(written):
    assert check(written("affine", ("x @ w + b", "x @ w"), ("return out", "x += 1\n    return out"))).warnings == {}


def test_changes_are_found_in_types_shapes_keys_and_entries():
    x = np.zeros(2)
    assert list(changes("x", x, x.astype(np.float32))) == [Change("x", "shape")]
    assert list(changes("g", {"a": x}, {"a": x, "b": x})) == [Change("g", "keys")]
    assert list(changes("l", [x], [x, x])) == [Change("l", "length")]
    assert list(changes("g", {"a": [x, x]}, {"a": [x + 1, x + np.array([0, 1])]})) == [
        Change("g['a'][0]", "entries", (0,)),
        Change("g['a'][1]", "entries", (1,)),
    ]
    assert list(changes("n", [3, "a"], [4, "a"])) == [Change("n[0]", "value")]
    nan = (np.array([np.nan]), float("nan"), (x,), np.random.default_rng(0))
    assert list(changes("n", nan, (np.array([np.nan]), float("nan"), (x.copy(),), np.random.default_rng(1)))) == []


def test_arrays_are_found_anywhere_in_a_cache_even_one_that_holds_itself():
    class Box:
        def __init__(self, array):
            self.array = array

    x = np.zeros(3)
    knot = [Box(x), {"k": (x[:1],)}]
    knot.append(knot)
    assert len(arrays_in(knot)) == 2
    assert aliased({"x": x, "y": np.zeros(3), "n": 2.0}, knot) == ["x"]
    assert aliased({"x": x}, 3) == []


def test_as_float32_keeps_whole_numbers():
    made = as_float32({"x": np.zeros(2), "ids": (np.array([1]), [2.0], None)})
    assert made["x"].dtype == np.float32 and made["ids"][0].dtype.kind == "i" and made["ids"][1] == [2.0]
