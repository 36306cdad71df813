"""A subprocess and a pool of two workers, as in a tutorial."""

# %% first
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

print(subprocess.run([sys.executable, "-c", "print(1 + 1)"], capture_output=True, text=True).stdout)
with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(abs, range(-3, 3))))
