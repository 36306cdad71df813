"""Warnings and text on stderr, in the function and beside it."""

# %% stable_softmax
import sys
import warnings


def stable_softmax(z):
    warnings.warn("this may take a while", RuntimeWarning)
    print("careful", file=sys.stderr)
    np.log(np.zeros(1))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
