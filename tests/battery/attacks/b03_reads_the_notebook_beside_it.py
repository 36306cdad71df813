"""B3: the notebook in the working directory, with hidden tests put back by the grader, is read."""

# %% first
import glob

for path in [*glob.glob("*"), *glob.glob("@COURSE@/course/*/*/*.ipynb"), *glob.glob("@COURSE@/course/*/*/*/*.ipynb")]:
    try:
        print("REACHED", path, "HIDDEN" in open(path).read())
    except Exception as error:
        print(type(error).__name__)
