"""Follow docs/authoring.md word for word: write its files, run its commands."""

import re
import shlex
import shutil

import pytest
from end_to_end_course import ROOT, run

from autograder.course import Course

FILE = re.compile(r"^`([^`\n]+)`:\n\n```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def write(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def followed(built, tmp_path_factory):
    """Write the page's files into a course and run its commands; return the course, to be read only, and the words."""
    own = Course(shutil.copytree(built.root, tmp_path_factory.mktemp("authoring") / "course"))
    page = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    files = dict(FILE.findall(page))
    package = "autograder/assignments/leaky/exercises"
    declared = {f"{package}/__init__.py", f"{package}/leaky.py"}
    assert set(files) == {"solutions/99-leaky.py", *declared, "docs/leaky_layers.py"}
    write(own.root, files)
    commands = [line.removeprefix("$ ") for block in CONSOLE.findall(page) for line in block.splitlines()]
    assert [shlex.split(command)[0] for command in commands] == ["autograder"] * 3
    printed = []
    for command in commands:
        _, *arguments = shlex.split(command)
        # python -m puts the working directory first, so that this course's own packages are used
        done = run(own.root, "python", "-m", "autograder", *arguments)
        printed.append(done.stdout + done.stderr)
    return own, printed


def test_following_the_authoring_page_makes_a_working_exercise(followed):
    own, printed = followed
    assert "built notebooks/99-leaky/99-leaky.ipynb" in printed[0]
    assert printed[1] == "Everything is as built.\n"
    assert "keeps little of its state" in " ".join(printed[2].split())
    released = (own.notebooks / "99-leaky" / "99-leaky.ipynb").read_text(encoding="utf-8")
    assert "squashed" not in released


def test_the_backward_pass_of_the_authoring_page_is_checked_and_judged(followed, tmp_path):
    """Forward and backward run as one plan: the cache stays with the student, the gradients come back."""
    own, _ = followed
    source = own.workspace / "source" / "99-leaky" / "99-leaky.ipynb"
    right = run(own.root, "python", "-m", "autograder", "judge", str(source))
    assert "100 of 100" in right.stdout, right.stdout + right.stderr
    text = source.read_text(encoding="utf-8").replace("dnext_h * leak * (1 - squashed**2)", "dnext_h * leak")
    (tmp_path / "wrong.ipynb").write_text(text, encoding="utf-8")
    wrong = run(own.root, "python", "-m", "autograder", "judge", str(tmp_path / "wrong.ipynb"))
    assert "leaky_backward: 30 of 60  (no-tanh-derivative)" in wrong.stdout, wrong.stdout + wrong.stderr
