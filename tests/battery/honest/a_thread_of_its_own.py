"""A thread that goes on for a while in the background."""

# %% first
import threading
import time

ticks = []


def tick():
    for _ in range(50):
        ticks.append(time.time())
        time.sleep(0.01)


threading.Thread(target=tick).start()
