"""The static pictures of assignment 04."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.experiments.results import Learner
from utils.figures import _spectrum_fan, unrolling
from utils.figures._wirings import unroll
from utils.figures.labels import letters_at
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, GRADIENT, axes_in, drawn, ink, sheet


def gradient_flow() -> Picture:
    """Return the unrolled chain with the gradient on its way back from the loss, one Jacobian at each step."""
    height, T = 3.3, 5
    with drawn():
        figure, _ = sheet("One loss, one way back: one transposed Jacobian at each step", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 2.72 / height))
        unrolling.frame(axes, first=-0.85, last=6.9, bottom=-0.45, top=2.62)
        graph = unroll("many to one", T)
        unrolling.draw(axes, graph, lit=[name for name in graph.nodes if name[0] in "hy"])
        top = unrolling.ROWS["h"] + unrolling.HIGH / 2
        for t in range(T, 1, -1):
            width = 0.8 + 2.2 * (t - 1) / (T - 1)  # the message grows fainter on its way
            _backward(axes, (t - 0.1, top + 0.03), (t - 0.9, top + 0.03), "arc3,rad=0.55", width)
            letters_at(axes, t - 0.5, top + 0.42, rf"J_{{{t}}}^\top", GRADIENT, "center")
        _backward(axes, (T + 0.14, 1.93), (T + 0.14, top + 0.03), "arc3,rad=0", 3.0)
        letters_at(axes, T + 0.28, 1.64, r"\partial L/\partial h_5", GRADIENT, "left")
        axes.text(
            -0.55, top + 0.9,
            r"$\frac{\partial L}{\partial h_1} = (J_5 J_4 J_3 J_2)^\top\, \frac{\partial L}{\partial h_5}$",
            fontsize=12, color=ink(GRADIENT), va="center",
        )  # fmt: skip
    return Picture(
        figure,
        "An unrolled network over five steps with a loss at the last. Dashed arrows run back from the loss to h5, h4, "
        "h3, h2 and h1, one transposed Jacobian J at each step, and grow fainter.",
    )


def _backward(axes: Axes, start: tuple[float, float], end: tuple[float, float], style: str, width: float) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, connectionstyle=style, arrowstyle="-|>,head_length=3.6,head_width=2.1", linewidth=width,
            linestyle=BACKWARD, color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5, gid="backward",
        )
    )  # fmt: skip


def spectrum_fans(jacobian_product: Learner, rnn_forward: Learner) -> Picture:
    """Return four settings of the spectrum fan: W^t above, the RNN below."""
    shown = ("Gaussian", "Orthogonal", "Only W^t explodes", "The RNN explodes")
    height = 5.0
    with drawn():
        figure, _ = sheet(
            "σ_max alone does not decide: not for Wᵗ, and not for the RNN",
            f"All {_spectrum_fan.UNITS} singular values of the product over t steps (the largest dark). "
            f"H = {_spectrum_fan.UNITS}, seed {_spectrum_fan.SEED}, input N(0, 0.5²). "
            "Dashed σ_maxᵗ, dotted ρᵗ. Above Wᵗ, below the RNN.",
            height,
        )
        places = axes_in(
            figure.add_gridspec(
                2, 4, left=0.085, right=0.975, bottom=0.98 / height, top=1 - 0.72 / height, hspace=0.38, wspace=0.16
            )
        )
        for above, below, name in zip(places[:4], places[4:], shown, strict=True):
            preset = _spectrum_fan.PRESETS[name]
            fans = _spectrum_fan.measure(jacobian_product, rnn_forward, **preset)
            heading = f"σ_max {fans.sigma:.2f}, ρ {fans.rho:.2f}"
            _spectrum_fan.draw_fan(above, fans.power, fans, heading, "power", labels=False)
            _spectrum_fan.draw_fan(below, fans.rnn, fans, "the RNN", "rnn", labels=False)
            above.set_xlabel("")
            for axes in (above, below):
                axes.tick_params(labelleft=name == shown[0])
    return Picture(
        figure,
        "Eight fans of singular values. Gaussian with σ_max 1.67: W^t vanishes, the RNN faster. Orthogonal: W^t stays "
        "1, the RNN vanishes. Gaussian with σ_max 2.3: W^t explodes, the RNN vanishes slowly. Gaussian with σ_max 4.2: "
        "both explode, the RNN far more slowly.",
    )


PICTURES = {
    "gradient-flow": (gradient_flow, ()),
    "spectrum-fan": (spectrum_fans, ("jacobian_product", "rnn_forward")),
}
