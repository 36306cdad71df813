"""`check` works where learners use it: in a real kernel, in IPython in a terminal, and from the command line."""

import html
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
    assert printed == "" and "<pre" in result["text/html"] and ">mine</pre>" in result["text/html"]
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
    loop = "    print('begun', file=sys.stderr, flush=True)\n    while True:\n        x = x + 1"
    kernel.run(f"import sys\ndef twice(x):\n    print('so far')\n{loop}")
    _, error, printed = kernel.run("check(twice)", while_running=kernel.manager.interrupt_kernel)
    assert error.startswith("KeyboardInterrupt")
    assert printed == "begun\nso far\n"  # nothing is lost
    assert kernel.run("1 + 1")[0]["text/plain"] == "2"


RIGHT = "def twice(x):\n    return 2 * x"
OTHER = "def twice(x):\n    return 3 * x"
STOPPED = {  # the newest cell, and what is said of it
    "syntax": ("def twice(x)\n    return 2 * x", "SyntaxError in line 1: expected ':'"),
    "indentation": ("def twice(x):\nreturn 2 * x", "IndentationError in line 2: expected an indented block"),
    "before the def": ("y = 1\nwrong_name\n" + OTHER, "NameError in line 2: name 'wrong_name' is not defined"),
    "under a condition": (f"if wrong_name:\n    {OTHER.replace(chr(10), chr(10) + '    ')}", "NameError in line 1: "),
    "in %%time": ("%%time\nwrong_name\n" + OTHER, "NameError: name 'wrong_name' is not defined"),
    "in %%capture": ("%%capture\nwrong_name\n" + OTHER, "NameError in line 1: name 'wrong_name' is not defined"),
    "syntax in %%time": ("%%time\ndef twice(x)\n    return 3 * x", "SyntaxError: expected ':'"),
    "after a %magic": ("%precision 3\nwrong_name\n" + OTHER, "NameError in line 2: name 'wrong_name' is not defined"),
}
NEWEST = {  # what defines the function in spite of all: it is checked, and is wrong
    "no more": OTHER,
    "an error after the def": OTHER + "\nwrong_name",
    "%%time": "%%time\n" + OTHER,
    "%%capture": "%%capture\n" + OTHER,
    "exec": f"exec({OTHER!r})",
    "an imported module": f"open('thrice.py', 'w').write({OTHER!r})\nfrom thrice import twice",
    "a method of that name": OTHER + "\nclass Other:\n    def twice(self):\n        return wrong_name",
}


@pytest.mark.parametrize("cell, why", STOPPED.values(), ids=STOPPED)
def test_what_stopped_before_it_was_defined_is_said_and_the_version_before_is_not_judged(kernel, desk, cell, why):
    progress = desk / "90-tiny.progress.json"
    kernel.run(OTHER)
    kernel.run("check(twice)")
    known = progress.read_text(encoding="utf-8")
    kernel.run(RIGHT)
    kernel.run(cell)
    result, error, _ = kernel.run("check(twice)")
    assert (error, result["text/plain"]) == ("", "0.0")
    assert f"Your newest twice is not defined: its cell stopped with {why}" in html.unescape(result["text/html"])
    assert "is right" not in result["text/html"]
    assert progress.read_text(encoding="utf-8") == known
    assert "Your newest twice is not defined" in kernel.run("check.case(twice)")[0]["text/plain"]
    assert kernel.run(RIGHT + "\ncheck(twice)")[0]["text/plain"] == "twice is right."


@pytest.mark.parametrize("first", ["", STOPPED["syntax"][0]], ids=["at once", "after a cell that stopped"])
@pytest.mark.parametrize("cell", NEWEST.values(), ids=NEWEST)
def test_what_is_defined_is_judged_however_it_was(kernel, first, cell):
    kernel.run(RIGHT)
    kernel.run(first)
    kernel.run(cell)
    assert "twice: y is not right yet." in kernel.run("print(check(twice))")[2]
    kernel.run("import sys; sys.modules.pop('thrice', None)")


def test_a_function_that_calls_one_whose_cell_stopped_is_not_judged(kernel):
    kernel.run("def double(x):\n    return 2 * x\ndef twice(x):\n    return double(x)\n")
    assert kernel.run("check(twice)")[0]["text/plain"] == "twice is right."
    kernel.run("def double(x):\n    return 3 * x)")
    assert (
        "Your newest double is not defined: its cell stopped with SyntaxError" in kernel.run("print(check(twice))")[2]
    )


def test_an_earlier_function_is_not_taken_for_the_newest(kernel):
    kernel.run(RIGHT)
    kernel.run("first = twice")
    assert kernel.run("check(first)")[0]["text/plain"] == "twice is right."
    kernel.run(RIGHT + " + 0")
    assert "This is an earlier twice: another one was defined since." in kernel.run("print(check(first))")[2]
    assert kernel.run("check(twice)")[0]["text/plain"] == "twice is right."
    kernel.run("twice = first")  # put back on purpose
    assert kernel.run("check(twice)")[0]["text/plain"] == "twice is right."


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


def test_what_is_printed_while_a_figure_is_drawn_is_folded_above_it(kernel):
    kernel.run("from utils.figures.learner import driven")
    code = "driven(lambda f: f(3))(twice)"
    result, error, printed = kernel.run("def twice(x):\n    print('mine')\n    return 2 * x\n" + code)
    assert (result["text/plain"], error, printed) == ("6", "", "")
    shown = "import io, contextlib\nfrom IPython.utils.capture import capture_output\nwith capture_output() as kept:\n"
    _, _, printed = kernel.run(f"{shown}    {code}\nprint(kept.stdout, [o.data['text/html'] for o in kept.outputs])")
    assert "<summary>What your function printed while this was drawn</summary>" in printed and ">mine</pre>" in printed
