"""Give a submission a user of its own where the grader is root and there are no namespaces: isolation `user`.

What a user may not do needs no namespace: signal, trace or limit what is another's, or read what is closed to others.
Where Linux has Landlock, a submission can also read nothing but what the sandbox shows. Where it has not, the grader
looks first whether its own files, the course's sources and the secret are closed, and refuses to grade if not.
"""

import contextlib
import ctypes
import functools
import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path

import utils
from autograder.errors import InfrastructureError
from autograder.sandbox import bubblewrap, seccomp

HERE = Path(__file__).resolve().parent
NUMBERS = range(61184, 65520)  # those that systemd gives to services for as long as they run; no account has one
PLACE = Path("/run/unrolled")  # holds a folder for each user who has a kernel; only root may write in it
_CREATE_RULESET, _VERSION = 444, 1


def command(channel: int) -> list[str]:
    """Return the command line of the program that forks kernels."""
    folder = Path(utils.__file__).resolve().parents[1]
    return [sys.executable, "-I", str(HERE / "user_server.py"), str(channel), str(folder)]


def environment() -> dict[str, str]:
    """Return that program's whole environment."""
    return {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **dict.fromkeys(bubblewrap.THREADS, "1"),
    }


def refusal(reason: str) -> str:
    """Return the sentence for a machine that gives submissions no users of their own."""
    return f"Submissions cannot have users of their own here (isolation `user`): {reason}."


def request() -> dict[str, object]:
    """Return what a kernel's request must hold: a user that nobody has, and what that user may do.

    Raises
    ------
    InfrastructureError
        If this machine cannot give a user, keep its files from one, or filter system calls.
    """
    program = seccomp.program(sockets=False)
    if program is None:
        raise InfrastructureError(refusal("libseccomp is missing"))
    uid, folder = claim()
    version = landlock()
    try:
        require_closed(uid, [] if version else private())
    except InfrastructureError:
        folder.rmdir()
        raise
    places, listed = readable() if version else ([], [])
    return {
        "uid": uid,
        "folder": str(folder),
        "filter": program.hex(),
        "counted": (seccomp.counted() or b"").hex(),
        "landlock": version,
        "readable": places,
        "listed": listed,
    }


def claim() -> tuple[int, Path]:
    """Take a user that nobody has; return the number, and the user's folder, which goes with the last process.

    Raises
    ------
    InfrastructureError
        If there is none.
    """
    if os.getuid() != 0:
        raise InfrastructureError(refusal("the grader is not root"))
    try:
        PLACE.mkdir(exist_ok=True)
        PLACE.chmod(0o711)
        taken = {path.stat().st_uid for path in Path("/proc").glob("[0-9]*") if path.exists()}
        for uid in random.sample(NUMBERS, len(NUMBERS)):
            if uid in taken or _has_account(uid):
                continue
            folder = PLACE / str(uid)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                os.chown(folder, uid, uid)
                return uid, folder
    except OSError as error:
        raise InfrastructureError(refusal(f"{error}")) from None
    raise InfrastructureError(refusal(f"all of {NUMBERS[0]} to {NUMBERS[-1]} are taken; see {PLACE}"))


def landlock() -> int:
    """Return which version of Landlock Linux has here, 0 if none."""
    found = ctypes.CDLL(None).syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    return max(int(found), 0)


@functools.cache
def readable() -> tuple[list[str], list[str]]:
    """Return what a submission may read, and folders whose names it may list besides."""
    view = bubblewrap.view()
    folders = [
        path for path in view.places if not os.path.islink(path)
    ]  # what a link leads to is among them, or hidden
    places = [path for folder in folders for path in _without(folder, view.emptied)]
    return [*places, *view.packages, str(Path(utils.__file__).resolve().parent)], [*folders, *view.emptied]


def require_closed(uid: int, paths: Iterable[Path]) -> None:
    """Raise InfrastructureError if a user can read one of these, or cannot read what Python and `utils` need."""
    needed = [Path(sys.executable), Path(os.__file__), Path(utils.__file__)]
    open_ones, closed = _as_user(uid, list(paths), needed)
    if closed:
        raise InfrastructureError(
            refusal(f"a user without rights cannot read {closed[0]}; Python and `utils` must lie where every user can")
        )
    if open_ones:
        names = " ".join(map(str, open_ones))
        raise InfrastructureError(refusal(f"every user can read what must stay hidden: `chmod go-rwx {names}`"))


def private() -> list[Path]:
    """Return what a submission must not read: the grader, and all of the course but `utils` and Python."""
    package, course = HERE.parent, Path.cwd()
    shown = [Path(utils.__file__).resolve().parent, *map(Path, bubblewrap.interpreter())]
    beside = [path for path in sorted(course.iterdir()) if not any(one.is_relative_to(path) for one in shown)]
    return [*dict.fromkeys([package, *(path for path in beside if not path.is_symlink())])]


def _as_user(uid: int, secret: list[Path], needed: list[Path]) -> tuple[list[Path], list[Path]]:
    """Return which of the first a user can read, or go into, and which of the second it cannot read."""
    folders = [(path, path.is_dir()) for path in secret]
    here, there = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            found = [os.access(path, os.R_OK) or (enters and os.access(path, os.X_OK)) for path, enters in folders]
            found += [not os.access(path, os.R_OK) for path in needed]
            os.write(there, bytes(found))
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as answers:
        found = list(map(bool, answers.read()))
    os.waitpid(pid, 0)
    if len(found) != len(secret) + len(needed):
        raise InfrastructureError(refusal(f"this root cannot become user {uid}"))
    both = [*secret, *needed]
    hits = [path for path, hit in zip(both, found, strict=True) if hit]
    return [path for path in hits if path in secret], [path for path in hits if path in needed]


def _without(place: str, emptied: Iterable[str]) -> list[str]:
    """Return a place in parts, without the folders of packages in it."""
    within = [folder for folder in emptied if folder == place or folder.startswith(f"{place}/")]
    if not within:
        return [place]
    if place in within:
        return []
    return [path for name in sorted(os.listdir(place)) for path in _without(f"{place}/{name}", within)]


def _has_account(uid: int) -> bool:
    import pwd  # not on every system

    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
