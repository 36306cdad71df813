"""What a submission under a user of its own cannot do; `test_user_isolation` runs this where Python is in reach.

Two kernels answer: one on this machine as it is, where Linux has Landlock, and one that goes without.
"""

import os
import signal
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from sandboxed import ROOT, kernel, until
from test_sandbox_walls import FORBIDDEN, POSSIBLE, _filled, host  # noqa: F401

from autograder.errors import InfrastructureError
from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings
from autograder.sandbox import cpu_clock, fork_client, users

NOT_BOUNDED = {"fill the disk", "make endless files"}  # what a folder without a mount of its own cannot be
SEEN = {"see a device"}  # that there is one, not what it says
LISTED = {"list processes"}  # without Landlock; any user may
# By Landlock alone: this repository is open to all.
HIDDEN = {"import the grader", "read a solution", "read what judges a sampler"}
INTERRUPTED = "import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('interrupted')"


@pytest.fixture(scope="session", autouse=True)
def sandbox():
    """Start no other isolation's fork server: these cases need namespaces on no machine."""


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """Give a file of the course's that is closed as the grader asks for."""
    folder = tmp_path_factory.mktemp("course")
    for one in (folder, *list(folder.parents)[:2]):
        one.chmod(0o755)
    (folder / "private").mkdir(mode=0o700)
    (folder / "private" / "secret").write_text("s3cret", encoding="utf-8")
    return folder / "private" / "secret"


@pytest.fixture(scope="module", params=["landlock", "no landlock"])
def inside(request, closed):
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "no landlock":
            patch.setattr(users, "landlock", lambda: 0)
            patch.setattr(users, "private", lambda: [closed.parent])
        elif not users.landlock():
            pytest.skip("Linux has no Landlock here")
        with kernel("user") as started:
            started.landlock = request.param == "landlock"
            yield started


def test_the_judge_takes_it_by_name_and_says_which_walls_stood():
    with GradingKernel(Settings(isolation="user"), new_notebook()) as kernel:
        walls = "rlimits, landlock, seccomp" if users.landlock() else "rlimits, seccomp"
        assert kernel.trust == f"user: {walls}"


def test_grading_is_refused_where_linux_has_no_landlock_and_the_course_is_open_to_all(monkeypatch):
    monkeypatch.setattr(users, "landlock", lambda: 0)
    monkeypatch.chdir(ROOT)
    before = set(users.PLACE.iterdir()) if users.PLACE.exists() else set()
    with pytest.raises(InfrastructureError) as refused, kernel("user"):
        pass
    assert "chmod go-rwx" in str(refused.value) and str(ROOT / "solutions") in str(refused.value)
    assert f"{ROOT / 'utils'} " not in str(refused.value)
    until(lambda: set(users.PLACE.iterdir()) <= before)


def test_the_secret_is_closed_and_the_graders_processes_are_out_of_reach(inside, closed):
    for attack in (f"open({str(closed)!r})", f"import os\nos.listdir({str(closed.parent)!r})"):
        assert inside.try_(attack) == "PermissionError"
    for pid in (os.getpid(), fork_client.current("user")._process.pid, os.getppid(), 1):
        assert inside.try_(f"import os\nos.kill({pid}, 9)") == "PermissionError"
        assert inside.try_(f"open('/proc/{pid}/mem')") == "PermissionError"
    warden = inside.manager.provisioner.census()[0]
    assert inside.try_(f"import os\nos.kill({warden}, 9)") == "PermissionError"
    assert inside.run("import os\nprint(os.getgroups(), os.getresuid() == os.getresgid(), os.getuid() > 60000)") == (
        "[] True True"
    )
    assert ("landlock" in inside.manager.provisioner.walls) == inside.landlock


def test_no_socket_but_a_pair_can_be_had(inside):
    for kind in ("AF_INET", "AF_INET6", "AF_UNIX"):
        assert inside.try_(f"import socket\nsocket.socket(socket.{kind})") == "PermissionError"
    assert inside.try_("import socket\nsocket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)") == "PermissionError"
    assert inside.try_("import socket\na, b = socket.socketpair()\na.send(b'x'); b.recv(1)") == "done"


def test_honest_work_goes_on(inside):
    honest = (
        "import tempfile, threading, subprocess, sys, multiprocessing, time\nimport matplotlib.pyplot as plt\n"
        "import numpy as np, ipywidgets, PIL.Image\nfrom utils.check import check\nplt.plot(np.arange(9))\n"
        "plt.savefig('plot.png')\nwith tempfile.TemporaryFile() as file: file.write(b'x')\n"
        "thread = threading.Thread(target=time.sleep, args=(0,)); thread.start(); thread.join()\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]\n"
        "assert subprocess.run([sys.executable, '-c', 'import numpy']).returncode == 0"
    )
    assert inside.try_(honest) == "done"
    assert inside.run("!echo hello") == "hello"
    inside.client.execute(INTERRUPTED)
    time.sleep(0.5)
    inside.manager.interrupt_kernel()
    assert inside.run("print('alive')") == "alive"


def test_the_meter_notices_processes_and_threads_however_short_lived(inside):
    def steady(code):
        before = cpu_clock.read(inside.manager.provisioner)
        assert inside.run(code) == ""
        return cpu_clock.spent(before, cpu_clock.read(inside.manager.provisioner)).steady

    assert steady("x = 1")
    assert not steady("import threading; t = threading.Thread(target=int); t.start(); t.join()")
    inside.run("import os, signal, warnings\nwarnings.simplefilter('ignore')")  # from Python 3.12, such a fork warns
    assert not steady("signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.fork() or os._exit(0)")


def test_no_attack_succeeds_but_looking_at_what_any_user_may_see(inside, host):  # noqa: F811
    able = set()
    for name, attack in {**POSSIBLE, **FORBIDDEN}.items():
        if attack and name not in NOT_BOUNDED and inside.try_(_filled(attack, host)) == "done":
            able.add(name)
    assert able == (SEEN if inside.landlock else SEEN | LISTED | HIDDEN)


def test_all_that_a_submission_began_or_left_behind_ends_with_it():
    with kernel("user", processes=40) as one:
        uid = int(one.run("import os\nprint(os.getuid())"))
        one.run("open('/dev/shm/left', 'w').close()")
        one.run("import subprocess\nsubprocess.Popen(['setsid', 'sleep', '600'], start_new_session=True)")
        one.client.execute("while True:\n    try: os.fork()\n    except OSError: pass")
        until(lambda: len(of(uid)) > 15)
        assert len(of(uid)) < 45
    until(lambda: of(uid) == [] and not (users.PLACE / str(uid)).exists())  # on a busy machine some seconds later
    assert not Path("/dev/shm/left").exists()


def of(uid):
    """Return the folders of a user's processes."""
    return [one for one in Path("/proc").glob("[0-9]*") if one.exists() and one.stat().st_uid == uid]


def test_a_grader_that_is_killed_takes_the_submission_with_it():
    pid = os.fork()
    if pid == 0:
        with kernel("user") as one:
            (Path("/tmp") / f"unrolled-{os.getpid()}").write_text(one.run("import os\nprint(os.getuid())"), "utf-8")
            time.sleep(60)
    note = Path("/tmp") / f"unrolled-{pid}"
    until(lambda: note.exists() and note.read_text("utf-8"), 30)
    uid = int(note.read_text("utf-8"))
    note.unlink()
    assert of(uid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until(lambda: not of(uid) and not (users.PLACE / str(uid)).exists())
