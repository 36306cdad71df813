"""What a cell prints arrives whole before the cell has ended; a cell that prints nothing wakes nobody for it."""

import pytest
from sandboxed import kernel

WATCHED = (
    "import sys\nthread, asked = sys.stdout.pub_thread, []\nreal = thread.schedule\n"
    "thread.schedule = lambda what: (asked.append(getattr(what, '__name__', '')), real(what))[1]"
)


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("print('a'); print('b', end='', flush=True); print('c')", "a\nbc"),
        ("import sys\nprint('a'); print('b', file=sys.stderr); print('c')", None),
        ("import os\nos.write(1, b'from below\\n')\nimport time; time.sleep(0.5)", "from below"),
        (
            "import threading\nother = threading.Thread(target=print, args=('there',))\n"
            "other.start(); other.join(); print('here')",
            "there\nhere",
        ),
        ("print('x' * 3_000_000)", "x" * 3_000_000),
    ],
    ids=["flushed in between", "on both streams", "by the system", "by a thread", "much"],
)
def test_what_is_printed_arrives_with_its_cell(cell, printed):
    with kernel() as one:
        for _ in range(3):
            found = one.run(cell)
            assert found == printed if printed else sorted(found) == ["\n", "\n", "a", "b", "c"]
            assert one.run("None") == ""


def test_no_thread_is_woken_to_flush_nothing():
    with kernel() as one:
        one.run(WATCHED)
        one.run("None")
        assert one.run("print('_flush' in asked, 'set' in asked)") == "False False"
        assert one.run("print('_flush' in asked, 'set' in asked)") == "True True"  # after one that printed
