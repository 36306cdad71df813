"""The row about `check_gradients`, on a network of 157 parameters: against SciPy, and PyTorch where it is installed.

The network predicts the next of five letters: Wx (5, 8), Wh (8, 8), b (8,), Wy (8, 5), by (5,), over twelve steps of
three sequences. Both sides measure the same loss. SciPy and PyTorch compare with the same right gradient and with one
that forgets the time before the last step; so does `check_gradients`.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.arithmetic import CannotMeasure, interleaved, ratios, spread
from bench.setting import Row, Setting
from bench.table import Line
from utils.gradients import check_gradients

SHAPES = {"Wx": (5, 8), "Wh": (8, 8), "b": (8,), "Wy": (8, 5), "by": (5,)}
N, T = 3, 12
CLOSE = 1e-5  # relative error up to which SciPy's numbers confirm a gradient
CALLS = 3  # of which the fastest counts, in each round

Array = NDArray[np.float64]
Params = dict[str, Array]


def params() -> Params:
    """Return the 157 numbers, by name."""
    rng = np.random.default_rng(157)
    return {name: 0.5 * rng.standard_normal(shape) for name, shape in SHAPES.items()}


def letters() -> tuple[Array, NDArray[np.int64]]:
    """Return the inputs (N, T, 5), one hot, and the letters that follow (N, T)."""
    ids = np.random.default_rng(5).integers(5, size=(N, T + 1))
    return np.eye(5)[ids[:, :-1]], ids[:, 1:]


LETTERS = letters()


def loss_and_gradients(p: Params, steps: int = T) -> tuple[float, Params]:
    """Return the mean cross-entropy and its gradients, going back `steps` steps: with fewer than T they are wrong."""
    x, y = LETTERS
    states = [np.zeros((N, 8))]
    loss, grads = 0.0, {name: np.zeros(shape) for name, shape in SHAPES.items()}
    dscores = []
    for t in range(T):
        states.append(np.tanh(x[:, t] @ p["Wx"] + states[-1] @ p["Wh"] + p["b"]))
        scores = states[-1] @ p["Wy"] + p["by"]
        scores = scores - scores.max(axis=1, keepdims=True)
        share = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss -= float(np.log(share[np.arange(N), y[:, t]]).sum()) / (N * T)
        share[np.arange(N), y[:, t]] -= 1
        dscores.append(share / (N * T))
    dstate = np.zeros((N, 8))
    for t in reversed(range(T)):
        grads["Wy"] += states[t + 1].T @ dscores[t]
        grads["by"] += dscores[t].sum(axis=0)
        if t < T - steps:
            continue
        dsum = (dscores[t] @ p["Wy"].T + dstate) * (1 - states[t + 1] ** 2)
        grads["Wx"] += x[:, t].T @ dsum
        grads["Wh"] += states[t].T @ dsum
        grads["b"] += dsum.sum(axis=0)
        dstate = dsum @ p["Wh"].T
    return loss, grads


def loss(p: Params) -> float:
    """Return the mean cross-entropy alone."""
    x, y = LETTERS
    state, total = np.zeros((N, 8)), 0.0
    for t in range(T):
        state = np.tanh(x[:, t] @ p["Wx"] + state @ p["Wh"] + p["b"])
        scores = state @ p["Wy"] + p["by"]
        scores = scores - scores.max(axis=1, keepdims=True)
        total += float((np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(N), y[:, t]]).sum())
    return total / (N * T)


def flat(p: Params) -> Array:
    """Return all numbers in a row."""
    return np.concatenate([one.ravel() for one in p.values()])


def named(row: Array) -> Params:
    """Return the numbers of a row by name."""
    cuts = np.cumsum([int(np.prod(shape)) for shape in SHAPES.values()])[:-1]
    return {name: part.reshape(SHAPES[name]) for name, part in zip(SHAPES, np.split(row, cuts), strict=True)}


def by_scipy(gradients: Params) -> bool:
    """Compare with SciPy's central differences."""
    numbers = _module("scipy.optimize._numdiff").approx_derivative(
        lambda row: loss(named(row)), flat(params()), method="3-point"
    )
    analytic = flat(gradients)
    return bool(np.linalg.norm(analytic - numbers) <= CLOSE * (np.linalg.norm(analytic) + np.linalg.norm(numbers)))


def by_torch(steps: int) -> bool:
    """Let PyTorch's gradcheck look at the same loss with the same backward pass."""
    torch = _module("torch")

    class Loss(torch.autograd.Function):  # type: ignore[name-defined]
        @staticmethod
        def forward(context: Any, row: Any) -> Any:
            context.save_for_backward(row)
            return torch.tensor(loss(named(row.detach().numpy())), dtype=torch.float64)

        @staticmethod
        def backward(context: Any, upstream: Any) -> Any:
            _, grads = loss_and_gradients(named(context.saved_tensors[0].detach().numpy()), steps)
            return upstream * torch.from_numpy(flat(grads))

    row = torch.tensor(flat(params()), requires_grad=True)
    return bool(torch.autograd.gradcheck(Loss.apply, (row,), raise_exception=False))


def by_ours(gradients: Params) -> bool:
    """Compare as a notebook does."""
    return bool(check_gradients(loss, params(), gradients))


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise CannotMeasure(f"{name} is not installed here.") from None


def _fastest(call: Callable[[], object]) -> float:
    times = []
    for _ in range(CALLS):
        began = time.process_time()
        call()
        times.append(1000 * (time.process_time() - began))
    return min(times)


def _line(setting: Setting, against: str, theirs: Callable[[int], bool]) -> Line:
    right, wrong = (loss_and_gradients(params(), steps)[1] for steps in (T, 1))
    verdicts = [by_ours(right), by_ours(wrong), theirs(T), theirs(1)]
    same = verdicts == [True, False, True, False]
    measured = interleaved(
        max(5, setting.size.rounds),
        {"ours": lambda: _fastest(lambda: by_ours(right)), "theirs": lambda: _fastest(lambda: theirs(T))},
    )
    found = ratios(measured["theirs"], measured["ours"])
    words = "same verdicts on a right and a wrong one" if same else f"verdicts differ: {verdicts}"
    costs = f"{spread(measured['ours'])} ms, {spread(measured['theirs'])} ms there"
    what = f"`check_gradients`, a network of {flat(params()).size} parameters"
    return Line(
        what, against, "faster, same verdict", f"{found} times as fast ({costs}); {words}", same and found.median > 1
    )


def _gradients(setting: Setting) -> Sequence[Line]:
    by_steps = {steps: loss_and_gradients(params(), steps)[1] for steps in (T, 1)}
    lines = [_line(setting, "SciPy's `approx_derivative`, three points", lambda steps: by_scipy(by_steps[steps]))]
    if importlib.util.find_spec("torch"):
        lines.append(_line(setting, "`torch.autograd.gradcheck`", by_torch))
    return lines


ROWS = [Row("gradients", _gradients)]
