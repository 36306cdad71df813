"""Train the networks of assignments 03, 06 and 07 with the solutions' own functions, and record the results.

``make experiments`` runs it. ``python -m autograder.building.record_training recall`` takes about half a minute,
``characters`` about ten. `utils.experiments` and `autograder.assignments.capstone.data.make_trained` hold the recipes.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignments.capstone.data import BARS, TRAINED
from autograder.assignments.capstone.data.make_trained import bars, trained
from autograder.course import open_course, source
from utils import experiments
from utils.experiments import adding_problem, recalling, spelling
from utils.experiments.results import SPREAD
from utils.experiments.training_loop import smooth

Functions = Mapping[str, Callable[..., Any]]  # the course's functions by name, and `train_segment`
ASSIGNMENT = "03-training"
SEEDS = range(5)
LSTM = {"gates": 4, "rate": 2e-2, "steps": 600}
RNN = {"gates": 1, "rate": 3e-3, "steps": 2000}
# cell, what is set, T, forget bias
SETTINGS: list[tuple[str, dict[str, Any], int, float | None]] = [
    *(("lstm", LSTM, 100, value) for value in (0.0, 1.0, 3.0, 5.0)),
    *(("lstm", LSTM, T, 1.0) for T in (30, 50)),
    *(("rnn", RNN, T, None) for T in (30, 50, 100)),
]
_EXPERIMENTS: dict[str, tuple[str, Iterable[int]]] = {  # of assignment 07: their functions, and the recorded seeds
    "captions": ("caption_loss caption clip_grad_norm", range(10)),
    "digit_stream": (
        "caption_loss caption lstm_forward_full lstm_backward_full temporal_affine_forward temporal_affine_backward "
        "temporal_softmax_loss clip_grad_norm",
        range(5),
    ),
    "pronouncing": ("pronounce_loss pronounce clip_grad_norm", range(3)),
}


def functions() -> dict[str, Any]:
    """Return the course's functions by name, and `train_segment`, which is a cell of the notebook."""
    course = open_course()
    namespace = {"np": np} | {name: course.reference[name] for name in course.reference.sources}
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("def train_segment")]
    exec(compile(source.without_markers(cell.source), "<train_segment>", "exec"), namespace)  # our own text
    return namespace


def recall(space: Functions, steps: int = recalling.STEPS) -> dict[str, Any]:
    """Return the losses of recall by k, a list for each seed."""
    loss = {}
    for k in recalling.LENGTHS:
        runs = [
            recalling.run(space["train_segment"], space["clip_grad_norm"], k, seed, steps) for seed in recalling.SEEDS
        ]
        loss[str(k)] = [_rounded(smooth(losses)[1]) for losses in runs]
        print(f"recall, k = {k}: {', '.join(f'{values[-1]:.4f}' for values in loss[str(k)])} nats a bit", flush=True)
    return {"made by": "make experiments", "seeds": list(recalling.SEEDS), "loss": loss}


def characters(space: Functions, letters: int = spelling.WHOLE) -> dict[str, Any]:
    """Return for every run of spelling the median curve of its seeds, and the mean loss of each seed's last tenth."""
    runs = []
    parts = (space["train_segment"], space["stream_batches"], space["clip_grad_norm"])
    for order, k, reset in spelling.RUNS:
        ids = spelling.text_ids(order, letters)
        losses = [spelling.run(*parts, ids, k, reset, seed)[1] for seed in spelling.SEEDS]
        final = [_last_tenth(values) for values in losses]
        curve = _rounded(np.median([smooth(values)[1] for values in losses], axis=0))
        runs.append({"order": order, "k": k, "reset": reset, "final": final, "loss": curve})
        summary = f"median {np.median(final):.3f}, {min(final):.3f} to {max(final):.3f} nats a letter"
        print(f"{order}, k = {k}{', reset' if reset else ''}: {summary}", flush=True)
    equal = []
    for order, k in spelling.EQUAL_UPDATES:
        ids = spelling.text_ids(order, letters)
        cut = (cut_at_every_step(parts[0]), *parts[1:], ids, k)
        losses = [spelling.run(*cut, seed=seed)[1] for seed in spelling.EQUAL_SEEDS]
        final = [_last_tenth(values) for values in losses]
        equal.append({"order": order, "k": k, "final": final})
        print(f"{order}, k = 1 with the updates of k = {k}: {min(final):.3f} to {max(final):.3f}", flush=True)
    made = {"made by": "make experiments", "letters": letters, "seeds": list(spelling.SEEDS), "runs": runs}
    return made | {"equal_updates": equal}


def cut_at_every_step(train_segment: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `train_segment` that cuts the gradient after every step of a segment and sums the steps' gradients.

    With it, k = 1 trains with as many updates as a k of the segments' length.
    """

    def summed(params: Mapping[str, Any], x: Any, y: Any, h: Any) -> tuple[Any, dict[str, Any], Any]:
        losses, sums = [], dict.fromkeys(params, 0.0)
        for t in range(y.shape[1]):
            loss, grads, h = train_segment(params, x[:, t : t + 1], y[:, t : t + 1], h)
            losses.append(loss)
            sums = {name: sums[name] + g for name, g in grads.items()}
        return np.mean(losses), sums, h

    return summed


def adding(space: Functions, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Return the errors on the adding problem for every setting and seed."""
    runs = []
    for cell, recipe, T, value in SETTINGS:
        bias = None if value is None else lambda b, value=value: space["forget_bias"](b, value)
        forward, backward = space[f"{cell}_forward"], space[f"{cell}_backward"]
        for seed in seeds:
            run = adding_problem.train(forward, backward, bias=bias, T=T, seed=seed, **recipe)
            errors = [float(f"{error:.3g}") for error in run.errors]
            runs.append({"cell": cell, "T": T, "forget_bias": value, "seed": seed, **recipe, "errors": errors})
        solved = sum(min(run["errors"]) < adding_problem.SOLVED for run in runs[-len(seeds) :])
        print(f"adding, {cell}, T = {T}, forget bias {value}: {solved} of {len(seeds)} solved", flush=True)
    return {"made_by": "make experiments", "H": 16, "N": 32, "tested_every": adding_problem.EVERY, "runs": runs}


def spread(space: Functions, **steps: int) -> dict[str, Any]:
    """Return the scores of assignment 07's networks on the data that their experiments keep back, for every seed."""
    made: dict[str, Any] = {"made_by": "make experiments"}
    for name, (needed, seeds) in _EXPERIMENTS.items():
        parts = [space[function] for function in needed.split()]
        made[name] = [getattr(experiments, name)(*parts, seed=seed, **steps).scores for seed in seeds]
        print(f"{name}: {made[name]}", flush=True)
    return made


def _last_tenth(losses: Sequence[float] | NDArray[np.float64]) -> float:
    return float(f"{np.mean(losses[-(len(losses) // 10) :]):.4f}")


def _rounded(values: Iterable[float]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipes named on the command line and write their records."""
    recipes: dict[str, tuple[Callable[[Functions], dict[str, Any]], Path]] = {
        "recall": (recall, recalling.RECORD),
        "characters": (characters, spelling.RECORD),
        "adding": (adding, adding_problem.RECORD),
        "trained": (trained, TRAINED),
        "bars": (bars, BARS),
        "spread": (spread, SPREAD),
    }
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", choices=recipes)
    for name in parser.parse_args(arguments).names:
        make, path = recipes[name]
        text = json.dumps(make(functions())).replace("]], ", "]],\n").replace("}, ", "},\n")
        path.write_text(text + "\n", encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
