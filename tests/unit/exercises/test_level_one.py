"""The first level of a hint says what a learner's numbers are, and nothing that would mend them."""

import pytest
from level_one import complaints, gained, names

from autograder.course import open_course
from autograder.course.exercise import Mistake

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
