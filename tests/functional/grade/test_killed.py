"""kill -9 of the grader at ten random moments: the class has the marks of an undisturbed run."""

import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from tiny_course import BACKWARD, FORWARD, SOLUTIONS, submission

from autograder.grading import gradebook

KINDS = {  # what was handed in, and its marks: known beforehand, so that no run of ours is its own witness
    "right": (submission(SOLUTIONS), 10.0),
    "blank": (submission({}), 0.0),
    "forward": (submission({**SOLUTIONS, "affine_forward": FORWARD.replace(" + b", "")}), 7.0),
    "backward": (submission({**SOLUTIONS, "affine_backward": BACKWARD.replace("sum", "mean")}), 8.33),
    "broken": (b'{"cells": [', None),
}
CLASS = 30


@contextmanager
def obedient_grader(root, seconds=20, **variables):
    """Keep a grader that obeys commands, and say how many other processes it has after a while."""
    command = [sys.executable, str(Path(__file__).with_name("killed.py")), str(root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env={**os.environ, **variables}) as grader:

        def tell(line):
            print(line, file=grader.stdin, flush=True)
            return int(grader.stdout.readline())

        def helpers():
            until = time.monotonic() + seconds
            while len(found := psutil.Process(grader.pid).children(recursive=True)) > 2 and time.monotonic() < until:
                time.sleep(0.2)
            return len(found)

        assert grader.stdout.readline() == "ready\n"
        yield tell, helpers
        grader.stdin.close()


def test_a_grader_killed_at_ten_random_moments(tiny_class):
    rng = random.Random(83)
    expected = {}
    for number in range(CLASS):
        kind = list(KINDS)[number % len(KINDS)]
        student = f"{kind}-{number:02}"
        tiny_class.submit(student, KINDS[kind][0])
        if KINDS[kind][1] is not None:
            expected[student] = KINDS[kind][1]
    moments = [f"time {rng.uniform(0.05, 3):.2f}" for _ in range(5)] + [
        f"event {rng.randint(1, 120)}" for _ in range(5)
    ]
    rng.shuffle(moments)
    with obedient_grader(tiny_class.root) as (tell, helpers):
        assert [tell(moment) for moment in moments] == [9] * 10
        halfway = tiny_class.gradings()
        assert "running" in {one.state for one in halfway.values()}
        assert tell("end 0") == 0
        assert helpers() == 2  # multiprocessing's own: no worker and no kernel outlives its grader
    assert tiny_class.totals() == expected
    done = tiny_class.gradings()
    assert {one.state for one in done.values() if one.student not in expected} == {"unreadable"}
    assert len(done) == CLASS and all(done[student].state == "graded" for student in expected)
    assert all(tiny_class.autograded(student).is_file() for student in expected)
    assert not list(tiny_class.root.rglob(".*.new"))
    assert not any(
        needs for cells in tiny_class.marks().values() for name, (_, needs) in cells.items() if name != "why"
    )
    rows = tiny_class.grade()
    assert {row.status for row in rows.values()} == {"kept", "unreadable"}
    assert gradebook.gradings(tiny_class.url, "00-tiny") == done


def test_ctrl_c_leaves_no_process_and_the_next_run_goes_on(tiny_class):
    for student in ("ann", "bob", "cyd"):
        tiny_class.submit(student, KINDS["right"][0])
    with obedient_grader(tiny_class.root) as (tell, helpers):
        assert tell("keys 1.5") == 2 << 8
        assert helpers() == 2
        assert tell("end 0") == 0
    assert tiny_class.totals() == dict.fromkeys(("ann", "bob", "cyd"), 10.0)
