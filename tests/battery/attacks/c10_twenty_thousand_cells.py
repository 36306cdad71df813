"""C10: twenty thousand cells, each of which takes a little time."""
# refused: cells

# %% [submission]
def alter(notebook, folder):
    from nbformat.v4 import new_code_cell

    notebook.cells += [new_code_cell("pass") for _ in range(20_000)]
