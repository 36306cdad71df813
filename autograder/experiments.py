"""Run the experiments whose results a notebook shows without running them: ``make experiments``, some minutes.

The networks are the solutions' own. What is found is written to ``utils/recorded/adding.json``; a machine with another
BLAS may find other curves, since training amplifies rounding, but the same picture.
"""

import json
import time

from autograder.course import open_course
from utils import training

SEEDS = range(5)
LSTM = {"gates": 4, "rate": 2e-2, "steps": 600}
RNN = {"gates": 1, "rate": 3e-3, "steps": 2000}
# cell, what is set, T, forget bias
SETTINGS = [
    *(("lstm", LSTM, 100, value) for value in (0.0, 1.0, 3.0, 5.0)),
    *(("lstm", LSTM, T, 1.0) for T in (30, 50)),
    *(("rnn", RNN, T, None) for T in (30, 50, 100)),
]


def main():
    """Train every setting with every seed and write the file."""
    course = open_course()
    reference, runs = course.reference, []
    for cell, recipe, T, value in SETTINGS:
        began = time.perf_counter()
        bias = None if value is None else lambda b, value=value: reference["forget_bias"](b, value)
        forward, backward = reference[f"{cell}_forward"], reference[f"{cell}_backward"]
        for seed in SEEDS:
            run = training.train(forward, backward, bias=bias, T=T, seed=seed, **recipe)
            errors = [float(f"{error:.3g}") for error in run.errors]
            runs.append({"cell": cell, "T": T, "forget_bias": value, "seed": seed, **recipe, "errors": errors})
        solved = sum(min(run["errors"]) < training.SOLVED for run in runs[-len(SEEDS) :])
        took = (time.perf_counter() - began) / len(SEEDS)
        print(f"{cell} T = {T}, forget bias {value}: {solved} of {len(SEEDS)} solved, {took:.1f} s a run", flush=True)
    about = {"made_by": "make experiments", "H": 16, "N": 32, "tested_every": training.EVERY}
    file = course.root / "utils" / "recorded" / "adding.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(about | {"runs": runs}).replace('{"cell', '\n{"cell') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
