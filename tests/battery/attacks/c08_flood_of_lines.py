"""C8: sixty thousand lines are printed, then a string of two hundred megabytes."""

# %% first
for number in range(60_000):
    print("x" * 200)

# %% between
print("y" * 200_000_000)
