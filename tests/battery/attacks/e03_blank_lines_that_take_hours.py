"""E3: a hundred thousand blank lines, which a painter of code reads once from each, on every page it makes."""

# %% first
pass

# %% [submission]
from nbformat.v4 import new_code_cell


def alter(notebook, folder):
    notebook.cells.append(new_code_cell("pass\n" + " \n" * 100_000 + "pass"))
