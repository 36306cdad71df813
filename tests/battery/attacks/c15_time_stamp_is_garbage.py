"""C15: the time stamp is none."""

# %% [submission]
def alter(notebook, folder):
    (folder / "timestamp.txt").write_text("soon \x00 \ud7ff \u2603")
