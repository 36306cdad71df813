"""Run a learner's LSTM and `torch.nn.LSTM` on the same weights, where PyTorch is installed; no course code needs it."""

import importlib
from typing import Any

import numpy as np

from utils.checking.calling import call, name_of
from utils.checking.card import Note
from utils.errors import CallFailed
from utils.experiments.guard import or_note
from utils.experiments.results import Array, Learner

N, T, D, H = 3, 7, 2, 4
CLOSE = 1e-12
TORCH = "torch"  # no dependency: it is used where it happens to be installed


def network() -> tuple[Array, ...]:
    """Return x (N, T, D), h0, c0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,), float64: the same each time."""
    rng = np.random.default_rng(0)
    shapes = ((N, T, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    return tuple(rng.standard_normal(shape) for shape in shapes)


def beside_torch(lstm_forward_full: Learner, to_torch: Learner) -> Note:
    """Say how far a learner's LSTM and PyTorch's are apart on the same weights.

    Parameters
    ----------
    lstm_forward_full : callable
        ``lstm_forward_full(x, h0, c0, Wx, Wh, b) -> (h, h_T, c_T, cache)``.
    to_torch : callable
        ``to_torch(W)`` lays weights or a bias of blocks i, f, o, g out as PyTorch does: shapes (D, 4H), (H, 4H), (4H,)
        become (4H, D), (4H, H), (4H,).

    Returns
    -------
    Note
        A quiet one where PyTorch is not installed.
    """
    try:
        importlib.import_module(TORCH)
    except ImportError:
        return Note(
            "PyTorch is not installed here, and the course does not need it. Where it is, this cell compares your LSTM "
            "with `torch.nn.LSTM`.",
            "note",
        )
    found: Note = or_note(_compared, "this comparison runs it")(lstm_forward_full, to_torch)
    return found


def _compared(lstm_forward_full: Learner, to_torch: Learner) -> Note:
    inputs = network()
    own = call(lstm_forward_full, *inputs)[:3]
    laid_out = []
    for W, shape in zip(inputs[3:], ((4 * H, D), (4 * H, H), (4 * H,)), strict=True):
        laid_out.append(np.asarray(call(to_torch, W)))
        if laid_out[-1].shape != shape:
            raise CallFailed(f"`{name_of(to_torch)}` made {laid_out[-1].shape} of {W.shape}; PyTorch has {shape}.")
    theirs = by_torch(*inputs[:3], *laid_out)
    apart = max(float(np.abs(np.asarray(a) - b).max()) for a, b in zip(own, theirs, strict=True))
    if apart <= CLOSE:
        return Note(f"Your LSTM and `torch.nn.LSTM` agree: h, h_T and c_T differ by {apart:.0e} at most.", "right")
    return Note(f"Your LSTM and `torch.nn.LSTM` differ by up to {apart:.2g}.", "wrong")


def by_torch(x: Array, h0: Array, c0: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> tuple[Array, ...]:
    """Return h (N, T, H), h_T and c_T (N, H) by `torch.nn.LSTM`, whose time comes first and whose second bias is 0."""
    torch: Any = importlib.import_module(TORCH)
    layer = torch.nn.LSTM(x.shape[2], h0.shape[1], dtype=torch.float64)
    arrays = {
        "weight_ih_l0": weight_ih, "weight_hh_l0": weight_hh, "bias_ih_l0": bias, "bias_hh_l0": np.zeros_like(bias),
    }  # fmt: skip
    layer.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    with torch.no_grad():
        h, (h_T, c_T) = layer(torch.tensor(x.swapaxes(0, 1)), (torch.tensor(h0[None]), torch.tensor(c0[None])))
    return h.numpy().swapaxes(0, 1), h_T.numpy()[0], c_T.numpy()[0]
