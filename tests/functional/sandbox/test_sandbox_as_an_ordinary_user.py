"""The same promises where the grader is not root. Run as root, since only root can become somebody else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sandboxed import ROOT

from autograder.sandbox import bubblewrap

HERE = Path(__file__).parent
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
exec setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups --bounding-set=-all --inh-caps=-all "$@"
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user; the others here ran as one")
@pytest.mark.parametrize("file", ["test_sandbox_walls.py", "test_sandbox_life.py"])
def test_the_promises_hold_for_an_ordinary_user_too(file, tmp_path):
    needed = [*bubblewrap.interpreter(), str(ROOT)]
    parents = {parent for path in needed for parent in (Path(path), *Path(path).parents)}
    closed = {path for path in parents if path.is_dir() and not path.stat().st_mode & 1}
    outermost = {path for path in closed if not closed.intersection(path.parents)}
    environment = {
        "NEEDED": " ".join(needed),
        "CLOSED": " ".join(map(str, outermost)),
        "NOBODY": NOBODY,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
        "MPLCONFIGDIR": "/tmp/unrolled-nobody",
    }
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"{HERE / file}"]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", OPEN, "sh", *test],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    assert " passed" in done.stdout and "cannot be isolated" not in done.stdout
