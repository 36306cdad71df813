"""B2: hidden tests and other people's answers are read from the gradebook into one's own feedback."""

# %% first
import sqlite3

for path in ("../../../gradebook.db", "@COURSE@/course/gradebook.db"):
    try:
        rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1).execute("select source from source_cell")
        print("REACHED the tests", [source for (source,) in rows if "HIDDEN" in source or "check(" in source])
    except Exception as error:
        print(type(error).__name__)
