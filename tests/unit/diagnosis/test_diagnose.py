"""`diagnose` finds facts in cases and answers made by hand, and no fact that fails in some case."""

import dataclasses

import numpy as np
import pytest

from utils.checking import likeness_wording, wording
from utils.checking.compare import compare
from utils.checking.comparison import Opaque
from utils.checking.containers import Opened
from utils.checking.diagnose import arguments_of, diagnose
from utils.checking.findings import Answer, Case, Subject
from utils.checking.fingerprints import fingerprint
from utils.errors import Failure

EXERCISE = Subject("f", {"a": ("N",), "b": ()}, ("half-a", "no-b"), {"a": "Look at a.", "all": "Look at all."})
MISTAKES = {"half-a": lambda x: (x / 2, x.sum()), "no-b": lambda x: (x, 0.0)}
FAILED = Answer(failure=Failure("exception", "f", "ValueError"))


def outputs(x, function=lambda x: (x, x.sum())):
    return dict(zip("ab", function(x), strict=True))


def case(x, asked=None):
    def known(mistake):
        if asked is not None:
            asked.append(mistake)
        return fingerprint(outputs(x, MISTAKES[mistake]))

    return Case({"x": x}, {}, outputs(x), known)


X = [np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0])]
CASES = [case(x) for x in X]


def found(function, **about):
    return diagnose(EXERCISE, CASES, [Answer(outputs(x, function)) for x in X], **about)


def test_a_right_answer_is_compared_and_no_mistake_is_looked_up():
    asked = []
    findings = diagnose(EXERCISE, [case(x, asked) for x in X], [Answer(outputs(x)) for x in X])
    assert findings.ok and findings.right_outputs == ("a", "b") and findings.right_cases == (0, 1) and asked == []


def test_one_mistake_can_explain_all_outputs():
    findings = found(MISTAKES["half-a"])
    assert findings.mistake == "half-a" and findings.wrong == {"a": (0, 1)} and findings.right_outputs == ("b",)
    assert not findings.by_output and not findings.resemblances and findings.pattern is None


def test_two_mistakes_explain_an_output_each():
    findings = found(lambda x: (x / 2, 0.0))
    assert findings.mistake is None and findings.by_output == {"half-a": ("a",), "no-b": ("b",)}
    assert findings.unexplained == () and findings.pattern is None


def test_an_unexplained_answer_has_a_resemblance_or_a_place_to_look():
    findings = found(lambda x: (x**3 - x, x.sum()))
    assert findings.unexplained == ("a",) and findings.pattern == "a" and not findings.resemblances
    findings = found(lambda x: (3 * x, x.sum()))
    assert findings.unexplained == ("a",) and findings.pattern is None
    assert (findings.resemblances["a"].kind, findings.resemblances["a"].factor) == ("factor", pytest.approx(3))
    assert found(lambda x: (x * (-1 if len(x) > 2 else 4), x.sum())).resemblances["a"].kind == "multiple"
    mixed = found(lambda x: (-x if len(x) > 2 else x + 1, x.sum()))
    assert mixed.resemblances == {}, "it must hold in every case"


def test_the_findings_name_the_only_wrong_case():
    findings = found(lambda x: (x + (len(x) == 2), x.sum()))
    assert findings.wrong == {"a": (1,)} and findings.right_cases == (0,)
    assert findings.comparisons["a"].yours == 4.0, "the first comparison that is not right"


def test_a_failure_keeps_the_earlier_answers():
    findings = diagnose(EXERCISE, CASES, [FAILED, Answer(outputs(X[1], MISTAKES["half-a"]))])
    assert findings.failure == FAILED.failure and findings.failed_case == 0 and findings.failed_call == {"x": (3,)}
    assert findings.wrong == {"a": (1,)} and not findings.ok
    nothing = diagnose(EXERCISE, CASES, [FAILED])
    assert (nothing.case_count, nothing.compared, nothing.right_outputs) == (1, {}, ())


def test_a_mistake_is_named_only_if_it_holds_in_every_ordinary_case():
    half, special = Answer(outputs(X[1], MISTAKES["half-a"])), dataclasses.replace(CASES[0], special="N = 3")
    assert diagnose(EXERCISE, CASES, [FAILED, half]).mistake is None
    assert diagnose(EXERCISE, [special, CASES[1]], [FAILED, half]).mistake == "half-a"
    other = Answer({"a": 7 * X[0], "b": X[0].sum()})
    assert diagnose(EXERCISE, CASES, [other, half]).mistake is None
    assert diagnose(EXERCISE, [special, CASES[1]], [other, half]).mistake == "half-a"
    # Where nothing but the special case is wrong, the mistake must leave the ordinary ones right.
    wrong, right = Answer(outputs(X[0], MISTAKES["half-a"])), Answer(outputs(X[1]))
    assert diagnose(EXERCISE, [special, CASES[1]], [wrong, right]).mistake is None


def test_a_mistake_that_spoils_a_right_output_is_not_named_by_output():
    loud = Subject("f", {"a": ("N",), "b": (), "c": ()}, ("loud", "quiet"))
    answers = {"right": (1.0, 2.0, 3.0), "loud": (0.0, 0.0, 3.0), "quiet": (0.0, 2.0, 3.0), "own": (0.0, 2.0, 7.0)}
    prints = {name: {k: np.full(2, v) for k, v in zip("abc", values, strict=True)} for name, values in answers.items()}
    case = Case({}, {}, prints["right"], lambda mistake: fingerprint(prints[mistake]))
    findings = diagnose(loud, [case], [Answer(prints["own"])])
    assert findings.mistake is None and findings.by_output == {"quiet": ("a",)} and findings.unexplained == ("c",)


def test_excused_outputs_are_wrong_but_not_looked_at():
    findings = found(lambda x: (3 * x, x.sum() + 1), excused=("a",))
    assert findings.excused == ("a",) and list(findings.wrong) == ["b"] and "a" not in findings.resemblances
    alone = found(lambda x: (3 * x, x.sum()), excused=("a",))
    assert not alone.wrong and not alone.ok
    assert found(lambda x: (x, x.sum()), excused=("a",)).excused == ()


def test_a_wrong_choice_reveals_neither_the_right_one_nor_a_resemblance():
    exercise = Subject("f", {"a": ("choice",), "b": ("choice",)})
    cases = [Case({}, {}, {"a": 3, "b": 2})] * 2
    findings = diagnose(exercise, cases, [Answer({"a": 1, "b": 2})] * 2)
    assert findings.comparisons["a"].problem == "choice" and findings.comparisons["a"].expected is None
    assert findings.resemblances == {}


def test_choices_are_right_together_with_their_numbers_or_not_at_all():
    """Four tries each would otherwise find them, one after the other."""
    exercise = Subject("f", {"a": ("choice",), "b": ("choice",), "n": ()})
    cases = [Case({}, {}, {"a": 3, "b": 2, "n": 1.5})] * 2

    def shown(**outputs):
        findings = diagnose(exercise, cases, [Answer({"a": 3, "b": 2, "n": 1.5} | outputs)] * 2)
        chosen = [findings.comparisons[name] for name in "ab" if name in findings.wrong]
        return tuple(findings.wrong), [wording.comparison(found) for found in chosen]

    assert shown() == ((), [])
    missed = ("a", "b"), ["Of the choices a and b, not all are right."] * 2
    assert all(shown(a=a, b=b) == missed for a in (1, 2, 3, 4) for b in (1, 2, 3, 4) if (a, b) != (3, 2))
    waiting = ("a", "b", "n"), ["The choices a and b can be confirmed only when n is right too."] * 2
    assert all(shown(a=a, b=b, n=0) == waiting for a in (1, 2, 3, 4) for b in (1, 2, 3, 4))


def test_an_answer_that_is_not_an_array_has_a_kind():
    for value, kind in [([1.0, [1.0]], "list"), (None, None), (Opaque("set"), "set"), ("text", "str")]:
        findings = found(lambda x, value=value: (value, x.sum()))
        comparison = findings.comparisons["a"]
        assert (comparison.kind and comparison.kind.name) == kind and findings.pattern is None


def test_no_name_of_ours_is_the_kind_of_a_part():
    """What came from a kernel goes by its name there, also in a tuple of its own or where a tuple is asked for."""
    pair = (np.ones((2, 2)), np.ones(3))
    rows = np.ones((2, 2)).view(Opened)
    rows.container = "list"
    for value, expected, kind in [
        ([(Opaque("set"),)], [1.0], "set"),
        ([rows], [pair], "list"),
        ([Opaque("generator")], [pair], "generator"),
    ]:
        comparison = compare("batches", value, expected)
        assert comparison.part == (0,) and comparison.kind.name == kind


def test_arguments_are_shapes_and_numbers():
    inputs = {"x": np.zeros((2, 3)), "decoder": (np.zeros(4), 0.5), "wiring": "one to one", "last": True, "T": 5}
    assert arguments_of(Case(inputs, {"dh": np.zeros(2)})) == {
        "x": (2, 3), "decoder[0]": (4,), "decoder[1]": 0.5, "T": 5, "dh": (2,)
    }  # fmt: skip


def test_findings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        found(lambda x: (x, x.sum())).mistake = "another"


def of_a_dict(change, inputs=None):
    """Return the findings on two dicts of gradients that were changed."""
    subject = Subject("g", {"grads": ()})
    right = [{"W": np.array([[1.0, 2.0 + n], [4.0, 3.0]]), "b": np.array([5.0, n - 3.0])} for n in range(2)]
    cases = [Case({"x": np.zeros((n + 2, 3)), **(inputs or {})}, {}, {"grads": grads}) for n, grads in enumerate(right)]
    return diagnose(subject, cases, [Answer({"grads": change(grads, n)}) for n, grads in enumerate(right)])


def test_a_dict_resembles_the_right_one_in_the_entries_that_are_wrong():
    findings = of_a_dict(lambda grads, n: grads | {"W": -grads["W"]})
    found = findings.resemblances["grads"]
    assert (found.kind, found.wrong_part) == ("sign", True)
    assert likeness_wording.likeness("grads", found) == "The wrong part of grads has the opposite sign everywhere."
    rows = of_a_dict(lambda grads, n: {name: g / (n + 2) for name, g in grads.items()}).resemblances["grads"]
    words = "grads is 0.5 times what it should be, everywhere: that is 1/len(x) (here len(x) = 2)."
    assert likeness_wording.likeness("grads", rows) == words
    assert of_a_dict(lambda grads, n: grads | {"W": -grads["W"], "b": grads["b"] ** 2}).resemblances == {}
    assert of_a_dict(lambda grads, n: {"b": -grads["b"]}).resemblances == {}, "an entry is missing"


def test_what_holds_in_ordinary_cases_only_is_said_of_them():
    cases_of = [*CASES, dataclasses.replace(case(np.array([6.0, 8.0, 7.0])), special="entries in the thousands")]
    answers = [Answer(outputs(c.inputs["x"], lambda x: (-x, x.sum()))) for c in cases_of[:2]]
    odd = Answer(outputs(cases_of[2].inputs["x"], lambda x: (x**3, x.sum())))
    found = diagnose(EXERCISE, cases_of, [*answers, odd]).resemblances["a"]
    assert (found.kind, found.ordinary) == ("sign", True)
    words = likeness_wording.likeness("a", found)
    assert words.endswith("everywhere. This holds in the ordinary cases.")
    plain = [dataclasses.replace(c, special="") for c in cases_of]
    assert diagnose(EXERCISE, plain, [*answers, odd]).resemblances == {}


@pytest.mark.parametrize(
    ("change", "asked"),
    [(lambda x: x[:, None], False), (lambda x: x[:-1], True), (lambda x: x**3, True), (lambda x: x.tolist(), False)],
)
def test_a_question_about_numbers_is_asked_of_numbers(change, asked):
    """An axis too many leaves the numbers where they are: nothing about them needs asking."""
    assert (found(lambda x: (change(x), x.sum())).pattern == "a") == asked
