"""The same cells several times, with an older answer left standing before the newer."""

# %% stable_softmax
def stable_softmax(z):
    return z * 0


def stable_softmax(z):
    e = np.exp(z - np.max(z, axis=1).reshape(-1, 1))
    return e / np.sum(e, axis=1).reshape(-1, 1)


# %% between
stable_softmax(np.array([[1000.0, 1000.0]]))

# %% last
stable_softmax(np.array([[1000.0, 1000.0]]))
