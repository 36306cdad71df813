"""`check` works where learners use it: in a real kernel, in IPython in a terminal, and from the command line."""

import json
import logging
import queue
import subprocess
import sys
import time

import nbformat
import pytest
from jupyter_client.manager import KernelManager

FIXTURE = {
    "name": "twice",
    "assignment": "90-tiny",
    "position": 0,
    "points": 10.0,
    "counterpart": None,
    "signature": "twice(x)",
    "forward": None,
    "cache": False,
    "outputs": {"y": ["N"]},
    "patterns": {},
    "mistakes": {},
    "side_effects": {},
    "cases": [
        {
            "special": "",
            "edge": False,
            "followed": {"dict": {}},
            "inputs": {"x": {"array": "float64", "shape": [n], "data": [float(i) for i in range(n)]}},
            "upstream": {},
            "expected": {"y": {"array": "float64", "shape": [n], "data": [2.0 * i for i in range(n)]}},
            "mistakes": {},
        }
        for n in (3, 4, 5, 2, 1)
    ],
}


class Kernel:
    """A kernel in a folder of its own, and what a cell of it shows."""

    def __init__(self, folder):
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code, while_running=None):
        """Return the cell's execute_result, its error in words, and what it printed."""
        asked = self.client.execute(code)
        result, error, printed, deadline = {}, "", "", time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_result":
                result = content["data"]
            elif kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "stream":
                printed += content["text"]
                if while_running and "begun" in printed:
                    while_running()
                    while_running = None
            elif kind == "status" and content["execution_state"] == "idle":
                return result, error, printed
        raise TimeoutError(code)

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = tmp_path_factory.mktemp("desk")
    (desk / "shelf").mkdir()
    (desk / "shelf" / "twice.json").write_text(json.dumps(FIXTURE), encoding="utf-8")
    (desk / "90-tiny.ipynb").touch()
    return desk


def begin(kernel):
    code = "from pathlib import Path\nimport utils.fixtures\nutils.fixtures.FOLDER = Path('shelf')\n"
    assert kernel.run(code + "from utils import check") == ({}, "", "")


@pytest.fixture(scope="module")
def kernel(desk):
    kernel = Kernel(desk)
    begin(kernel)
    yield kernel
    kernel.stop()


def test_a_cell_shows_the_report(kernel):
    result, error, printed = kernel.run("def twice(x):\n    print('mine')\n    return 2 * x\ncheck(twice)")
    assert error == "" and result["text/plain"] == "twice is right." and "twice is right." in result["text/html"]
    assert printed.startswith("mine\nmine\n")
    result, error, _ = kernel.run("def twice(x):\n    raise NotImplementedError\ncheck(twice)")
    assert (error, result["text/plain"]) == ("", "0.0") and "twice is not started yet." in result["text/html"]
    _, _, printed = kernel.run("print(check(twice))")
    assert printed.startswith("twice is not started yet.\n")


@pytest.mark.parametrize("body, points", [("return 2 * x", 10), ("return 3 * x", 0), ("raise NotImplementedError", 0)])
def test_stock_nbgrader_reads_it_as_full_marks_or_none(kernel, body, points):
    grade = pytest.importorskip("nbgrader.utils").determine_grade
    data, _, _ = kernel.run(f"def twice(x):\n    {body}\ncheck(twice)")
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    kept = {
        "grade": True,
        "grade_id": "test_twice",
        "locked": True,
        "points": 10,
        "schema_version": 3,
        "solution": False,
    }
    cell = nbformat.v4.new_code_cell("check(twice)", outputs=[output], metadata={"nbgrader": kept})
    assert grade(cell, log=logging.getLogger("test")) == (points, 10)


def test_the_line_of_their_cell(kernel):
    _, _, printed = kernel.run("def twice(x):\n    y = x\n    return y.nothing\nprint(check(twice).title)")
    sentence = "twice stopped with AttributeError in line 3 of its cell, `return y.nothing`: "
    assert printed.startswith(sentence) and "Traceback" not in printed


def test_the_line_of_another_cell(kernel):
    kernel.run("def inner(x):\n    return x[99]")
    _, _, printed = kernel.run("def twice(x):\n    return inner(x)\nprint(check(twice).title)")
    assert printed.startswith(
        "twice stopped with IndexError in line 2 of the cell that defines inner, `return x[99]`: index 99"
    )


def test_an_endless_loop_is_stopped_and_the_kernel_lives(kernel):
    kernel.run("def twice(x):\n    while True:\n        x = x + 1")
    begun = time.monotonic()
    code = "from utils.checking.check_function import checked\nprint(checked(twice, seconds=0.3).title)"
    _, error, printed = kernel.run(code)
    assert error == "" and "twice was still running after 0.3 seconds and was stopped." in printed
    assert time.monotonic() - begun < 5
    assert kernel.run("1 + 1")[0]["text/plain"] == "2"


def test_the_stop_button_is_the_learner_s(kernel):
    kernel.run("def twice(x):\n    print('begun', flush=True)\n    while True:\n        x = x + 1")
    _, error, _ = kernel.run("check(twice)", while_running=kernel.manager.interrupt_kernel)
    assert error.startswith("KeyboardInterrupt")
    assert kernel.run("1 + 1")[0]["text/plain"] == "2"


def test_progress_survives_a_restart(kernel):
    kernel.run("def twice(x):\n    return 2 * x\ncheck(twice)")
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    begin(kernel)
    result, _, _ = kernel.run("check.progress()")
    assert "90-tiny: 1 of 1 exercises right, 10 of 10 points." in result["text/plain"]
    assert "<table" in result["text/html"]


def test_a_foreign_utils_is_named_by_python_itself(tmp_path):
    (tmp_path / "utils.py").write_text("mine = True\n", encoding="utf-8")
    kernel = Kernel(tmp_path)
    try:
        _, error, _ = kernel.run("from utils import check")
        assert error.startswith("ImportError: cannot import name 'check' from 'utils'")
        assert str(tmp_path / "utils.py") in error
    finally:
        kernel.stop()


def test_ipython_in_a_terminal_shows_the_text(desk):
    code = (
        "from pathlib import Path; import utils.fixtures; utils.fixtures.FOLDER = Path('shelf')\n"
        "from utils import check\ntwice = None\ncheck(twice)\n"
    )
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"]
    done = subprocess.run(
        command, input=code, cwd=desk, capture_output=True, text=True, encoding="utf-8", timeout=60
    )  # fmt: skip
    assert "check was given None.\n\nHand over the function itself: `check(twice)`" in done.stdout
    assert "0.0" not in done.stdout


def test_fresh_from_the_command_line(tmp_path):
    folder = tmp_path / "notebooks" / "00-a"
    folder.mkdir(parents=True)
    (folder / "00-a.ipynb").write_text("released", encoding="utf-8")
    command = [sys.executable, "-m", "utils.fresh"]

    def run(*arguments, cwd=tmp_path):
        return subprocess.run(
            [*command, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=60
        )  # fmt: skip

    assert run().stdout == "Made work/00-a.\n"
    notebook = tmp_path / "work" / "00-a" / "00-a.ipynb"
    notebook.write_text("mine", encoding="utf-8")
    assert run("00-a", cwd=notebook.parent).returncode == 0
    assert notebook.read_text(encoding="utf-8") == "released"
    wrong = run("00-b")
    assert wrong.returncode == 2 and "Did you mean 00-a? There are: 00-a." in wrong.stderr
    assert "python -m utils.fresh" in run("--help").stdout


def test_a_wrong_answer_is_located_in_its_cell(tmp_path):
    step = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    total = x @ Wx + prev_h @ Wh\n    return {}, None"
    place = (
        "place = check_function.found(rnn_step_forward).location\n"
        "print(place and (place.file, place.line, place.expression))"
    )
    kernel = Kernel(tmp_path)
    try:
        kernel.run("import numpy as np\nfrom utils.checking import check_function")
        kernel.run(step.format("np.tanh(total - 3 * b)"))
        assert kernel.run(place)[2] == "('cell', 3, 'total - 3 * b')\n"
        # run again, changed: the text is that of the cell that was run last
        kernel.run("# Another try.\n" + step.format("np.tanh(total) - 3 * b"))
        assert kernel.run(place)[2] == "('cell', 4, 'np.tanh(total) - 3 * b')\n"
        kernel.run(step.format("np.tanh(total + b)"))
        assert kernel.run(place)[2] == "None\n"
    finally:
        kernel.stop()
