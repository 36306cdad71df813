"""C7: six gigabytes are asked for and touched."""

# %% first
held = []
try:
    for _ in range(60):
        held.append(np.ones(100_000_000 // 8))
    print("REACHED six gigabytes")
except MemoryError:
    print("refused")
del held
