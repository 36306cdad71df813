"""Each ``c.Judge.…`` has an effect that is not there without it."""

import json
import re
import sys
from pathlib import Path

import pytest
from tiny_course import DECAY, SOLUTIONS
from traitlets.config import Config

from autograder.errors import AutograderError, InfrastructureError
from autograder.judging.judge import Judge, unknown_settings

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference.md"
SLOW = {"decay": DECAY.replace("return h", "__import__('time').sleep(1.5)\n    return h")}
# The kernel says 2.5 seconds late, for this cell only, that the cell is done.
LATE = """
import time
kernel = get_ipython().kernel
publish = kernel._publish_status
def late(status, *args, **kwargs):
    if status == "idle":
        kernel._publish_status = publish
        time.sleep(2.5)
    return publish(status, *args, **kwargs)
kernel._publish_status = late
"""


def note(text):
    return lambda judgement: any(text in sentence for sentence in judgement.repairs)


def reason(kind):
    return lambda judgement: judgement.results[2].reason == kind


# By setting: a value, a cell before `decay` or the answers, and what is seen with that value and not with the default.
EFFECTS = {
    "case_count": (
        2,
        "",
        lambda judgement: [case.special for case in judgement.evidence["decay"].drawn].count("") == 2,
    ),
    "case_timeout": (1.0, SLOW, reason("timeout")),
    "timeout": (1, "import time\ntime.sleep(2)", note("ran for more than 1 seconds")),
    "total_timeout": (2.0, "import time\ntime.sleep(3)", note("the notebook took more than 2 seconds")),
    "iopub_timeout": (1, LATE, note("could not be run to its end")),
    "max_restarts": (0, "import os\nos._exit(0)", note("started again more than 0 times")),
    "max_output": (500, "print('x' * 501)", note("put out more than 500 characters")),
    "max_messages": (5, "for i in range(6): display(i)", note("sent more than 5 messages")),
    "max_notebook": (2_500, "print('x' * 3_000)", note("longer than 2,500 characters in all")),
    "isolation": ("none", "", lambda judgement: judgement.trust == "none"),
    "memory": (1024, "held = bytearray(1 << 30)", note("a process may take 1,024 MB of memory")),
    "disk": (1, "open('a', 'wb').write(bytes(2_000_000))", note("a submission may write 1 MB")),
    "processes": (
        16,
        "import threading, time\n"
        "for _ in range(12): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        note("a submission may have 16 processes and threads"),
    ),
    "open_files": (64, "held = [open('/dev/null') for _ in range(80)]", note("a process may keep 64 files open")),
    "file_size": (1, "open('a', 'wb').write(bytes(2_000_000))", note("a file may hold 1 MB")),
    "cpu_seconds": (
        3,
        "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 4: pass",
        note("stopped the kernel"),
    ),
}
ELSEWHERE = {"kernel_name", "startup_timeout", "enabled", "hints"}  # hints: tests/functional/build/test_build.py


@pytest.mark.parametrize("name", EFFECTS)
def test_each_setting_acts(judged, name):
    value, cell, effect = EFFECTS[name]
    answers, extra = (cell, ()) if isinstance(cell, dict) else (SOLUTIONS, [("affine_forward", cell)] if cell else ())
    assert effect(judged(answers, extra, **{name: value}))
    assert not effect(judged(answers, extra))


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    """Install kernels by name: programs that end as an ordinary one."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def install(name, program, **environment):
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        program = f"{program}\nfrom ipykernel.kernelapp import launch_new_instance as go\ngo()"
        argv = [sys.executable, "-c", program, "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": name, "language": "python", "env": environment}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    return install


def test_the_kernel_is_the_one_that_is_named(judged, kernels):
    kernels("another", "", WHICH="another")
    show = [("affine_forward", "import os\nprint(os.environ.get('WHICH'))")]
    for settings, printed in (({"kernel_name": "another"}, "another\n"), ({}, "None\n")):
        judgement = judged(SOLUTIONS, show, isolation="none", **settings)
        assert judgement.score == 10.0 and judgement.notebook.cells[4].outputs[0].text == printed


def test_a_kernel_must_answer_in_its_time(judged, kernels):
    kernels("slow", "import time; time.sleep(4)")
    with pytest.raises(InfrastructureError, match="did not answer in time"):
        judged({}, isolation="none", kernel_name="slow", startup_timeout=1)
    assert judged({}, isolation="none", kernel_name="slow").score == 0.0


@pytest.mark.parametrize("section", ["Judge", "Execute"])
def test_no_mark_is_made_where_judging_is_switched_off(judged, tiny, section):
    """nbgrader's ``--no-execute`` says so of `Execute`."""
    assert Judge(config=Config()).enabled
    assert not Judge(config=Config({section: {"enabled": False}})).enabled
    with pytest.raises(AutograderError, match="switches judging off"):
        judged(SOLUTIONS, enabled=False)


def test_settings_of_the_validate_button_change_nothing_here():
    config = Config(
        {"Execute": {"timeout": 1}, "ExecutePreprocessor": {"timeout": 1}, "NotebookClient": {"timeout": 1}}
    )
    assert Judge(config=config).timeout == 30


def test_no_setting_is_left_out_and_each_is_documented():
    names = set(Judge.class_trait_names(config=True))
    assert names == set(EFFECTS) | ELSEWHERE
    words = re.findall(r"`(?:c\.Judge\.)?(\w+)", DOCS.read_text(encoding="utf-8"))
    assert names - {"enabled"} <= set(words)


def test_an_unknown_setting_is_named():
    config = Config({"Judge": {"case_timeout": 3.0, "case_timeuot": 3.0, "record_timing": True}})
    wrong, foreign = unknown_settings(config)
    assert "c.Judge.case_timeuot, which is not a setting" in wrong and "case_timeout" in wrong
    assert "c.Judge.record_timing" in foreign
    assert unknown_settings(Config({"Judge": {"case_timeout": 3.0}, "Execute": {"timeout": 3}})) == []
