"""B1: the gradebook is opened and everybody gets extra credit."""

# %% first
import sqlite3

for path in ("../../../gradebook.db", "@COURSE@/course/gradebook.db"):
    try:
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1)
        connection.execute("update grade set extra_credit = 100")
        connection.commit()
        print("REACHED the gradebook")
    except Exception as error:
        print(type(error).__name__)
