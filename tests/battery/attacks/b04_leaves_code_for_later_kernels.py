"""B4: a start-up file of IPython's stays behind and runs in every later student's kernel."""

# %% first
import os
import pathlib

homes = [os.environ.get("IPYTHONDIR", ""), os.path.expanduser("~/.ipython"), "@HOME@/.ipython"]
for home in filter(None, homes):
    try:
        folder = pathlib.Path(home) / "profile_default" / "startup"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "00-left.py").write_text("print('REACHED the next kernel')\n")
    except Exception as error:
        print(type(error).__name__)
