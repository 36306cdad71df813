"""Run a grader that can be killed: ``python killed.py ROOT`` reads commands, and answers when the grader has ended.

``time SECONDS`` grades in a child process and kills it with SIGKILL after so long, wherever it is then; ``event N`` has
it kill itself when it is about to touch the class's folder for the N-th time, and ``mark N`` when it is about to record
the N-th student's marks; ``keys SECONDS`` presses Ctrl-C after so long; ``end`` grades undisturbed. ``full BYTES`` lets
no file of a worker grow beyond so many, as on a full disk; ``evening N`` kills N of its workers, one after the other at
random moments, and its clock was set back by five days; ``storm SECONDS`` kills one every three seconds or so, and
all after so long. Forking saves the imports; the process forked from has no threads.
"""

import contextlib
import datetime
import itertools
import os
import random
import resource
import signal
import sys
import threading
import time
import warnings
from multiprocessing import forkserver
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))

import psutil
from tiny_course import ASSIGNMENT, TinyCourse

from autograder.grading import gradebook
from autograder.grading.grade import grade
from autograder.grading.workers import _context

EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "os.scandir")


def die_at(count, root):
    seen = [0]

    def hook(event, arguments):
        if event in EVENTS and root in str(arguments[0]):
            seen[0] += 1
            if seen[0] == count:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def die_before_mark(count):
    save, seen = gradebook.save, itertools.count(1)

    def watched(*arguments):
        if next(seen) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return save(*arguments)

    gradebook.save = watched


def workers():
    """Return the processes that judge: multiprocessing's fork server starts them."""
    return psutil.Process(forkserver._forkserver._forkserver_pid).children()


def kill_workers(count, gap=1.0):
    for _ in range(count):
        while not (found := workers()):
            time.sleep(0.01)
        time.sleep(random.uniform(0, gap))
        with contextlib.suppress(psutil.NoSuchProcess):
            random.choice(found).kill()


def fill_disks(size):
    limited = set()
    while True:
        for one in workers():
            if one.pid not in limited:
                _, hard = one.rlimit(resource.RLIMIT_FSIZE)
                one.rlimit(resource.RLIMIT_FSIZE, (size, hard))
                limited.add(one.pid)
        time.sleep(0.01)


def set_clock_back():
    """Let this process read an earlier time, wherever it asks; the processes that judge ask for none."""
    days, now, moment = datetime.timedelta(days=5), time.time, datetime.datetime

    class Earlier(moment):
        @classmethod
        def now(cls, tz=None):
            return moment.now(tz) - days

    time.time = lambda: now() - days.total_seconds()
    datetime.datetime = Earlier


def child(root, command, value):
    # It runs, though as a child of our parent.
    forkserver.ensure_running = forkserver._forkserver.ensure_running = lambda: None
    if command == "evening":
        set_clock_back()
    if command == "storm":
        threading.Thread(target=kill_workers, args=(10_000, 6.0), daemon=True).start()
    if disturb := {"evening": kill_workers, "full": fill_disks}.get(command):
        threading.Thread(target=disturb, args=(int(value),), daemon=True).start()
    if command == "event":
        die_at(int(value), root)
    if command == "mark":
        die_before_mark(int(value))
    try:
        rows = grade(TinyCourse(Path(root)), ASSIGNMENT, progress=False, jobs=1 if command in ("mark", "full") else 2)
    except KeyboardInterrupt:
        os._exit(2)
    os._exit(any(row.status == "infrastructure" for row in rows))


def main(root):
    warnings.simplefilter("ignore")
    _context()
    forkserver.ensure_running()
    print("ready", flush=True)
    for line in sys.stdin:
        command, value = line.split()
        pid = os.fork()
        if pid == 0:
            child(root, command, value)
        if command in ("time", "keys", "storm"):
            time.sleep(float(value))
            os.kill(pid, signal.SIGINT if command == "keys" else signal.SIGKILL)
        print(os.waitpid(pid, 0)[1], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
