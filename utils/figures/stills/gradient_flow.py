"""The static pictures of assignment 04."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.experiments.results import Array, Learner
from utils.figures import _spectrum_fan, unrolling
from utils.figures._powers import DRAWS, STEPS, UNITS, log_axis, measure_flow, within
from utils.figures._wirings import unroll
from utils.figures.labels import letters_at
from utils.figures.networks import STD, driven_states, norms, random_network
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, GRADIENT, HIDDEN, INPUT, axes_in, drawn, ink, sheet, short, tint


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
            f"The {_spectrum_fan.UNITS} singular values of the product over t steps. A line ends at 1e−14 of the "
            f"largest (dark). H = {_spectrum_fan.UNITS}, seed {_spectrum_fan.SEED}, input N(0, 0.5²). "
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


def starts(orthogonal: Learner, jacobian_product: Learner, rnn_forward: Learner) -> Picture:
    """Return what three starts of W_hh keep of a gradient: identity and orthogonal under tanh, identity under ReLU."""
    curves, open_share = measure_starts(orthogonal, jacobian_product, rnn_forward)
    left = {name: short(float(np.median(curve[:, -1]))) for name, curve in curves.items()}
    orthogonal_tanh, identity_tanh, identity_relu = left
    kept = int(np.sum(curves[identity_relu][:, -1] == 1))
    height, back = 3.9, np.arange(STEPS)
    low, high = 1e-11, 1e1
    colours = dict(zip(curves, (GRADIENT, INPUT, HIDDEN), strict=True))
    with drawn():
        figure, margins = sheet(
            f"In the median tanh leaves {left[identity_tanh]} (identity) and {left[orthogonal_tanh]} (orthogonal) over "
            f"{STEPS - 1} steps. ReLU from the identity leaves 1 in {kept} of {DRAWS} draws",
            f"H = {UNITS}, input N(0, {STD}²) into each unit, b = 0, h0 = 0. Thin: draws of seeds 0 to {DRAWS - 1}, "
            "bold: their median. A line that leaves the frame below is 0: no unit is left.",
            height,
        )
        grid = figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.22, width_ratios=[1.5, 1], **margins)
        size, share = axes_in(grid)
        for name, curve in curves.items():
            size.plot(back, within(curve, low, high).T, color=tint(colours[name], 0.4), linewidth=0.5, zorder=1)
            size.plot(
                back, within(np.median(curve, axis=0), low, high), color=colours[name], linewidth=2.4, label=name,
                gid=name,
            )  # fmt: skip
        log_axis(size, low, high)
        size.set_title("norm of ∂h_T/∂h_t, log axis")
        size.legend(loc="lower left", frameon=False, fontsize=9)
        share.plot(back, open_share.T, color=tint(HIDDEN, 0.4), linewidth=0.5, zorder=1)
        share.plot(back, np.median(open_share, axis=0), color=HIDDEN, linewidth=2.4, gid="open")
        share.set(ylim=(0, 1.02), yticks=[0, 0.5, 1])
        share.set_title("share of units still open, " + identity_relu)
        for axes in (size, share):
            axes.set(xlim=(0, STEPS - 1), xticks=[0, 20, 40, 59], xlabel="steps back from T")
    return Picture(
        figure,
        f"Left, norms against steps back on a log axis with a legend. The medians fall to {left[orthogonal_tanh]} "
        f"({orthogonal_tanh}) and {left[identity_tanh]} ({identity_tanh}); that of {identity_relu} stays 1. Right, the "
        "share of units that are still open falls from 1 to "
        f"{short(float(np.median(open_share[:, -1])))} in the median.",
    )


def measure_starts(
    orthogonal: Learner, jacobian_product: Learner, rnn_forward: Learner
) -> tuple[dict[str, Array], Array]:
    """Return norms (DRAWS, STEPS) by steps back from T, and the share of units (DRAWS, STEPS) open under ReLU.

    With W_hh = I the Jacobian of a ReLU step is diagonal, 1 for a unit above 0 and 0 for any other. So the product is
    diagonal too: 1 for each unit that was above 0 at all steps in between, which is called open here.
    """
    flow, _ = measure_flow(orthogonal, jacobian_product, rnn_forward)
    identity, open_share = np.empty((DRAWS, STEPS)), np.empty((DRAWS, STEPS))
    for seed in range(DRAWS):
        _, x = random_network(np.random.default_rng(seed), UNITS, 1.0, STEPS)
        h = driven_states(rnn_forward, np.eye(UNITS), x)
        identity[seed] = norms(np.asarray(jacobian_product(h, np.eye(UNITS))))[0, ::-1]
        state, above = np.zeros(UNITS), []
        for now in x[0]:
            state = np.maximum(state + now, 0)
            above.append(state > 0)
        later = np.cumprod([np.ones(UNITS), *above[:0:-1]], axis=0)  # by steps back: above 0 at every later step
        open_share[seed] = later.mean(axis=1)
    relu = (open_share > 0).astype(float)
    return {"orthogonal, tanh": flow["RNN, Q"], "identity, tanh": identity, "identity, ReLU": relu}, open_share


PICTURES = {
    "gradient-flow": (gradient_flow, ()),
    "starts": (starts, ("orthogonal", "jacobian_product", "rnn_forward")),
    "spectrum-fan": (spectrum_fans, ("jacobian_product", "rnn_forward")),
}
