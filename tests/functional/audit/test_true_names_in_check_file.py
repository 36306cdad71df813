"""`check-file` names for one output only what is true of it, and says on which wrong function another one rests."""

import pytest

from autograder.course import open_course
from utils.check_file.file_report import check_file

SOURCES = open_course().reference.sources


@pytest.fixture
def checked(tmp_path):
    """Return ``checked(names, edits)``: what the command prints of a file with these functions, edited."""

    def run(names, **edits):
        texts = {name: SOURCES[name] for name in names}
        for name, (old, new) in edits.items():
            assert texts[name].count(old) == 1
            texts[name] = texts[name].replace(old, new)
        path = tmp_path / "layers.py"
        path.write_text("\n\n".join(["import numpy as np", *texts.values()]) + "\n", encoding="utf-8")
        shown = []
        check_file(path, show=shown.append)
        return " ".join(" ".join(shown).split())

    return run


LSTM = ("sigmoid", "lstm_step_forward", "lstm_forward", "lstm_step_backward", "lstm_backward")
RNN = ("rnn_step_forward", "rnn_forward", "many_to_one")


def test_a_gradient_left_at_zero_is_named_and_the_loop_is_not_blamed(checked):
    shown = checked(LSTM, lstm_backward=("dh0 = dprev_h", "dh0 = np.zeros_like(dprev_h)"))
    assert "dx, dWx, dWh and db are right; dh0 is not right yet" in shown
    assert "dh0 is 0 everywhere, as if h_0 had no influence on any loss." in shown and "No loss is heard" not in shown


def test_a_loop_over_a_wrong_step_rests_on_it(checked):
    shown = checked(RNN, rnn_step_forward=(" + b)", ")"))
    assert "the states of a cell whose b is 0" in shown
    assert "rnn_forward rests on rnn_step_forward, which is wrong above." in shown
    assert "many_to_one rests on rnn_forward, which is wrong above." in shown


def test_a_right_function_and_one_over_right_ones_rest_on_nothing(checked):
    assert "rests on" not in checked(RNN)
    shown = checked(RNN, many_to_one=("+ by", "- by"))
    assert "many_to_one: y is not right yet" in shown and "rests on" not in shown
