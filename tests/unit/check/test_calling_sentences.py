"""A learner's function is called on copies, in bounded time, and every failure is one sentence about *their* line."""

import os
import signal
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from utils.checking.calling import call, call_with
from utils.errors import CallFailed, NotStarted


def test_arguments_are_copies():
    def spoil(x, grads):
        x += 1
        grads["b"][0] = 5

    x, grads = np.zeros(2), {"b": np.zeros(2)}
    call(spoil, x, grads)
    assert not x.any() and not grads["b"].any()


def test_uncopyable_arguments_are_passed_as_they_are():
    items = (i for i in range(3))
    assert call(lambda x, g: list(g), np.zeros(2), items) == [0, 1, 2]


def test_a_line_of_a_file(tmp_path):
    path = tmp_path / "layers.py"
    path.write_text("def f(x):\n    y = 1\n    return y / 0\n", encoding="utf-8")
    namespace = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    with pytest.raises(CallFailed) as raised:
        call(namespace["f"], 1)
    assert (
        str(raised.value) == "f stopped with ZeroDivisionError in line 3 of layers.py, `return y / 0`: division by zero"
    )


def test_a_line_of_executed_text_and_an_inner_function():
    namespace = {}
    exec("def g(x):\n    return x['a']\ndef f(x):\n    return g(x)\n", namespace)
    with pytest.raises(CallFailed) as raised:
        call(namespace["f"], {})
    assert str(raised.value) == "f stopped with KeyError in line 2, in g: 'a'"


def test_the_line_is_the_learner_s_not_numpy_s():
    def f(x):
        return np.linalg.inv(x)

    with pytest.raises(
        CallFailed, match=r"in line \d+ of test_calling_sentences.py, `return np.linalg.inv\(x\)`: Singular"
    ):
        call(f, np.zeros((2, 2)))


def test_the_line_is_the_learner_s_not_compiled_code_s():
    def f(p):
        return np.random.default_rng(0).choice(len(p), p=p)

    with pytest.raises(CallFailed, match=r"in line \d+ of test_calling_sentences.py, `return np.random.*: Prob.*NaN"):
        call(f, np.array([0.5, np.nan]))


def test_a_long_message_is_cut_and_a_broken_one_is_survived():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    def loud():
        raise ValueError("a" * 1000 + "\nsecond line")

    def odd():
        raise Odd

    with pytest.raises(CallFailed) as raised:
        call(loud)
    assert len(str(raised.value)) < 400 and str(raised.value).endswith("a …")
    with pytest.raises(CallFailed, match=r"odd stopped with Odd in line .*`raise Odd`\."):
        call(odd)


def test_a_stub_and_what_calls_one():
    def stub():
        raise NotImplementedError

    def caller():
        return stub()

    with pytest.raises(NotStarted, match=r"^stub is not started yet\.$") as raised:
        call(stub)
    assert (raised.value.function, raised.value.caller) == ("stub", "")
    with pytest.raises(NotStarted, match=r"^caller calls stub, which is not started yet\.$") as raised:
        call(caller)
    assert (raised.value.function, raised.value.caller) == ("stub", "caller")


def test_a_failure_is_known_by_its_fields():
    def f(x):
        return x["a"]

    def facts(*args, **limits):
        with pytest.raises(CallFailed) as raised:
            call(f, *args, **limits)
        return raised.value.failure

    stopped = facts({})
    assert (stopped.kind, stopped.function, stopped.name, stopped.message) == ("exception", "f", "KeyError", "'a'")
    assert (stopped.file, stopped.source, stopped.inside) == (Path(__file__).name, 'return x["a"]', "")
    counted = facts(1, 2)
    assert (counted.kind, counted.name, counted.count) == ("parameters", "f(x)", 2)


def test_a_sentence_of_our_own_is_passed_on_as_it_is():
    """What a figure or an experiment found is not an exception of the function that it was found in."""
    found = CallFailed("g should return (loss, grads).")

    def f():
        raise found

    with pytest.raises(CallFailed) as raised:
        call(f)
    assert raised.value is found


LOOPS = {
    "bare": "while True: pass",
    "sleep": "import time; time.sleep(20)",
    # `while x`, since CPython 3.11 lets an interrupt of `while True` pass by the `except` around it.
    "swallows once": "try:\n        while x: x += 1\n    except BaseException: pass\n    while x: x += 1",
    "keeps exceptions": "while True:\n        try: x\n        except Exception: pass",
}


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_a_loop_that_never_ends_is_stopped(body):
    namespace = {}
    exec(f"def f(x):\n    {body}\n", namespace)
    begin = time.monotonic()
    with pytest.raises(CallFailed, match=r"f was still running after 0\.2 seconds and was stopped. Is there a loop"):
        call(namespace["f"], 1, seconds=0.2)
    assert time.monotonic() - begin < 2
    time.sleep(0.1)  # no late interrupt lands in what comes next


def test_a_process_that_ignores_ctrl_c_can_still_be_stopped():
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(CallFailed, match="still running"):
            call(LOOP["f"], 1, seconds=0.2)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, handler)


LOOP = {}
exec("def f(x):\n    while True: pass\n", LOOP)


def test_without_signals_to_threads_as_on_windows(monkeypatch):
    monkeypatch.delattr(signal, "pthread_kill", raising=False)
    with pytest.raises(CallFailed, match="still running"):
        call(LOOP["f"], 1, seconds=0.2)


def test_one_thread_watches_every_call():
    call(len, [1, 2])
    threads = threading.active_count()
    assert [call_with(len, ([1, 2],), seconds) for seconds in (10, 0.5, 30)] == [2, 2, 2]
    assert threading.active_count() == threads


def test_a_short_limit_holds_after_a_long_one():
    call(len, [1, 2], seconds=1000)
    time.sleep(0.05)  # whatever watches has gone to sleep
    with pytest.raises(CallFailed, match=r"after 0\.2 seconds"):
        call(LOOP["f"], 1, seconds=0.2)


@pytest.mark.parametrize(("outer", "inner", "named"), [(30, 0.2, "f"), (0.2, 30, "g")])
def test_each_of_two_nested_calls_has_its_own_limit(outer, inner, named):
    def g():
        call(LOOP["f"], 1, seconds=inner)

    with pytest.raises(CallFailed, match=rf"{named} was still running after 0\.2 seconds"):
        call(g, seconds=outer)
    assert call(len, [1, 2], seconds=0.2) == 2
    time.sleep(0.3)  # nothing is interrupted afterwards


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_call_in_a_forked_process_is_limited_too():
    def stopped():
        try:
            call(LOOP["f"], 1, seconds=0.2)
        except CallFailed:
            return 3
        return 0

    def forks():
        child = os.fork()
        if not child:
            os._exit(stopped())
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    with warnings.catch_warnings():  # from Python 3.12: a thread is there when this process forks
        warnings.simplefilter("ignore", DeprecationWarning)
        assert call(forks) == 3


def test_in_another_thread_it_just_runs():
    found = []
    thread = threading.Thread(target=lambda: found.append(call(max, [1, 2])))
    thread.start()
    thread.join()
    assert found == [2]
