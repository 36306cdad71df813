"""Three roads for a gradient on one axis: a vanilla RNN, an LSTM, a stack of layers with and without a skip."""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.calling import call, name_of
from utils.errors import CallFailed
from utils.figures import lanes
from utils.figures.labels import at_end, spread
from utils.figures.learner import all_checked, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, PLAIN, QUIET, drawn, ink, power_of_ten, sheet, told

DEPTH, H, D, SEED = 40, 16, 4, 1
_LOWEST, _HIGHEST = 1e-14, 1e3


@driven
def roads(residual_stack_gradient, rnn_forward, rnn_backward, lstm_forward_full, lstm_backward_full):
    """Draw the length of the gradient against the steps or layers it went back, for five networks.

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
    """
    curves = {f"LSTM, bias {bias}": _lstm(lstm_forward_full, lstm_backward_full, bias)[::-1] for bias in (5, 1)}
    lengths, norm = _rnn(rnn_forward, rnn_backward)
    curves["RNN"] = lengths[::-1]
    for name, skip in (("skip 1", 1.0), ("no skip", 0.0)):
        returned = call(residual_stack_gradient, DEPTH, skip, np.random.default_rng(SEED))
        shapes = {"norms": (DEPTH,)}
        (norms,) = all_checked((returned,), shapes, name_of(residual_stack_gradient), cache=False)
        curves[name] = norms[::-1]
    looks = {
        "LSTM, bias 5": (GATES["f"], "solid", 2.2),
        "LSTM, bias 1": (GATES["f"], "solid", 1.2),
        "RNN": (HIDDEN, "solid", 2.2),
        "skip 1": (INK, "solid", 2.2),
        "no skip": (PLAIN, "solid", 2.2),
    }
    last = {name: curve[-1] for name, curve in curves.items()}
    title = (
        f"{DEPTH - 1} steps back: RNN {told(last['RNN'])}, stack without a skip {told(last['no skip'])}; "
        f"LSTM with open gates {told(last['LSTM, bias 5'])}, stack with a skip {told(last['skip 1'])}"
    )
    caption = (
        f"One draw each, seed {SEED}. RNN, LSTM (cell lane): H = {H}, D = {D}, inputs N(0, 1), weights "
        f"N(0, 1/inputs), so the RNN's Wh has spectral norm {told(norm)}. Stacks: your residual_stack_gradient."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.0)
        axes = figure.add_gridspec(1, 1, left=0.085, right=0.79, **margins).subplots()
        axes.axhline(1, color=FAINT, linewidth=0.8, zorder=0)
        for name, curve in curves.items():
            colour, style, width = looks[name]
            shown = np.where(curve > 0, curve, np.nan)
            axes.plot(range(DEPTH), shown, color=colour, linestyle=style, linewidth=width, gid=name)
        ends = 10 ** spread(np.log10(np.clip(list(last.values()), _LOWEST * 5, _HIGHEST / 5)), 1.5)
        for name, end in zip(last, ends, strict=True):
            text = {"skip 1": "stack, skip 1", "no skip": "stack, no skip"}.get(name, name)
            at_end(axes, DEPTH - 1, end, text, QUIET if name == "no skip" else ink(looks[name][0]))
        axes.set_yscale("log")
        axes.set(xlim=(0, DEPTH - 1), ylim=(_LOWEST, _HIGHEST), xlabel="steps or layers back from the loss")
        axes.yaxis.set_major_locator(FixedLocator(10.0 ** np.arange(-12, 4, 3)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
        axes.set_title("length of the gradient, log axis")
    return Picture(figure, f"{title}. The length of the gradient against steps back from the loss, on a log axis.")


def _rnn(rnn_forward, rnn_backward):
    """Return ‖∂L/∂h_τ‖ for τ = 1 … DEPTH, L = v · h_T: dh0 of the sequence that begins at h_τ; and the norm of Wh."""
    rng = np.random.default_rng(SEED)
    x, Wx = rng.standard_normal((1, DEPTH, D)), rng.standard_normal((D, H)) / np.sqrt(D)
    Wh, v = rng.standard_normal((H, H)) / np.sqrt(H), rng.standard_normal((1, H))
    v /= np.linalg.norm(v)

    def run():
        found, (h, _) = [], rnn_forward(x.copy(), np.zeros((1, H)), Wx.copy(), Wh.copy(), np.zeros(H))
        for tau in range(1, DEPTH):
            _, cache = rnn_forward(x[:, tau:].copy(), h[:, tau - 1].copy(), Wx.copy(), Wh.copy(), np.zeros(H))
            dh = np.zeros((1, DEPTH - tau, H))
            dh[:, -1] = v
            found.append(rnn_backward(dh, cache)[1])
        return np.linalg.norm(np.concatenate([*found, v]), axis=1)

    run.__name__ = name_of(rnn_backward)
    (lengths,) = all_checked((call(run),), {"dh0": (DEPTH,)}, name_of(rnn_backward), cache=False)
    return lengths, np.linalg.norm(Wh, 2)


def _lstm(lstm_forward_full, lstm_backward_full, bias):
    """Return ‖∂L/∂c_τ‖ for τ = 1 … DEPTH, L = v · c_T: dc0 of the sequence that begins at (h_τ, c_τ)."""
    x, Wx, Wh, b, v = lanes.network(SEED, 1.0, DEPTH, D, H)
    b[H : 2 * H] = bias

    def run():
        h = c = np.zeros((1, H))
        found = []
        for tau in range(DEPTH):
            returned = lstm_forward_full(x[:, tau:].copy(), h.copy(), c.copy(), Wx.copy(), Wh.copy(), b.copy())
            if not isinstance(returned, tuple | list) or len(returned) != 4:
                raise CallFailed(f"{name_of(lstm_forward_full)} should return (h, h_T, c_T, cache).")
            found.append(lstm_backward_full(np.zeros((1, DEPTH - tau, H)), v.copy(), returned[3])[2])
            _, h, c, _ = lstm_forward_full(x[:, tau : tau + 1].copy(), h, c, Wx.copy(), Wh.copy(), b.copy())
        return np.linalg.norm(np.concatenate([*found[1:], v]), axis=1)

    run.__name__ = name_of(lstm_backward_full)
    return all_checked((call(run),), {"dc0": (DEPTH,)}, name_of(lstm_backward_full), cache=False)[0]
