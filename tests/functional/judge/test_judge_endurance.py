"""A cell that kills or hangs the kernel costs that cell; the rest is graded."""

import os
import subprocess
import sys

import pytest
from tiny_course import DECAY, FORWARD, SOLUTIONS

from autograder.judging.caller import Caller

FULL = [3.0, 5.0, 2.0]
IGNORE = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"


def test_a_cell_that_ends_the_kernel_costs_itself(judged):
    judgement = judged(SOLUTIONS, [("affine_forward", "import os\nos._exit(1)"), ("decay", "exit()")])
    assert [result.score for result in judgement.results] == FULL
    assert judgement.repairs == [
        "Your cell 5 stopped the kernel; the rest was graded without it.",
        "Your cell 12 stopped the kernel; the rest was graded without it.",
    ]


def test_a_hanging_cell_costs_itself_whether_or_not_it_can_be_interrupted(judged):
    extra = [("affine_forward", "while True: pass"), ("decay", IGNORE)]
    judgement = judged(SOLUTIONS, extra, timeout=1, iopub_timeout=1)
    assert [result.score for result in judgement.results] == FULL
    assert judgement.repairs == [
        "Your cell 5 ran for more than 1 seconds and was stopped.",
        "Your cell 12 could not be run to its end; the rest was graded without it.",
    ]


def test_a_function_that_kills_or_hangs_costs_its_exercise_only(judged):
    killing = {
        "affine_forward": FORWARD,
        "affine_backward": "def affine_backward(*_):\n    import os\n    os.kill(os.getpid(), 9)",
        "decay": "def decay(x, rate):\n    " + IGNORE.replace("\n", "\n    "),
    }
    judgement = judged(killing, case_timeout=1.0, iopub_timeout=1)
    assert [(r.score, r.reason) for r in judgement.results] == [(3.0, None), (0.0, "died"), (0.0, "timeout")]


def test_restarts_and_time_are_bounded(judged):
    judgement = judged(SOLUTIONS, [("affine_forward", "import os\nos._exit(1)")], max_restarts=0)
    assert [result.score for result in judgement.results] == [0.0, 0.0, 0.0]
    assert "started again more than 0 times" in judgement.results[0].output
    judgement = judged(SOLUTIONS, [("affine_backward", "import time\ntime.sleep(9)")], total_timeout=2.0)
    assert judgement.results[0].score == 3.0
    assert "took more than 2 seconds" in judgement.results[2].output


def test_one_enormous_message_is_not_received(judged):
    judgement = judged(SOLUTIONS, [("decay", "print('x' * 100_000_000)")], iopub_timeout=1)
    assert judgement.score == 10.0
    assert judgement.repairs == ["Your cell 11 could not be run to its end; the rest was graded without it."]


def test_a_flood_of_output_is_cut(judged):
    flood = "for i in range(200): print('x' * 100_000, flush=True)"
    judgement = judged(SOLUTIONS, [("decay", flood)], max_output=500_000)
    assert judgement.score == 10.0
    assert len(str(judgement.notebook)) < 1_000_000
    assert judgement.repairs == ["Your cell 11 put out more than 500,000 characters; the rest was left out."]


UPDATES = "handle = display(0, display_id='a')\nfor i in range(300): handle.update(i)"
COMMS = """from comm import create_comm
for i in range(300): create_comm(target_name='jupyter.widget', data={'state': {'x': 'y' * 1000}})"""
DISPLAYS = "for i in range(300): display(i)"


@pytest.mark.parametrize("flood", [UPDATES, COMMS, DISPLAYS], ids=["updates", "comms", "displays"])
def test_messages_are_bounded_and_the_student_reads_it(judged, flood):
    judgement = judged(SOLUTIONS, [("decay", flood)], max_messages=200)
    assert judgement.score == 10.0
    assert judgement.repairs == ["Your cell 11 sent more than 200 messages; the rest was left out."]
    assert "widgets" not in judgement.notebook.metadata


def test_many_outputs_are_honest(judged):
    judgement = judged(SOLUTIONS, [("decay", "for i in range(2000): display(i)")])
    assert (judgement.score, judgement.repairs) == (10.0, [])
    assert [o.data["text/plain"] for o in judgement.notebook.cells[10].outputs] == [str(i) for i in range(2000)]


def test_what_is_printed_in_a_row_is_one_output_however_it_came(judged):
    printing = "import sys, time\nfor i in range(3): print(i, flush=True); time.sleep(0.3)\nprint('e', file=sys.stderr)"
    judgement = judged(SOLUTIONS, [("decay", printing)])
    shown = [(output.name, output.text) for output in judgement.notebook.cells[10].outputs]
    assert shown == [("stdout", "0\n1\n2\n"), ("stderr", "e\n")]


def test_output_is_waited_for_as_long_as_it_comes(judged):
    """To read 5,000 outputs takes more than the second in which some must have come."""
    judgement = judged(SOLUTIONS, [("decay", "for i in range(5000): display(i)")], iopub_timeout=1)
    assert (judgement.score, judgement.repairs) == (10.0, [])
    assert len(judgement.notebook.cells[10].outputs) == 5000


def test_the_outputs_of_a_whole_notebook_are_bounded(judged):
    extra = [("affine_forward", "print('x' * 30_000)"), ("decay", "print('y' * 30_000)"), ("decay", "print('z')")]
    judgement = judged(SOLUTIONS, extra, max_notebook=50_000)
    assert judgement.score == 10.0
    assert judgement.repairs == [
        "Your cell 13 would make the outputs longer than 50,000 characters in all; it was left out."
    ]
    assert [bool(judgement.notebook.cells[index].outputs) for index in (4, 11, 12)] == [True, True, False]


def test_a_rerun_cell_reports_its_cut_output_once(judged):
    extra = [("affine_forward", "print('x' * 3000)"), ("decay", "import os\nos._exit(1)")]
    judgement = judged(SOLUTIONS, extra, max_output=1000)
    assert judgement.score == 10.0
    assert [sentence.split(";")[0] for sentence in judgement.repairs] == [
        "Your cell 5 put out more than 1,000 characters",
        "Your cell 12 stopped the kernel",
    ]


def test_a_function_that_prints_without_end_is_still_judged(judged):
    chatty = DECAY.replace("    h = ", "    for i in range(1000): display(i)\n    h = ")
    assert judged({**SOLUTIONS, "decay": chatty}, max_messages=100).score == 10.0


def test_each_case_has_its_own_time_although_they_are_asked_together(judged):
    slow = DECAY.replace("return h", "__import__('time').sleep(0.5)\n    return h")
    assert [result.score for result in judged({"decay": slow}, case_timeout=1.5).results] == [0.0, 0.0, 2.0]
    slower = DECAY.replace("return h", "__import__('time').sleep(3)\n    return h")
    assert judged({"decay": slower}, case_timeout=1.5).results[2].reason == "timeout"


@pytest.fixture
def busy_machine():
    """Two processes at work for each processor, each with as much right to it as a kernel; calls add as many others."""
    command, rivals = [sys.executable, "-c", "while True: pass"], []

    def busier():
        rivals.extend(
            subprocess.Popen(command, start_new_session=True) for _ in range(2 * len(os.sched_getaffinity(0)))
        )

    busier()
    yield busier
    for rival in rivals:
        rival.kill()
        rival.wait()


WORK = """if not done:
        end = time.process_time() + 1.0
        while time.process_time() < end: pass
        done.append(True)
    return h"""


@pytest.mark.parametrize(
    ("seconds", "body", "reason"),
    [
        (1.3, WORK, None),  # the first call that ends takes two seconds here
        (2.0, "time.sleep(3)\n    return h", "timeout"),  # on an idle machine, too
        (0.3, "while True: pass", "timeout"),
    ],
)
def test_a_busy_machine_costs_nobody_an_answer(judged, busy_machine, seconds, body, reason):
    text = "import time\ndone = []\n" + DECAY.replace("return h", body)
    result = judged({"decay": text}, case_timeout=seconds).results[2]
    assert (result.score, result.reason) == (0.0 if reason else 2.0, reason)


def test_a_machine_that_grows_busier_while_a_call_is_repeated_costs_nobody_an_answer(judged, busy_machine, monkeypatch):
    contents, allowed = Caller._contents, []

    def busier(self, text, tags, seconds, *meanwhile):
        if len(tags) == 1:
            allowed.append(seconds)
        if len(allowed) == 2:
            [busy_machine() for _ in range(2)]
        return contents(self, text, tags, seconds, *meanwhile)

    monkeypatch.setattr(Caller, "_contents", busier)
    text = "import time\ndone = []\n" + DECAY.replace("return h", WORK.replace("1.0", "0.3"))
    result = judged({"decay": text}, case_timeout=0.4).results[2]
    assert (result.score, result.reason) == (2.0, None)
    assert allowed[0] == 0.4 < allowed[1] < allowed[2] <= 4.0


def test_the_feedback_names_a_function_that_ends_the_kernel_at_its_third_call(judged):
    third = "calls = []\n" + DECAY.replace(
        "return h", "calls.append(1)\n    if len(calls) == 3: exit_now()\n    return h"
    )
    third += "\ndef exit_now():\n    import os\n    os._exit(0)"
    judgement = judged({"decay": third}, max_restarts=1)
    assert (judgement.results[2].score, judgement.results[2].reason) == (0.0, "died")


@pytest.mark.parametrize(
    ("cell", "limit"),
    [
        ("held = bytearray(4 << 30)", "a process may take 2,048 MB of memory"),
        ("import numpy\nheld = numpy.ones(1 << 30)", "a process may take 2,048 MB of memory"),
        ("import os\nfor _ in range(99): os.fork() or time.sleep(9)", "a submission may have 32 processes and threads"),
        (
            "import threading\nfor _ in range(99): threading.Thread(target=time.sleep, args=(60,)).start()",
            "a submission may have 32 processes and threads",
        ),
        ("kept = [open('/dev/null') for _ in range(999)]", "a process may keep 256 files open"),
        ("open('large', 'wb').write(bytes(40_000_000))", "a file may hold 32 MB"),
        (
            "for name in 'abc': open(name, 'wb').write(bytes(30_000_000))",
            "a submission may write 64 MB and make 10,000 files",
        ),
        (
            "for number in range(10_001): open(f'{number}', 'w').close()",
            "a submission may write 64 MB and make 10,000 files",
        ),
        ("open('missing')", None),
        ("raise RuntimeError('[Errno 28]')", None),
    ],
)
def test_a_repair_names_the_limit_that_a_cell_reached(judged, cell, limit):
    judgement = judged(SOLUTIONS, [("decay", f"import time\n{cell}")])
    assert judgement.score == 10.0
    assert judgement.repairs == ([f"Your cell 11 met a limit of grading: {limit}."] if limit else [])


def test_a_repair_names_the_limit_that_a_function_reached(judged):
    greedy = {**SOLUTIONS, "decay": DECAY.replace("\n", "\n    held = bytearray(4 << 30)\n", 1)}
    judgement = judged(greedy)
    assert judgement.score == 8.0
    assert judgement.repairs == ["`decay` met a limit of grading: a process may take 2,048 MB of memory."]
