"""Buttons for hints stand below the card, as a display of their own, where somebody is there to press them."""

import queue
import time

import pytest
from test_check_in_a_kernel import Kernel

STEP = (
    "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    next_h = np.tanh(x @ Wx + prev_h @ Wh{})\n    return next_h, None"
)
WRONG, ALSO_WRONG, RIGHT = STEP.format(""), STEP.format(" - b"), STEP.format(" + b")
BUTTONS = "buttons = hint_buttons._offered['rnn_step_forward']\n"
PRESS = BUTTONS + "buttons.press(anyway={})\nbuttons._quiet_until = 0\nprint(buttons._card.value)"
FORGET = "progress._memory.clear()"
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    kernel = Kernel(tmp_path_factory.mktemp("hints"))
    kernel.run("import numpy as np\nfrom utils import check\nfrom utils.checking import hint_buttons, progress")
    yield kernel
    kernel.stop()


def shown(kernel, code, **options):
    """Return what a cell shows, in order: (kind, data)."""
    asked, found, deadline = kernel.client.execute(code, **options), [], time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            message = kernel.client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] in ("execute_result", "display_data", "stream", "error"):
            found.append((message["msg_type"], message["content"].get("data", message["content"])))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return found
    raise TimeoutError(code)


def test_a_wrong_answer_offers_the_next_hint_below_its_card(kernel):
    (kind, result), (below, buttons) = shown(kernel, f"{WRONG}\ncheck(rnn_step_forward)")
    assert (kind, result["text/plain"]) == ("execute_result", "0.0")
    assert (below, buttons["text/plain"]) == ("display_data", "") and WIDGET in buttons
    assert len(shown(kernel, "check(rnn_step_forward, hint=2)")) == 2


@pytest.mark.parametrize(
    "code",
    [
        f"{RIGHT}\ncheck(rnn_step_forward)",
        f"{WRONG}\nreport = check(rnn_step_forward)",  # not shown
        f"{WRONG}\nprint(check(rnn_step_forward))",
        "check('rnn_step_forward')",
    ],
)
def test_otherwise_there_are_no_buttons(kernel, code):
    assert [kind for kind, _ in shown(kernel, code) if kind == "display_data"] == []


def test_where_no_one_can_type_nothing_is_offered(kernel):
    """Nbgrader's Validate and autograde, nbconvert and our own grader run a notebook so."""
    ((kind, result),) = shown(kernel, f"{WRONG}\ncheck(rnn_step_forward)", allow_stdin=False)
    assert kind == "execute_result" and "<style" not in result["text/html"]


def test_a_press_shows_the_next_card_in_the_place_of_the_first(kernel):
    kernel.run(FORGET)
    first = kernel.run(f"{WRONG}\ncheck(rnn_step_forward)")[0]["text/html"]
    card_id = first.partition('<div id="')[2].partition('"')[0]
    question = kernel.run(PRESS.format(False))[2]
    assert f"<style>#{card_id} {{ display: none }}</style>" in question
    asks = '<p style="margin:.35em 0 0" role="status">Three terms meet inside the tanh.'
    assert asks in question and "rnn_step_forward: next_h is not right yet.</strong>" in question
    assert question.count('role="status"') == 1 and first.count('role="status"') == 1

    closed = kernel.run(PRESS.format(False))[2]  # nothing was tried
    assert "Hint 3 opens once your function has changed" in closed and "only the bias is left" not in closed
    kernel.run(RIGHT)
    right = kernel.run(PRESS.format(False))[2]
    assert '<strong role="status">rnn_step_forward is right.</strong>' in right


def test_a_change_opens_what_was_closed(kernel):
    kernel.run(FORGET)
    kernel.run(f"{WRONG}\ncheck(rnn_step_forward, hint=2)")
    kernel.run(ALSO_WRONG)
    kernel.run(PRESS.format(False))
    assert kernel.run("print(buttons.report.level)")[2] == "3\n"


def test_anyway_opens_what_is_closed(kernel):
    kernel.run(FORGET)
    kernel.run(f"{WRONG}\ncheck(rnn_step_forward, hint=2)")
    assert kernel.run(f"{BUTTONS}print(buttons.anyway.layout.display, buttons.anyway.description)")[2] == (
        "None Hint 3 at once\n"
    )
    assert "only the bias is left" in kernel.run(PRESS.format(True))[2]


def test_a_double_click_is_one_press(kernel):
    kernel.run(FORGET)
    kernel.run(f"{WRONG}\ncheck(rnn_step_forward)")
    twice = f"{BUTTONS}buttons.press(anyway=True); buttons.press(anyway=True)\nprint(buttons.report.level)"
    assert kernel.run(twice)[2] == "2\n"


def test_a_newer_card_takes_the_buttons_of_an_older_one_off(kernel):
    kernel.run(f"{WRONG}\ncheck(rnn_step_forward)\n")
    count = "import ipywidgets\nprint(len(ipywidgets.widgets.widget._instances))"
    before = kernel.run(f"older = hint_buttons._offered['rnn_step_forward']\n{count}")[2]
    kernel.run("check(rnn_step_forward)")
    assert kernel.run(count)[2] == before
    assert kernel.run("print(older.comm)")[2] == "None\n"
