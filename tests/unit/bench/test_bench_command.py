"""`python -m bench` measures the rows that are asked for; what cannot be measured says why, and fails the command."""

import sys
import textwrap

import pytest

from bench import __main__ as command
from bench.arithmetic import CannotMeasure
from bench.spent import run, run_and_read
from bench.table import Line

# A program that leaves behind, unwaited for, a process that uses a third of a second.
ORPHANING = """
    import os, signal, time
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if os.fork() == 0:
        while time.process_time() < 1 / 3:
            pass
        os._exit(0)
    print("begun")
"""


@pytest.fixture
def rows(monkeypatch):
    """Two rows, of which one cannot be measured."""

    def missing(setting):
        raise CannotMeasure("otter is not installed here.")

    def broken(setting):
        raise ZeroDivisionError

    found = {"missing": missing, "broken": broken, "there": lambda setting: [Line("all", "–", "≤1", "0.5", True)]}
    monkeypatch.setattr(command, "ROWS", found)
    return found


@pytest.mark.parametrize(
    ("chosen", "status", "reason"),
    [
        ("there", 0, "there: measured in"),
        ("missing,there", 1, "missing could not be measured: otter is not installed here."),
        ("broken,there", 1, "ZeroDivisionError"),
    ],
)
def test_a_row_that_cannot_be_measured_says_why_and_stops_no_other(rows, capsys, chosen, status, reason):
    assert command.main(["--rows", chosen]) == status
    printed = capsys.readouterr()
    assert "| `there` | all | – | ≤1 | 0.5 | yes |" in printed.out
    assert reason in printed.err


def test_all_rows_are_measured_unless_some_are_chosen(rows, capsys):
    del rows["missing"], rows["broken"]
    assert command.main([]) == 0
    assert "`there`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["--rows", "there,elsewhere"], "there is no row elsewhere"), (["--small", "--write"], "is not written")],
)
def test_what_cannot_be_is_refused_at_once(rows, capsys, arguments, reason):
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2 and reason in capsys.readouterr().err


def test_processes_that_are_not_waited_for_are_counted(tmp_path):
    spent, printed = run_and_read([sys.executable, "-c", textwrap.dedent(ORPHANING)], tmp_path)
    assert printed == "begun\n"
    assert spent.cpu > 1 / 3


def test_a_command_that_fails_shows_its_last_words(tmp_path):
    with pytest.raises(CannotMeasure, match=r"(?s)` ended with 3:\n.*no room left"):
        run([sys.executable, "-c", "import sys; print('no room left'); sys.exit(3)"], tmp_path)


def test_a_program_that_is_missing_is_named(tmp_path):
    with pytest.raises(CannotMeasure, match="otter-of-theirs is not installed here"):
        run(["otter-of-theirs", "run"], tmp_path)


def test_a_command_is_watched_while_it_runs(tmp_path):
    seen = []
    run([sys.executable, "-c", "import time; time.sleep(0.5)"], tmp_path, watch=seen.append)
    assert seen and len(set(seen)) == 1
