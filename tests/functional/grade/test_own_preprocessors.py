"""An instructor's own preprocessors run in all three ways where nbgrader's lists put them, or are refused by name."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import NbGraderPreprocessor
from test_disk import run
from test_grade import by_nbgrader, configure
from tiny_course import ASSIGNMENT, DECAY, SOLUTIONS, submission
from traitlets.config import Config

from autograder.errors import AutograderError
from autograder.grading.workers import nbgrader_config
from autograder.judging.steps import conversions

ROOT = Path(__file__).resolve().parents[3]
TYPO = {**SOLUTIONS, "decay": DECAY.replace("np.tanh", "np.tnah")}
BEFORE, AFTER = (
    "c.Autograde.autograde_preprocessors.insert(0, {!r})",
    "c.Autograde.autograde_preprocessors.insert(2, {!r})",
)
FIRST, LAST = "c.Autograde.sanitize_preprocessors.insert(1, {!r})", "c.Autograde.autograde_preprocessors.append({!r})"


@pytest.fixture
def three_ways(tiny_class, monkeypatch, capsys, tmp_path):
    """Judge one submission with lines added to the course's configuration.

    Returns (marks by cell or the complaint) for `nbgrader autograde`, `autograder grade` and `autograder judge`.
    """
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.chdir(tmp_path)  # nbgrader works in the course's folder, and so must they
    path = tmp_path / "results.json"

    def judged(notebook, *lines):
        configure(tiny_class, "\n" + "\n".join(lines) + "\n")
        submitted = tiny_class.submit("ann", notebook)
        found = []
        result = by_nbgrader(tiny_class, "ann", monkeypatch)
        found.append(code_marks(tiny_class) if result["success"] else result["log"] + str(result.get("error")))
        row = tiny_class.grade(force=True)["ann"]
        found.append(code_marks(tiny_class) if row.status == "graded" else row.message)
        judge = ("judge", submitted, "--assignment", ASSIGNMENT, "--student", "ann", "--json", path)
        status, complaint = run(tiny_class, monkeypatch, capsys, *judge)
        tests = json.loads(path.read_text(encoding="utf-8")).get("tests", [])
        found.append({f"test_{test['name']}": test["score"] for test in tests} if status == 0 else complaint)
        if row.status == "graded":
            assert row.score == sum(test["score"] for test in tests)
        return found

    return judged


def code_marks(tiny_class):
    return {name: score for name, (score, _) in tiny_class.marks()["ann"].items() if name != "why"}


def ran(tiny_class):
    return (tiny_class.root / "ran.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("where", [FIRST, BEFORE])
def test_a_preprocessor_before_the_judging_changes_what_is_judged(tiny_class, three_ways, where):
    full = {"test_affine_forward": 3.0, "test_affine_backward": 5.0, "test_decay": 2.0}
    assert three_ways(submission(TYPO), where.format("own_preprocessors.MendTypo")) == [full] * 3
    assert ran(tiny_class) == [f"MendTypo ann {ASSIGNMENT}"] * 3


def test_without_the_preprocessor_the_typo_costs_its_points(three_ways):
    assert (
        three_ways(submission(TYPO))
        == [{"test_affine_forward": 3.0, "test_affine_backward": 5.0, "test_decay": 0.0}] * 3
    )


def test_a_preprocessor_after_the_judging_changes_the_marks_and_reads_its_settings(three_ways):
    lines = AFTER.format("own_preprocessors.Half"), "c.Half.share = 0.25"
    expected = {"test_affine_forward": 0.75, "test_affine_backward": 1.25, "test_decay": 0.5}
    assert three_ways(submission(SOLUTIONS), *lines) == [expected] * 3


def test_a_plain_function_runs_too(tiny_class, three_ways):
    three_ways(submission(SOLUTIONS), LAST.format("own_preprocessors.stamp"))
    assert ran(tiny_class) == [f"stamp ann {ASSIGNMENT}"] * 3
    assert nbformat.read(tiny_class.autograded("ann"), as_version=4).metadata.stamp == "seen"


REFUSED = {
    "runs the submission itself": (
        [BEFORE.format("nbgrader.preprocessors.Execute")],
        "nbgrader.preprocessors.execute.Execute, which would run submissions outside the sandbox",
    ),
    "is not there": (
        [BEFORE.format("own_preprocessors.Nothing")],
        "preprocessor own_preprocessors.Nothing, which cannot",
    ),
    "fails": ([BEFORE.format("own_preprocessors.Fails")], "it is Monday"),
    "stands before the submission is rebuilt": (
        ["c.Autograde.sanitize_preprocessors.insert(0, 'own_preprocessors.MendTypo')"],
        "names own_preprocessors.MendTypo before autograder.grading.plugins.Rebuild, which must be first",
    ),
    "leaves out a stage": (
        ["c.Autograde.autograde_preprocessors.remove('autograder.grading.plugins.Sanitise')"],
        "does not name autograder.grading.plugins.Sanitise: restore it",
    ),
    "takes the stages in another order": (
        ["c.Autograde.autograde_preprocessors[:2] = c.Autograde.autograde_preprocessors[1::-1]"],
        "names autograder.grading.plugins.Judge after autograder.grading.plugins.WriteMarks",
    ),
    "judges in the other conversion": (
        [
            "c.Autograde.autograde_preprocessors.remove('autograder.grading.plugins.Judge')",
            "c.Autograde.sanitize_preprocessors.append('autograder.grading.plugins.Judge')",
        ],
        "Judge in c.Autograde.sanitize_preprocessors; it belongs into autograde_preprocessors",
    ),
    "names a stage twice": (
        [LAST.format("autograder.grading.plugins.Judge")],
        "names more than once autograder.grading.plugins.Judge",
    ),
    "reads marks before they are there": (
        [
            "c.Autograde.autograde_preprocessors.remove('nbgrader.preprocessors.SaveAutoGrades')",
            BEFORE.format("nbgrader.preprocessors.SaveAutoGrades"),
        ],
        "names autograder.grading.plugins.WriteMarks after nbgrader.preprocessors.SaveAutoGrades",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_list_that_cannot_be_used_is_refused_in_all_three_ways(tiny_class, three_ways, case):
    lines, sentence = REFUSED[case]
    for complaint in three_ways(submission(SOLUTIONS), *lines):
        assert sentence in complaint
    assert tiny_class.totals().get("ann") is None


def test_a_preprocessor_that_needs_the_gradebook_runs_in_nbgrader_only_and_is_named_elsewhere(tiny_class, three_ways):
    name = "own_preprocessors.AsksForTheGradebook"
    marks, *complaints = three_ways(submission(SOLUTIONS), LAST.format(name))
    assert sum(marks.values()) == 10.0
    assert all(f"names {name}, which asks for the gradebook" in complaint for complaint in complaints)
    assert ran(tiny_class) == ["AsksForTheGradebook sqlite "]


def test_a_configuration_that_only_adds_to_nbgrader_s_lists_lacks_the_stages():
    config = Config()
    config.Autograde.autograde_preprocessors.append("own_preprocessors.stamp")
    with pytest.raises(AutograderError, match="does not name"):
        conversions(config)


def test_a_step_may_be_a_class_a_function_or_ready_made(tiny_class):
    config = nbgrader_config(tiny_class.course)
    own = [NbGraderPreprocessor, NbGraderPreprocessor(), lambda nb, resources: (nb, resources)]
    config.Autograde.autograde_preprocessors[1:1] = own
    assert conversions(config)[1][1:4] == own


def test_the_repository_s_own_configuration_is_in_order():
    sys_path = list(sys.path)
    config = nbgrader_config(type("Course", (), {"root": ROOT}))
    sys.path[:] = sys_path
    assert [len(steps) for steps in conversions(config)] == [5, 9]
