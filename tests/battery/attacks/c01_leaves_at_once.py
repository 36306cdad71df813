"""C1: the process ends without a word."""

# %% first
import os

os._exit(0)
