"""B5: a usercustomize module stays behind in the grader's own user site."""

# %% first
import pathlib
import site
import sys

version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
for folder in (site.getusersitepackages(), f"@HOME@/.local/lib/{version}/site-packages"):
    try:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(folder) / "usercustomize.py").write_text("LEFT = True\n")
    except Exception as error:
        print(type(error).__name__)
