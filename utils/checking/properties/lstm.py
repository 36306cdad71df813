"""Judge a hand-made latch by what it does: one unit, two inputs, any weights that hold a bit."""

import itertools

import numpy as np

from utils.checking.compare import Comparison, compare

WAIT = 100  # distractor steps between two writes
CLEAR = 0.5  # how far from 0 the unit must speak, on the side of the bit
_AXES = {"Wx": ("D", "4H"), "Wh": ("H", "4H"), "b": ("4H",)}
_SHAPES = {"Wx": (2, 4), "Wh": (1, 4), "b": (4,)}
_I, _F, _O, _G = range(4)


def latch(inputs, outputs):
    """Judge Wx (2, 4), Wh (1, 4) and b (4,) by whether they hold every bit through `WAIT` distractor steps.

    A unit may hold its bit in any way: by an open forget gate, or by telling itself the bit through Wh.
    """
    found = {name: compare(name, outputs[name], np.zeros(_SHAPES[name]), axes) for name, axes in _AXES.items()}
    if any(c.problem not in (None, "value") for c in found.values()):
        # Numbers cannot be wrong here by themselves: what is said about kind or shape stands, the rest is not known.
        return {n: c if c.problem != "value" else Comparison(n, None) for n, c in found.items()}
    weights = [np.asarray(outputs[name], dtype=np.float64) for name in ("Wx", "Wh", "b")]
    told, mistake = _finding(*weights)
    if not told:
        return {name: Comparison(name, None) for name in found}
    return {name: Comparison(name, "property", told, mistake=mistake) for name in found}


def streams():
    """Return x (K, T, 2) and the bit to be held (K, T): three writes a stream, `WAIT` distractors after each."""
    rng, x = np.random.default_rng(0), []
    for bits in itertools.product((-1, 1), repeat=3):
        for noise in ("against", "with", "random"):
            stream = []
            for bit in bits:
                factor = {"against": -1, "with": 1}.get(noise)
                other = rng.choice([-1, 1], WAIT) if factor is None else np.full(WAIT, factor * bit)
                stream += [(bit, 1), *((o, 0) for o in other)]
            x.append(stream)
    x = np.array(x, dtype=np.float64)
    return x, np.repeat(x[:, :: WAIT + 1, 0], WAIT + 1, axis=1)


@np.errstate(all="ignore")
def _run(Wx, Wh, b, x):
    """Return h (K, T) and the pre-activations (K, T, 4) of the one unit, kept as a cell's content and a voice.

    Written in odds, e^z : 1, for a gate to be open; beyond e^±40 nothing changes any more.
    """
    content, voice, h, z = np.zeros(len(x)), np.zeros(len(x)), [], []
    for now in np.moveaxis(x, 1, 0):
        z.append(np.clip(now @ Wx + np.outer(voice, Wh[0]) + b, -40, 40))
        odds = np.exp(z[-1]).T
        lost, candidate = content / (1 + odds[_F]), 1 - 2 / (1 + odds[_G] ** 2)
        content = content - lost + candidate / (1 + 1 / odds[_I])
        voice = (1 - 2 / (1 + np.exp(2 * content))) / (1 + 1 / odds[_O])
        h.append(voice)
    return np.stack(h, axis=1), np.stack(z, axis=1)


def _holds(Wx, Wh, b):
    x, bit = streams()
    h, _ = _run(Wx, Wh, b, x)
    return bool((h * bit >= CLEAR).all())


def _finding(Wx, Wh, b):
    """Return what fails, in a sentence, and which known mistake it is; an empty sentence if nothing does."""
    x, bit = streams()
    h, z = _run(Wx, Wh, b, x)
    good = h * bit >= CLEAR
    if good.all():
        return "", None
    where = int(np.flatnonzero(~good.all(axis=0))[0])
    stream = int(np.flatnonzero(~good[:, where])[0])
    write, waited = divmod(where, WAIT + 1)
    when = "right at the write" if waited == 0 else f"{waited} step{'s' * (waited > 1)} after the write"
    wanted = CLEAR * bit[stream, where]
    told = f"Bit {write + 1} of a stream is {bit[stream, where]:+.0f}, but {when} h is {h[stream, where]:+.3f}"
    told += f": {wanted:+g} or further from 0 is meant."
    return told.replace("-", "−"), _mistake(Wx, Wh, b, z)


def _mistake(Wx, Wh, b, z):
    def nearly(columns):
        return _holds(Wx * columns, Wh * columns, b * columns)

    # What would hold if one thing were otherwise; g comes first, since 8 times everything mends it, too.
    if nearly([1, 1, 1, 8]):
        return "bit-unread"
    if nearly([8, 8, 8, 8]):
        return "weights-too-small"
    if nearly([1, -1, 1, 1]):
        return "keeps-and-erases-swapped"
    for order in itertools.permutations(range(4)):
        if _holds(Wx[:, order], Wh[:, order], b[list(order)]):
            return "gate-order"
    at_write = np.arange(z.shape[1]) % (WAIT + 1) == 0
    writing, waiting = z[:, at_write], z[:, ~at_write]
    checks = {
        "never-writes": writing[..., _I].min() < 0,
        "bit-unread": np.abs(writing[..., _G]).min() < 0.5,
        "old-bit-stays": writing[..., _F].max() > 0,
        "output-closed": z[..., _O].min() < 0,
        "forgets": waiting[..., _F].min() < 4,  # open for 98 %: of a bit, 0.98^100 = 0.13 is left
        "always-writes": waiting[..., _I].max() > -4,
    }
    return next((name for name, so in checks.items() if so), None)
