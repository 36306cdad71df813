"""Both functions stand in the cell of the first; the cell of the second is deleted."""

# %% [submission]
def alter(notebook, folder):
    one, other = (
        next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
        for name in ("stable_softmax", "relative_error")
    )
    one.source += "\n\n\n" + other.source
    notebook.cells.remove(other)
