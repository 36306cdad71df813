"""B6: other people's submissions and the course's sources are overwritten."""

# %% first
import glob

for pattern in ("../../*/*/*.ipynb", "@COURSE@/course/*/*/*/*.ipynb", "@COURSE@/course/source/*/*", "@COURSE@/solutions/*"):
    for path in glob.glob(pattern):
        if "b06" not in path and "00-start-here/00-start-here" in path + "/00-start-here":
            try:
                open(path, "a").write(" ")
                print("REACHED", path)
            except Exception as error:
                print(type(error).__name__)
