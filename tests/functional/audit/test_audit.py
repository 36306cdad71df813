"""The audit finds nothing unexplained, and would notice if something were."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from autograder import assignments
from autograder.assignments import equivalent_mutants
from autograder.auditing.audit import audit, by_assignment, judged, report, survives, table
from autograder.auditing.mutants import Mutant, mutants
from autograder.course import open_course
from autograder.errors import BadRequest
from autograder.judging import family_judge
from utils.check_file.plain_file import load
from utils.checking import families

COURSE = open_course()


@pytest.fixture(scope="module")
def rows():
    return audit(COURSE, progress=False)


def test_mistakes_are_named_and_variants_accepted(rows):
    for row in rows:
        assert row.named == row.mistakes >= 2, row.exercise
        assert row.accepted == row.variants >= 3, row.exercise


def test_one_exercise_can_be_audited_alone(rows):
    assert audit(COURSE, progress=False, only=["sigmoid"]) == [row for row in rows if row.exercise == "sigmoid"]
    with pytest.raises(BadRequest, match="There is no exercise 'sigmoids'; there are stable_softmax, "):
        audit(COURSE, progress=False, only=["sigmoid", "sigmoids"])


def test_a_variant_that_is_refused_is_named_with_its_file_and_reason(monkeypatch, tmp_path):
    odd = Path(assignments.__file__).parent / "lstm" / "variants" / "odd.py"
    (tmp_path / "odd.py").write_text("def sigmoid(x):\n    return x\n", encoding="utf-8")
    monkeypatch.setattr("autograder.auditing.audit.variants", lambda: [*assignments.variants("lstm"), odd])
    monkeypatch.setattr(
        "autograder.auditing.audit.load", lambda path: load(tmp_path / "odd.py" if path == odd else path)
    )
    [row] = audit(COURSE, progress=False, only=["sigmoid"])
    assert (row.variants, row.accepted) == (4, 3) and row.has_findings
    [refused] = row.refused
    file, reason = refused.split("\n", 1)
    assert file == "autograder/assignments/lstm/variants/odd.py" and "out is x as it came in." in reason
    assert f"refused, sigmoid: {refused}" in report([row])


def test_what_is_wanted_is_a_finding(rows):
    assert [(row.exercise, lack) for row in rows for lack in row.wanted] == []
    poor = dataclasses.replace(rows[0], wanted=["3 right variants are wanted."])
    assert poor.has_findings and not rows[0].has_findings
    assert f"wanted, {poor.exercise}: 3 right variants are wanted." in report([poor])


def test_no_random_double_mistake_is_named_falsely(rows):
    assert [name for row in rows for name in row.false_names] == []
    assert sum(row.doubles for row in rows) >= 200


def test_the_readme_shows_what_the_audit_counts(rows):
    """`UPDATE_GOLDEN=1 pytest` on this file writes the README's table."""
    text, shown = README.read_text(encoding="utf-8"), by_assignment(rows, COURSE)
    if os.environ.get("UPDATE_GOLDEN"):
        start = text.index("| assignment | mistakes named")
        text = text[:start] + shown + text[text.index("\n\n", start) :]
        README.write_text(text, encoding="utf-8")
    assert text.count(f"{shown}\n\n") == 1


README = Path(__file__).parents[3] / "README.md"


def test_no_slip_survives_unexplained(rows):
    assert [f"{row.exercise}: {slip}" for row in rows for slip in row.survivors] == []
    killed, counted = sum(row.killed for row in rows), sum(row.mutants - len(row.equivalent) for row in rows)
    assert killed / counted >= 0.98


def test_every_explanation_is_still_needed(rows):
    found = {row.exercise: set(row.equivalent) for row in rows}
    explained = {name: set(slips) for name, slips in equivalent_mutants().items()}
    assert explained == {name: slips for name, slips in found.items() if slips}


def test_a_blind_exercise_would_be_noticed():
    """Drawn with a bias of zero, an answer cannot tell whether the bias is added: the audit must see it survive."""
    exercise = COURSE.exercise("many_to_one")
    blind = dataclasses.replace(
        exercise, inputs=lambda rng, sizes: {**exercise.inputs(rng, sizes), "by": np.zeros(sizes.M)}
    )
    source = COURSE.reference.sources["many_to_one"]
    slip = Mutant("no bias", source.replace(" + by", ""))
    assert slip.source != source
    assert survives(blind, COURSE, slip)
    assert not survives(exercise, COURSE, slip)


def test_an_endless_mutant_is_caught():
    source = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    while True:\n        pass"
    assert not survives(COURSE.exercise("rnn_step_forward"), COURSE, Mutant("endless", source))


def test_constant_answers_score_nothing():
    for assignment in COURSE.assignments:
        for exercise in COURSE.exercises(assignment):
            if exercise.properties or exercise.score:
                continue  # their judges have tests of their own
            for value in (np.zeros, np.ones):
                result = judged(exercise, COURSE, constant(exercise, value))
                assert result.score == 0, exercise.name


def constant(exercise, value):
    """Return a function that answers every call with constants of the right shapes."""
    right = COURSE.reference[exercise.name]

    def answer(*args):
        result = right(*args)
        made = filled(result, value)
        return (*made[:-1], result[-1]) if exercise.cache else made

    return answer


def filled(entry, value):
    """Return `entry` with all its numbers exchanged for constants."""
    if isinstance(entry, (list, tuple)):
        return type(entry)(filled(part, value) for part in entry)
    if isinstance(entry, dict):
        return {key: filled(part, value) for key, part in entry.items()}
    return value(np.shape(entry))


def test_mutants_are_single_slips():
    source = 'def f(x, h):\n    """Text stays: 1 + 1."""\n    y = x.T @ h\n    y += 2\n    return np.tanh(y)[:, -1]'
    found = mutants(source)
    assert len({mutant.source for mutant in found}) == len(found)
    assert all(mutant.source.count("Text stays: 1 + 1.") == 1 for mutant in found)
    slips = {mutant.slip for mutant in found}
    assert "y = x.T @ h -> y = x @ h" in slips
    assert "y += 2 -> y = 2" in slips
    assert "y += 2 -> pass" in slips
    assert "return np.tanh(y)[:, -1] -> return y[:, -1]" in slips


def test_a_tie_is_a_row_whose_numbers_several_edits_make(rows):
    """Ties are counted when the tables are built; here the edits of one small table are made once more."""
    name = "affine_backward"
    exercise, row = COURSE.exercise(name), next(row for row in rows if row.exercise == name)
    workshop, shown = family_judge.workshop_of(name, COURSE), families.load(name).cases
    answers = [family_judge.shown(exercise, place) for place in shown]
    numbers = {}
    for edit in workshop.edits():
        made = [family_judge.answer(edit.id, exercise, COURSE, case) for case in answers]
        if None not in made:
            key = [np.round(np.asarray(one[output], float), 8).tobytes() for one in made for output in exercise.outputs]
            shapes = [np.shape(one[output]) for one in made for output in exercise.outputs]
            numbers.setdefault(str((key, shapes)), []).append(edit.id)
    named = {edit_id: len(ids) for ids in numbers.values() for edit_id in ids}
    table_ = families.load(name)
    assert [named[row_id] for row_id in table_.rows] == list(table_.row_edits)
    assert (row.families, row.ties) == (len(table_.rows), sum(named[row_id] > 1 for row_id in table_.rows))
    assert 0 < row.ties < row.families


def test_the_table_sums(rows):
    lines = table(rows).splitlines()
    assert len(lines) == len(rows) + 3
    assert "planted slips located" not in lines[0], "not asked for"
    assert lines[-1].startswith(f"| all | {sum(row.named for row in rows)} of {sum(row.mistakes for row in rows)} |")
