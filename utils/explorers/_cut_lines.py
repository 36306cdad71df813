"""Where the cuts fall: what truncated backpropagation keeps of the gradient, for every k and gain."""

import functools

import ipywidgets

from utils.explorers.explorer import Explorer
from utils.figures import _cut_lines as truncation
from utils.figures.learner import driven

GAINS = (0.7, 0.9, 1.0, 1.2, 1.5)


@driven
def cut_lines(truncated_bptt):
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
    def blame(gain):
        return truncation.blame(truncated_bptt, gain)

    narrow = {"description_width": "initial"}
    return Explorer(
        lambda k, gain: truncation.draw(blame(gain), k, gain),
        controls={
            "k": ipywidgets.IntSlider(
                5, 1, truncation.T, description="k", style=narrow, layout=ipywidgets.Layout(width="320px")
            ),
            "gain": ipywidgets.SelectionSlider(
                options=GAINS, value=1.0, description="Gain", style=narrow, layout=ipywidgets.Layout(width="280px")
            ),
        },
        presets={
            "Cut at every step": {"k": 1, "gain": 1.0},
            "Short memory, cheap cuts": {"k": 5, "gain": 0.7},
            "Long memory, dear cuts": {"k": 5, "gain": 1.2},
            "Nothing cut": {"k": truncation.T, "gain": 1.0},
        },
        words=lambda k, gain: words(blame(gain), k),
        height=truncation.HEIGHT,
    )


def words(found, k):
    """Say in two sentences what this k keeps in memory and what it loses."""
    segments = -(-truncation.T // k)
    memory = f"{segments} segments of {k} step{'s' if k > 1 else ''}"
    if truncation.T % k:
        memory += f" (the last has {truncation.T % k})"
    memory += f": {k} {'states are' if k > 1 else 'state is'} kept at a time instead of {truncation.T}"
    if segments == 1:
        memory = f"One segment: all {truncation.T} states are kept"
    return (
        f"{memory}. Each step is run backward once, as ever. The gradient of the weights differs from the full one by "
        f"{truncation.percent(found.bias[k - 1])} of its length."
    )
