"""`autograder check-file` says something true of every file, and checks what can be checked.

The files in `tests/cases/check_file` were written by people trying the project as strangers.
"""

import functools
from pathlib import Path

import pytest

from autograder import cli
from autograder.auditing import plain_file

FILES = Path(__file__).parents[2] / "cases" / "check_file"


@pytest.fixture
def check_file(capsys, monkeypatch):
    """Return ``check_file(path) -> (exit status, what it prints on one line, what it complains of)``."""
    monkeypatch.setattr(cli, "_prepare", lambda: None)
    monkeypatch.setattr(plain_file, "read", functools.partial(plain_file.read, seconds=0.5))

    def run(path):
        with pytest.raises(SystemExit) as ended:
            cli.main(["check-file", str(path)])
        out, error = capsys.readouterr()
        return ended.value.code, " ".join(out.split()), error

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
    "F_div": (1, ("`H = Wh.shape[1] / 4` divides with `/`, which always gives a float: `H` is",), ()),
    "exit": (0, ("exit.py, line 15 ends the program; it was passed over", *BOTH, "2 of 2"), ()),
    "loop": (0, ("loop.py, line 15 was still running after 0.5 seconds and was passed over.", *BOTH, "2 of 2"), ()),
    "bom": (0, (*BOTH, "2 of 2"), ()),
    "latin1cookie": (0, (*BOTH, "2 of 2"), ()),
    "py2print": (
        1,
        (
            "py2print.py, line 16 is not Python 3: Missing parentheses in call to 'print'.",
            "So temporal_softmax_loss was left out.",
            *BOTH,
            "2 of 3 functions are right.",
        ),
        (),
    ),
    "torch": (
        1,
        (
            "rnn_step_forward stopped with ImportError in line 6 of torch.py,",
            "torch could not be imported here",
            "rnn_step_backward needs the cache of your forward pass, but rnn_step_forward stopped with ImportError",
        ),
        ("plain_file.py", "raise ImportError"),
    ),
    "stub": (
        1,
        (
            "rnn_step_forward is not started yet.",
            "rnn_step_backward is not started yet.",
            "word_embedding_backward is not started yet.",
            "0 of 3 functions are right.",
        ),
        ("None", "NotImplementedError", "hand over"),
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_strangers_file(check_file, name):
    status, said, unsaid = EXPECTED[name]
    code, printed, complaint = check_file(FILES / f"{name}.py")
    assert (code, complaint) == (status, "")
    assert all(sentence in printed for sentence in said), printed
    assert not any(words in printed for words in unsaid), printed


STEP = "import numpy as np\n\n\ndef rnn_step_forward(x, prev_h, Wx, Wh, b):\n    "


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (STEP + "return None, None\n", 1, "rnn_step_forward is not started yet."),
        (STEP + "pass\n", 1, "rnn_step_forward returns None, expected 2: next_h and cache. Did you forget `return`?"),
        (STEP + "next_h = b\n    return None, None\n", 1, "next_h is None."),
        (STEP + "cache = None\n    return b, cache\n", 1, "expected (N, H) ="),
        ("raise SystemExit\n" + STEP + "cache = None\n    return b, cache\n", 1, "line 1 ends the program"),
        ("@nothing\n" + STEP.partition("\n\n\n")[2] + "return 0\n", 2, "NameError: name 'nothing' is not defined"),
        ("def rnn_backward(dh, cache):\n    return dh\n", 1, "which this file does not define."),
        (STEP + "return (\n", 1, "is not Python 3: '(' was never closed"),
        (
            "x = 1\n" + STEP + "return (\n\n\ny = 2\n",
            1,
            "So rnn_step_forward was left out. 0 of 1 functions are right.",
        ),
    ],
)
def test_what_such_a_file_may_hold(check_file, tmp_path, content, status, sentence):
    path = tmp_path / "layers.py"
    path.write_text(content, encoding="utf-8")
    code, printed, complaint = check_file(path)
    assert code == status and sentence in f"{printed} {complaint}"


def test_a_file_in_another_encoding_than_it_says_is_refused(check_file, tmp_path):
    (tmp_path / "layers.py").write_bytes("# été\n".encode("latin-1"))
    code, _, complaint = check_file(tmp_path / "layers.py")
    assert code == 2 and "cannot be read" in complaint
    (tmp_path / "layers.py").write_bytes(b"# -*- coding: klingon -*-\n")
    assert check_file(tmp_path / "layers.py")[0] == 2
