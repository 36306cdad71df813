"""A machine with system accounts of the tests' own, in a folder that all of them can reach. Only root can make one.

The accounts stand in a file that takes the place of /etc/passwd in a mount namespace, so nothing of this machine is
changed; their processes have numbers, homes and rights of their own.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import ordinary_user
from nbgrader.api import Gradebook
from needed import lacking

from autograder.grading.database import address

FIRST = 20001  # the number of the first account


@dataclass(frozen=True)
class Machine:
    """Accounts by name, and the folder that holds their homes."""

    world: Path
    accounts: tuple[str, ...]

    def home(self, account):
        return self.world / account

    def number(self, account):
        return FIRST + self.accounts.index(account)

    def surroundings(self, account, command, cwd=None, **variables):
        """Return what `subprocess` needs to run `command` as an account, or as root with the account ""."""
        home = self.home(account or "root")
        user = str(self.number(account)) if account else ""
        how = {"home": home, "user": user, "accounts": self.world / "passwd"}
        return ordinary_user.surroundings(command, cwd or home, **how, **variables)


@contextlib.contextmanager
def machine(*accounts):
    """Make a machine with these accounts; yield it, and remove it afterwards."""
    if os.geteuid() != 0:
        lacking("only root can be several accounts")
    if (tried := ordinary_user.run(["true"], "/")).returncode:
        lacking(f"this user cannot become another one: {tried.stderr.strip()}")
    world = Path(tempfile.mkdtemp(prefix="unrolled-machine-"))
    try:
        world.chmod(0o755)
        lines = [Path("/etc/passwd").read_text(encoding="utf-8").rstrip()]
        for number, account in enumerate(accounts, FIRST):
            (world / account).mkdir(mode=0o700)
            os.chown(world / account, number, number)
            lines.append(f"{account}:x:{number}:{number}::{world / account}:/bin/sh")
        (world / "root").mkdir(mode=0o700)
        (world / "passwd").write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield Machine(world, accounts)
    finally:
        shutil.rmtree(world, ignore_errors=sys.exc_info()[0] is not None)


def without_class(course, root):
    """Copy a built course to `root`, without its class; return `root`."""
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback", "work"))
    remove_class(root)
    return root


def remove_class(root):
    """Take all students out of the gradebook of the course at `root`."""
    with Gradebook(address(root / "course" / "gradebook.db")) as gradebook:
        for student in gradebook.students:
            gradebook.remove_student(student.id)
