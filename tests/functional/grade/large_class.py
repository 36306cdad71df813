"""Grade a large class in a storm and again in quiet, and compare: ``python tests/functional/grade/large_class.py 300``.

In the storm the gradebook is on a PostgreSQL server that breaks down for 30 seconds, the grader is killed about every
ten seconds and one of its workers about every three, until nearly all have a mark; then it is left alone. The quiet run
has its gradebook in a file. No test: it takes longer than to grade the class three times.
"""

import os
import random
import sys
import sysconfig
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "judge"))
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import database_server
from test_faults import CLASS
from test_killed import obedient_grader
from tiny_class import TinyClass
from tiny_course import ASSIGNMENT, on_disk

from autograder.grading.database import WAIT
from autograder.grading.known_assignments import take_over


def handed_in(count, url=None):
    """Make a class of so many on this machine, with all kinds of submissions in turn."""
    one = TinyClass(on_disk(Path(tempfile.mkdtemp(prefix="unrolled-class-"))), url)
    if url:
        take_over(url, one.root / "course" / "gradebook.db", [ASSIGNMENT])
        (one.root / "course" / "gradebook.db").unlink()
        with (one.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    for number in range(count):
        kind = list(CLASS)[number % len(CLASS)]
        one.submit(f"{number:03} {kind}", CLASS[kind][0])
    return one


def in_a_storm(one, server):
    """Grade, and return how often what was killed, and who was judged again after there was a mark."""
    kills, marked, again = 0, {}, set()
    share = len(list((one.root / "course" / "submitted").iterdir())) * 0.9
    with obedient_grader(one.root, **{WAIT: "600"}) as (tell, _):
        while len(marked) < share and tell(f"storm {random.uniform(5, 15):.1f}") == 9:
            kills += 1
            now = {name: found.run for name, found in one.gradings().items() if found.state == "graded"}
            again |= {name for name, run in marked.items() if now.get(name) != run}
            marked = now
            print(f"{time.monotonic():.0f} s: killed {kills} times, {len(marked)} have marks", flush=True)
            if kills == 2:
                server.stop("immediate")
                threading.Timer(30, server.start).start()
        assert tell("end 0") == 0
    return kills, again


def main(count):
    # nbgrader calls `alembic` by its bare name; it lies beside this interpreter.
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
    random.seed(count)
    with database_server.server() as server:
        one, quiet = handed_in(count, server.url(server.new_database())), handed_in(count)
        kills, again = in_a_storm(one, server)
        states = Counter(found.state for found in one.gradings().values())
        print(f"grader killed {kills} times; {dict(states)}; judged again: {sorted(again) or 'nobody'}", flush=True)
        quiet.grade(jobs=2)
        differ = {name for name, marks in quiet.marks().items() if one.marks().get(name) != marks}
        same = set(one.marks()) == set(quiet.marks()) and not differ
        print(f"{len(quiet.marks())} have marks; those of the quiet run: {'the same' if same else sorted(differ)}")
    return not same or bool(again) or kills < 2  # by then the server has not broken down


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
