"""C11: outputs of forty megabytes are handed in with the notebook."""
# refused: MB

# %% [submission]
def alter(notebook, folder):
    from nbformat.v4 import new_output

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", data={"image/png": "QUJD" * 10_000_000})]
            return
