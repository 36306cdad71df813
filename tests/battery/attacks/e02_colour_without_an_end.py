"""E2: a terminal's colour of two million digits, for whoever looks for its end from each of them."""

# %% first
print("\x1b[" + "48" * 950_000)
