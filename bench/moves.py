"""List every explorer and the controls to move, for measuring: made as its notebook makes it."""

import inspect
from collections.abc import Sequence
from typing import Any

from autograder.course import open_course
from utils import explorers
from utils.explorers._wirings import LONGEST
from utils.explorers.explorer import Explorer
from utils.explorers.prediction import Prediction
from utils.figures._cut_lines import T
from utils.figures._graph_stepper import LAST, LOSSES
from utils.figures._wirings import TASKS

# By explorer: the values it starts from, where these are costlier than its own, and each control's values in turn.
MOVES: dict[str, tuple[dict[str, Any], dict[str, Sequence[Any]]]] = {
    "clip_compass": ({}, {"angle": range(0, 91, 15), "limit": [0.5, 2.0, 4.0, 5.5]}),
    "connectivity": (
        {"word": "gradient", "phoneme": 5, "training": "after"},
        {"word": ["phone", "gradient", "nation"], "phoneme": range(1, 9), "training": ["before", "after"]},
    ),
    "cut_lines": ({"k": 1}, {"k": range(1, T + 1, 3), "gain": [0.7, 1.0, 1.5]}),
    "gate_console": ({}, {gate: [0.1, 0.5, 0.95] for gate in "ifog"}),
    "graph_stepper": (
        {"position": LAST, "losses": "at the last step"},
        {"position": range(LAST + 1), "losses": list(LOSSES)},
    ),
    "phase_portrait": (
        {"angle": 30, "gain": 1.2},
        {"angle": range(-180, 181, 45), "gain": [0.8, 1.1, 1.5, 4.0], "tanh": [False, True]},
    ),
    "spectrum_fan": (
        {"sigma": 1.67, "skew": 1.0, "drive": 0.5},
        {"sigma": [0.6, 1.0, 1.67, 4.2], "skew": [0.0, 0.5, 1.0], "drive": [0.0, 0.5, 2.0]},
    ),
    "two_lanes": ({}, {"bias": [0.0, 1.0, 3.0, 5.0], "scale": [0.1, 1.0, 4.0], "seed": range(10)}),
    "u_curve": (
        {},
        {"h": [1e-12, 1e-8, 1e-5, 1e-1], "precision": ["float64", "float32"], "f": ["sin x", "exp x", "x²"]},
    ),
    "who_blames_whom": ({}, {"gain": [0.5, 1.0, 1.5], "inputs": [0.01, 0.1, 1.0]}),
    "wirings": (
        {"wiring": "many to many, aligned", "T": LONGEST, "light": "every output"},
        {
            "wiring": list(TASKS),
            "T": range(1, LONGEST + 1),
            "light": ["the first output", "the last output", "every output"],
        },
    ),
}


def made(name: str) -> Explorer:
    """Make an explorer; its parameters are named after the functions that drive it."""
    make, reference = getattr(explorers, name), open_course().reference
    needed = [p.name for p in inspect.signature(make).parameters.values() if p.default is p.empty]
    explorer = make(*(reference[function] for function in needed))
    if isinstance(explorer, Prediction):
        explorer.predict(next(iter(explorer.buttons)))
        explorer = explorer.explorer
    assert isinstance(explorer, Explorer)
    return explorer
