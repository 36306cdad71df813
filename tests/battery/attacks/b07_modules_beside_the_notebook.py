"""B7: files handed in beside the notebook stand before NumPy and utils on the path."""

# %% first
import os

print("REACHED files beside the notebook" if os.path.exists("numpy.py") or os.path.exists("json.py") else "nothing here")

# %% [submission]
def alter(notebook, folder):
    for name in ("numpy.py", "random.py", "json.py", "conftest.py", "sitecustomize.py"):
        (folder / name).write_text("print('REACHED an import')\nallclose = lambda *args: True\n")
