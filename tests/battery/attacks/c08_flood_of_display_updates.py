"""C8: one output is updated fifty thousand times."""

# %% first
from IPython.display import display

handle = display("x", display_id="flood")
for number in range(50_000):
    handle.update("y" * 100)
