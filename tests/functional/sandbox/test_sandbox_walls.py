"""A submission cannot do what attacks need. Each attack is real, and works in an ordinary process if possible."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sandboxed import ROOT, kernel, outside

import utils
from autograder.sandbox.bubblewrap import JUDGES, JUDGES_SHOWN

C = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
REFUSED = "if {} < 0: raise OSError(ctypes.get_errno(), 'refused')"
SYSCALLS = {"x86_64": {"keyctl": 250, "io_uring_setup": 425, "bpf": 321}}.get(os.uname().machine)

# Those that an ordinary process can do without harm.
POSSIBLE = {
    "read a solution": f"open({str(ROOT / 'solutions' / '01-rnn-forward.py')!r})",
    "import the grader": f"import sys\nsys.path.append({str(ROOT)!r})\nimport autograder",
    "import what judges a sampler": "import utils.checking.properties.drawing",
    "read what judges a sampler": "import utils, os\n"
    "open(os.path.join(*utils.__path__, 'checking', 'properties', 'sampling.py'))",
    "read another's folder": "open({file!r})",
    "call a process of the host": "import os\nos.kill({pid}, 0)",
    "list processes": "import os\nos.listdir('/proc/self')",
    "connect over TCP": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
    "connect to an abstract socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0' + {abstract!r})",
    "connect to a socket in a folder": "import socket\nsocket.socket(socket.AF_UNIX).connect({path!r})",
    "talk to the kernel over netlink": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "enter a new user namespace": C + REFUSED.format("libc.unshare(0x10000000)"),
    "trace a process": C + "pid = os.fork()\nif pid == 0:\n    import time; time.sleep(9); os._exit(0)\n"
    "got = libc.ptrace(0x4206, pid, 0, 0)\nos.kill(pid, 9); os.waitpid(pid, 0)\n" + REFUSED.format("got"),
    "take 3 GB": "import mmap\nmmap.mmap(-1, 3 << 30)",
    "keep memory that is no process's": "import os\nos.memfd_create('x')",
    "share memory as System V did": C
    + "shared = libc.shmget(0, 1 << 20, 0o1600)\n"
    + REFUSED.format("shared")
    + "\nlibc.shmctl(shared, 0, None)",
    "limit another process": "import os, resource\npid = os.fork()\n"
    "if pid == 0:\n    import time; time.sleep(9); os._exit(0)\n"
    "try: resource.prlimit(pid, resource.RLIMIT_NOFILE, (9, 9))\nfinally: os.kill(pid, 9); os.waitpid(pid, 0)",
    "open 300 files": "files = [open('/dev/null') for _ in range(300)]",
    "write a file of 40 MB": "with open('large', 'wb') as file: file.truncate(40 << 20)",
    "see a device": "import os\nos.stat('/dev/kmsg')",
    "use a keyring": C + REFUSED.format(f"libc.syscall({SYSCALLS['keyctl']}, 0, -3, 1)") if SYSCALLS else None,
    "have 80 processes": "import os, time\nfor _ in range(80):\n    if os.fork() == 0: time.sleep(2); os._exit(0)",
}

# Those that are tried in the sandbox alone.
FORBIDDEN = {
    "mount": C + "os.mkdir('m')\n" + REFUSED.format("libc.mount(b'tmpfs', b'm', b'tmpfs', 0, None)"),
    "uncover /proc": C + REFUSED.format("libc.umount2(b'/proc', 2)"),
    "become root": "import os\nos.setuid(0)",
    "become another user": "import os\nos.setresuid(1, 1, 1)",
    "change the root": "import os\nos.chroot('/')",
    "name the machine": "import socket\nsocket.sethostname('mine')",
    "make a device": "import os, stat\nos.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(254, 0))",
    "set the clock": "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)",
    "limit its warden": "import resource\nresource.prlimit(1, resource.RLIMIT_NOFILE, (9, 9))",
    "raise a limit": "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))",
    "write beside Python": "import os, sys\nopen(os.path.dirname(os.__file__) + '/x.py', 'w')",
    "write into utils": "import os, utils\nopen(os.path.dirname(utils.__file__) + '/x.py', 'w')",
    "write at the root": "open('/x', 'w')",
    "write among the devices": "open('/dev/x', 'w')",
    "fill the disk": "for n in range(4):\n    with open(f'f{n}', 'wb') as file: file.write(bytes(20 << 20))",
    "make endless files": "for n in range(20000): open(f'e{n}', 'w').close()",
    "use a virtual machine's socket": "import socket\nsocket.socket(40, socket.SOCK_STREAM)",
    "use io_uring": C + REFUSED.format(f"libc.syscall({SYSCALLS['io_uring_setup']}, 1, 0)") if SYSCALLS else None,
    "load a program into the kernel": C + REFUSED.format(f"libc.syscall({SYSCALLS['bpf']}, 0, 0, 0)")
    if SYSCALLS
    else None,
}


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Things of the host's to reach for: a file, a process, a TCP port, an abstract socket and one in a folder."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "file").write_text("another student's", encoding="utf-8")
    sleeper = subprocess.Popen(["sleep", "600"])
    tcp, abstract, unix = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX), socket.socket(1)
    abstract.bind(f"\0unrolled-{os.getpid()}")
    unix.bind(str(folder / "s"))
    abstract.listen(), unix.listen()
    about = {"file": str(folder / "file"), "pid": sleeper.pid, "port": tcp.getsockname()[1]}
    yield {**about, "abstract": f"unrolled-{os.getpid()}", "path": str(folder / "s")}
    sleeper.kill(), sleeper.wait()
    for one in (tcp, abstract, unix):
        one.close()


def _filled(attack, host):
    for name, value in host.items():
        attack = attack.replace("{" + name + "!r}", repr(value)).replace("{" + name + "}", str(value))
    return attack


@pytest.mark.parametrize("name", [name for name, attack in POSSIBLE.items() if attack])
def test_a_submission_cannot_do_what_an_ordinary_process_can(inside, host, name, tmp_path):
    attack = _filled(POSSIBLE[name], host)
    assert outside(attack, tmp_path) == "done"
    assert inside.try_(attack) != "done"


@pytest.mark.parametrize("name", [name for name, attack in FORBIDDEN.items() if attack])
def test_a_submission_cannot(inside, name):
    with kernel() as own:  # some of these spoil the kernel they are tried in
        assert own.try_(FORBIDDEN[name]) != "done"


def test_nothing_of_the_course_is_visible(inside):
    ours = {"01-rnn-forward.py", "sample_class.py", "test_judge_cheats.py"}
    names = ours | {"rnn_step_forward.json"}
    walk = "import os\nseen = set()\nfor place, folders, files in os.walk({!r}):\n    seen.update(folders + files)\n"
    walk += "print(*sorted(seen & {!r}))"
    assert inside.run(walk.format("/", names)) == "rnn_step_forward.json"  # the learners' own fixtures
    done = subprocess.run([sys.executable, "-c", walk.format(str(ROOT), names)], capture_output=True, text=True)
    assert {*done.stdout.split()} >= ours


def test_what_notebooks_need_of_utils_does_without_the_judges(inside):
    """And `check` says why it cannot judge such a function there."""
    hidden = {path.name for path in (Path(utils.__file__).parent / JUDGES).glob("*.py")} - {*JUDGES_SHOWN}
    assert hidden >= {"sampling.py", "drawing.py", "lstm.py", "gradient_flow.py"}
    walk = "import pkgutil, importlib, utils\nfor module in pkgutil.walk_packages(utils.__path__, 'utils.'):\n"
    assert inside.run(f"{walk}    importlib.import_module(module.name)\nprint('all')").endswith("all")
    own = "from utils import check\ndef latch_weights(): return None\nprint(check(latch_weights).title)"
    assert "latch_weights is being graded" in inside.run(own)


def test_the_devices_are_harmless(inside):
    harmless = "null zero full random urandom tty ptmx pts shm core fd stdin stdout stderr"
    assert {*inside.run("import os\nprint(*os.listdir('/dev'))").split()} <= {*harmless.split(" ")}


def test_the_environment_holds_nothing_of_the_graders(monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cret")
    with kernel() as own:
        assert "s3cret" not in own.run("import os\nprint(os.environ, os.uname(), os.getcwd(), os.listdir())")
        assert own.run("import socket, os\nprint(socket.gethostname(), os.getuid())") == "sandbox 1000"
    assert outside("import os\nassert 's3cret' in str(os.environ)", ROOT) == "done"


def test_the_process_has_no_privileges(inside):
    held = (
        "import ctypes\nlibc = ctypes.CDLL(None)\nsets = (ctypes.c_uint32 * 6)()\n"
        "libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets)\n"
        "bounding = [n for n in range(41) if libc.prctl(23, n, 0, 0, 0) > 0]\n"
        "ambient = [n for n in range(41) if libc.prctl(47, 1, n, 0, 0) > 0]\n"
        "print(any(sets), bounding, ambient, libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0))"
    )
    assert inside.run(held) == "False [] [] 1 2"  # no capability in any set, no new privileges, a filter
    threads = (
        "import threading, ctypes\nfor thread in threading.enumerate():\n    sets = (ctypes.c_uint32 * 6)()\n"
        "    ctypes.CDLL(None).capget((ctypes.c_uint32 * 2)(0x20080522, thread.native_id), sets)\n    print(any(sets))"
    )
    assert set(inside.run(threads).split()) == {"False"}


def test_the_sockets_of_preloader_and_warden_are_closed(inside):
    count = (
        "import os, socket, stat\nfound = 0\nfor fd in range(3, 250):\n    try: mode = os.fstat(fd).st_mode\n"
        "    except OSError: continue\n    assert not stat.S_ISREG(mode) and not stat.S_ISDIR(mode), fd\n"
        "    if stat.S_ISSOCK(mode):\n        one = socket.socket(fileno=os.dup(fd))\n"
        "        found += one.type == socket.SOCK_SEQPACKET\n"
    )
    assert inside.run(count + "print(found)") == "0"
    planted = "import socket\npair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
    found = subprocess.run([sys.executable, "-c", planted + count + "print(found)"], capture_output=True, text=True)
    assert int(found.stdout) >= 2


def test_process_1_cannot_be_ended_or_stopped(inside):
    for number in ("SIGKILL", "SIGTERM", "SIGSTOP", "SIGINT"):
        inside.run(f"import os, signal\nos.kill(1, signal.{number})")
        assert inside.run("print('alive')") == "alive"


def test_an_honest_submission_can_work():
    honest = (
        "import tempfile, threading, subprocess, multiprocessing, uuid, time\nimport matplotlib.pyplot as plt\n"
        "import numpy as np\nfrom utils.check import check\nplt.plot(np.random.default_rng().standard_normal(9))\n"
        "plt.savefig('plot.png')\nwith tempfile.TemporaryFile() as file: file.write(b'x')\n"
        "thread = threading.Thread(target=time.sleep, args=(0,)); thread.start(); thread.join()\n"
        "multiprocessing.Lock(); uuid.uuid4()\nassert subprocess.run(['true']).returncode == 0\n"
        "assert np.linalg.svd(np.ones((200, 200)))[1][0] > 199"
    )
    with kernel() as own:
        assert own.try_(honest) == "done"
        assert own.run("!echo hello") == "hello"
