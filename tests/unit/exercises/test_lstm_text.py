"""Assignment 05: what the text and the exercises' patterns say is true."""

import math
import re

import numpy as np
import pytest

from utils.figures.step_by_numbers import NUMBERS


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


def test_the_step_by_hand(course):
    """The table's weights, in the learner's function, give each number of the walk, of its table and of the picture."""
    text = (course.solutions / "05-lstm.py").read_text(encoding="utf-8").replace("−", "-")
    rows = dict(re.findall(r"^# \| ([ifog]) \| (.+) \|$", text, flags=re.MULTILINE))
    cells = {gate: [part.strip() for part in rows[gate].split("|")] for gate in "ifog"}
    x, h, c, b = np.ones((1, 1)), np.full((1, 1), 0.5), np.full((1, 1), 2.0), np.zeros(4)
    Wx, Wh = np.zeros((1, 4)), np.zeros((1, 4))
    for place, gate in enumerate("ifog"):
        terms = re.fullmatch(r"(\S+)·1 \+ (\S+)·0.5 ([+-] \d) = (\S+)", cells[gate][0]).groups()
        Wx[0, place], Wh[0, place], b[place], total = (float(term.replace(" ", "")) for term in terms)
        assert total == (x @ Wx + h @ Wh + b)[0, place]
        squash = math.tanh if gate == "g" else course.reference["sigmoid"]
        assert cells[gate][1].rpartition("=")[2].strip() == NUMBERS[gate].replace("−", "-") == f"{squash(total):.3f}"
    next_h, next_c, cache = course.reference["lstm_step_forward"](x, h, c, Wx, Wh, b)
    i, f, _, g = (gate.item() for gate in cache[5:9])
    found = {"kept": 2 * f, "written": i * g, "cell": next_c.item(), "squashed": np.tanh(next_c).item()}
    for name, value in {**found, "shown": next_h.item()}.items():
        assert NUMBERS[name].replace("−", "-") == f"{value:.3f}"
    says = " ".join(text.replace("\n#", " ").split())
    for sentence in (
        "keeps 0.731 of the 2 in the cell: 0.731 · 2 = 1.462.",
        "The candidate is -0.762, and the input gate lets 0.881 of it in: 0.881 · (-0.762) = -0.671.",
        "The new cell is 1.462 - 0.671 = 0.791.",
        "tanh(0.791) = 0.659, and the output gate shows half of it: $h_t$ = 0.330.",
    ):
        assert sentence in says
