"""B8: a link in the submission leads to the gradebook and to a secret file."""

# %% first
import os

for name in ("link.db", "link.txt"):
    try:
        print("REACHED", len(open(name, "rb").read()), open(name, errors="replace").read()[:200])
    except OSError as error:
        print(type(error).__name__)

# %% [submission]
def alter(notebook, folder):
    (folder / "link.db").symlink_to("@COURSE@/course/gradebook.db")
    (folder / "link.txt").symlink_to("@CANARY@")
