"""nbgrader's Validate button, which runs the notebook once more and reads what `check` leaves for it."""

import pytest

pytestmark = pytest.mark.browser


def test_a_blank_notebook_fails_in_every_exercise(opened):
    said = opened("validate-blank").validate(keep="validate-blank")
    assert said.count("The following cell failed:") == 9  # 8 exercises and the written answer
    assert "check(rnn_step_forward)" in said and "check(encode_decode)" in said
    assert "Traceback" not in said


def test_a_right_notebook_passes(opened, answers):
    said = opened("validate-right", answers).validate(keep="validate-right")
    assert "Success! Your notebook passes all the tests." in said
