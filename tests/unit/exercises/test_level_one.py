"""The first level of a hint says what a learner's numbers are, and nothing that would mend them."""

import ast
import dataclasses

import pytest
from level_one import complaints, gained, names, tokens

from autograder.course import open_course
from autograder.course.exercise import Mistake
from autograder.families import tree as trees
from autograder.families.catalogue import has_families, sentence
from autograder.judging import family_judge
from utils.checking import families

COURSE = open_course()
MISTAKES = {
    f"{exercise.name}-{mistake.id}": (exercise, mistake)
    for assignment in COURSE.assignments
    for exercise in COURSE.exercises(assignment)
    for mistake in exercise.mistakes
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_first_level_mends_nothing(name):
    exercise, mistake = MISTAKES[name]
    adds = gained(mistake, COURSE.reference.sources[exercise.name])
    assert complaints(mistake.hints[0], adds, names(exercise, COURSE)) == [], mistake.hints[0]


FAMILIES = [e.name for a in COURSE.assignments for e in COURSE.exercises(a) if has_families(e)]


@pytest.mark.parametrize("name", FAMILIES)
def test_no_family_s_sentence_mends(name):
    workshop, table = family_judge.workshop_of(name, COURSE), families.load(name)
    texts = {row: table.words[place][0] for row, place in zip(table.rows, table.row_words, strict=True)}
    known, found = names(COURSE.exercise(name), COURSE), set()
    for edit in workshop.edits():
        if edit.id in texts:
            tree = workshop.scopes[edit.within or name].tree
            found |= {f"{edit.id}: {fault}" for fault in complaints(texts.pop(edit.id), taken_away(edit, tree), known)}
    assert found == set()
    assert not texts, "each sentence belongs to an edit"


def taken_away(edit, tree):
    """Return the operators and functions that the solution has at the places of an edit, and the edit has not."""
    found = set()
    for path, after in edit.nodes:
        left = tokens(ast.unparse(ast.fix_missing_locations(after))) if after is not None else set()
        found |= tokens(ast.unparse(trees.at(tree, path))) - left
    return found


def test_a_family_that_mends_would_be_noticed():
    workshop = family_judge.workshop_of("rnn_step_forward", COURSE)
    edit = next(edit for edit in workshop.edits() if edit.family.id == "function-missing")
    adds = taken_away(edit, workshop.scopes["rnn_step_forward"].tree)
    assert "tanh" in adds
    text, _ = sentence(edit, "rnn_step_forward", "next_h")
    assert complaints(text, adds, {"next_h"}) == []
    mending = dataclasses.replace(edit.family, sentence="These are the numbers without the {own}.")
    text, _ = sentence(dataclasses.replace(edit, family=mending), "rnn_step_forward", "next_h")
    assert complaints(text, adds, {"next_h"}) == ["'tanh' mends it: the answer lacks tanh"]


@pytest.mark.parametrize(
    ("text", "old", "new", "fault"),
    [
        (
            "dprev_h goes through Wh untransposed: the transpose is missing.",
            "da @ Wh.T",
            "da @ Wh",
            "'transpose' mends",
        ),
        ("db is the mean over the rows where it is a sum.", "da.sum(axis=0)", "da.mean(axis=0)", "'sum' mends it"),
        ("These are the numbers before the tanh.", "np.tanh(a)", "a", "'tanh' mends it"),
        ("The slope has no square in it: a power of one.", "1 - h**2", "1 - h", "'square' mends it"),
        ("It lacks the term x + b.", "x + b", "x", "'x + b' mends it"),
        ("The step reads `h0`; it needs the state before.", "prev_h, Wx", "h0, Wx", "'needs' says what to do"),
        ("The state comes from `h[:, t - 1]`.", "h[:, t]", "h[:, t - 1]", "`h[:, t - 1]` is code"),
        ("This is np.abs of it.", "x", "abs(x)", "there is code without backticks"),
        ("Every state is x[0] again.", "x", "x[0]", "there is code without backticks"),
    ],
)
def test_a_text_that_mends_is_found(text, old, new, fault):
    lost = gained(Mistake("planted", edit=(old, new)), old)
    assert [found for found in complaints(text, lost, {"h", "h0", "x"}) if fault in found]


def test_what_the_numbers_are_may_be_said():
    lost = gained(Mistake("planted", edit=("da.sum(axis=0)", "da.mean(axis=0)")), "da.sum(axis=0)")
    assert lost == {"sum"}
    assert (
        complaints(
            "db is what the forget gate lets through: a mean over the rows. It starts at step t = 3, `h[:, 2]`.",
            lost,
            {"h", "db"},
        )
        == []
    )
