"""The meter reads a submission's processor time from outside, and nothing done in the kernel hides it."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from jupyter_client import KernelManager
from sandboxed import kernel

from autograder.errors import InfrastructureError
from autograder.sandbox import cpu_clock

WORK = "def work():\n    began = sum(os.times()[:2])\n    while sum(os.times()[:2]) < began + 0.3: pass\n"
# From Python 3.12, a fork in a process that has threads, as kernels have, warns.
SETUP = f"import os, signal, subprocess, sys, threading, time, warnings\nwarnings.simplefilter('ignore')\n{WORK}"
STEADY = {  # what is begun before, and what is measured
    "work": ("", "work()"),
    "work with its clocks stopped": (
        "times = os.times\ntime.process_time = time.thread_time = lambda: 0.0",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); sys.setprofile(None); work()",
    ),
    "work in a thread begun before": (
        "go, done = threading.Event(), threading.Event()\n"
        "threading.Thread(target=lambda: (go.wait(), work(), done.set()), daemon=True).start()",
        "go.set(); done.wait()",
    ),
    "work in a process begun before": (
        "here, there = os.pipe(), os.pipe()\n"
        "if os.fork() == 0:\n    os.read(here[0], 1); work(); os.write(there[1], b'x'); time.sleep(60)",
        "os.write(here[1], b'x'); os.read(there[0], 1)",
    ),
    "work in an orphan of another session": (
        "here, there = os.pipe(), os.pipe()\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
        "    os.read(here[0], 1); work(); os.write(there[1], b'x'); time.sleep(60)\n"
        "os.wait()",
        "os.write(here[1], b'x'); os.read(there[0], 1)",
    ),
}
UNSTEADY = {
    "a child that leaves no trace": (
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nhere = os.pipe()",
        "(os.fork() or (os.write(here[1], b'x'), os._exit(0))) and os.read(here[0], 1)",
    ),
    "a subprocess": ("", "subprocess.run([sys.executable, '-c', ''])"),
    "a thread": ("", "thread = threading.Thread(target=work); thread.start(); thread.join()"),
    "a process that ends": (
        "here = os.pipe()\nchild = os.fork()\nif child == 0: os.read(here[0], 1); os._exit(0)",
        "os.write(here[1], b'x'); os.waitpid(child, 0)",
    ),
}


def between(one, before, measured):
    """Run a cell, and return what was spent in a second one."""
    one.run(SETUP + before)
    began = cpu_clock.read(one.manager.provisioner)
    assert one.run(measured) == ""
    return cpu_clock.spent(began, cpu_clock.read(one.manager.provisioner, began))


@pytest.mark.parametrize(("before", "measured"), STEADY.values(), ids=STEADY)
def test_work_is_counted_whoever_does_it(before, measured):
    with kernel() as one:
        spent = between(one, before, measured)
    assert spent.steady
    assert 0.25 < spent.seconds < 3


@pytest.mark.parametrize(("before", "measured"), UNSTEADY.values(), ids=UNSTEADY)
def test_the_meter_notices_every_process_however_short_lived(before, measured):
    with kernel() as one:
        assert not between(one, before, measured).steady


def test_an_honest_cell_is_steady_and_cheap_even_with_a_long_message_and_a_plot():
    with kernel() as one:
        for cell in ("x = 1", "_ = display({'text/plain': 'x' * 1_000_000}, raw=True)", "import numpy; numpy.ones(9)"):
            before = cpu_clock.read(one.manager.provisioner)
            one.run(cell)
            spent = cpu_clock.spent(before, cpu_clock.read(one.manager.provisioner, before))
            assert spent.steady, cell
            assert spent.seconds < 1


def test_an_ended_kernel_has_no_clocks_and_is_not_steady():
    with kernel() as one:
        before = cpu_clock.read(one.manager.provisioner)
        one.client.execute("import os; os._exit(0)")
        while one.manager.is_alive():
            time.sleep(0.01)
        after = cpu_clock.read(one.manager.provisioner)
    assert after == cpu_clock.Reading({})
    assert not cpu_clock.spent(before, after).steady


def test_a_kernel_that_ends_before_its_clocks_are_read_is_no_fault_of_the_machine():
    with kernel() as one:
        answers = iter([one.manager.provisioner.census()])

        def census():
            """Answer once, and let the kernel end before the caller looks at its clocks."""
            if answer := next(answers, None):
                one.client.execute("import os; os._exit(0)")
                while one.manager.is_alive():
                    time.sleep(0.01)
                return answer
            return one.manager.provisioner.census()

        assert cpu_clock.read(SimpleNamespace(census=census)) == cpu_clock.Reading({})


def test_the_warden_goes_on_to_interrupt_after_it_was_asked():
    with kernel() as one:
        one.client.execute("while True: pass", stop_on_error=False)  # ipykernel gives up nothing that is asked after it
        first = cpu_clock.read(one.manager.provisioner)
        while cpu_clock.spent(first, cpu_clock.read(one.manager.provisioner, first)).seconds < 0.1:
            time.sleep(0.01)
        one.manager.interrupt_kernel()
        assert "KeyboardInterrupt" in str(one.client.get_shell_msg(timeout=5)["content"])
        assert one.run("print(1)") == "1"


def test_the_meter_says_that_it_cannot_see_processes():
    childless = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with pytest.raises(InfrastructureError, match="/proc does not show"):
            cpu_clock.read(SimpleNamespace(census=lambda: (childless.pid, 3)))
    finally:
        childless.communicate()


def test_without_a_sandbox_the_kernel_and_its_children_are_counted(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=60)
        run = {"allow_stdin": False, "output_hook": lambda message: None, "timeout": 30}
        client.execute_interactive(SETUP + STEADY["work in a process begun before"][0], **run)
        before = cpu_clock.read(manager.provisioner)
        assert len(before.seconds) == 2 and os.getpid() not in before.seconds
        client.execute_interactive(STEADY["work in a process begun before"][1], **run)
        spent = cpu_clock.spent(before, cpu_clock.read(manager.provisioner))
        assert spent.steady and spent.seconds > 0.25
        client.execute_interactive("child = subprocess.Popen(['sleep', '60'])", **run)
        assert not cpu_clock.spent(before, cpu_clock.read(manager.provisioner)).steady
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
