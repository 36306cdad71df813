"""C2: a loop without an end, in a function that is graded and in a cell that is not."""

# %% first
while True:
    pass

# %% stable_softmax
def stable_softmax(z):
    while True:
        pass
