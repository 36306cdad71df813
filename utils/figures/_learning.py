"""The adding problem in pictures: a run of the learner's own network, and recorded runs of many."""

import functools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.card import Note
from utils.experiments.adding_problem import BASELINE, RECORD, SOLVED, Run
from utils.figures.labels import at_end
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, PLAIN, QUIET, axes_in, drawn, ink, sheet, tint

_TICKS = [0.001, 0.01, 0.1, 1]


@functools.cache  # for the life of the process: the file ships with the course and does not change
def recorded() -> dict[str, Any]:
    """Return what `make experiments` wrote: ``runs``, a list of dicts, and the recipe."""
    record: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


def runs(cell: str, T: int, forget_bias: float | None = None) -> list[dict[str, Any]]:
    """Return the recorded runs of one setting, one a seed."""
    wanted = {"cell": cell, "T": T, "forget_bias": forget_bias}
    return [run for run in recorded()["runs"] if all(run[key] == value for key, value in wanted.items())]


def solved(found: Sequence[dict[str, Any]]) -> int:
    """Return how many of these recorded runs came below the error from which a run counts as solved."""
    return sum(min(run["errors"]) < SOLVED for run in found)


def learning(run: Run | Note) -> Picture | Note:
    """Draw the error of a run of `utils.experiments.adding` over its steps, recorded runs pale behind it.

    Parameters
    ----------
    run : Run or Note

    Returns
    -------
    Picture or Note
        The note itself, if there is no run.
    """
    if isinstance(run, Note):
        return run
    after = run.solved_after
    flat = max((step for step, error in zip(run.steps, run.errors, strict=True) if error > 0.8 * BASELINE), default=0)
    title = (
        f"Your LSTM solved the adding problem at T = {run.T} after {after} steps; "
        f"after {flat} it was hardly better than always saying 1"
    )
    if after is None:
        title = f"Your LSTM did not solve the adding problem at T = {run.T} within {run.steps[-1]} steps"
    caption = (
        "Trained by your functions: H = 16, N = 32, Adam at 0.02, no clipping, "
        f"seed {run.seed}; error on 500 other sequences. Pale: recorded, seeds 0 to 4: LSTMs with forget bias 1, RNNs "
        "with Adam at 0.003."
    )
    every = recorded()["tested_every"]
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.82, **margins))
        for colour, found in ((HIDDEN, runs("rnn", run.T)), (GATES["f"], runs("lstm", run.T, 1.0))):
            for one in found:
                errors = np.array(one["errors"])[:24]
                steps = every * np.arange(1, len(errors) + 1)
                axes.plot(steps, errors, color=tint(colour, 0.35), linewidth=1.2, gid=f"{one['cell']} {one['seed']}")
        axes.plot(run.steps, run.errors, "o-", color=GATES["f"], linewidth=2.2, markersize=3.5, gid="yours")
        axes.axhline(BASELINE, color=PLAIN, linewidth=0.8, zorder=0)
        axes.axhline(SOLVED, color=FAINT, linewidth=0.8, zorder=0)
        at_end(axes, 600, BASELINE * 1.5, "RNN", ink(HIDDEN))
        at_end(axes, 600, BASELINE * 0.87, "always saying 1", QUIET)
        at_end(axes, 600, SOLVED, "solved", QUIET)
        axes.annotate(
            "yours", (run.steps[-1], run.errors[-1]), xytext=(-8, -2), textcoords="offset points", ha="right",
            color=ink(GATES["f"]),
        )  # fmt: skip
        _errors(axes)
        axes.set(xlim=(0, 600), xticks=range(0, 601, 100), xlabel="training steps")
        axes.set_title("mean square error, log axis")
    alt = f"{title}. The error on test sequences against training steps on a log axis ends at {run.errors[-1]:.3f}."
    return Picture(figure, alt)


def recorded_adding() -> Picture:
    """Draw the recorded runs: the last error of every seed, against the length and against the forget bias.

    Returns
    -------
    Picture
    """
    lengths, biases = (30, 50, 100), (0.0, 1.0, 3.0, 5.0)
    lstm, rnn = [runs("lstm", T, 1.0) for T in lengths], [runs("rnn", T) for T in lengths]
    by_bias = [runs("lstm", 100, bias) for bias in biases]
    counts = ", ".join(str(solved(found)) for found in by_bias)
    title = (
        f"At T = 100 the RNN solves {solved(rnn[-1])} of 5, the LSTM {solved(lstm[-1])} of 5; "
        f"with forget bias 0, 1, 3, 5 it is {counts}"
    )
    caption = (
        "Recorded by make experiments: H = 16, N = 32, no clipping, seeds 0 to 4. LSTM: Adam at 0.02, 600 steps. RNN: "
        "Adam at 0.003, 2,000 steps. Best error of each run on 500 other sequences."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.12, **margins), sharey=True)
        for axes in (left, right):
            axes.axhline(BASELINE, color=PLAIN, linewidth=0.8, zorder=0)
            axes.axhline(SOLVED, color=FAINT, linewidth=0.8, zorder=0)
        for groups, colour, shift, gid in ((rnn, HIDDEN, -0.14, "rnn"), (lstm, GATES["f"], 0.14, "lstm")):
            _dots(left, groups, colour, shift, gid)
        _dots(right, by_bias, GATES["f"], 0, "bias")
        left.text(-0.14, 0.235, "RNN", color=ink(HIDDEN), ha="right", va="bottom", fontsize=10)
        left.text(0.28, 0.0036, "LSTM,\nforget bias 1", color=ink(GATES["f"]), va="bottom", fontsize=10)
        right.text(1, BASELINE * 1.06, "always saying 1", color=QUIET, ha="center", va="bottom", fontsize=10)
        right.text(3.45, SOLVED * 1.06, "solved below", color=QUIET, ha="right", va="bottom", fontsize=10)
        left.set(xlim=(-0.5, 2.5), xticks=range(3), xticklabels=lengths, xlabel="length T")
        right.set(xlim=(-0.5, 3.5), xticks=range(4), xticklabels=[f"{b:g}" for b in biases], xlabel="forget bias")
        left.set_title("best mean square error, one dot a seed, log axis")
        right.set_title("the LSTM at T = 100")
        _errors(left)
    says = "; ".join(
        f"T = {T}: RNN {solved(a)} of 5, LSTM {solved(b)} of 5" for T, a, b in zip(lengths, rnn, lstm, strict=True)
    )
    return Picture(figure, f"{title}. Dots for the best error of every run on a log axis. Solved: {says}.")


def _dots(axes: Axes, groups: Sequence[Sequence[dict[str, Any]]], colour: str, shift: float, gid: str) -> None:
    for place, group in enumerate(groups):
        best = [min(run["errors"]) for run in group]
        offsets = shift + np.linspace(-0.08, 0.08, len(best))
        axes.plot(place + offsets, best, "o", color=colour, markersize=5, gid=f"{gid} {place}", zorder=3)


def _errors(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.set_ylim(0.0008, 0.5)
    axes.yaxis.set_major_locator(FixedLocator(_TICKS))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:g}"))
