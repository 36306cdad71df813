"""Cells that raise, before, between and after."""

# %% first
1 / 0

# %% between
undefined_name

# %% last
assert False, "to be done"
