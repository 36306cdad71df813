"""Run a command as a user without any privilege, wherever Python and this repository are."""

import os
import subprocess
from pathlib import Path

from autograder.sandbox import bubblewrap

ROOT = Path(__file__).resolve().parents[1]
NOBODY = "65534"
# Python may lie in a folder of root's. In a mount namespace of its own, this opens a way to it and to nothing else.
OPEN = """
set -e
stash=$(mktemp -d)
mount -t tmpfs stash "$stash"
n=0
for path in $NEEDED; do
    n=$((n + 1))
    if [ -d "$path" ]; then mkdir "$stash/$n"; else touch "$stash/$n"; fi
    mount --bind "$path" "$stash/$n"
done
for folder in $CLOSED; do mount -t tmpfs -o mode=755 closed "$folder"; done
n=0
for path in $NEEDED; do
    n=$((n + 1))
    [ -e "$path" ] && continue
    mkdir -p "$(dirname "$path")"
    if [ -d "$stash/$n" ]; then mkdir "$path"; else touch "$path"; fi
    mount --bind "$stash/$n" "$path"
done
[ -z "$ACCOUNTS" ] || mount --bind "$ACCOUNTS" /etc/passwd
[ -n "$NOBODY" ] || exec env "PATH=$FINALLY" "$@"
exec setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups --bounding-set=-all --inh-caps=-all \\
    env "PATH=$FINALLY" "$@"
"""


def run(command, cwd, timeout=900, **who):
    """Run `command` in `cwd` as the user that `surroundings` describes. Return the finished process."""
    return subprocess.run(
        **surroundings(command, cwd, **who), capture_output=True, text=True, errors="replace", timeout=timeout
    )


def surroundings(command, cwd, path=None, home="/nonexistent", user=NOBODY, accounts="", readable=(), **variables):
    """Return what `subprocess` needs to run `command` in `cwd` as the ordinary user with this number; only root can.

    With "" for the user it runs as root, in the same place: where an ordinary user finds Python and this repository,
    and the paths in `readable`. `accounts` is a file that stands for /etc/passwd there.
    """
    needed = [*bubblewrap.interpreter(), str(ROOT), *map(str, readable)]
    parents = {parent for one in needed for parent in (Path(one), *Path(one).parents)}
    closed = {parent for parent in parents if parent.is_dir() and not parent.stat().st_mode & 1}
    outermost = {one for one in closed if not closed.intersection(one.parents)}
    environment = {
        "NEEDED": " ".join(needed),
        "CLOSED": " ".join(map(str, outermost)),
        "NOBODY": user,
        "PATH": os.environ["PATH"],
        "FINALLY": path or os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "MPLCONFIGDIR": "/tmp/unrolled-nobody",
        "ACCOUNTS": str(accounts),
        **variables,
    }
    return {"args": ["unshare", "--mount", "sh", "-c", OPEN, "sh", *command], "cwd": cwd, "env": environment}
