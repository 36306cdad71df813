"""One judge of containers: whatever the numbers come in, `check` and the grade say the same of them.

Every form goes both ways: through `check`, and through the program that is sent into a student's kernel.
"""

import array as arrays

import numpy as np
import pytest
from over_the_wire import asked
from wrong_answers import COURSE

from autograder.course.reference import IMPORTED
from autograder.judging import calls, cases, protocol
from autograder.judging.feedback import verdict
from utils import fixtures
from utils.checking import check_function
from utils.checking.compare import compare
from utils.checking.containers import opened

pytestmark = pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")


class Own(np.ndarray):
    """An array of a class of the learner's own."""


def ragged(value):
    return [*np.asarray(value).ravel().tolist(), [1.0, 2.0]]


FORMS = {
    "a plain array": lambda value: np.asarray(value),
    "a list": lambda value: np.asarray(value).tolist(),
    "a list of arrays": list,
    "a tuple of arrays": tuple,
    "a matrix": np.asmatrix,
    "a masked array without a masked entry": np.ma.array,
    "a masked array": lambda value: np.ma.masked_less(value, np.median(value) + 1e-9),
    "an array of a class of one's own": lambda value: np.asarray(value).view(Own),
    "a buffer": lambda value: memoryview(np.ascontiguousarray(value)),
    "Python's own array": lambda value: arrays.array("d", np.asarray(value, dtype=float).ravel()),
    "an array of Python objects": lambda value: np.asarray(value).astype(object),
    "rows of different lengths": ragged,
    "text": str,
    "a list of text": lambda value: [str(entry) for entry in np.ravel(value)],
    "a set": lambda value: set(np.ravel(value).tolist()),
    "a range": lambda value: range(np.size(value)),
    "a dict": lambda value: {"value": value},
    "a tuple of its own": lambda value: (value,),
    "a pair": lambda value: (value, value),
    "complex numbers": lambda value: np.asarray(value) + 0j,
    "float32": lambda value: np.asarray(value).astype(np.float32),
    "float16": lambda value: np.asarray(value).astype(np.float16),
    "whole numbers": lambda value: np.asarray(value).astype(int),
    "unsigned bytes": lambda value: np.asarray(value).astype(np.uint8),
    "truth values": lambda value: np.asarray(value).astype(bool),
    "a list of truth values": lambda value: np.asarray(value).astype(bool).tolist(),
    "a number of NumPy's": lambda value: np.float64(np.ravel(value)[0]),
    "a number of Python's": lambda value: float(np.ravel(value)[0]),
    "an array without axes": lambda value: np.array(np.ravel(value)[0]),
    "an array of one": lambda value: np.ravel(value)[:1],
    "None": lambda value: None,
}


def of_first(form):
    return lambda result: (form(result[0]), *result[1:])


def of_entries(form):
    return lambda result: ({key: form(value) for key, value in result[0].items()}, *result[1:])


def of_chunks(form):
    return lambda result: [tuple(form(side) for side in chunk) for chunk in result]


# An exercise for each kind of output, and where in its result the numbers are.
OUTPUTS = {
    "rnn_step_forward": of_first,  # (N, H), and a cache
    "rnn_forward": of_first,  # (N, T, H), and a cache
    "sigmoid": lambda form: form,  # (N, H) alone
    "relative_error": lambda form: form,  # a number
    "upstream_mask": lambda form: form,  # truth values
    "forget_bias": lambda form: form,  # (4H,)
    "clip_grad_norm": of_entries,  # a dict, and a number
    "stream_batches": of_chunks,  # a list of pairs of ids
    "orthogonal": lambda form: form,  # judged by its properties
    "caption": lambda form: form,  # ids
}


EVERY_FORM = ("sigmoid", "relative_error", "upstream_mask", "stream_batches")
SOME_FORMS = ("a list", "a tuple of arrays", "a matrix", "a tuple of its own", "rows of different lengths", "None")


@pytest.fixture(autouse=True)
def two_cases(monkeypatch):
    """Ask the first case, and that of one row, since it is in the last axes that containers differ."""
    for name in OUTPUTS:
        fixture = fixtures.load(name)
        first, *others = fixture["cases"]
        one_row = [case for case in others if case["special"] == "N = 1"]
        monkeypatch.setitem(fixture, "cases", [first, *(one_row or others)[:1]])


def both(name, form):
    """Return the report of `check`, and the result of the grade on the same inputs."""
    solution, inside = COURSE.reference[name], OUTPUTS[name](form)

    def function(*arguments):
        return inside(solution(*arguments))

    function.__name__ = name
    report = check_function.checked(function)
    exercise, fixture = COURSE.exercise(name), fixtures.load(name)
    drawn = [cases.Case(dict(case["inputs"]), dict(case["upstream"])) for case in fixture["cases"]]
    answers = []
    for case in drawn:
        answers.append(asked(cases.plan(exercise, COURSE, case), {**IMPORTED, name: function}))
        if answers[-1].failure:
            break
    return report, verdict(exercise, COURSE, drawn, answers, 10.0)


@pytest.mark.filterwarnings("ignore")  # a form may lose numbers
@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for name in OUTPUTS for form in FORMS if name in EVERY_FORM or form in SOME_FORMS]
)
def test_both_sides_judge_alike(name, form):
    report, result = both(name, FORMS[form])
    assert report.ok == (result.status == "passed"), f"{report}\n{result.output}"
    remarks = [part for part in (*report.warnings.values(), *report.paragraphs) if "read as" in part]
    if report.ok:
        assert [line for line in result.output.splitlines() if "read as" in line] == remarks


RIGHT = ("a plain array", "float32")
REMARKED = {
    "a list": "list",
    "a list of arrays": "list",
    "a tuple of arrays": "tuple",
    "a matrix": "matrix",
    "a masked array without a masked entry": "MaskedArray",
    "an array of a class of one's own": "Own",
    "a buffer": "memoryview",
    "a tuple of its own": "tuple",
}
REFUSED = (
    "a masked array",
    "an array of Python objects",
    "rows of different lengths",
    "text",
    "a list of text",
    "a set",
    "a dict",
    "complex numbers",
    "whole numbers",
    "truth values",
    "a pair",
    "None",
)


@pytest.mark.filterwarnings("ignore")
def test_what_converts_exactly_is_accepted_with_a_remark_and_what_does_not_is_refused():
    for form in RIGHT:
        report, result = both("sigmoid", FORMS[form])
        assert (
            report.ok and result.score == 10 and "read as" not in result.output and "container" not in report.warnings
        )
    for form, container in REMARKED.items():
        report, result = both("sigmoid", FORMS[form])
        sentence = f"out is a{'n' * (container[0] in 'O')} {container}; it was read as an array."
        assert report.ok and report.warnings["container"].startswith(sentence), (form, str(report))
        assert result.score == 10 and sentence in result.output
    for form in REFUSED:
        report, result = both("sigmoid", FORMS[form])
        assert not report.ok and result.score == 0, form
    assert len({*RIGHT, *REMARKED, *REFUSED} - set(FORMS)) == 0


def test_a_matrix_is_remarked_on_with_what_its_product_is():
    report, _ = both("sigmoid", np.asmatrix)
    assert "For a matrix, `*` is the matrix product." in report.warnings["container"]


def test_numbers_of_another_kind_are_remarked_on():
    for form in ("whole numbers", "unsigned bytes"):
        report, result = both("upstream_mask", FORMS[form])
        sentence = "mask holds whole numbers; they were read as truth values."
        assert report.warnings["container"] == sentence and sentence in result.output
    assert compare("ids", np.array([True, False]), np.array([1, 0])).held == "truth values"
    assert compare("ids", np.array([3.0]), np.array([3])).held == "floats"
    assert compare("h", np.array([3]), np.array([3.0])).held == ""
    assert not compare("ids", np.array([True]), np.array([2])).ok


def test_a_long_or_deep_list_is_still_numbers():
    for value in ([float(n) for n in range(500)], np.ones((2, 3, 4, 5)).tolist(), [[[1.0], [2.0]], [[3.0], [4.0]]]):
        space = {"f": lambda value=value: value}
        own = asked([calls.Call("f", (), ("y",))], space).calls[0]["y"]
        np.testing.assert_array_equal(opened(own)[0], opened(value)[0])
        assert opened(own)[1] == "list"


def test_several_results_may_stand_in_a_list():
    solution = COURSE.reference["rnn_step_forward"]

    def rnn_step_forward(*arguments):
        return [*solution(*arguments)]

    assert check_function.checked(rnn_step_forward).ok
    answer = asked([calls.Call("f", (np.ones((1, 1)),) * 5, ("next_h", "cache"), ("cache",))], {"f": rnn_step_forward})
    assert answer.failure is None


def test_a_forged_container_is_only_a_word():
    def decoded(container):
        slot = {"kind": "array", "dtype": "|b1", "shape": [1], "data": "AQ==", "container": container}
        return protocol.decode({"tag": "t", "calls": [{"y": slot}]}, "t", [calls.Call("f", (), ("y",))]).calls[0]["y"]

    assert decoded("<b>list</b>").container == "blistb" and decoded([3]).container == ""
    assert len(decoded("a" * 10_000).container) <= 60
