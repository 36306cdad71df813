"""C5: a process that outlives the kernel holds a lock on the gradebook."""

# %% first
import subprocess
import sys

code = (
    "import sqlite3, time\n"
    "try:\n"
    "    c = sqlite3.connect('file:@COURSE@/course/gradebook.db?mode=rw', uri=True)\n"
    "    c.execute('begin exclusive')\n"
    "except Exception: pass\n"
    "time.sleep(40)  # @MARK@\n"
)
try:
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
except Exception as error:
    print(type(error).__name__)
import time

time.sleep(0.5)
