"""README's pictures are of moments that a learner meets today: what their words quote is what is said now."""

import re
from pathlib import Path

from utils import check, explorers

README = Path(__file__).resolve().parents[3] / "README.md"


def words_of(picture):
    [words] = re.findall(rf"!\[(.*)\]\(docs/{picture}\)", README.read_text(encoding="utf-8"))
    assert (README.parent / "docs" / picture).read_bytes().startswith(b"\x89PNG")
    return words


def test_the_card_says_what_the_picture_quotes(course):
    no_bias = next(one for one in course.exercise("rnn_step_forward").mistakes if one.id == "no-bias")
    report = check(course.reference.mistaken("rnn_step_forward", no_bias), hint=2)
    [quoted] = re.findall("“(.*)”", words_of("check.png"))
    assert quoted in report.paragraphs
    assert report.next_level == 3


def test_the_prediction_is_answered_as_in_the_picture(course):
    asked = explorers.predict("memories", explorers.phase_portrait(course.reference["rnn_step_forward"]))
    [quoted] = re.findall("“(.*)”", words_of("explorer.png"))
    asked.predict(quoted)
    assert asked.buttons[quoted].icon == "times" and asked.buttons["four"].icon == "check"
    assert asked.says.startswith(f"You predicted “{quoted}”. ") and "“four”" in asked.says
