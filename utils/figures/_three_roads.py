"""Roads for a gradient at three sizes of weights: a vanilla RNN, an LSTM, a stack of layers with and without a skip."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures._two_lanes import shown_share
from utils.figures.learner import all_checked, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, PLAIN, axes_in, drawn, ink, power_of_ten, sheet, short

DEPTH, H, D = 40, 16, 4
SCALES = (1 / 8, 1 / 4, 1 / 2)  # standard deviations of all weights; the stack's own draw has the first
SEEDS = 40
_LOWEST, _HIGHEST = 1e-17, 1e4
_LOOKS = {
    "RNN": HIDDEN,
    "LSTM, bias 1": GATES["f"],
    "LSTM, bias 5": GATES["f"],
    "stack, no skip": PLAIN,
    "stack, skip 1": INK,
}


@driven
def roads(
    residual_stack_gradient: Learner,
    rnn_forward: Learner,
    rnn_backward: Learner,
    lstm_forward_full: Learner,
    lstm_backward_full: Learner,
) -> Picture:
    """Draw the length of the gradient DEPTH − 1 steps or layers back against the size of the weights, on five roads.

    Parameters
    ----------
    residual_stack_gradient : callable
        ``residual_stack_gradient(depth, skip, rng) -> norms``.
    rnn_forward, rnn_backward, lstm_forward_full, lstm_backward_full : callable
        As everywhere in the course.

    Returns
    -------
    Picture or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Srivastava, Greff & Schmidhuber (2015), Highway networks. He et al. (2016), Deep residual learning.
    """
    rnn, lstm = (rnn_forward, rnn_backward), (lstm_forward_full, lstm_backward_full)
    measures = {
        "RNN": lambda scale: _rnn(*rnn, scale),
        "LSTM, bias 1": lambda scale: _lstm(*lstm, scale, 1.0),
        "LSTM, bias 5": lambda scale: _lstm(*lstm, scale, 5.0),
        "stack, no skip": lambda scale: _stack(residual_stack_gradient, scale, 0.0),
        "stack, skip 1": lambda scale: _stack(residual_stack_gradient, scale, 1.0),
    }
    # Stacks come first: they are quickly measured, and where they cannot be, nobody waits for the others.
    taken = {name: np.array([measure(scale) for scale in SCALES]) for name, measure in reversed(measures.items())}
    lengths = {name: taken[name] for name in measures}
    medians = {name: np.median(found, axis=1) for name, found in lengths.items()}
    first, *_, last = names = [str(Fraction(scale)) for scale in SCALES]
    title = (
        f"Weight std {first} to {last} moves a plain stack's gradient by {_moves(medians['stack, no skip'])} powers of "
        f"ten; with a skip, by {_moves(medians['stack, skip 1'])}"
    )
    caption = (
        f"Length of the gradient, log axis: medians of {SEEDS} seeds, lines 10 to 90 %; {DEPTH - 1} steps or layers "
        f"back, H = {H}, weights N(0, std²). RNN (∂L/∂h_1), LSTM (∂L/∂c_1): D = {D}, inputs N(0, 1), biases 0 but f's."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.0)
        panels = figure.add_gridspec(1, len(_LOOKS), left=0.085, right=0.985, wspace=0.06, **margins)
        for place, ((name, colour), axes) in enumerate(zip(_LOOKS.items(), axes_in(panels, sharey=True), strict=True)):
            axes.axhline(1, color=FAINT, linewidth=0.8, zorder=0)
            low, middle, high = np.clip(np.quantile(lengths[name], [0.1, 0.5, 0.9], axis=1), 3 * _LOWEST, _HIGHEST / 9)
            axes.vlines(range(len(SCALES)), low, high, color=colour, linewidth=2.2, gid=f"{name}: spread")
            axes.plot(range(len(SCALES)), middle, "o", color=colour, markersize=6, gid=name)
            for x, (top, median) in enumerate(zip(high, medians[name], strict=True)):
                axes.annotate(
                    short(median), (x, top), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=8.5,
                    color=ink(colour),
                )  # fmt: skip
            axes.set_yscale("log")
            axes.set(xlim=(-0.5, len(SCALES) - 0.5), ylim=(_LOWEST, _HIGHEST), xlabel="weight std")
            axes.set_xticks(range(len(SCALES)), names)
            axes.yaxis.set_major_locator(FixedLocator((10.0 ** np.arange(-16, 5, 4)).tolist()))
            axes.yaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
            axes.tick_params(labelleft=place == 0)
            axes.set_title(name, color=ink(colour))
    measured = "; ".join(f"{name}: {', '.join(short(size) for size in found)}" for name, found in medians.items())
    return Picture(
        figure,
        f"{title}. Median lengths of the gradient, on a log axis, at weight std {', '.join(names)}. {measured}.",
    )


def _moves(medians: Array) -> str:
    """Say by how many powers of ten the medians differ."""
    return short(np.log10(medians.max() / medians.min())) if medians.min() > 0 else "∞"


class _Scaled(np.random.Generator):
    """The generator ``default_rng(seed)``, but what it draws in three dimensions is larger by `factor`.

    The stack's width and the size of its weights stand in the learner's own function, which draws x and dx in one
    dimension and all weights at once in three: so it measures other weights without an argument of its own for them.
    """

    def __init__(self, seed: int, factor: float) -> None:
        super().__init__(np.random.PCG64(seed))
        self._factor = factor

    def standard_normal(self, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        values = super().standard_normal(size, *args, **kwargs)
        return self._factor * values if np.ndim(values) == 3 else values


def _stack(residual_stack_gradient: Learner, scale: float, skip: float) -> list[float]:
    """Return ‖∂L/∂x_1‖ for each seed."""

    # The generator is made within: a copy of it, as `call` makes of arguments, would be an ordinary one.
    def norms(seed: int) -> tuple[object]:
        return (residual_stack_gradient(DEPTH, skip, _Scaled(seed, scale / SCALES[0])),)

    return [found["norms"][0] for found in _for_each_seed(norms, residual_stack_gradient, {"norms": (DEPTH,)})]


def _rnn(rnn_forward: Learner, rnn_backward: Learner, scale: float) -> list[float]:
    """Return ‖∂L/∂h_1‖ for each seed, L = v · h_T: dh0 of the sequence that begins at h_1."""

    def gradients(seed: int) -> object:
        x, Wx, Wh, b, v = _network(seed, scale, blocks=1)
        h, _ = rnn_forward(x[:, :1].copy(), np.zeros((1, H)), Wx.copy(), Wh.copy(), b.copy())
        _, cache = rnn_forward(x[:, 1:].copy(), h[:, 0], Wx.copy(), Wh.copy(), b.copy())
        dh = np.zeros((1, DEPTH - 1, H))
        dh[:, -1] = v
        return rnn_backward(dh, cache)

    shapes = {"dx": (1, DEPTH - 1, D), "dh0": (1, H), "dWx": (D, H), "dWh": (H, H), "db": (H,)}
    return [float(np.linalg.norm(found["dh0"])) for found in _for_each_seed(gradients, rnn_backward, shapes)]


def _lstm(lstm_forward_full: Learner, lstm_backward_full: Learner, scale: float, bias: float) -> list[float]:
    """Return ‖∂L/∂c_1‖ for each seed, L = v · c_T, by all paths, as in `utils.figures._two_lanes.lanes`."""
    slopes = []  # how fast h_1 moves with c_1, for each seed

    def gradients(seed: int) -> object:
        x, Wx, Wh, b, v = _network(seed, scale, blocks=4)
        b[H : 2 * H] = bias

        def forward(x: Array, h: Array, c: Array) -> Any:
            return lstm_forward_full(x, h, c, Wx.copy(), Wh.copy(), b.copy())

        h_0 = np.zeros((1, H))
        _, h_1, c_1, _ = forward(x[:, :1].copy(), h_0.copy(), h_0.copy())
        slopes.append(shown_share(forward, x[:, :1], h_0) * (1 - np.tanh(c_1) ** 2))
        *_, cache = forward(x[:, 1:].copy(), h_1, c_1)
        return lstm_backward_full(np.zeros((1, DEPTH - 1, H)), v, cache)

    shapes = {"dx": (1, DEPTH - 1, D), "dh0": (1, H), "dc0": (1, H)}
    shapes |= {"dWx": (D, 4 * H), "dWh": (H, 4 * H), "db": (4 * H,)}
    found = _for_each_seed(gradients, lstm_backward_full, shapes)
    return [float(np.linalg.norm(one["dc0"] + one["dh0"] * slope)) for one, slope in zip(found, slopes, strict=True)]


def _network(seed: int, scale: float, blocks: int) -> tuple[Array, ...]:
    """Return x, Wx, Wh, b of a network whose weights are N(0, scale²) and whose biases are 0, and v of length 1."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((1, DEPTH, D))
    Wx, Wh = (scale * rng.standard_normal((rows, blocks * H)) for rows in (D, H))
    v = rng.standard_normal((1, H))
    return x, Wx, Wh, np.zeros(blocks * H), v / np.linalg.norm(v)


def _for_each_seed(
    measure: Callable[[int], object], function: Learner, shapes: Mapping[str, tuple[int, ...]]
) -> list[dict[str, Array]]:
    """Return what ``measure(seed)``, which calls the learner's `function`, returns for each seed, checked and named."""

    def run() -> list[object]:  # one guarded call for all: each would cost 0.3 ms more
        return [measure(seed) for seed in range(SEEDS)]

    run.__name__ = name = name_of(function)
    return [dict(zip(shapes, all_checked(returned, shapes, name, cache=False), strict=True)) for returned in call(run)]
