"""Loops over every entry, with a pause: slow, and right."""

# %% stable_softmax
import math
import time


def stable_softmax(z):
    time.sleep(0.05)
    rows = []
    for row in z.tolist():
        top = max(row)
        weights = [math.exp(score - top) for score in row]
        rows.append([weight / math.fsum(weights) for weight in weights])
    return np.array(rows)
