"""The two renderers of a class report, and its version for others."""

import json
import re

import pytest
from report_record import record

from autograder.reporting.page import page
from autograder.reporting.records import as_json
from autograder.reporting.shareable import partition, shareable


def words(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_what_stands_in_a_record_is_escaped_and_no_script_is_on_the_page():
    html = page(record())
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "<code>b</code> is &lt;left&gt; out." in html
    assert not re.search(r"(src|href)=|@import|url\(", html), "the page rests on another file"


def test_each_part_of_the_record_is_on_the_page():
    text = words(page(record()))
    for sentence in (
        "53 of 60 students have a mark.",
        "3 students handed in something that has no current mark: 2 since the work could not be read",
        "3 handed in nothing, 1 is excused and 6 handed in late.",
        "The median is 66 of 90 points for code; the middle half has 41.25 to 80.5.",
        "7 students, 13 %, have all 90 points.",
        "Read the answers to trade_offs : 40 to mark and 2 to look at again",
        "9 of 53 have it in rnn_step_forward",
        "6 students: the same wrong numbers in rnn_step_forward",
        "next_h[0, 1]: it is 0.25 where -1.5 is expected.",
        "edit=(&#34;x @ Wx&#34;, &#34;x @ Wx.T &lt; 1&#34;)",
        "5 students: rnn_forward stops with IndexError at x[:, t + 1]",
        "Over a wrong rnn_step_forward : rnn_forward (8).",
        "Calls that fail in an earlier function of their own: many_to_one in rnn_forward (4).",
        "Judging took 2.2 seconds a submission (the median), 12.0 at most.",
        "One student each: rnn_forward turned-over/4",
    ):
        assert sentence in text, text
    assert "-0.05" in text


def test_the_histogram_says_in_words_what_it_shows():
    label = re.search(r'<svg[^>]*aria-label="([^"]*)"', page(record()))[1]
    assert "0 to below 9 points: 3; 9 to below 18 points: 0;" in label
    assert "81 to 90 points: 7." in label


def test_in_the_version_for_others_nothing_hidden_can_be_computed():
    of = shareable(record())
    assert (of.attendance.graded, of.attendance.missing, of.attendance.without_mark) == (53, None, None)
    assert of.exercises[0].not_started is None
    assert (of.exercises[0].wrong, of.exercises[0].right) == (None, 40), "9 goes too: 53 - 40 - 9 would give 4 away"
    assert [one.id for one in of.mistakes] == ["no-bias"]
    assert of.distribution.bars == (None, 0, 0, None, 7, 0, 9, 8, 13, 7)
    assert (of.logged[0].right, of.logged[0].with_hints) == (None, None), "one learner was not right at last"
    html, data = page(of), as_json(of)
    for text in (html, data):
        assert not re.search(r"script|v1|x @ Wx|IndexError at|-1.5", text)
    assert "Some students handed in something that has no current mark." in words(html)
    assert json.loads(data)["slowest"] == []


def test_a_class_of_fewer_than_five_shows_others_no_marks():
    few = record()
    object.__setattr__(few.attendance, "graded", 4)
    of = shareable(few)
    assert of.distribution.quartiles is None
    assert {one.difficulty for one in of.exercises} == {None}


@pytest.mark.parametrize("counts", [(40, 3, 7, 0), (1, 1, 0), (1, 1, 9), (3,), (100, 4), (6, 5, 5), (0, 0)])
def test_of_a_known_sum_no_small_count_is_left_over(counts):
    shown = partition(counts)
    kept = [(count, one) for count, one in zip(counts, shown, strict=True)]
    assert all(one is None or one == count for count, one in kept)
    assert not [one for one in shown if one is not None and 0 < one < 5]
    left = [count for count, one in kept if one is None]
    assert not left or len(left) > 1 or len([count for count in counts if count]) == 1
