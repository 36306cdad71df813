"""The price of a recurrence: its time against T, measured on the learner's own `rnn_forward`."""

import time

import numpy as np
from matplotlib.ticker import MaxNLocator

from utils.calling import call, name_of
from utils.errors import CallFailed
from utils.figures.labels import at_end, spread
from utils.figures.learner import checked, driven, states
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, PLAIN, QUIET, drawn, ink, sheet
from utils.figures.trade_offs import network


@driven
def time_per_length(rnn_forward):
    """Draw the measured time against T, beside one matrix product of the same arithmetic.

    Parameters
    ----------
    rnn_forward : callable
        As for `same_parameters`.

    Returns
    -------
    Picture or Note
    """
    N, D, H = 4, 64, 64
    best = {}
    began = time.perf_counter()
    # Round after round over all lengths, so that a busy moment of the machine does not fall on one of them alone.
    for rounds in range(5):
        for T in (100, 200, 400, 800, 1600) if rounds == 0 else tuple(best):
            x, h0, Wx, Wh, b = network(N, T, D, H, norm=1.0, seed=12)
            loop = _seconds(rnn_forward, x, h0, Wx, Wh, b)
            product, _ = _timed(np.matmul, np.ones((N * T, D + H)), np.concatenate([Wx, Wh]))
            best[T] = np.minimum(best.get(T, np.inf), (1e3 * loop, 1e3 * product))
            if time.perf_counter() - began > 0.5 and len(best) > 1:  # a slow loop is measured too, only not so far
                break
        if time.perf_counter() - began > 0.5:
            break
    lengths, (took, product) = list(best), np.transpose(list(best.values()))
    title = (
        f"{lengths[-1] / lengths[0]:.0f} times the steps take {took[-1] / took[0]:.2g} times as long; "
        f"one product takes {product[-1] / took[-1]:.0%} of it"
    )
    caption = (
        f"Wall time of your rnn_forward here, best of up to 5: N = {N}, D = H = {H}. The product does the same "
        "multiplications for all t at once, as a recurrence cannot: step t waits for h of step t − 1."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.5)
        axes = figure.add_gridspec(1, 1, left=0.085, right=0.72, **margins).subplots()
        top = 1.12 * max(took.max(), product.max())
        ends = spread([took[-1], product[-1]], 0.22 * top)
        for values, end, colour, gid, text in (
            (took, ends[0], HIDDEN, "recurrence", f"your rnn_forward\n{took[-1]:.3g} ms"),
            (product, ends[1], PLAIN, "product", f"all steps in one product\n{product[-1]:.2g} ms"),
        ):
            axes.plot(lengths, values, "o-", color=colour, markersize=4.5, clip_on=False, gid=gid)
            at_end(axes, lengths[-1], end, text, ink(HIDDEN) if gid == "recurrence" else QUIET)
        axes.set(xlim=(0, lengths[-1]), ylim=(0, top), xticks=lengths[1:], xlabel="length T")
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set_title("milliseconds")
    alt = (
        f"{title}. Time in milliseconds against T up to {lengths[-1]}: rnn_forward reaches {took[-1]:.3g}, one matrix "
        f"product of the same arithmetic {product[-1]:.2g}."
    )
    return Picture(figure, alt)


def _seconds(rnn_forward, x, h0, Wx, Wh, b):
    """Return the time of one call in seconds, the copying of its arguments left out."""
    states(rnn_forward, x[:, :2], h0, Wx, Wh, b)  # says what is wrong, in terms of the learner's own lines; so below

    def timed(*args):
        return _timed(rnn_forward, *args)

    timed.__name__ = name_of(rnn_forward)
    try:
        took, returned = call(timed, x, h0, Wx, Wh, b)
    except CallFailed:
        states(rnn_forward, x, h0, Wx, Wh, b)
        raise
    checked(returned, "h", (*x.shape[:2], h0.shape[1]), name_of(rnn_forward))
    return took


def _timed(function, *args):
    began = time.perf_counter()
    returned = function(*args)
    return time.perf_counter() - began, returned
