"""Follow docs/authoring.md word for word: write its files, run its commands."""

import re
import shlex
import shutil

import jupytext
import pytest
from end_to_end_course import ROOT, run

from autograder.course import Course, rubrics

STEP = re.compile(
    r"^`(?P<file>[^`\n]+)`(?P<how>:|, now:|, at its end:)\n\n```python\n(?P<text>.*?)^```$"
    r"|^```console\n(?P<commands>.*?)^```$",
    flags=re.MULTILINE | re.DOTALL,
)


@pytest.fixture(scope="module")
def followed(built, tmp_path_factory):
    """Write the page's files into a course and run its commands, in the page's order.

    Return the course, to be read only, and the words of each command.
    """
    own = Course(shutil.copytree(built.root, tmp_path_factory.mktemp("authoring") / "course"))
    page = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    printed = {}
    for step in STEP.finditer(page):
        if step["commands"]:
            for line in step["commands"].splitlines():
                _, program, *arguments = shlex.split(line)
                assert program == "autograder"
                # python -m puts the working directory first, so that this course's own packages are used
                done = run(own.root, "python", "-m", program, *arguments)
                printed.setdefault(" ".join(arguments), []).append(done)
            continue
        path = own.root / step["file"]
        assert path.exists() == (step["how"] != ":"), f"{path} is new, or it is not"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if step["how"] == ", at its end:" else ""
        path.write_text(before + step["text"], encoding="utf-8")
    return own, printed


def test_following_the_authoring_page_makes_a_working_exercise(followed):
    own, printed = followed
    for build in printed["build"]:
        assert "built notebooks/99-leaky/99-leaky.ipynb" in build.stdout, build.stderr
    assert "keeps little of its state" in " ".join(printed["check-file docs/leaky_layers.py"][0].stdout.split())
    released = (own.notebooks / "99-leaky" / "99-leaky.ipynb").read_text(encoding="utf-8")
    assert "squashed" not in released


def test_one_exercise_more_takes_its_points_from_the_others_and_its_audit_says_what_is_wanted(followed):
    own, printed = followed
    [rebalanced] = printed["rebalance 99-leaky leaky_sequence=20"]
    changes = ["test_leaky_forward: 40 → 32", "test_leaky_backward: 60 → 48", "test_leaky_sequence: 0 → 20"]
    assert rebalanced.stdout.splitlines()[:3] == changes
    source = (own.root / "solutions" / "99-leaky.py").read_text(encoding="utf-8")
    assert "`●○○○○ · 8 min · 20 points`" in source
    before, after = printed["audit leaky_sequence"]
    assert (
        before.returncode == 1
        and "wanted, leaky_sequence: 3 right variants are wanted, and it has none." in before.stdout
    )
    assert "autograder/assignments/leaky/variants" in before.stdout
    assert after.returncode == 0 and "wanted" not in after.stdout, after.stdout
    [row] = [line for line in after.stdout.splitlines() if line.startswith("| leaky_sequence")]
    assert "| 2 of 2 |" in row and "| 3 of 3 |" in row


def test_the_rubric_of_the_page_is_one_that_the_build_takes():
    page = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    [cell] = re.findall(r"^```markdown\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    notebook = jupytext.reads(cell, fmt="py:percent")
    notebook.metadata.unrolled = {"assignment": "99-leaky"}
    rubrics.check(notebook)
    [items] = rubrics.items(notebook).values()
    assert [(item.id, item.points) for item in items] == [("keeps-a-share", 1.5), ("powers", 2.0), ("number", 0.5)]


def test_the_backward_pass_of_the_authoring_page_is_checked_and_judged(followed, tmp_path):
    """Forward and backward run as one plan: the cache stays with the student, the gradients come back."""
    own, _ = followed
    source = own.workspace / "source" / "99-leaky" / "99-leaky.ipynb"
    right = run(own.root, "python", "-m", "autograder", "judge", str(source))
    assert "100 of 100" in right.stdout, right.stdout + right.stderr
    text = source.read_text(encoding="utf-8").replace("dnext_h * leak * (1 - squashed**2)", "dnext_h * leak")
    (tmp_path / "wrong.ipynb").write_text(text, encoding="utf-8")
    wrong = run(own.root, "python", "-m", "autograder", "judge", str(tmp_path / "wrong.ipynb"))
    assert "leaky_backward: 24 of 48  (no-tanh-derivative)" in wrong.stdout, wrong.stdout + wrong.stderr
