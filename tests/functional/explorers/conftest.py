"""Provide right functions of our own, so that explorers are compared with something independent."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def rnn_step_forward():
    def step(x, prev_h, Wx, Wh, b):
        next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
        return next_h, (x, prev_h, Wx, Wh, b, next_h)

    step.__name__ = "rnn_step_forward"
    return step
