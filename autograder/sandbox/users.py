"""Give a submission a user of its own where the grader is root and there are no namespaces: isolation `user`.

What a user may not do needs no namespace: signal, trace or limit what is another's, or read what is closed to others.
Where Linux has Landlock, a submission can also read nothing but what the sandbox shows. Where it has not, each user
looks first whether the grader, the course's sources and the secret are closed; if not, there is no kernel and no mark.
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
    hidden = [".".join(path.relative_to(folder).with_suffix("").parts) for path in bubblewrap.hidden_judges()]
    return [sys.executable, "-I", str(HERE / "user_server.py"), str(channel), str(folder), *hidden]


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
        If this machine cannot give a user, or filter system calls.
    """
    program = seccomp.program(sockets=False)
    if program is None:
        raise InfrastructureError(refusal("libseccomp is missing"))
    uid, folder = claim()
    version = landlock()
    places, listed = readable() if version else ([], [])
    needed = [sys.executable, os.__file__, utils.__file__]
    return {
        "uid": uid,
        "folder": str(folder),
        "filter": program.hex(),
        "counted": (seccomp.counted() or b"").hex(),
        "landlock": version,
        "readable": places,
        "listed": listed,
        "needed": needed,
        "private": [] if version else [str(path) for path in private()],
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
    # What a link leads to is among the places, or hidden.
    folders = [path for path in view.places if not os.path.islink(path)]
    places = [path for folder in folders for path in _without(folder, view.emptied)]
    own = _without(str(Path(utils.__file__).resolve().parent), [str(path) for path in bubblewrap.hidden_judges()])
    return [*places, *view.packages, *own], [*folders, *view.emptied]


def private() -> list[Path]:
    """Return what a submission must not read: the grader, its judges in `utils`, and the course but for Python."""
    package, course = HERE.parent, Path.cwd()
    shown = [Path(utils.__file__).resolve().parent, *map(Path, bubblewrap.interpreter())]
    beside = [path for path in sorted(course.iterdir()) if not any(one.is_relative_to(path) for one in shown)]
    return [*dict.fromkeys([package, *bubblewrap.hidden_judges(), *(path for path in beside if not path.is_symlink())])]


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
