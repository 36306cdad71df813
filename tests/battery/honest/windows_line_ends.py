"""Line ends of Windows, in the file and in every cell, as some editors and version control leave them."""

# %% [submission]
def alter(notebook, folder):
    import json

    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return json.dumps(notebook, indent=1).replace("\n", "\r\n").encode()
