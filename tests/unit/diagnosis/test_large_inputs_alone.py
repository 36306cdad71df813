"""An answer that only large inputs spoil is called right for ordinary ones, which are shown first."""

import numpy as np
import pytest

from utils.checking import likeness_wording, wording, worst_entry
from utils.checking.comparison import Comparison
from utils.checking.diagnose import diagnose
from utils.checking.findings import Answer, Case, Subject
from utils.checking.saturation import Saturation

SUBJECT = Subject("f", {"h": ("N", "H")}, patterns={"h": "Look at h."})
GATES = Subject("f", {"h": ("N", "4H")}, patterns={"h": "Look at h."})
RIGHT = np.arange(8.0).reshape(2, 4)
NAN = RIGHT * np.nan
# What a case's largest entry is, and what is special about it.
CASES = [(2.0, ""), (3.0, ""), (2.0, "N = 1"), (5000.0, "entries in the thousands"), (1000.0, "gates that are shut")]


def found(*outputs, subject=SUBJECT, warnings=()):
    cases = [Case({"x": np.array([-size, 0.5])}, {}, {"h": RIGHT}, special=special) for size, special in CASES]
    own = [Answer({"h": h}, numpy_warnings=() if h is RIGHT else warnings) for h in outputs]
    return diagnose(subject, cases, own)


@pytest.mark.parametrize(
    ("warnings", "overflows", "divides"),
    [
        ((), False, False),
        (("overflow",), True, False),
        (("invalid value",), False, True),
        (("divide by zero", "invalid value"), False, True),
        (("overflow", "invalid value"), False, False),
    ],
)
def test_only_large_inputs_go_wrong(warnings, overflows, divides):
    findings = found(RIGHT, RIGHT, RIGHT, NAN, NAN, warnings=warnings)
    assert findings.saturation == Saturation(1000.0, overflows, divides)
    assert findings.pattern is None and findings.unexplained == ()
    assert found(RIGHT, RIGHT, RIGHT, RIGHT, NAN, subject=GATES).saturation == Saturation(1000.0, gates=True)


@pytest.mark.parametrize(
    "outputs",
    [
        (RIGHT, RIGHT, RIGHT, RIGHT, RIGHT),
        (NAN, RIGHT, RIGHT, NAN, RIGHT),
        (RIGHT, RIGHT, NAN, NAN, NAN),
        (RIGHT, RIGHT, RIGHT, NAN, RIGHT + 1),
        (RIGHT, RIGHT, RIGHT, RIGHT + 1, RIGHT),
        (RIGHT, RIGHT, RIGHT, NAN, np.array([1j])),
    ],
)
def test_nothing_is_said_of_large_inputs_where_it_is_not_they_alone(outputs):
    assert found(*outputs).saturation is None


def test_nothing_is_called_right_that_was_not_tried():
    cases = [Case({"x": np.array([5000.0])}, {}, {"h": RIGHT})]
    assert diagnose(SUBJECT, cases, [Answer({"h": NAN})]).saturation is None


def test_every_sentence():
    said = likeness_wording.saturation
    ordinary = "Right for inputs of ordinary size; not finite where entries are in the "
    either = "something overflows, or divides by a number that has become 0"
    assert said(Saturation(1000.0)) == f"{ordinary}thousands: {either}, or takes its logarithm."
    assert said(Saturation(200.0, gates=True)) == f"{ordinary}hundreds: {either}, such as a gate that is shut."
    assert said(Saturation(200.0, overflows=True)) == f"{ordinary}hundreds: something overflows."
    divides = "something divides by a number that has become 0, such as a gate that is shut."
    assert said(Saturation(2000.0, divides=True, gates=True)) == f"{ordinary}thousands: {divides}"


def test_an_ordinary_case_is_shown_first():
    cases = [Case({}, {}, {"h": RIGHT}, special=special) for special in ("every size above 16", "", "")]
    answers = [Answer({"h": RIGHT + change}) for change in (1, 0, 2)]
    shown = diagnose(SUBJECT, cases, answers).comparisons["h"]
    assert shown.yours - shown.expected == 2
    assert diagnose(SUBJECT, cases[:2], answers[:2]).comparisons["h"].yours == 1


@pytest.mark.parametrize("own, right", [(-0.0, 0.5), (0.5, -0.0), (-0.0, -1.0)])
def test_a_zero_has_no_sign(own, right):
    entry = Comparison("h", "value", index=(0,), yours=own, expected=right, count=1, size=3)
    assert "-0," not in f"{worst_entry.sentence(entry)},".replace(".", ",") and "-0" not in worst_entry.row(entry)
    assert wording.number(-0.0, 6) == "0" and wording.number(-0.25, 6) == "-0.25"
