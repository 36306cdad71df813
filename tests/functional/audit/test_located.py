"""The exercises whose wrong answers are located are those in which the place of a planted slip is found rightly."""

import ast
import json
from pathlib import Path

import pytest

from autograder.auditing import located as audit
from autograder.auditing.audit import Row, counts, table
from autograder.building import waypoints
from autograder.building.waypoints import LOCATED, Ways
from autograder.course import open_course

COURSE = open_course()
ROOT = Path(waypoints.__file__).resolve().parents[2]
# `autograder audit --located --json tests/cases/located_counts.json` counts again.
RECORDED = json.loads((ROOT / "tests/cases/located_counts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ways():
    return Ways(COURSE)


# `autograder audit --located` measures all; these are quick, and stand for those with and without a place.
@pytest.mark.parametrize(
    "name", ["rnn_forward", "temporal_affine_forward", "relative_error", "sigmoid", "truncated_bptt"]
)
def test_slips_are_located_rightly_and_as_often_as_recorded(ways, name):
    exercise = COURSE.exercise(name)
    found = audit.located(exercise, ways)
    assert name in LOCATED
    assert found.located >= 2 and found.good, found.elsewhere
    assert counts(Row(name, located=found)) == RECORDED[name]


def test_the_readme_shows_what_was_counted():
    shown = [RECORDED[name] for name in LOCATED]
    slips, located, right = (sum(row[key] for row in shown) for key in ("slips", "located", "right"))
    assert right >= audit.SHARE * located
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"In the {len(LOCATED)} exercises in which it points at all" in text
    assert f"it did so for {located} of {slips} slips; {right} of these places are the slip's own line" in text


def test_an_exercise_in_which_the_place_misleads_is_not_listed(ways):
    found = audit.located(COURSE.exercise("jacobian_product"), ways)
    assert found.located >= 10 and not found.good
    assert "jacobian_product" not in LOCATED
    row = Row("jacobian_product", located=found)
    assert not row.misleads, "its places are not shown"
    assert Row("sigmoid", located=found).misleads and Row("sigmoid", located=found).has_findings
    assert "| 12 of 20 | 10 of 12 |" in table([row]).splitlines()[2]
    assert "| 0 of 0 | 0 of 0 |" in table([row]).splitlines()[3], "the sums are of what is shown"


def test_the_gate_counts():
    place = object()
    assert audit.Located(slips=40, line=15, operands=4, elsewhere=[("", place)]).good
    assert not audit.Located(slips=40, line=14, operands=4, elsewhere=[("", place)]).good
    assert not audit.Located(slips=40).good


def test_the_built_waypoints_are_those_of_the_sources(ways):
    from utils import fixtures
    from utils.checking.locate.waypoints import FOLDER, NAME, read

    built = read(FOLDER / NAME)
    assert set(built) == set(LOCATED)
    for name in ("rnn_step_forward", "temporal_softmax_loss"):
        exercise = COURSE.exercise(name)
        cases = waypoints.ordinary(fixtures.load(name)["cases"])
        names = list(ways.of(exercise).values())
        made = {i: waypoints.on(exercise, names, case, ways.atomic(exercise)) for i, case in cases.items()}
        assert built[name] == (ways.digest(exercise, cases), made)


def test_no_waypoint_reaches_a_submission():
    """Judging, and all that runs in a submission's kernel, neither locates nor reads waypoints."""
    for room in ("judging", "sandbox", "collecting", "grading"):
        for path in (ROOT / "autograder" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    imported = {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
                elif isinstance(node, ast.Import):
                    imported = {alias.name for alias in node.names}
                else:
                    continue
                assert not any(".locate" in name or "check_function" in name for name in imported), path
