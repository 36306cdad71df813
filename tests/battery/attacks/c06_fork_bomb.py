"""C6: processes that make processes, stopped at 600 so that it can be tried on stock nbgrader too."""

# %% first
import os
import time

made = 0
try:
    for _ in range(600):
        if os.fork() == 0:
            os.execv("/bin/sleep", ["sleep", "20.@MARK@"])
        made += 1
except OSError as error:
    print(type(error).__name__)
print("REACHED 600 processes" if made >= 600 else "stopped")
