"""`autograder check-file`, and `python -m utils.check`, end with a sentence and a status whatever the file does."""

import os
import signal
import subprocess
import sys
import time

import pytest

from autograder.course import open_course
from utils.check_file.file_process import check_in_a_process

SOURCES = open_course().reference.sources
RIGHT = f"import numpy as np\n\n\n{SOURCES['rnn_step_forward']}\n\n\n{SOURCES['rnn_step_backward']}\n\n\n"
NEVER = "while True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass\n"


def within(line):
    """Return the two steps, the first of which begins with a line."""
    return RIGHT.replace("    next_h = ", f"    {line}\n    next_h = ")


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (f"{RIGHT}import os\nos._exit(0)\n", 0, "ended the program; it was passed over. rnn_step_forward is right."),
        (f"import time\n{RIGHT}{NEVER}", 0, "was still running after 3 seconds and could not be interrupted; it was"),
        (within("import os; os.kill(os.getpid(), 9)"), 1, "rnn_step_forward ended the program; it was passed over."),
        (f"import threading\nthreading.Thread(target=threading.Event().wait).start()\n{RIGHT}", 0, "2 of 2"),
        (f"import os\n{RIGHT}os.close(1)\nos.close(2)\nos.chdir('/')\n", 0, "2 of 2"),
    ],
)
def test_nothing_in_a_file_ends_or_holds_up_the_command(tmp_path, content, status, sentence):
    path, shown = tmp_path / "layers.py", []
    path.write_text(content, encoding="utf-8")
    assert check_in_a_process(path, 1, shown.append, silence=3.0) == status
    printed = " ".join(" ".join(shown).split())
    assert sentence in printed and printed.count("rnn_step_backward is right.") == (status == 0), printed


COMMANDS = {"autograder check-file": ["autograder", "check-file"], "python -m utils.check": ["utils.check"]}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no process can be interrupted alone")
def test_ctrl_c_ends_it_in_a_sentence(tmp_path, name):
    path = tmp_path / "layers.py"
    path.write_text(f"import time\nopen({str(tmp_path / 'began')!r}, 'w').close()\n{NEVER}", encoding="utf-8")
    # numpy.py and json.py beside the file are not taken for the real ones.
    for beside in ("numpy.py", "json.py"):
        (tmp_path / beside).write_text("raise SystemExit\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", *COMMANDS[name], str(path)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "began").exists() and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 1 and out == "" and error == f"{name}: interrupted.\n"


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path):
    (tmp_path / "layers.py").write_text(RIGHT, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "autograder", "check-file", str(tmp_path / "layers.py")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == "" and process.wait() == 1
    process.stderr.close()


def test_a_sign_that_the_output_cannot_hold_ends_nothing(tmp_path):
    """As where Windows writes to a file; the worked example of stable_softmax has a minus of its own."""
    (tmp_path / "mine.py").write_text("def stable_softmax(z):\n    return z\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "utils.check", "mine.py", "--hint", "3"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 1 and done.stderr == b"" and b"scores are ?2, ?1 and 0" in b" ".join(done.stdout.split())


def test_without_the_autograder_it_says_and_returns_the_same(tmp_path):
    (tmp_path / "layers.py").write_text(within("x = x + 1"), encoding="utf-8")
    (tmp_path / "other.py").write_text("print('hello')\n", encoding="utf-8")
    for arguments, status in ((["layers.py", "--hint", "2"], 1), (["other.py"], 2), (["none.py"], 2)):
        by_name = {}
        for name, command in COMMANDS.items():
            line = [sys.executable, "-P", "-m", *command, *arguments]
            done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=120)
            by_name[name] = (done.returncode, done.stdout, done.stderr.removeprefix(name))
        assert by_name["python -m utils.check"] == by_name["autograder check-file"]
        assert by_name["python -m utils.check"][0] == status
