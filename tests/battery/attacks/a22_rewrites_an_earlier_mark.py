"""A22: an output shown while the mark is made is replaced later, through its display id."""

# %% stable_softmax
from IPython.display import display, update_display


def stable_softmax(z):
    for number in range(4):
        display("x", display_id=f"mark{number}")
    return 0 * z

# %% between
for number in range(4):
    update_display({"text/plain": "20.0"}, display_id=f"mark{number}", raw=True)
    display("20.0", display_id=f"mark{number}")
20.0
