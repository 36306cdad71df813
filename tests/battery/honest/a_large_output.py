"""One long output, as a printed array makes it."""

# %% first
print("\n".join(str(number) for number in range(100_000)))
