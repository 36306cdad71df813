"""The global generator seeded and used everywhere."""

# %% first
import random

np.random.seed(1)
random.seed(1)
noise = np.random.randn(3)
