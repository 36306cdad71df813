"""Two real kernels of one notebook write one log, and no line of either is torn or lost."""

import json
import time

import pytest
from test_check_in_a_kernel import FIXTURE, Kernel

TIMES, LINES = 20, 5000
CODE = """
from pathlib import Path
import utils.fixtures
utils.fixtures.FOLDER = Path("../shelf")
from utils import check
def twice(x):
    hidden_name = 3 * x
    return hidden_name
"""


# Each kernel writes its own lines, both beginning at the same moment.
CROWD = """
import time
from utils.checking import learning_log
file = Path("../crowd.jsonl")
while time.time() < {start}:
    pass
for number in range({lines}):
    learning_log._append(file, b'"{kernel} %d"\\n' % number)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    (course / "shelf").mkdir()
    (course / "shelf" / "twice.json").write_text(json.dumps(FIXTURE), encoding="utf-8")
    (course / "90-tiny").mkdir()
    (course / "90-tiny" / "90-tiny.ipynb").touch()
    return course


def test_two_kernels_write_one_log(course):
    kernels = [Kernel(course / "90-tiny") for _ in range(2)]
    try:
        for kernel in kernels:
            assert kernel.run(CODE) == ({}, "", "")
        for kernel in kernels:  # both at work before either is waited for
            kernel.client.execute(f"for _ in range({TIMES}): check(twice)")
        for kernel in kernels:
            assert kernel.run("None") == ({}, "", "")
        shown, error, _ = kernels[0].run("check.progress(history=True)")
        assert not error and "twice not yet: 1 version" in shown["text/plain"]
        start = time.time() + 1
        for number, kernel in enumerate(kernels):
            kernel.client.execute(CROWD.format(start=start, lines=LINES, kernel=number))
        for kernel in kernels:
            assert kernel.run("None") == ({}, "", "")
    finally:
        for kernel in kernels:
            kernel.stop()
    crowd = [json.loads(line) for line in (course / "crowd.jsonl").read_text(encoding="ascii").splitlines() if line]
    assert sorted(crowd) == sorted(f"{kernel} {number}" for kernel in range(2) for number in range(LINES))
    text = (course / ".unrolled" / "90-tiny.log.jsonl").read_text(encoding="ascii")
    found = [json.loads(line) for line in text.splitlines() if line]
    assert len(found) == 2 * TIMES and len({json.dumps({**line, "time": ""}) for line in found}) == 1
    assert {line["finding"] for line in found} == {"explained"} and "hidden_name" not in text and "3 * x" not in text
    assert [path.name for path in (course / "90-tiny").iterdir() if "log" in path.name] == []
