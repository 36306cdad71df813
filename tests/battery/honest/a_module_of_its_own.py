"""A helper module, written by a magic and imported: tidy work, as other courses teach it."""

# %% first
%%writefile shifting.py
def shifted(z):
    return z - z.max(axis=1, keepdims=True)

# %% stable_softmax
from shifting import shifted


def stable_softmax(z):
    e = np.exp(shifted(z))
    return e / e.sum(axis=1, keepdims=True)
