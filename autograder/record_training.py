"""Record the curves that ship with assignment 03, by the solution's own functions: ``make experiments``.

``python -m autograder.record_training recall`` takes about half a minute, ``characters`` about two. The recipes stand
in `utils.experiments.recalling` and `utils.experiments.spelling`; here they are only run.
"""

import argparse
import json

import numpy as np

from autograder import source
from autograder.course import open_course
from utils.experiments import recalling, spelling
from utils.experiments.live import smooth

ASSIGNMENT = "03-training"


def functions():
    """Return the course's functions by name, and `train_segment`, which is a cell of the notebook."""
    course = open_course()
    namespace = {"np": np} | {name: course.reference[name] for name in course.reference.sources}
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("def train_segment")]
    exec(compile(source.without_markers(cell.source), "<train_segment>", "exec"), namespace)  # our own text
    return namespace


def recall(space, steps=recalling.STEPS):
    """Return the losses of recall by k, a list for each seed."""
    loss = {}
    for k in recalling.LENGTHS:
        runs = [
            recalling.run(space["train_segment"], space["clip_grad_norm"], k, seed, steps) for seed in recalling.SEEDS
        ]
        loss[str(k)] = [_rounded(smooth(losses)[1]) for losses in runs]
        print(f"recall, k = {k}: {', '.join(f'{values[-1]:.4f}' for values in loss[str(k)])} nats a bit", flush=True)
    return {"made by": "make experiments", "seeds": list(recalling.SEEDS), "loss": loss}


def characters(space, letters=spelling.WHOLE):
    """Return the losses of spelling for every run, and the mean of the last tenth of each."""
    runs = []
    for order, k, reset in spelling.RUNS:
        ids = spelling.text_ids(order, letters)
        parts = (space["train_segment"], space["stream_batches"], space["clip_grad_norm"])
        _, losses = spelling.run(*parts, ids, k, reset)
        final = float(f"{np.mean(losses[-(len(losses) // 10) :]):.4f}")
        runs.append({"order": order, "k": k, "reset": reset, "final": final, "loss": _rounded(smooth(losses)[1])})
        print(f"{order}, k = {k}{', reset' if reset else ''}: {final} nats a letter", flush=True)
    return {"made by": "make experiments", "letters": letters, "runs": runs}


def _rounded(values):
    return [float(f"{value:.4g}") for value in values]


def main(arguments=None):
    """Run the recipes named on the command line and write their records."""
    recipes = {"recall": (recall, recalling.RECORD), "characters": (characters, spelling.RECORD)}
    parser = argparse.ArgumentParser(prog="python -m autograder.record_training", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", choices=recipes)
    for name in parser.parse_args(arguments).names:
        make, path = recipes[name]
        text = json.dumps(make(functions())).replace("]], ", "]],\n").replace("}, ", "},\n")
        path.write_text(text + "\n", encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
