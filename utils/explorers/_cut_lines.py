"""Where the cuts fall: what truncated backpropagation keeps of the gradient, for every k and gain."""

import functools

import ipywidgets

from utils.experiments.results import Learner
from utils.explorers.explorer import Explorer
from utils.figures import _cut_lines
from utils.figures.learner import driven

GAINS = (0.7, 0.9, 1.0, 1.2, 1.5)


@driven
def cut_lines(truncated_bptt: Learner) -> Explorer:
    """Return the explorer of truncation: segment length × gain of Wh, drawn by the learner's function.

    Parameters
    ----------
    truncated_bptt : callable
        ``truncated_bptt(x, h0, Wx, Wh, b, dh, k) -> (dx, dh0, dWx, dWh, db)``.

    Returns
    -------
    Explorer or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """

    @functools.cache  # lives as long as the explorer, whose gains are few
    def blame(gain: float) -> _cut_lines.Blame:
        return _cut_lines.blame(truncated_bptt, gain)

    narrow = {"description_width": "initial"}
    return Explorer(
        lambda k, gain: _cut_lines.draw(blame(gain), k, gain),
        controls={
            "k": ipywidgets.IntSlider(
                5, 1, _cut_lines.T, description="k", style=narrow, layout=ipywidgets.Layout(width="320px")
            ),
            "gain": ipywidgets.SelectionSlider(
                options=GAINS, value=1.0, description="Gain", style=narrow, layout=ipywidgets.Layout(width="280px")
            ),
        },
        presets={
            "Cut at every step": {"k": 1, "gain": 1.0},
            "Short memory, cheap cuts": {"k": 5, "gain": 0.7},
            "Long memory, costly cuts": {"k": 5, "gain": 1.2},
            "Nothing cut": {"k": _cut_lines.T, "gain": 1.0},
        },
        words=lambda k, gain: words(blame(gain), k),
        height=_cut_lines.HEIGHT,
    )


def words(found: _cut_lines.Blame, k: int) -> str:
    """Say in two sentences what this k keeps in memory and what it loses."""
    segments = -(-_cut_lines.T // k)
    memory = f"{segments} segments of {k} step{'s' if k > 1 else ''}"
    if _cut_lines.T % k:
        memory += f" (the last has {_cut_lines.T % k})"
    memory += f": {k} {'states are' if k > 1 else 'state is'} kept at a time instead of {_cut_lines.T}"
    if segments == 1:
        memory = f"One segment: all {_cut_lines.T} states are kept"
    return (
        f"{memory}. Each step is run backward once, whatever k is. The gradient of the weights differs from the full "
        f"one by {_cut_lines.percent(found.bias[k - 1])} of its length."
    )
