"""Assignment 05: what the text and the exercises' patterns say is true."""

import math

import pytest


def test_numbers_in_the_text(course):
    sigma, tanh = course.reference["sigmoid"], math.tanh
    quoted = {
        sigma(2.0): 0.8808, sigma(-2.0): 0.1192, sigma(-4.0): 0.018, 100 * sigma(-4.0): 1.8, tanh(1): 0.762,
        tanh(2): 0.964, tanh(3): 0.995, tanh(4): 0.9993,
    }  # fmt: skip
    for value, text in quoted.items():
        assert float(value) == pytest.approx(text, rel=5e-3)
    assert f"{sigma(8.0):.4f}" == "0.9997"
    source = " ".join((course.solutions / "05-lstm.py").read_text(encoding="utf-8").replace("\n#", " ").split())
    assert r"a forget gate of $\sigma(8)$ lets 0.9997 of a bit survive a step" in source
