"""Try attacks of different kinds in other configurations: as an ordinary user, and without the system's bubblewrap."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import ordinary_user
import pytest
from battery import ASSIGNMENT, FIRST, SECOND, entries, hand_in, points
from world import small_course, world

from autograder.course import Course

CHOSEN = (
    "a22_rewrites_an_earlier_mark",
    "b01_rewrites_the_gradebook",
    "c04_kills_the_grader",
    "c05_daemon_that_locks_the_gradebook",
    "c17_calls_home",
    "d01_reads_the_secret",
    "d05_becomes_somebody_else",
)
BUNDLED = f"{Path(sys.executable).parent}:/nowhere"  # no bwrap of the system's on it: the pip package's is used
only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user; the battery ran as one")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("configurations")
    root = small_course(folder / "course", ASSIGNMENT)
    with world(folder, root) as around:
        assert around.run("autograder", "build").returncode == 0
    return root


@pytest.mark.parametrize("user", ["root", pytest.param("ordinary", marks=only_root)])
@pytest.mark.parametrize("path", [None, BUNDLED], ids=["the system's bwrap", "the bundled bwrap"])
def test_the_walls_stand(built, user, path):
    if (user, path) == ("root", None):
        pytest.skip("the whole battery runs so")
    with tempfile.TemporaryDirectory(prefix="battery-", ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        shutil.copytree(built, folder / "course")
        with world(folder, folder / "course") as around:
            release = Course(around.root).release(ASSIGNMENT)
            chosen = [entry for entry in entries("attacks") if entry.name in CHOSEN]
            assert len(chosen) == len(CHOSEN)
            for entry in chosen:
                place = around.root / "course" / "submitted" / entry.name / ASSIGNMENT
                hand_in(entry.filled(**around.names), release, place)
            before = around.files()
            grade = ["-m", "autograder", "grade", ASSIGNMENT]
            if user == "root":
                done = around.run("python", *grade, path=path)
            else:
                for one in (folder, *folder.rglob("*")):
                    os.chown(one, int(ordinary_user.NOBODY), int(ordinary_user.NOBODY), follow_symlinks=False)
                os.chmod(folder, 0o755)
                done = ordinary_user.run([sys.executable, *grade], around.root, path=path, home=around.home)
            assert done.returncode == 0, done.stdout + done.stderr
            found, full = around.marks(ASSIGNMENT), points(release)
            for entry in chosen:
                for exercise in (FIRST, SECOND):
                    deserved = full[f"test_{exercise}"] if exercise in entry.deserves else 0
                    mark, extra = found[entry.name][f"test_{exercise}"]
                    assert mark == deserved and not extra, done.stdout
                notebook = around.root / "course" / "autograded" / entry.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
                judged = json.loads(notebook.read_text("utf-8"))
                assert judged["metadata"]["unrolled"]["trust"].startswith("sandbox: bubblewrap, namespaces, rlimits")
                outputs = [
                    o for cell in judged["cells"] for o in cell.get("outputs") or [] if o["output_type"] != "error"
                ]
                assert "REACHED" not in json.dumps(outputs) and around.secret not in json.dumps(outputs)
            after = around.files()
            assert [path for path in {**before, **after} if before.get(path) != after.get(path)] == []
            assert around.left_over() == [] and around.calls == []
