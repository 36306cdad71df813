"""`autograder check-file` says something true of every file, and checks what can be checked.

The files in `tests/cases/check_file` were written by people trying the project as strangers; those below were made up
after the ways in which public `rnn_layers.py` differ.
"""

import json
import sys
from pathlib import Path

import pytest

from autograder.course import open_course
from utils.check_file import file_report
from utils.errors import UnusableFile

FILES = Path(__file__).parents[2] / "cases" / "check_file"
SOURCES = open_course().reference.sources


@pytest.fixture
def check_file():
    """Return ``check_file(path, hint=1) -> (exit status, what it prints on one line, what it complains of)``."""

    def run(path, hint=1):
        shown = []
        try:
            status = file_report.check_file(path, hint, shown.append, statement_seconds=0.5, seconds=2)
        except UnusableFile as error:
            return 2, "", str(error)
        return status, " ".join(" ".join(shown).split()), ""

    return run


BOTH = ("rnn_step_forward is right.", "rnn_step_backward is right.")
KEEPDIMS = "db holds the right numbers, with an axis of length 1 too many."
# By file: the exit status, what is printed, and what is not.
EXPECTED = {
    "B_keepdims": (1, (f"db has shape (1, 2), expected (H,) = (2,). {KEEPDIMS}",), ("One vector b", "mistake I know")),
    "D_divide_by_o": (
        1,
        (
            "Right for inputs of ordinary size; not finite where entries are in the thousands: something divides by a "
            "number that has become 0, such as a gate that is shut.",
            "12 of 13 functions are right.",
        ),
        ("mistake I know", "Two arrows leave", "this one has"),
    ),
    "E_T1": (
        1,
        (
            "This call has T = 1; all others came out right.",
            "rnn_backward stopped with IndexError in line 32 of E_T1.py, `D = cache[1][0].shape[1]`",
            "`cache` has 1 entry, so the last index is 0: indices count from 0.",
            "12 of 13 functions are right.",
        ),
        (),
    ),
    "F_div": (
        1,
        (
            "`H = Wh.shape[1] / 4` divides with `/`, which always gives a float: `H` is",
            "lstm_step_backward takes the cache of lstm_step_forward, which is wrong above and returned no cache.",
            "2 could not be checked: lstm_step_backward and lstm_backward.",
        ),
        (),
    ),
    "exit": (0, ("exit.py, line 15 ends the program; it was passed over", *BOTH, "2 of 2"), ()),
    "loop": (0, ("loop.py, line 15 was still running after 0.5 seconds and was passed over.", *BOTH, "2 of 2"), ()),
    "bom": (0, (*BOTH, "2 of 2"), ()),
    "latin1cookie": (0, (*BOTH, "2 of 2"), ()),
    "py2print": (
        1,
        (
            "py2print.py, line 16 is Python 2: `print` without parentheses. So temporal_softmax_loss was left out.",
            *BOTH,
            "2 of 3 functions are right.",
            "1 was left out: temporal_softmax_loss.",
        ),
        (),
    ),
    "torch": (
        1,
        (
            "rnn_step_forward stopped with ImportError in line 6 of torch.py,",
            "torch could not be imported here",
            "rnn_step_backward takes the cache of rnn_step_forward, which is wrong above and returned no cache.",
        ),
        (".py, line", "raise ImportError"),
    ),
    "stub": (
        1,
        (
            "rnn_step_forward is not started yet.",
            "rnn_step_backward is not started yet.",
            "word_embedding_backward is not started yet.",
            "No function is started.",
            "3 are not started: rnn_step_forward, rnn_step_backward and word_embedding_backward.",
        ),
        ("None", "NotImplementedError", "hand over", "0 of"),
    ),
}
OF_A_NOTEBOOK = ("check(", "check.case", "run this cell", "its cell")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_strangers_file(check_file, name):
    status, said, unsaid = EXPECTED[name]
    code, printed, complaint = check_file(FILES / f"{name}.py")
    assert (code, complaint) == (status, "")
    assert all(sentence in printed for sentence in said), printed
    assert not any(words in printed for words in (*unsaid, *OF_A_NOTEBOOK)), printed


NUMPY = "import numpy as np\n\n\n"
STEPS = f"{SOURCES['rnn_step_forward']}\n\n\n{SOURCES['rnn_step_backward']}\n\n\n"
RIGHT = NUMPY + STEPS
LOOP = f"{SOURCES['rnn_forward']}\n\n\n"
STEP = NUMPY + "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    "
EMBEDDING = f"{SOURCES['word_embedding_forward']}\n\n\n{SOURCES['word_embedding_backward']}\n\n\n"
MIXED = STEPS.replace("    ", "\t").replace("\tnext_h =", "        next_h =").replace("\tda =", "        da =")
PY2 = "is Python 2: "
CACHE = "takes the cache of rnn_step_forward, which "
TWO = "2 of 2 functions are right."


def test_the_pieces_are_there():
    assert RIGHT.count("    da = ") == RIGHT.count("    next_h = ") == RIGHT.count("def rnn_step_backward") == 1
    assert LOOP.count("range(") == 1


def inside(name, line):
    """Return the two steps with a line at the beginning of the body of one of them."""
    at = "    next_h = " if name == "rnn_step_forward" else "    da = "
    return RIGHT.replace(at, f"    {line}\n{at}")


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (STEP + "return None, None\n", 1, "rnn_step_forward is not started yet."),
        (STEP + "pass\n", 1, "rnn_step_forward returns None, expected 2: next_h and cache. Did you forget `return`?"),
        (STEP + "next_h = b\n    return None, None\n", 1, "next_h is None."),
        (STEP + "cache = None\n    return b, cache\n", 1, "expected (N, H) ="),
        ("def rnn_backward(dh, cache):\n    return dh\n", 1, "which layers.py does not define."),
        (STEP + "return (\n", 1, "is not Python 3: '(' was never closed"),
        (
            "x = 1\n" + STEP + "return (\n\n\ny = 2\n",
            1,
            "So rnn_step_forward was left out. 0 of 1",
        ),
        # What ends or holds up the program.
        ("raise SystemExit\n" + RIGHT, 0, "line 1 ends the program"),
        (RIGHT + "class Stop(BaseException): pass\nraise Stop\n", 0, TWO),
        (RIGHT + "if __name__ == '__main__':\n    while True: pass\n", 0, TWO),
        ("while True: pass\nSCALE = 1\n" + RIGHT.replace("np.tanh(", "SCALE * np.tanh("), 0, TWO),
        (inside("rnn_step_forward", "while True: pass"), 1, "rnn_step_backward rests on rnn_step_forward, which did"),
        (inside("rnn_step_forward", "import sys; sys.exit('no')"), 1, f"{CACHE}is wrong above and returned no cache."),
        ("n = input('H? ')\n" + RIGHT, 0, TWO),
        ("import argparse\nargparse.ArgumentParser().parse_args(['-x'])\n" + RIGHT, 0, "line 2 ends the program"),
        # Python 2.
        (inside("rnn_step_backward", "print 'da %s' % (1,)"), 1, f"{PY2}`print` without parentheses. So rnn_step_back"),
        (inside("rnn_step_forward", "print x.shape"), 1, f"{CACHE}was left out above."),
        (
            RIGHT + "def f():\n    try: pass\n    except E, e: raise E, 'x'\n",
            0,
            f"{PY2}`except` with a comma. So f",
        ),
        (
            RIGHT + "a = 1\nprint `a`\nexec 'a'\nm = 0777\nk = 10L\nif 1 <> 2: pass\ns = ur'x'\n",
            0,
            f"{PY2}a number",
        ),
        (RIGHT + "print 1\nprint 2\n", 0, "are Python 2: `print` without parentheses. So they were passed over."),
        (RIGHT + LOOP.replace("range(", "xrange("), 0, "layers.py uses xrange of Python 2; it was read as range."),
        (NUMPY + MIXED, 0, "mixes tabs and spaces: each tab was read as Python 2 does"),
        ("from __future__ import print_function\nfrom builtins import range\n" + RIGHT + LOOP, 0, "3 of 3"),
        ("from past.builtins import xrange\n" + RIGHT + LOOP.replace("range(", "xrange("), 0, "3 of 3"),
        (RIGHT + '"""\nnever closed\n', 0, "unterminated triple-quoted"),
        # Notebooks.
        ("# In[1]:\n\nget_ipython().magic('matplotlib inline')\n# In[3]:\n" + RIGHT + "print(1)\n", 0, TWO),
        ("%matplotlib inline\n!ls\n" + RIGHT + "%timeit 1 + 1\nnp.dot?\n", 0, TWO),
        (json.dumps({"cells": []}), 2, "is a notebook: make a Python file of it with `jupyter nbconvert --to script`."),
        ("<!DOCTYPE html>\n<html></html>", 2, "is a web page"),
        ("```python\n" + RIGHT + "```\n", 0, TWO),
        ("\n".join(f"    {line}" for line in RIGHT.splitlines()), 0, TWO),
        # Imports.
        ("from .layers import *\n" + RIGHT, 0, TWO),
        (
            "from cs231n.layers import *\n" + RIGHT.replace("np.tanh(", "tanh("),
            1,
            "tanh is not defined in layers.py. `from cs231n.layers import *` in line 1 could not be imported here.",
        ),
        (
            "from cs231n.rnn_layers import rnn_step_forward\n" + NUMPY + SOURCES["rnn_step_backward"],
            1,
            f"{CACHE}layers",
        ),
        ("from random import sample\nfrom scipy.special import expit as sigmoid\n" + RIGHT, 0, TWO),
        ("import torch\n" + RIGHT.replace("(x, prev_h, Wx, Wh, b)", "(x: torch.Tensor, prev_h, Wx, Wh, b)"), 0, TWO),
        ("from numba import jit\n\n\n@jit(nopython=True)\n" + STEPS + NUMPY, 0, "was defined without it."),
        ("@nothing\n" + STEPS + NUMPY, 0, "`@nothing` stopped with NameError: name 'nothing' is not defined."),
        # Names.
        ("class RNN:\n    def step(self): pass\n", 2, "It defines RNN: functions inside a class are not looked at."),
        ("def step(x): return x\n", 2, "defines none of the course's functions"),
        (
            RIGHT.replace("rnn_step_backward", "rnn_step_backwards"),
            0,
            "function is called rnn_step_backward.",
        ),
        (
            RIGHT.replace("rnn_step_backward", "RNNStepBackward"),
            0,
            "function is called rnn_step_backward.",
        ),
        (RIGHT + "def peephole_step_forward(x): return x\n", 0, TWO),
        (
            RIGHT + SOURCES["rnn_step_forward"].replace(" + b)", ")") + "\n",
            1,
            "defines rnn_step_forward in the lines",
        ),
        (RIGHT.replace("(x, prev_h, Wx, Wh, b)", "(x, prev_h, Wx, Wh, b, verbose=False, **more)", 1), 0, TWO),
        (RIGHT.replace("def rnn_step_forward", "def own") + "rnn_step_forward = lambda *all: own(*all)\n", 0, TWO),
        ("def timed(f):\n    def inner(*all): return f(*all)\n    return inner\n\n\n@timed\n" + STEPS + NUMPY, 0, TWO),
        (
            RIGHT + "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
            0,
            "are left from a merge",
        ),
        # What else scripts do.
        (
            "import pickle\ndata = pickle.load(open('x.pkl', 'rb'))\n" + RIGHT.replace("np.tanh(", "data * np.tanh("),
            1,
            "data was to be set in line 2, which stopped with FileNotFoundError",
        ),
        ("import io, sys\nsys.stdout = io.StringIO()\nsys.setrecursionlimit(80)\n" + RIGHT, 0, TWO),
        (RIGHT + "np.seterr(all='raise')\nassert False\n", 0, TWO),
        (
            "for i in range(3000):\n    print(i)\n" + RIGHT,
            0,
            "layers.py printed 3000 lines while it was checked.",
        ),
        (inside("rnn_step_forward", "print('x')"), 0, "lines while it was checked. 2 of 2"),
        (
            inside("rnn_step_forward", "print(x.shape, 'of x'); Wx = 1"),
            1,
            "rnn_step_forward began to print: (5, 7) of x (",
        ),
        (RIGHT + EMBEDDING.replace("return dW", "return None", 1), 1, "word_embedding_backward"),
        (
            RIGHT + "def rnn_forward(x, h0, Wx, Wh, b):\n    h, cache = None, None\n    return h, cache\n",
            0,
            TWO,
        ),
        ("", 2, "is empty."),
        (" \n\n", 2, "is empty."),
    ],
)
def test_what_such_a_file_may_hold(check_file, tmp_path, content, status, sentence):
    path = tmp_path / "layers.py"
    path.write_text(content, encoding="utf-8")
    code, printed, complaint = check_file(path)
    assert code == status and sentence in f"{printed} {complaint}", f"{code}: {printed} {complaint}"
    assert not any(words in printed for words in OF_A_NOTEBOOK), printed


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (RIGHT.replace("\n", "\r\n").encode(), 0, TWO),
        (RIGHT.replace("\n", "\r").encode(), 0, TWO),
        (RIGHT.encode("utf-16"), 0, TWO),
        (("# “chain rule”\n" + RIGHT).encode("cp1252"), 0, "line 1 is not utf-8"),
        (("# 反向传播\n" + RIGHT).encode("gbk"), 0, "line 1 is not utf-8"),
        (("# -*- coding: gbk -*-\n# 反向传播\n" + RIGHT).encode("gbk"), 0, TWO),
        (("# -*- coding: klingon -*-\n" + RIGHT).encode(), 0, TWO),
        (bytes(range(256)), 2, "is not a text file."),
        (b"x = 1\n" * 400_000, 2, "is larger than 2 MB"),
    ],
)
def test_any_bytes_are_read_or_refused_in_a_sentence(check_file, tmp_path, content, status, sentence):
    (tmp_path / "layers.py").write_bytes(content)
    code, printed, complaint = check_file(tmp_path / "layers.py")
    assert code == status and sentence in f"{printed} {complaint}", f"{code}: {printed} {complaint}"


def test_a_folder_is_refused(check_file, tmp_path):
    code, _, complaint = check_file(tmp_path)
    assert code == 2 and "is a folder" in complaint


def test_a_line_in_another_encoding_is_quoted_from_what_was_read(check_file, tmp_path):
    (tmp_path / "layers.py").write_bytes(("# été\n" + inside("rnn_step_forward", "x.nothing")).encode("latin-1"))
    assert "`x.nothing`" in check_file(tmp_path / "layers.py")[1]


def test_a_file_beside_is_imported_as_a_script_would(check_file, tmp_path):
    (tmp_path / "cs231n").mkdir()
    (tmp_path / "cs231n" / "steps_of_mine.py").write_text(RIGHT, encoding="utf-8")
    before = list(sys.path)
    for number, line in enumerate(("from .steps_of_mine import *", "from cs231n.steps_of_mine import *")):
        path = tmp_path / "cs231n" / f"rnn_layers_{number}.py"
        path.write_text(f"{line}\n{NUMPY}{LOOP}", encoding="utf-8")
        code, printed, _ = check_file(path)
        assert code == 0 and "3 of 3 functions are right." in printed
    assert sys.path == before


def test_all_of_three_assignments_is_found_in_one_file(check_file, tmp_path):
    first, last = "rnn_step_forward", "lstm_backward"
    names = [*SOURCES][[*SOURCES].index(first) : [*SOURCES].index(last) + 1]
    wanted = [name for name in names if name.startswith(("rnn_", "lstm_", "word_", "temporal_", "sigmoid"))]
    (tmp_path / "rnn_layers.py").write_text(NUMPY + "\n\n\n".join(map(SOURCES.get, wanted)) + "\n", encoding="utf-8")
    code, printed, _ = check_file(tmp_path / "rnn_layers.py")
    assert code == 0 and {first, "rnn_backward", "temporal_softmax_loss", last} <= {*wanted}
    assert all(f"{name} is right." in printed for name in wanted)


def test_hints_are_those_of_a_command_line(check_file, tmp_path):
    wrong = NUMPY + STEPS.replace(" + b)", ")") + LOOP
    (tmp_path / "layers.py").write_text(wrong, encoding="utf-8")
    levels = [check_file(tmp_path / "layers.py", hint)[1] for hint in (1, 2, 3, 4)]
    assert "A question that may help: --hint 2" in levels[0] and "--hint 3" in levels[1]
    assert "--hint" not in levels[3] and len({*levels}) == 4
    for printed in levels:
        assert not any(words in printed for words in OF_A_NOTEBOOK), printed
        assert "rnn_forward rests on rnn_step_forward, which is wrong above." in printed
        assert "rnn_step_backward rests on rnn_step_forward, which is wrong above." in printed
