"""The static pictures of assignments 05 and 06."""

from utils.experiments.results import Learner
from utils.figures import _gate_console, _two_lanes, highway_map
from utils.figures.cell import lstm_cell
from utils.figures.picture import Picture
from utils.figures.step_by_numbers import step_by_numbers
from utils.figures.style import axes_in, drawn, sheet


def two_lanes(
    lstm_forward_full: Learner, lstm_backward_full: Learner, cell_highway: Learner, forget_bias: Learner
) -> Picture:
    """Return the gradient at the cells of an LSTM for three forget biases, by these functions, side by side."""
    functions = lstm_forward_full, lstm_backward_full, cell_highway, forget_bias
    biases, height = (0.0, 1.0, 5.0), 3.35
    with drawn():
        figure, margins = sheet(
            "A larger forget bias keeps more on the direct path; what goes through h is added to it",
            "How much of a gradient of 1 at the last cell arrives at each cell. All paths include those through h of "
            f"the same step. T = {_two_lanes.T}, D = {_two_lanes.D}, H = {_two_lanes.H}, inputs N(0, 1), weights "
            "N(0, 1/inputs), seed 1.",
            height,
        )
        panels = axes_in(figure.add_gridspec(1, 3, left=0.085, right=0.97, wspace=0.12, **margins), sharey=True)
        for axes, bias in zip(panels, biases, strict=True):
            _two_lanes.cell_lane(axes, _two_lanes.lanes(*functions, bias, scale=1.0, seed=1))
            axes.set_title(f"forget bias {bias:g}")
    return Picture(
        figure,
        "Three panels for the forget biases 0, 1 and 5: the gradient at each cell by all paths and by the direct path. "
        "At bias 0 both fall steeply and lie apart, at bias 5 both stay near 1.",
    )


PICTURES = {
    "lstm-cell": (lstm_cell, ()),
    "step-by-numbers": (step_by_numbers, ()),
    "gate-console": (_gate_console.puzzles, ("lstm_from_gates",)),
    "highway": (highway_map.draw, ()),
    "two-lanes": (two_lanes, ("lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias")),
}
