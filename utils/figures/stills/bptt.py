"""The static pictures of assignments 02 and 03."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.experiments.results import Learner
from utils.figures import _graph_stepper, _who_blames_whom, unrolling
from utils.figures._wirings import unroll
from utils.figures.picture import Picture
from utils.figures.segments import segments
from utils.figures.style import GRADIENT, HIDDEN, OUTPUT, drawn, ink, sheet


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
    "blame": (who_blames_whom, ("rnn_backward", "rnn_forward")),
    "stepper": (stepper, ("rnn_step_backward", "rnn_step_forward")),
    "segments": (segments, ()),
}
