"""Equal arrays of any shape agree, and one wrong entry is found and located."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.checking import likeness_wording, wording
from utils.checking.compare import TOLERANCE, compare
from utils.checking.fingerprints import chosen, explanations, fingerprint, same_fingerprint, where_to_look
from utils.checking.resemblance import Pair
from utils.checking.resembling import resemblance

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=5)
ARRAYS = SHAPES.flatmap(lambda s: hnp.arrays(np.float64, s, elements=st.floats(-100, 100, width=32)))
QUICK = settings(max_examples=60, deadline=None)


def problem_of(*args, **about):
    """Compare, and say what is wrong."""
    return wording.comparison(compare(*args, **about))


@QUICK
@given(ARRAYS)
def test_an_array_agrees_with_itself_and_with_round_off(array):
    assert compare("a", array, array).ok
    assert compare("a", array * (1 + 1e-9) + 1e-16, array).ok
    assert compare("a", array.astype(np.float32), array).ok


@QUICK
@given(ARRAYS, st.data())
def test_one_wrong_entry_is_found_and_located(expected, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in expected.shape)
    sign = data.draw(st.sampled_from([-1, 1]))
    step = 3 * TOLERANCE["float64"] * max(np.abs(expected).max(initial=0), 1)
    actual = expected.copy()
    actual[index] += sign * step
    found = compare("a", actual, expected)
    assert found.problem == "value"
    assert found.where == (f"a[{', '.join(map(str, index))}]" if index else "a")
    assert (found.yours, found.expected) == (float(actual[index]), float(expected[index]))


@QUICK
@given(ARRAYS, st.data(), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_one_entry_that_is_not_finite_is_found(expected, data, bad):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in expected.shape)
    actual = expected.copy()
    actual[index] = bad
    assert compare("a", actual, expected).problem == "nan"
    # And the other way round: where NaN or infinity is expected, a number is wrong and the same is right.
    assert compare("a", expected, actual).problem == "value"
    assert compare("a", actual, actual).ok


@QUICK
@given(ARRAYS, SHAPES)
def test_another_shape_is_wrong_both_ways(array, shape):
    if shape == array.shape:
        return
    other = np.zeros(shape)
    assert compare("a", array, other).problem == "shape" == compare("a", other, array).problem


def test_the_learner_s_axes_are_named_where_sizes_tell_them():
    sentence = problem_of("h", np.zeros((5, 2, 3)), np.zeros((2, 5, 3)), axes=["N", "T", "H"])
    assert sentence == "h has shape (5, 2, 3) = (T, N, H), expected (N, T, H) = (2, 5, 3)."
    sentence = problem_of("h", np.zeros((2, 4)), np.zeros((2, 2)), axes=["N", "T"])
    assert sentence == "h has shape (2, 4), expected (N, T) = (2, 2)."


def test_one_step_too_many_is_reported_before_axes_are_guessed():
    sentence = problem_of("c", np.zeros((2, 7, 7)), np.zeros((2, 6, 7)), axes=["N", "T", "H"])
    assert sentence == (
        "c has shape (2, 7, 7), expected (N, T, H) = (2, 6, 7): one step too many. Does it still hold what it started "
        "from?"
    )
    for shape in ((2, 5, 7), (3, 7, 7), (2, 6, 8)):
        assert "too many" not in wording.comparison(
            compare("c", np.zeros(shape), np.zeros((2, 6, 7)), axes=["N", "T", "H"])
        )


def test_truth_values_stay_truth_values():
    found = compare("broken", True, False)
    assert (found.yours, found.expected) == (True, False) and type(found.yours) is bool
    assert type(compare("loss", 1.0, False).yours) is float


def test_round_off_where_zero_is_expected():
    assert compare("a", np.full(3, 1e-16), np.zeros(3)).ok
    assert not compare("a", np.full(3, 1e-9), np.zeros(3)).ok


def test_nested_answers():
    expected = [(np.array([1, 2]), np.array([3.0]))]
    assert compare("batches", [[np.array([1, 2]), np.array([3.0])]], expected).ok
    assert problem_of("batches", [], expected) == "batches has 0 entries, expected 1."
    assert problem_of("batches", 3, expected) == "batches is an int, expected a list."
    found = compare("batches", [(np.array([1, 2]), np.array([4.0]))], expected)
    assert found.name == "batches" and found.where == "batches[0][1][0]"
    assert compare("ids", np.array([1, 2]), [1, 2]).ok
    grads = {"w": np.ones(2)}
    assert compare("g", grads, grads).ok
    assert problem_of("g", {}, grads) == "g has no entry 'w'."
    assert problem_of("g", {"w": np.ones(2), "v": 1}, grads) == "g has an entry 'v' that was not asked for."
    assert problem_of("g", [1], grads) == "g is a list, expected a dict."


def test_booleans_and_whole_numbers():
    assert compare("m", np.array([True, False]), np.array([True, False])).ok
    assert compare("m", np.array([1.0, 0.0]), np.array([True, False])).ok
    found = compare("m", np.array([True, True]), np.array([True, False]))
    assert (found.where, found.yours, found.expected) == ("m[1]", 1.0, 0.0)
    assert compare("m", np.array([1, 2], dtype=np.uint8), np.array([1, 2])).ok


def test_a_choice_is_judged_but_not_revealed():
    found = compare("formula", 1, 3, axes=["choice"])
    assert (found.problem, wording.comparison(found), found.expected) == ("choice", "formula = 1 is not the one.", None)
    assert compare("formula", 3.0, 3, axes=["choice"]).ok
    assert compare("formula", "3", 3, axes=["choice"]).problem == "kind"


@QUICK
@given(ARRAYS)
def test_equal_outputs_have_equal_fingerprints(array):
    own = fingerprint({"a": array})
    assert same_fingerprint(own, fingerprint({"a": array.copy()}))
    noise = 1e-9 * np.abs(array).max(initial=0) * np.sign(array)
    assert same_fingerprint(own, fingerprint({"a": array + noise}))


@QUICK
@given(ARRAYS, st.integers(0, 2**32 - 1))
def test_another_array_has_another_fingerprint(array, seed):
    other = array + np.random.default_rng(seed).standard_normal(array.shape) * max(np.abs(array).max(), 1)
    assert not same_fingerprint(fingerprint({"a": array}), fingerprint({"a": other}))
    assert not same_fingerprint(fingerprint({"a": array}), fingerprint({"a": array[None]}))
    assert not same_fingerprint(fingerprint({"a": array}), fingerprint({"b": array}))


def test_fingerprints_of_nested_answers_differ():
    one, other = ({"g": {"w": np.ones(2), "b": np.full(3, v)}} for v in (1.0, 2.0))
    assert same_fingerprint(fingerprint(one), fingerprint(one))
    assert not same_fingerprint(fingerprint(one), fingerprint(other))
    assert set(fingerprint({"b": [(np.ones(2), np.ones(3))]})) == {"b.0.0", "b.0.1"}


def explained(answers, mistakes, rights, wrong=("a", "b", "c")):
    """Return what `explanations` does, from outputs; a mistake is a list with its outputs in each case."""
    known = [
        {name: (case := outputs[index]) and fingerprint(case) for name, outputs in mistakes.items()}.get
        for index in range(len(answers))
    ]
    return explanations([*map(fingerprint, answers)], [*map(fingerprint, rights)], mistakes, known, wrong)


ONE, TWO, NAN = ({"a": np.array([value])} for value in (1.0, 2.0, np.nan))


def test_an_answer_of_nan_alone_is_no_known_mistake():
    assert explained([NAN], {"m": [NAN]}, [ONE]) == {}
    assert explained([NAN], {"m": [NAN]}, [{"a": np.zeros(1)}]) == {"m": {"a"}}, (
        "0 / 0 alone puts NaN in the place of 0"
    )
    assert explained([TWO, NAN], {"m": [TWO, NAN]}, [ONE, ONE]) == {"m": {"a"}}
    assert explained([ONE, NAN], {"m": [ONE, NAN]}, [ONE, ONE]) == {}, "finite, but right"


def test_answers_that_are_not_finite_are_distinguished_by_where():
    right, low, high = ({"a": np.array(row)} for row in ([1.0, 2.0, 3.0], [np.nan, 2.0, 3.0], [1.0, 2.0, np.nan]))
    other = {"a": np.array([np.nan, 2.0, 4.0])}
    assert explained([low], {"m": [low]}, [right]) == {"m": {"a"}}
    assert explained([high], {"m": [low]}, [right]) == explained([other], {"m": [low]}, [right]) == {}


def test_a_mistake_that_raises_has_no_numbers_to_be_known_by():
    assert explained([TWO, TWO], {"m": [TWO, None]}, [ONE, ONE]) == {}


def test_a_mistake_that_spoils_what_is_right_is_not_named():
    right, own = {"a": np.ones(2), "b": np.ones(2)}, {"a": np.zeros(2), "b": np.ones(2)}
    loud = {"a": np.zeros(2), "b": np.zeros(2)}
    assert explained([own], {"loud": [loud], "quiet": [own]}, [right], ["a"]) == {"quiet": {"a"}}
    assert explained([loud], {"loud": [loud], "quiet": [own]}, [right], ["a", "b"]) == {
        "loud": {"a", "b"}, "quiet": {"a"}
    }  # fmt: skip


def test_a_mistake_must_hold_in_every_case():
    assert explained([TWO, TWO], {"m": [TWO, ONE]}, [ONE, ONE]) == {}, "wrong where the mistake is right"
    assert explained([TWO, ONE], {"m": [TWO, TWO]}, [ONE, ONE]) == {}, "right where the mistake is wrong"
    assert explained([TWO, ONE], {"m": [TWO, ONE]}, [ONE, ONE]) == {"m": {"a"}}


def test_a_mistake_does_not_explain_what_it_leaves_right():
    """A norm that is off by 1e-12 where 0 is right is not named by a mistake that leaves the norm alone."""
    right, own = {"norm": 0.0}, {"norm": 1e-12}
    assert explained([own], {"m": [right]}, [right], ["norm"]) == {}
    near, far = {"norm": 1 + 3e-6}, {"norm": 1 + 2e-5}
    assert explained([near], {"m": [far]}, [{"norm": 1.0}], ["norm"]) == {}, "nearer to right than to the mistake"


def test_a_mistake_is_run_on_no_further_case_once_one_has_ruled_it_out():
    asked = []
    prints = [fingerprint(TWO)] * 2
    assert explanations(prints, [fingerprint(ONE)] * 2, ["m"], [{"m": fingerprint(ONE)}.get, asked.append], ["a"]) == {}
    assert asked == ["m"], "what leaves one case alone may still show in the next"
    wrong = fingerprint({"a": np.array([3.0])})
    assert explanations(prints, [fingerprint(ONE)] * 2, ["m"], [{"m": wrong}.get, asked.append], ["a"]) == {}
    assert asked == ["m"]


def sets(**mistakes):
    return {name: frozenset(outputs) for name, outputs in mistakes.items()}


def test_of_mistakes_that_may_be_named_the_one_that_explains_most_is():
    assert chosen(sets(m="a"), ["a"]) == ("m", {})
    assert chosen(sets(small="a", large="ab"), ["a", "b"]) == ("large", {})
    assert chosen(sets(small="a", large="ab"), ["a", "b", "c"]) == (None, {"large": ("a", "b")})
    assert chosen(sets(m="a", n="b"), ["a", "b"]) == (None, {"m": ("a",), "n": ("b",)})
    assert chosen(sets(m="c", n="ab"), ["a", "b", "c"]) == (None, {"n": ("a", "b"), "m": ("c",)})
    assert chosen(sets(m="ab"), ["a"]) == ("m", {}), "b is excused"
    assert chosen({}, ["a"]) == (None, {})


def test_where_two_mistakes_may_be_meant_neither_is_named():
    assert chosen(sets(m="a", n="a"), ["a"]) == (None, {})
    assert chosen(sets(m="ab", n="bc"), ["a", "b", "c"]) == (None, {})
    assert chosen(sets(m="a", n="a", other="b"), ["a", "b"]) == (None, {"other": ("b",)})


def test_the_wrong_outputs_decide_where_to_look():
    patterns = {"b,c": "both", "all": "every"}
    assert where_to_look(["c", "b"], ["a", "b", "c"], patterns) == "b,c"
    assert where_to_look(["a", "b", "c"], ["a", "b", "c"], patterns) == "all"
    assert where_to_look(["a"], ["a", "b", "c"], patterns) is None


def test_a_dict_reports_right_and_wrong_entries_and_each_entry_has_its_hint():
    grads = {"W": np.ones(3), "U": np.ones(2), "b": np.ones(2)}
    found = compare("grads", grads | {"W": np.zeros(3), "b": np.zeros(2)}, grads)
    assert found.entries == ("W", "b")
    assert wording.comparison(found) == "grads: U right, W and b wrong. 3 of 3 entries of grads['W'] are wrong."
    assert problem_of("grads", {name: 0 * g for name, g in grads.items()}, grads).startswith("3 of 3 entries")
    shape = compare("grads", grads | {"W": np.zeros(3), "b": np.ones(3)}, grads)
    assert (shape.problem, shape.entries) == ("shape", ()), "a wrong shape comes before wrong numbers"
    patterns = {"W,b": "one layer", "grads": "the way back", "all": "all"}
    assert where_to_look(["grads"], ["loss", "grads"], patterns, ("W", "b")) == "W,b"
    assert where_to_look(["grads"], ["loss", "grads"], patterns, ("b", "W")) == "W,b", "in whatever order"
    assert where_to_look(["grads"], ["loss", "grads"], patterns, ("W",)) == "grads"
    assert where_to_look(["loss", "grads"], ["loss", "grads"], patterns, ("W", "b")) == "all"


def likeness(name, *pairs, axes=()):
    found = resemblance([Pair(*pair) for pair in pairs], axes)
    return found and likeness_wording.likeness(name, found, axes)


def test_resemblance_in_time():
    e = np.arange(1.0, 13).reshape(1, 4, 3)
    axes = ["N", "T", "H"]
    late, early = e.copy(), e.copy()
    late[:, 2:] += 1
    early[:, :2] += 1
    first = np.where([[[1], [0], [0], [0]]], 0, e)
    words = [likeness("h", (a, e), axes=axes) for a in (e[:, ::-1], late, early, first)]
    assert words[0] == "h is right, but in reverse order of time."
    assert words[1] == "h is right up to step t = 2, `h[:, 1]`, and wrong from step t = 3, `h[:, 2]`, on."
    assert words[2] == "h is wrong up to step t = 2, `h[:, 1]`, and right from step t = 3, `h[:, 2]`, on."
    assert words[3] == "h is wrong only at step t = 1, `h[:, 0]`."
    assert likeness("loss", (0.0, 3.0)) is None  # the line before has said so


def test_the_last_step_is_another_one_in_every_case():
    short, long = np.arange(1.0, 4).reshape(1, 3), np.arange(1.0, 6).reshape(1, 5)
    wrong = [np.where(np.arange(e.shape[1]) == e.shape[1] - 1, 0, e) for e in (short, long)]
    right = [np.where(np.arange(e.shape[1]) == e.shape[1] - 1, e, 0) for e in (short, long)]
    pairs = list(zip(wrong, (short, long), strict=True))
    assert likeness("y", *pairs, axes=["N", "T"]) == "y is wrong only at the last step, `y[:, -1]`."
    pairs = list(zip(right, (short, long), strict=True))
    assert likeness("y", *pairs, axes=["N", "T"]) == "y is right only at the last step, `y[:, -1]`."


E = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 7.0], [2.0, 9.0, 8.0]])


@pytest.mark.parametrize(
    ("wrong", "other", "axes"),
    [
        (0 * E, E + 1, ()),
        (-E, 2 * E + 1, ()),
        (E[:, ::-1], E + 1, ["N", "T"]),
        (E * [1, 1, 0], E * [1, 0, 1], ["N", "T"]),
        (E * [1, 1, 0], E * [1, 0, 0], ["N", "T"]),
        (E.T, E + 1, ()),
        (2 * E, 3 * E + E.T, ()),
        (np.roll(E, 1, axis=0), E + 1, ()),
        (-E, np.full_like(E, np.nan), ()),
        (-E, None, ()),
        (-E, -E[:2], ()),
    ],
)
def test_a_resemblance_must_hold_in_every_wrong_case(wrong, other, axes):
    assert likeness("a", (wrong, E), axes=axes)
    assert likeness("a", (wrong, E), (wrong, E), axes=axes) == likeness("a", (wrong, E), axes=axes)
    assert likeness("a", (wrong, E), (other, E), axes=axes) is None
    assert likeness("a", (other, E), (wrong, E), axes=axes) is None


def test_a_size_is_named_only_where_every_wrong_case_agrees_on_it():
    twice = [(2 * E, E, {"H": 2}), (2 * E, E, {"H": 5})]
    assert likeness("a", *twice) == "a is 2 times what it should be, everywhere."
    assert likeness("a", twice[0]) == "a is 2 times what it should be, everywhere.", "one case is not enough"
    assert likeness("a", twice[0], twice[0]) == "a is 2 times what it should be, everywhere."
    averaged = [(E / 4, E, {"N": 4, "T": 3}), (E / 2, E, {"N": 2, "T": 4})]
    assert likeness("a", *averaged) == "a is 0.25 times what it should be, everywhere: that is 1/N (here N = 4)."
    summed = [(3.0, 1.0, {"N": 4, "T": 3}), (8.0, 2.0, {"N": 2, "T": 4})]
    assert likeness("a", *summed) == "a is 3 times what it should be, everywhere: that is T (here T = 3)."
    several = "a is right up to a factor: one number for all its entries, which differs from case to case."
    assert likeness("a", *averaged, (E / 3, E, {"N": 5, "T": 3})) == several
    assert likeness("a", (False, True), (False, True)) is None, "False is not 0 times True"


@QUICK
@given(ARRAYS, ARRAYS)
def test_resemblance_never_fails(a, e):
    for axes in ((), ("N", "T", "H")):
        words = likeness("a", (a, e, {"N": 2}), (e, a, {"N": 3}), axes=axes)
        assert words is None or words.endswith(".")


def test_an_array_in_the_place_of_parts_of_different_shapes_is_a_wrong_answer():
    parts = [(np.zeros((2, 3)), np.ones(2)), (np.zeros((2, 1)), np.ones(2))]
    found = compare("batches", np.zeros(4), parts)
    assert (found.problem, wording.comparison(found)) == ("kind", "batches is an array, expected a list.")
    assert compare("pair", np.array([1.0, 2.0]), (1.0, 2.0)).ok, "where one array would do, it does"
