"""B11: the time at which it was submitted is set to 1999; whoever collects must keep the time elsewhere."""

# %% [submission]
def alter(notebook, folder):
    (folder / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
