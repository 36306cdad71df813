"""The static pictures of assignments 02 and 03."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.experiments.results import Learner
from utils.figures import _graph_stepper, _who_blames_whom, unrolling
from utils.figures._wirings import Graph, unroll
from utils.figures.picture import Picture
from utils.figures.segments import segments
from utils.figures.style import GRADIENT, HIDDEN, INPUT, OUTPUT, QUIET, WIDTH, drawn, ink, sheet


def backwards() -> Picture:
    """Return the unrolled network with a dashed arrow against every solid one."""
    height, T = 3.5, 4
    with drawn():
        figure, _ = sheet("Forward along every arrow, then backward along every arrow", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 3.0 / height))
        unrolling.frame(axes, first=-0.15, last=6.55, bottom=-0.4, top=2.6)
        unrolling.draw(axes, unroll("many to many, aligned", T))
        for t in range(1, T + 1):
            _against(axes, (t + 0.11, 1.93), (t + 0.11, 1.4))
            _against(axes, (t + 0.11, 0.83), (t + 0.11, 0.29))
            _against(axes, (t - 0.29, 0.98), (t - 0.71, 0.98) if t > 1 else (0.42, 0.98))
        axes.text(4.75, 2.2, "each output has a loss", fontsize=9.5, color=ink(OUTPUT), va="center")
        axes.text(4.75, 1.65, "solid: values, with time", fontsize=9.5, color=ink(HIDDEN), va="center")
        axes.text(4.75, 1.1, "dashed: gradients,\nagainst time", fontsize=9.5, color=ink(GRADIENT), va="center")
    return Picture(
        figure,
        "A network unrolled over four steps, x below, h in the middle, y above. Solid arrows run forward; beside each, "
        "a dashed arrow runs back: from every y into its h, from every h to the h before it and to its x.",
    )


def _against(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>,head_length=3,head_width=1.8", linestyle=(0, (3, 1.5)), linewidth=1.6,
            color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5,
        )
    )  # fmt: skip


def paths(rnn_step_backward: Learner, rnn_step_forward: Learner) -> Picture:
    """Return the graph stepper's network four times, each with one path from x_1 to a loss lit, slope by slope."""
    T = _graph_stepper.T
    # With a loss at step t alone, what the step sends back is the slope of one arrow, or of one path.
    alone = {t: _graph_stepper.walk(rnn_step_backward, rnn_step_forward, (t,)) for t in range(1, T + 1)}
    slopes = [alone[1].back[1]["dx"], *(alone[t].back[t]["dprev_h"] for t in range(2, T + 1))]
    shares = [alone[t].back[1]["dx"] for t in range(1, T + 1)]
    graph = Graph("paths", T, (1,), tuple(range(1, T + 1)), ())
    unit, high, top, bottom = 0.66, 2.3, 0.62, 0.92  # inches: of a step, of a row of panels, of the margins
    height = top + 2 * high + bottom
    total = f"{' + '.join(f'{share:.2f}' for share in shares)} = {sum(shares):.2f}"
    with drawn():
        figure, _ = sheet(
            f"Four paths lead from x₁ to a loss, and their products add: {total}",
            f"One unit: Wx = {_graph_stepper.WX:g}, Wh = {_graph_stepper.WH:g}, b = {_graph_stepper.B:g}, "
            f"h₀ = {_graph_stepper.H0:g}; yₜ = hₜ, and L is the sum of all yₜ. "
            "Beside an arrow: its slope, rounded. The products are computed from the slopes before rounding.",
            height,
        )
        for t in range(1, T + 1):
            left, row = 0.12 + (t - 1) % 2 * 3.55, (t - 1) // 2
            axes = figure.add_axes(
                (left / WIDTH, 1 - (top + (row + 1) * high) / height, 4.9 * unit / WIDTH, high / height)
            )
            unrolling.frame(axes, first=-0.1, last=4.8, bottom=-0.4, top=high / unit - 0.4)
            unrolling.draw(axes, graph, {"x1", *(f"h{s}" for s in range(1, t + 1)), f"y{t}"}, fontsize=10.5)
            factors = " × ".join(f"{slope:.2f}" for slope in slopes[:t])
            axes.text(0.02, 2.8, f"loss at step {t}:  {factors} × 1 = {shares[t - 1]:.2f}", fontsize=9, va="center")
            axes.text(1.07, 0.5, f"{slopes[0]:.2f}", fontsize=8.5, color=ink(INPUT), va="center")
            for s in range(2, t + 1):
                axes.text(
                    s - 0.5, 1.34, f"{slopes[s - 1]:.2f}", fontsize=8.5, color=ink(HIDDEN), ha="center", va="center"
                )
            axes.text(t + 0.07, 1.62, "1", fontsize=8.5, color=ink(HIDDEN), va="center")
        for place, text, colour in (
            (0.12, "blue: arrow from the input", ink(INPUT)),
            (2.0, "green: arrow from a state", ink(HIDDEN)),
            (3.85, "orange: output with its loss", ink(OUTPUT)),
            (5.75, "grey: not on this path", QUIET),
        ):
            figure.text(place / WIDTH, 0.72 / height, text, fontsize=8.5, color=colour)
    return Picture(
        figure,
        "Four copies of a network of one unit over four steps. In the copy for the loss at step t, the path from x 1 "
        f"through h 1 to h t and up to y t is lit, with the slope of each arrow. The products: {total}.",
    )


def who_blames_whom(rnn_backward: Learner, rnn_forward: Learner) -> Picture:
    """Return the heat map of assignment 02 at a gain that shows both near and far blame."""
    return _with_a_right_function(_who_blames_whom.draw(rnn_backward, rnn_forward, gain=0.9, inputs=0.5))


def stepper(rnn_step_backward: Learner, rnn_step_forward: Learner) -> Picture:
    """Return the graph stepper near the end of its way back."""
    return _with_a_right_function(
        _graph_stepper.draw(
            rnn_step_backward, rnn_step_forward, position=_graph_stepper.LAST - 1, losses="at every step"
        )
    )


def _with_a_right_function(picture: Picture) -> Picture:
    """Say in a picture's caption that a right function drew it, not the reader's."""
    [caption] = [text for text in picture.figure.texts if text.get_gid() == "caption"]
    caption.set_text(caption.get_text().replace(" your ", " a right ").replace("Your ", "A right "))
    return picture


PICTURES = {
    "backwards": (backwards, ()),
    "paths": (paths, ("rnn_step_backward", "rnn_step_forward")),
    "blame": (who_blames_whom, ("rnn_backward", "rnn_forward")),
    "stepper": (stepper, ("rnn_step_backward", "rnn_step_forward")),
    "segments": (segments, ()),
}
