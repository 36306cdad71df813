"""C1: a null pointer is read."""

# %% first
import ctypes

ctypes.string_at(0)
