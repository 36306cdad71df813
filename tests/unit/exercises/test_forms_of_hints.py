"""The hints of 03 to 07 are short: a fact, then a question or two, then an example with numbers."""

import re

import pytest

from autograder.course import open_course

COURSE = open_course()
TOPICS = ("training", "gradient_flow", "lstm", "highway", "capstone")
MISTAKES = {
    f"{exercise.name}-{mistake.id}": mistake
    for assignment in COURSE.assignments
    if COURSE.topic(assignment) in TOPICS
    for exercise in COURSE.exercises(assignment)
    for mistake in exercise.mistakes
}
WORDS = (40, 35, 60)  # at most, by level
# Where the code is: that is what the fourth level says.
PLACES = re.compile(r"\byour (loop|lines?|return|call|code)\b|\bline \d+\b", re.IGNORECASE)


def faults(hints):
    """Return what is wrong about the form of three hints."""
    lengths = [len(hint.split()) for hint in hints]
    found = [f"level {n} is long" for n, (has, most) in enumerate(zip(lengths, WORDS, strict=True), 1) if has > most]
    fact, question, example = hints
    found += ["level 1 asks"] if "?" in fact else []
    found += ["level 2 does not ask"] if not question.endswith("?") else []
    found += ["level 3 has no numbers"] if len(re.findall(r"\d", example)) < 2 else []
    return found + [f"{place[0]!r} is a place" for hint in hints for place in PLACES.finditer(hint)]


@pytest.mark.parametrize("name", MISTAKES)
def test_the_three_levels(name):
    assert faults(MISTAKES[name].hints) == []


@pytest.mark.parametrize(
    ("level", "text", "fault"),
    [
        (1, "Each of these gates is " + "very " * 40 + "open.", "level 1 is long"),
        (1, "Is this gate open?", "level 1 asks"),
        (2, "At x = 2 the gate is open.", "level 2 does not ask"),
        (3, "The gate is open.", "level 3 has no numbers"),
        (2, "What does your loop do at x = 2?", "'your loop' is a place"),
    ],
)
def test_a_planted_fault_is_found(level, text, fault):
    hints = list(MISTAKES["sigmoid-sign-flipped"].hints)
    assert faults(hints) == []
    hints[level - 1] = text
    assert fault in faults(hints)
