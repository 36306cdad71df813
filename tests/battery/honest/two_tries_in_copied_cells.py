"""A first try left standing in a copy of the answer's cell, which keeps its label; the right one stands below it."""

# %% [submission]
def alter(notebook, folder):
    import copy

    place, right = next(
        (index, cell)
        for index, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "relative_error"
    )
    first = copy.deepcopy(right)
    first.id, first.source = "a-first-try", right.source.replace("/ size", "/ (2 * size)")
    notebook.cells.insert(place, first)
