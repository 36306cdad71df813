"""Test the report of a gradient check: truth, lookup, words, JSON, HTML and the picture."""

import dataclasses
import json
import subprocess
import sys
from html.parser import HTMLParser

import gradients_network as network
import pytest

from utils.errors import UtilsError
from utils.gradients import GradientsDisagree, check_backward, check_gradients

(X, H0, _), PARAMS = network.problem(11)
INPUTS = {"x": X, "h0": H0} | {name: PARAMS[name] for name in ("Wx", "Wh", "b")}


def planted(dh, cache):
    """Return BPTT with two wrong results and one of the wrong shape."""
    dx, dh0, dWx, dWh, db = network.backward(dh, cache)
    dWh = dWh.copy()
    dWh[2, 3] *= 1.5
    return dx, dh0, dWx.T, dWh, db / 3


@pytest.fixture(scope="module")
def right():
    return check_backward(network.forward, network.backward, INPUTS)


@pytest.fixture(scope="module")
def wrong():
    return check_backward(network.forward, planted, INPUTS)


def test_truth_lookup_and_order(right, wrong):
    assert right and not wrong
    assert [row.name for row in wrong] == list(INPUTS)
    assert wrong["Wh"].worst == (2, 3) and not wrong["Wh"] and wrong["x"]
    assert wrong.worst is wrong["Wx"]  # BROKEN is graver than FAIL
    assert right.worst.error == max(row.error for row in right)
    with pytest.raises(KeyError, match="no parameter 'WH' was checked; did you mean 'W"):
        wrong["WH"]


def test_assert_ok(right, wrong):
    assert right.assert_ok() is None
    with pytest.raises(AssertionError, match=r"Only entry \[2, 3\] disagrees") as caught:
        wrong.assert_ok()
    assert isinstance(caught.value, UtilsError) and isinstance(caught.value, GradientsDisagree)


def test_the_report_is_frozen(wrong):
    with pytest.raises(dataclasses.FrozenInstanceError):
        wrong.rows = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        wrong["Wh"].verdict = "PASS"
    with pytest.raises(ValueError, match="read-only"):
        wrong["Wh"].analytic_gradient[0] = 0


def test_the_headline_says_what_is_right_first(right, wrong):
    assert right.headline.startswith("All 5 gradients are right: `x`, `h0`, `Wx`, `Wh`, `b` (largest error ")
    assert wrong.headline == "2 of 5 gradients are right: `x`, `h0`. Wrong: `Wh`, `b`. Not usable: `Wx`."
    one = check_gradients(lambda p: p["w"] ** 2, {"w": 3.0}, {"w": 6.0})
    assert one.headline.startswith("The gradient is right: `w`")
    first = check_gradients(lambda p: p["w"] * p["v"], {"w": 3.0, "v": 1.0}, {"w": 1.0, "v": 0.0})
    assert first.headline == "1 of 2 gradients is right: `w`. Wrong: `v`."


def test_the_text_is_a_table_in_columns(wrong):
    lines = str(wrong).splitlines()
    assert lines[0] == wrong.headline and repr(wrong) == str(wrong)
    header, rows = lines[1], lines[2:7]
    assert header.split("  ")[0] == "gradient of" and "worst entry" in header
    column = header.index("verdict")
    assert [line[column:].split()[1] for line in rows] == ["PASS", "PASS", "BROKEN", "FAIL", "FAIL"]
    assert "Wx: It has shape (5, 4), but `Wx` has shape (4, 5): transposed?" in lines
    assert any(line.startswith("Wh: Only entry [2, 3] disagrees: yours ") for line in lines)


def test_the_dict_is_json_and_says_the_same(right, wrong):
    as_dict = json.loads(json.dumps(wrong.to_dict(), allow_nan=False))
    assert as_dict["ok"] is False and as_dict["headline"] == wrong.headline
    assert [row["verdict"] for row in as_dict["rows"]] == ["PASS", "PASS", "BROKEN", "FAIL", "FAIL"]
    assert as_dict["rows"][3]["worst"] == [2, 3] and as_dict["rows"][2]["error"] is None
    assert json.loads(json.dumps(right.to_dict(), allow_nan=False))["ok"] is True


class Balance(HTMLParser):
    """Collects text and fails on tags that do not close."""

    def __init__(self, html):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_card_is_sound_html_with_words_and_scopes(right, wrong):
    html = wrong._repr_html_()
    text = Balance(html).text
    assert "FAIL" in text and "Only entry [2, 3] disagrees" in text and "<caption" in html and 'scope="col"' in html
    assert "All 5 gradients are right" in Balance(right._repr_html_()).text
    colour = {"right": "#009E73", "wrong": "#D55E00", "note": "#0072B2", "waiting": "#8A8A8A"}
    assert colour["right"] in right._repr_html_() and colour["wrong"] in html
    vacuous = check_gradients(lambda p: 1.0, {"w": 1.0}, {"w": 0.0})
    assert colour["note"] in vacuous._repr_html_()

    def stub(d, cache):
        raise NotImplementedError

    assert colour["waiting"] in check_backward(network.forward, stub, INPUTS)._repr_html_()


def test_names_are_escaped():
    report = check_gradients(lambda p: p["<b>"] ** 2, {"<b>": 1.0}, {"<b>": 1.0})
    assert "<b>" not in report._repr_html_() and "&lt;b&gt;" in report._repr_html_()


def test_importing_brings_neither_matplotlib_nor_threads():
    code = (
        "import sys, threading, utils.gradients as g; n = threading.active_count(); "
        "assert 'matplotlib' not in sys.modules and n == 1, n; "
        "assert all(hasattr(g, name) for name in g.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
