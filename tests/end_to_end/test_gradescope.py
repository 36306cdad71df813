"""The zip for Gradescope judges in a container like Gradescope's: root, no namespaces, 768 MB, half a processor."""

import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import gradescope_container
import nbformat
import pytest
from end_to_end_course import run
from nbformat.v4 import new_code_cell
from needed import lacking

from autograder.bundling.requirements import Project
from autograder.course import Course
from autograder.demo.sample_class import sample_class
from autograder.platforms import gradescope_run

ROOT = Path(__file__).resolve().parents[2]
ATTACKS = ROOT / "tests" / "battery" / "attacks"
ASSIGNMENT = "01-rnn-forward"
SHORT = "\nc.Judge.case_timeout = 2.0\n"  # an instructor's own setting, so that an endless loop costs little
WAITING = "A person reads “In your own words”: its 10 points are not in this score."
NAME = "my homework (2).ipynb"

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="Gradescope runs an autograder as root")


def unpack(path, folder):
    """Unpack as Gradescope does, with what Unix allows whom."""
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            Path(archive.extract(one, folder)).chmod(one.external_attr >> 16 & 0o777)


class Container:
    """The folder that is /autograder there, and what bounds whatever runs in it."""

    def __init__(self, root, groups):
        self.root, self.groups = root, groups
        self.course = Course(root / "source" / "unrolled")

    def run(self, name, python=sys.executable, **options):
        return gradescope_container.run([self.root / name], self.root, python, self.groups, **options)

    def submit(self, files, **options):
        """Hand in files by name; return what students and instructors see."""
        for folder in ("submission", "results"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
            (self.root / folder).mkdir()
        for name, content in files.items():
            (self.root / "submission" / name).write_text(content, encoding="utf-8")
        done = self.run("run_autograder", **options)
        form = json.loads((self.root / "results" / "results.json").read_text(encoding="utf-8"))
        tests = {test["name"]: test for test in form.get("tests", [])}
        return SimpleNamespace(done=done, form=form, tests=tests)


@pytest.fixture(scope="module")
def container():
    """The zip, unpacked and set up as Gradescope does it; the system's Python stands for what it would download."""
    try:
        groups = gradescope_container.Groups()
    except OSError as error:
        lacking(f"no cgroup can be made here: {error}")
    root = Path(tempfile.mkdtemp(prefix="gradescope-"))
    try:
        root.chmod(0o755)  # as /autograder is
        zipped = run(ROOT, "autograder", "gradescope-zip", ASSIGNMENT, "--output", str(root / "autograder.zip"))
        assert zipped.returncode == 0, zipped.stderr
        unpack(root / "autograder.zip", root / "source")
        (root / "autograder.zip").unlink()
        (root / "source").chmod(0o700)  # as whoever unpacks may leave it
        shutil.copy(root / "source" / "run_autograder", root)
        (root / "home").mkdir()
        who = {"users": [{"email": "zoe@example.org"}, {"email": "ann@example.org"}]}
        (root / "submission_metadata.json").write_text(json.dumps(who), encoding="utf-8")
        made = Container(root, groups)
        refused = gradescope_container.run(["unshare", "--user", "true"], root, sys.executable, groups)
        assert refused.returncode != 0 and "not permitted" in refused.stderr
        set_up = made.run("source/setup.sh")
        assert set_up.returncode == 0, set_up.stdout + set_up.stderr
        assert "Submissions are kept apart: user: rlimits, " in set_up.stdout
        yield made
        # Within these bounds nothing had to be ended: beyond 768 MB, Linux would have.
        assert groups.ended_for_memory() == 0
    finally:
        groups.close()
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def students(container):
    return {student.id: student.notebook for student in sample_class(container.course, ASSIGNMENT)}


def put(notebook, name, text):
    """Put an answer into its cell."""
    next(cell for cell in notebook.cells if cell.id == name).source = text


def test_a_right_notebook_gets_all_points_that_no_person_gives(container, students):
    notebook = nbformat.from_dict(students["demo-right"])
    notebook.cells.insert(2, new_code_cell("from my_helpers import half\n\nassert half(4) == 2"))
    beside = {"my_helpers.py": "def half(x):\n    return x / 2\n", "notes.txt": "hours: 5"}
    got = container.submit({NAME: nbformat.writes(notebook), **beside})
    assert got.form["score"] == 90, got.form
    assert [test["status"] for test in got.tests.values()] == ["passed"] * 8
    lent, waiting = got.form["output"].splitlines()
    assert lent.startswith("my_helpers.py, which the notebook names,") and lent.endswith("it was used.")
    assert waiting == WAITING
    assert got.form["extra_data"]["trust"].startswith("user: rlimits, ")
    assert "--student ann@example.org+zoe@example.org" in got.done.stdout, got.done.stdout + got.done.stderr


SECRET, *OTHERS = "d01_reads_the_secret", "d04_makes_checks_friendlier", "d05_becomes_somebody_else"


def attacks(*names, **filled):
    """Return code that tries attacks of the battery and sets `REACHED` if one of them succeeds."""
    texts = []
    for name in names:
        text = (ATTACKS / f"{name}.py").read_text(encoding="utf-8").split("# %% first\n")[1]
        for key, value in filled.items():
            text = text.replace(f"@{key}@", str(value))
        texts.append(text)
    return (
        "import contextlib, io, numpy as np\nseen = io.StringIO()\nwith contextlib.redirect_stdout(seen):\n"
        f"    for text in {texts!r}:\n        exec(text, {{'np': np}})\nREACHED = 'REACHED' in seen.getvalue()\n"
    )


def test_the_theft_succeeds_where_nothing_is_in_its_way(container):
    theft = attacks(SECRET, COURSE=container.course.root, CANARY=container.root / "submission_metadata.json")
    done = subprocess.run([sys.executable, "-c", f"{theft}print(REACHED)"], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


@pytest.fixture(scope="module")
def hostile(container, students):
    """What comes of a notebook that steals before it answers: one answer has a mistake, and one an endless loop.

    Linux has no Landlock there, so that the modes of files are all that stands before the thief.
    """
    notebook = nbformat.from_dict(students["demo-first-state"])
    loop = "def encode_decode(x, h0, steps, encoder, decoder):\n    while True:\n        pass"
    right = next(cell.source for cell in notebook.cells if cell.id == "temporal_affine_forward")
    put(notebook, "encode_decode", loop)
    put(notebook, "temporal_affine_forward", f"{right}\n\nif reached or stolen:\n    temporal_affine_forward = None")
    tried, root = (SECRET, *OTHERS), container.course.root
    canaries = [container.root / place for place in ("submission_metadata.json", "results/results.json")]
    cells = [f"{attacks(*tried, COURSE=root, CANARY=canary)}reached = REACHED" for canary in canaries]
    cells[1] = cells[1].replace("reached = REACHED", "reached = reached or REACHED")
    # The sample class's thief reads all of the course, and runs what looks like a solution.
    cells += [cell.source for cell in students["demo-thief"].cells if "socket.create_connection" in cell.source]
    names = [exercise.name for exercise in container.course.exercises(ASSIGNMENT)]
    cells.append(f"stolen = [name for name in {names} if name in globals()]")
    notebook.cells[2:2] = map(new_code_cell, cells)
    settings = container.course.root / "nbgrader_config.py"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before + SHORT, encoding="utf-8")
    try:
        yield container.submit({NAME: nbformat.writes(notebook)}, landlock=False)
    finally:
        settings.write_text(before, encoding="utf-8")


def test_a_thief_reaches_neither_secret_nor_solutions_nor_results(hostile):
    assert hostile.form["extra_data"]["trust"] == "user: rlimits, seccomp", hostile.form
    assert hostile.tests["temporal_affine_forward"]["score"] == 8, hostile.tests["temporal_affine_forward"]


def test_a_wrong_answer_reads_its_mistake_and_an_endless_loop_costs_its_own_points(hostile):
    wrong, endless = hostile.tests["many_to_one"], hostile.tests["encode_decode"]
    assert wrong["score"] == 0 and wrong["extra_data"]["mistake"] == "first-state"
    assert "Of x only the first input has an influence on y." in wrong["output"]
    assert endless["score"] == 0 and "2 seconds" in endless["output"]
    assert hostile.form["score"] == 90 - wrong["max_score"] - endless["max_score"], hostile.form


def test_what_is_no_notebook_gets_a_sentence(container, students):
    unreadable = container.submit({NAME: "{"})
    assert unreadable.form["score"] == 0 and NAME in unreadable.form["output"]
    two = container.submit({"a.ipynb": "{}", "b.ipynb": "{}"})
    assert "score" not in two.form and "2 notebooks were submitted" in two.form["output"]
    assert "a.ipynb, b.ipynb" in two.form["output"] and two.form["tests"][0]["status"] == "failed"


def test_what_is_in_the_way_of_grading_is_trouble_and_no_mark(container, students):
    """Killed before it could write a word, too slow, or not set up: there is a file, and no score in it."""
    python = container.root / "source" / "python"
    known = python.read_text(encoding="utf-8")
    killed = container.root / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    killed.chmod(0o755)
    program = container.root / "run_autograder"
    whole = program.read_text(encoding="utf-8")
    try:
        python.write_text(f"{killed}\n", encoding="utf-8")
        ended = container.submit({NAME: "{}"})
        killed.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
        program.write_text(whole.replace("MINUTES=9 ", "MINUTES=0.01 "), encoding="utf-8")
        late = container.submit({NAME: "{}"})
        python.unlink()
        never = container.submit({NAME: "{}"})
    finally:
        python.write_text(known, encoding="utf-8")
        program.write_text(whole, encoding="utf-8")
    reasons = (ended, "The grader was killed"), (late, "longer than 0.01 minutes"), (never, "setup.sh did not end well")
    for got, reason in reasons:
        assert set(got.form) == {"output", "extra_data"} and reason in got.form["extra_data"]["infrastructure"]
        assert "the notebook is not to blame" in got.form["output"] and got.done.returncode == 0


def test_setup_stops_with_a_sentence(container, tmp_path):
    """Without the course, and without any Python that will do and a program to install one."""
    bare = gradescope_container.run([container.root / "source" / "setup.sh"], tmp_path, sys.executable, None)
    assert bare.returncode == 1 and "upload the zip as autograder gradescope-zip made it" in bare.stderr
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "env", "id"):
        (programs / name).symlink_to(shutil.which(name))
    done = container.run("source/setup.sh", python="", path=str(programs))
    assert done.returncode == 1 and "there is no Python 3.11 to 3.14 here" in done.stderr, done.stderr


def test_setup_takes_the_pythons_that_are_promised():
    text = (ROOT / "autograder" / "platforms" / "gradescope_image" / "setup.sh").read_text(encoding="utf-8")
    oldest, *_, newest = Project(ROOT).pythons
    beyond = int(newest.removeprefix("3.")) + 1
    assert f"({oldest.replace('.', ', ')}) <= sys.version_info[:2] < (3, {beyond})" in text
    assert text.count(f"there is no Python {oldest} to {newest} here") == 2


def test_the_zip_holds_nothing_of_a_class_and_a_secret_of_its_own(container):
    course = Course(ROOT)
    held = {path.relative_to(container.course.workspace).parts[0] for path in container.course.workspace.rglob("*")}
    assert held == {"release", "secret"}
    ours = bytes.fromhex((course.workspace / "secret").read_text(encoding="ascii").strip())
    theirs = bytes.fromhex((container.course.workspace / "secret").read_text(encoding="ascii").strip())
    message = json.dumps(["derived", f"gradescope {ASSIGNMENT}"]).encode()
    assert theirs == hmac.digest(ours, message, "sha256") != ours
    root = container.course.root
    closed = (root / "course", root / "solutions", root / "autograder", root / "nbgrader_config.py")
    assert not any(path.stat().st_mode & 0o077 for path in closed)


@pytest.mark.parametrize(
    ("there", "reason"),
    [([], "there is no file at all"), (["a.py", ".x.ipynb", "__MACOSX/a.ipynb"], "there are a.py")],
)
def test_without_a_notebook_the_reason_says_what_is_there(tmp_path, there, reason):
    for name in there:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert reason in gradescope_run.the_notebook(tmp_path)[1]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "Kopie von 01.IPYNB").touch()
    assert gradescope_run.the_notebook(tmp_path) == (tmp_path / "folder" / "Kopie von 01.IPYNB", "")
