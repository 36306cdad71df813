"""A cell added before the answer, with a function that the answer calls."""

# %% first
def shifted(z):
    return z - z.max(axis=1, keepdims=True)

# %% stable_softmax
def stable_softmax(z):
    e = np.exp(shifted(z))
    return e / e.sum(axis=1, keepdims=True)
