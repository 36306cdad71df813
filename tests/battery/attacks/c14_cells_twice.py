"""C14: every cell stands there twice, as honest copying and pasting makes it too."""

# %% [submission]
def alter(notebook, folder):
    import copy

    doubled = []
    for cell in notebook.cells:
        again = copy.deepcopy(cell)
        again.pop("id", None)
        doubled += [cell, again]
    notebook.cells = doubled
