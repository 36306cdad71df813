"""Mistakes that nobody declared are named by families made from the solutions, and nothing else is."""

import json

import numpy as np
import pytest

from autograder.auditing.audit import judged
from autograder.building import family_table, fixture
from autograder.course import open_course
from autograder.families.catalogue import FAMILIES, has_families
from autograder.families.family import IF
from autograder.judging import cases, family_judge
from utils import fixtures
from utils.checking import check_function, families

COURSE = open_course()
EXERCISES = [e.name for a in COURSE.assignments for e in COURSE.exercises(a) if has_families(e)]
# An exercise, an edit of its solution that no declared mistake makes, and the family whose mistake it is.
PLANTED = [
    ("rnn_step_forward", ("np.tanh(x @ Wx", "np.tanh(-x @ Wx"), "opposite-sign"),
    ("rnn_step_forward", ("next_h = np.tanh", "next_h = prev_h + np.tanh"), "added-too"),
    ("rnn_step_forward", ("prev_h @ Wh + b)", "prev_h * np.diag(Wh) + b)"), "diagonal-only"),
    ("affine_backward", ("return dx, dw, db", "return dx, dw, db[None]"), "axes-of-an-output"),
    ("rnn_step_backward", ("(1 - next_h**2)", "(1 - next_h) ** 2"), "slope"),
    ("rnn_step_backward", ("(1 - next_h**2)", "(1 - prev_h**2)"), "slope-of-another"),
    ("rnn_step_backward", ("dprev_h, dWx, dWh, db", "dprev_h, dWx / 2, dWh / 2, db / 2"), "all-scaled"),
    ("rnn_backward", ("(dh[:, t] + dprev_h", "(dh[:, t - 1] + dprev_h"), "another-step"),
    ("cell_highway", ("range(f.shape[1] - 1)", "range(f.shape[1] - 2)"), "loop-bounds"),
    ("lstm_step_forward", ("ai, af, ao, ag = np", "ag, ai, af, ao = np"), "gates-read"),
    ("lstm_from_gates", ("return h, c", "return c, h"), "outputs-in-another-order"),
    ("lstm_step_backward", ("i * (1 - i)", "(1 - i)"), "gate-slope"),
]  # fmt: skip


def wrong(name, edit):
    """Return the exercise's function with an edit of its solution's text."""
    source = COURSE.reference.sources[name]
    assert source.count(edit[0]) == 1
    return COURSE.reference.replaced(name, source.replace(*edit))


def found(name, function):
    """Return what a check finds."""
    forward = COURSE.exercise(name).forward
    return check_function.found(function, COURSE.reference[forward] if forward else None)


@pytest.mark.parametrize(("name", "edit", "family"), PLANTED, ids=[f"{n}-{f}" for n, _, f in PLANTED])
def test_a_planted_mistake_is_named_in_check_and_grade(name, edit, family):
    function = wrong(name, edit)
    findings = found(name, function)
    declared = {mistake.id for mistake in COURSE.exercise(name).mistakes}
    if findings.mistake in declared:  # a declared mistake goes first
        pytest.skip(f"declared as {findings.mistake}")
    assert findings.mistake is not None and findings.mistake.partition("/")[0] == family, findings.mistake
    sentence, question = findings.family_hints[findings.mistake]
    assert sentence.endswith(".")
    assert question.endswith(("?", "."))
    result = judged(COURSE.exercise(name), COURSE, function)
    assert result.mistake == findings.mistake
    assert sentence in result.output


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_answer_shows_no_mistake(name):
    table = families.load(name)
    assert table is not None and table.rows
    exercise = COURSE.exercise(name)
    answers = {k: cases.answer(exercise, COURSE, family_judge.shown(exercise, k)) for k in table.cases}
    assert families.recognise(table, answers, list(exercise.outputs)) == ()


def test_numbers_are_kept_of_ordinary_cases_only():
    for name in EXERCISES:
        shown = fixtures.load(name)["cases"]
        assert not any(shown[k]["special"] for k in families.load(name).cases), name


@pytest.mark.parametrize("name", ["affine_backward", "rnn_step_backward", "lstm_from_gates", "gradient_norms"])
def test_what_is_named_is_what_the_answer_does_on_fresh_inputs(name):
    """Two random edits at once: whatever is named gives the answer's numbers where nothing was matched."""
    exercise, rng = COURSE.exercise(name), np.random.default_rng(3)
    workshop, table = family_judge.workshop_of(name, COURSE), families.load(name)
    singles = [edit for edit in workshop.edits() if edit.nodes and not edit.within]
    fresh = [case for case in cases.draw(exercise, COURSE, np.random.default_rng(8)) if not case.special]
    shown, named = {k: family_judge.shown(exercise, k) for k in table.cases}, 0
    for _ in range(25):
        one, other = (singles[k] for k in rng.choice(len(singles), 2, replace=False))
        try:
            outputs = {k: family_judge.run(one, workshop, case) for k, case in shown.items()}
            outputs_fresh = [family_judge.run(one, workshop, case) for case in fresh]
            spoilt = {k: family_judge.run(other, workshop, case) for k, case in shown.items()}
            spoilt_fresh = [family_judge.run(other, workshop, case) for case in fresh]
        except Exception:
            continue
        which = next(iter(exercise.outputs))  # the first output shows the one mistake, all others the other one
        answers = {k: spoilt[k] | {which: outputs[k][which]} for k in shown}
        for recognised in families.recognise(table, answers, list(exercise.outputs)):
            named += 1
            for case, a, b in zip(fresh, outputs_fresh, spoilt_fresh, strict=True):
                theirs, own = family_judge.answer(recognised.id, exercise, COURSE, case), b | {which: a[which]}
                for output in recognised.outputs:
                    assert np.allclose(theirs[output], own[output], rtol=1e-5, atol=1e-8), (recognised.id, output)
    assert named


def test_a_mistake_that_changes_what_is_right_is_not_named():
    exercise, table = COURSE.exercise("rnn_step_backward"), families.load("rnn_step_backward")
    function = wrong("rnn_step_backward", ("(1 - next_h**2)", "(1 - next_h) ** 2"))
    answers = {}
    for k in table.cases:
        case = family_judge.shown(exercise, k)
        right = cases.answer(exercise, COURSE, case)
        answers[k] = cases.answer(exercise, COURSE, case, function) | {"db": right["db"]}
    named = families.recognise(table, answers, ["dx", "dprev_h", "dWx", "dWh"])
    assert not any(one.id.startswith("slope") for one in named)


def test_an_output_is_not_hidden_by_a_larger_one():
    exercise, table = COURSE.exercise("lstm_from_gates"), families.load("lstm_from_gates")
    answers = {}
    for k in table.cases:
        right = cases.answer(exercise, COURSE, family_judge.shown(exercise, k))
        answers[k] = {"h": right["h"] * 1e9, "c": right["c"] * 2}
    assert [one.outputs for one in families.recognise(table, answers, ["h", "c"])] == [("c",)]


def test_numbers_that_are_not_finite_name_nothing():
    exercise, table = COURSE.exercise("sigmoid"), families.load("sigmoid")
    answers = {
        k: {"out": np.full_like(cases.answer(exercise, COURSE, family_judge.shown(exercise, k))["out"], np.nan)}
        for k in table.cases
    }
    assert families.recognise(table, answers, ["out"]) == ()


@pytest.mark.parametrize("name", ["word_embedding_backward", "affine_backward"])
def test_a_table_is_made_again_as_it_was_committed(name, tmp_path):
    exercise = COURSE.exercise(name)
    drawn = fixture.shown_cases(exercise, COURSE)
    made, kept = family_table.table(exercise, COURSE, drawn), families.load(name)
    family_table.write(made, tmp_path / "one.npz")
    family_table.write(family_table.table(exercise, COURSE, drawn), tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    assert (made.digest, made.rows, made.words, made.shapes) == (kept.digest, kept.rows, kept.words, kept.shapes)
    assert np.array_equal(made.row_values, kept.row_values)
    assert np.allclose(made.values, kept.values, rtol=1e-5, atol=1e-9)


def test_a_digest_follows_the_solution_and_the_functions_it_calls(monkeypatch):
    exercise = COURSE.exercise("rnn_forward")
    drawn = fixture.shown_cases(exercise, COURSE)
    before = family_table.digest(exercise, COURSE, drawn)
    assert before == families.load("rnn_forward").digest
    monkeypatch.setitem(COURSE.reference.sources, "rnn_step_forward", "def rnn_step_forward(): ...")
    assert family_table.digest(exercise, COURSE, drawn) != before
    monkeypatch.undo()
    monkeypatch.setitem(COURSE.reference.sources, "stable_softmax", "def stable_softmax(): ...")
    assert family_table.digest(exercise, COURSE, drawn) == before


def test_memory_that_was_never_written_is_zero_in_a_mistake():
    """`np.empty` holds whatever memory held: a mistake that reads it must give the same numbers in every build."""
    exercise = COURSE.exercise("rnn_forward")
    workshop, case = family_judge.workshop_of("rnn_forward", COURSE), family_judge.shown(exercise, 0)
    short = next(e for e in workshop.edits() if e.family.id == "loop-bounds" and "last" in e.slots["how"])
    np.full(1_000_000, 7.0)  # memory that a real np.empty might be given
    h = family_judge.run(short, workshop, case)["h"]
    assert np.array_equal(h[:, -1], np.zeros_like(h[:, -1]))


def test_the_tables_are_small():
    sizes = [path.stat().st_size for path in (fixtures.FOLDER / "families").glob("*.npz")]
    assert len(sizes) == len(EXERCISES)
    assert sum(sizes) < 25_000 * len(EXERCISES)


@pytest.mark.parametrize("name", EXERCISES)
def test_no_sentence_holds_a_line_of_code(name):
    code = ("np.", "@", "**", "[:", ".T", ".sum(", "axis=", "==", "range(", "_t ", " = np", "{", "}")
    for sentence, question in families.load(name).words:
        assert not any(sign in sentence for sign in code), sentence
        assert not any(sign in question for sign in code if sign not in ("{", "}")), question


def test_equal_numbers_of_two_meanings_are_told_as_both_or_not_at_all():
    words = [sentence for sentence, _ in families.load("rnn_forward").words]
    assert any("if x goes in twice as large, or if Wx goes in twice as large" in sentence for sentence in words)
    assert not any(sentence.count(", or if ") > 1 for sentence in words)


def test_families_are_what_they_should_be():
    ids = [family.id for family in FAMILIES]
    assert len(set(ids)) == len(ids)
    for family in FAMILIES:
        assert family.sentence.startswith(IF) or "{" in family.sentence, family.id
        assert family.question.endswith(("?", ".")), family.id
    json.dumps(ids)
