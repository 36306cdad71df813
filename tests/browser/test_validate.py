"""nbgrader's Validate button runs the notebook once more and reads what `check` leaves for it."""

import pytest

pytestmark = pytest.mark.browser


def test_a_blank_notebook_fails_in_every_exercise(opened):
    message = opened("validate-blank").validate(keep="validate-blank")
    assert message.count("The following cell failed:") == 9  # 8 exercises and the written answer
    assert "check(rnn_step_forward)" in message and "check(encode_decode)" in message
    assert message.count(" is not started yet.") == 8 and "Partial credit" not in message
    assert "Traceback" not in message


def test_a_right_notebook_passes(opened, answers):
    message = opened("validate-right", answers).validate(keep="validate-right")
    assert "Success! Your notebook passes all the tests." in message
