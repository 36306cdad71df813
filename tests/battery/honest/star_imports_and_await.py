"""A star import, top-level await, a progress bar and an input that nobody answers."""

# %% first
import asyncio
from math import *

from tqdm.auto import tqdm

await asyncio.sleep(0.01)
for _ in tqdm(range(3)):
    pass
np.seterr(all="ignore")

# %% between
input("Your name? ")
