"""A wrong case is described by what only it has, and a call that can be typed is shown."""

import re

import numpy as np
import pytest

from utils import fixtures
from utils.checking import case_wording, check_function
from utils.checking.case_facts import Distinction
from utils.checking.distinction import distinction, typed_call
from utils.checking.findings import Case
from utils.fixtures import Rng


def case(special="", **inputs):
    return Case(inputs, special=special)


def found(cases, wrong, sizes=None, failed=()):
    right = [index for index in range(len(cases)) if index not in wrong and index not in failed]
    return distinction(cases, sizes or [{}] * len(cases), wrong, right)


def test_special_words_come_first():
    cases = [case(skip=0.5), case(skip=0.7), case("T = 1", skip=1.0)]
    assert found(cases, [2]) == Distinction("wrong", 1, special=("T = 1",))
    assert found(cases, [0, 1]) == Distinction("right", 1, special=("T = 1",))
    twice = [*cases, case("T = 1", skip=0.3)]
    assert found(twice, [2]).special == (), "a right case has it too"
    several = [*cases, case("N = 1", skip=0.3), case("H = 1", skip=0.3)]
    words = case_wording.where_right(2, 5, found(several, [0, 1, 4]))
    assert words == "All outputs are right in 2 of 5 cases: those with T = 1 or N = 1."


def test_arguments_tell_cases_apart():
    """What was described as "depth = 12" was the case with skip = 1."""
    cases = [case(depth=10, skip=0.0), case(depth=11, skip=0.5), case(depth=12, skip=1.0)]
    assert found(cases, [2]).equal == {"skip": 1.0}
    drawn = [case(temperature=0.001), case(temperature=0.31415926), case(temperature=1.0)]
    assert found(drawn, [0]).equal == {"temperature": 0.001}
    assert found(drawn, [1]) is None, "a number that was drawn is another one in every case"
    words = [case(wiring="one to many", T=5), case(wiring="one to many", T=4), case(wiring="many to one", T=5)]
    assert found(words, [0, 1]).equal == {"wiring": "one to many"}
    assert found(words, [1]).equal == {"T": 4}
    assert found(words, [0]) is None, "each of its arguments is one of a right case too"


def test_an_ordinary_size_of_one_case_says_nothing():
    """What was described as "V = 2 and D = 7" was the case with N = T = 1, which no output shows."""
    cases = [case(x=np.zeros(shape, dtype=int)) for shape in ((3, 4), (5, 6), (1, 1))]
    sizes = [{"V": 5, "D": 3}, {"V": 6, "D": 4}, {"V": 2, "D": 7}]
    assert found(cases, [0, 1], sizes) == Distinction("right", 1, equal={"len(x)": 1, "x.shape[1]": 1})
    assert found(cases[:2], [0], sizes[:2]) is None


def test_zeros_are_named_before_a_number_beside_them():
    """What was described as "max_norm = 5.0" was the case whose gradients are all 0."""
    of_one = {"w": np.ones(2), "b": np.zeros(1)}
    none = {"w": np.zeros(2), "b": np.zeros(1)}
    cases = [case(grads=of_one, max_norm=0.31415926), case(grads=none, max_norm=5.0), case(grads=of_one, max_norm=2.5)]
    words = case_wording.where_right(2, 3, found(cases, [1]))
    assert words == "All outputs are right in 2 of 3 cases: all but the one with grads that are all 0."
    assert found([case(grads=none, max_norm=2.0), *cases[1:]], [1]).equal == {"max_norm": 5.0}
    assert found([case(grads={}, max_norm=2.0), cases[2]], [0]).equal == {"max_norm": 2.0}


def test_a_loop_that_stops_shows_from_which_length_on():
    sizes = [{"N": n, "T": t} for n, t in ((5, 2), (2, 3), (4, 6), (3, 7))]
    cases = [case() for _ in sizes]
    assert found(cases, [2, 3], sizes).bound == ("T", 6, "more")
    assert found(cases, [0, 1], sizes).bound == ("T", 3, "less")
    assert found(cases, [0, 2], sizes) is None
    assert found(cases, [], sizes) is None and found(cases, [0, 1, 2, 3], sizes) is None


def test_no_more_is_claimed_than_was_seen():
    one = Distinction("wrong", 1, equal={"k": 3})
    assert case_wording.where_right(4, 5, one) == "All outputs are right in 4 of 5 cases: all but the one with k = 3."
    assert (
        case_wording.where_right(3, 5, one) == "All outputs are right in 3 of 5 cases; the one with k = 3 is wrong."
    ), "a call that stopped is neither"
    assert case_wording.where_right(3, 5, None) == "All outputs are right in 3 of 5 cases."


def test_a_call_is_shown_if_it_can_be_typed():
    short = np.array([True, False])
    asked = Case({"wiring": "many to one", "T": 2}, {}, {"mask": ~short})
    shown = typed_call(asked, 3, {"mask": short}, ["mask"])
    assert (shown.arguments, shown.rows) == (("many to one", 2), {"mask": ((True, False), (False, True))})
    assert typed_call(Case({"x": short}, {}, {"mask": short}), 0, {"mask": short}, ["mask"]) is None
    assert typed_call(Case({}, {}, {"mask": short}), 0, {"mask": short}, ["mask"]) is None
    stack = Case({"depth": 3, "skip": 0.5, "rng": Rng(7)}, {}, {"norms": np.ones(3)})
    shown = typed_call(stack, 0, {"norms": np.zeros(3)}, ["norms"])
    words = case_wording.typed_call("stack", shown, expected=True)
    assert words == "A call that goes wrong: `stack(3, 0.5, np.random.default_rng(7))`."


LAST_ONLY = """
def upstream_mask(wiring, T):
    mask = np.zeros(T, dtype=bool)
    mask[-1] = True
    return mask
"""


def test_the_card_shows_both_masks():
    space = {"np": np}
    exec(LAST_ONLY, space)
    text = " ".join(str(check_function.checked(space["upstream_mask"])).split())
    inputs = [case["inputs"] for case in fixtures.load("upstream_mask")["cases"]]
    first = next(one for one in inputs if one["wiring"] != "many to one" and one["T"] > 1)
    own = [False] * (first["T"] - 1) + [True]
    assert f'`upstream_mask("{first["wiring"]}", {first["T"]})` gives mask = {own}, expected [' in text
    assert "N = " not in text


PATTERNS = [(name, text) for name in fixtures.names() for text in fixtures.load(name)["patterns"].values()]
CLAIMS = re.compile(r"\b(right|wrong|should|must|yours?)\b")


@pytest.mark.parametrize(("name", "text"), PATTERNS)
def test_a_question_chosen_by_the_wrong_outputs_claims_nothing(name, text):
    assert claims(text) == []


def claims(text):
    """Return the sentences that claim something of the learner's numbers; what does not ask is about the exercise."""
    *before, last = re.split(r"(?<=[.?:]) (?=[A-Z])", text)
    found = [one for one in before if one.endswith((".", ":")) and CLAIMS.search(one)]
    return found if last.endswith("?") else [*found, last]


def test_a_claim_would_be_found():
    assert claims("The gradients are right, the loss is not. Over which steps is it a sum?")
    assert claims("Try 0, then 2, then −2: you should get 0.5, 0.8808 and 0.1192.")
    assert claims("Is rnn_forward right? Only dx is wrong. Which step is it?")
