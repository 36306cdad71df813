"""The unrolled network cut into segments: what crosses a cut and what does not."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.figures import unrolling
from utils.figures._wirings import unroll
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, GRADIENT, HIDDEN, INK, drawn, ink, sheet

T, K = 6, 3


def segments() -> Picture:
    """Return a network of six steps in two segments, states solid across the cut, gradients dashed up to it."""
    height = 3.45
    with drawn():
        figure, _ = sheet("The state goes through the cut, the gradient does not", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.98 / height))
        unrolling.frame(axes, first=-0.2, last=8.2, bottom=-0.42, top=2.98)
        unrolling.draw(axes, unroll("many to many, aligned", T))
        cut = K + 0.5
        axes.plot([cut, cut], [-0.3, 2.6], color=INK, linewidth=1.3, linestyle=(0, (4, 2)), zorder=6)
        for t in range(1, T + 1):
            _back(axes, (t + 0.12, 1.93), (t + 0.12, 1.4))
            _back(axes, (t + 0.12, 0.83), (t + 0.12, 0.29))
            if t > 1 and t != K + 1:
                _back(axes, (t - 0.29, 0.97), (t - 0.71, 0.97))
        _back(axes, (1 - 0.29, 0.97), (0.47, 0.97))
        _back(axes, (K + 1 - 0.29, 0.97), (cut + 0.05, 0.97), head=False)
        for middle, text in (((1 + K) / 2, "segment 1"), ((K + 1 + T) / 2, "segment 2")):
            axes.text(middle, 2.75, text, ha="center", va="center", fontsize=9.5)
        axes.text(cut, 2.75, "cut", ha="center", va="center", fontsize=9.5, fontweight="bold")
        axes.text(6.5, 1.75, "solid: values,\nthrough every cut", fontsize=9.5, color=ink(HIDDEN), va="center")
        axes.text(6.5, 0.75, "dashed: gradients,\nas far as the cut", fontsize=9.5, color=ink(GRADIENT), va="center")
    return Picture(
        figure,
        "A network unrolled over six steps, cut between steps 3 and 4. The arrow from h 3 to h 4 passes the cut; the "
        "dashed gradient arrows run back from each output and each h, as far as h 0; from h 4 none passes the cut.",
    )


def _back(axes: Axes, start: tuple[float, float], end: tuple[float, float], head: bool = True) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>,head_length=3,head_width=1.8" if head else "-|>,head_length=0.01",
            linestyle=(0, (3, 1.5)), linewidth=1.6, color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5, gid=BACKWARD,
        )
    )  # fmt: skip
