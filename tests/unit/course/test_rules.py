"""The course's rules are read from two files; whatever cannot be used is refused in a sentence that names its place."""

from datetime import UTC, datetime

import pytest

from autograder.course import Course, rules
from autograder.errors import BadInput

WEEK, NEXT = "01-rnn-forward", "02-bptt"


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write both files and read them."""
    course = Course(tmp_path)
    course.__dict__["assignments"] = ("00-start-here", WEEK, NEXT)
    (tmp_path / "course").mkdir()

    def read(text, people=""):
        (tmp_path / "course.toml").write_text(text, encoding="utf-8")
        (tmp_path / "course" / "people.toml").write_text(people, encoding="utf-8")
        return rules.read(course)

    read.course = course
    return read


def test_without_files_nothing_is_said(tmp_path):
    assert rules.read(Course(tmp_path)) == rules.Rules()


def test_times_are_of_the_courses_zone_unless_they_name_one(written):
    found = written(
        f"""
        time_zone = "Europe/Berlin"
        [due]
        "{WEEK}" = 2027-03-27T18:00:00
        "{NEXT}" = 2027-03-29
        "00-start-here" = 2027-03-20T12:00:00Z
        """,
        f"""[extensions."{WEEK}"]\nann = 2027-10-31T02:30:00""",
    )
    in_utc = {name: moment.astimezone(UTC).replace(tzinfo=None) for name, moment in found.due.items()}
    assert in_utc == {
        WEEK: datetime(2027, 3, 27, 17),  # a day before summer time begins
        NEXT: datetime(2027, 3, 29, 21, 59, 59),  # and a day after it: a day alone means its last second
        "00-start-here": datetime(2027, 3, 20, 12),
    }
    # The clock shows half past two twice that night.
    assert found.people.extensions[WEEK, "ann"].astimezone(UTC).hour == 1


def test_all_that_can_be_said(written):
    found = written(
        """
        hints = "all"
        bundle_url = "https://example.org/unrolled.whl"
        [late]
        percent_a_day = 12.5
        cap = 50
        grace_minutes = 10
        grace_days = 3
        [excused]
        rnn_forward = "given"
        rnn_step_backward = "rescaled"
        """,
        f"""[excused]\n"{WEEK}" = ["bob", "cyd"]\n[readers]\neve = ["{WEEK}", "{NEXT}"]""",
    )
    assert found.late == rules.Late(12.5, 50, 10, 3) and found.due is None
    assert (found.hints, found.bundle_url) == ("all", "https://example.org/unrolled.whl")
    assert found.excused == {"rnn_forward": "given", "rnn_step_backward": "rescaled"}
    assert found.people.excused == {(WEEK, "bob"), (WEEK, "cyd")}
    assert found.people.readers == {"eve": (WEEK, NEXT)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('hint = "all"', "hint: there is no such setting. Did you mean hints?"),
        ('hints = "some"', "hints: 'some' is not 'staged' or 'all' or 'none'."),
        ("bundle_url = 3", "bundle_url: 3 is not a text in quotes."),
        ('time_zone = "Berlin"', "time_zone: 'Berlin' is not a time zone"),
        ('[due]\n"01-rnn" = 2027-03-01', "due.01-rnn: there is no such assignment. Did you mean 01-rnn-forward?"),
        ('[due]\n"02-bptt" = 2027-03-01T12:00:00', "due.02-bptt: 2027-03-01 12:00:00 names no time zone"),
        ('[due]\n"02-bptt" = "tomorrow"', "due.02-bptt: 'tomorrow' is not a time"),
        ("late = 3", "late: 3 is not a table: write [late]"),
        ("[late]\npercent = 3", "late.percent: there is no such setting."),
        ("[late]\ncap = 101", "late.cap: 101 is not a number from 0 to 100."),
        ("[late]\ngrace_days = true", "late.grace_days: True is not a number"),
        ("[late]\ngrace_days = nan", "late.grace_days: nan is not a number"),
        ('[excused]\nrnn_forwards = "given"', "excused.rnn_forwards: there is no such exercise. Did you mean"),
        ('[excused]\nrnn_forward = "yes"', "excused.rnn_forward: 'yes' is not 'rescaled' or 'given'."),
        ("[late\n", "course.toml is not TOML: "),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(written, text, why):
    with pytest.raises(BadInput) as refused:
        written(text)
    assert str(refused.value).startswith(str(written.course.root / "course.toml")) and why in str(refused.value)


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ("[extensions]\nann = 2027-03-01", "extensions.ann: there is no such assignment."),
        (f'[extensions."{WEEK}"]\nann = 3', f"extensions.{WEEK}.ann: 3 is not a time"),
        (f'[excused]\n"{WEEK}" = "ann"', f"""excused.{WEEK}: 'ann' is not a list of texts: write ["…", "…"]."""),
        ('[readers]\neve = ["03"]', "readers.eve: there is no '03'. There are 00-start-here,"),
    ],
)
def test_what_cannot_be_used_of_people_is_named(written, people, why):
    with pytest.raises(BadInput) as refused:
        written("", people)
    assert "people.toml" in str(refused.value) and why in str(refused.value)


def test_files_that_cannot_be_read_are_refused(written):
    (written.course.root / "course.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="is not text in UTF-8"):
        rules.read(written.course)


def test_an_extension_beyond_the_release_of_the_answers_is_said(course):
    people = rules.People(
        {(WEEK, "ann"): datetime(2027, 3, 9, tzinfo=UTC), (WEEK, "bob"): datetime(2027, 3, 7, tzinfo=UTC)}
    )
    released = {NEXT: datetime(2027, 3, 8, tzinfo=UTC), "00-start-here": datetime(2027, 1, 1, tzinfo=UTC)}
    [sentence] = rules.revealing(rules.Rules(released=released, people=people), course)
    assert sentence.startswith("ann may hand in 01-rnn-forward until 2027-03-09 00:00, but 02-bptt, which shows ")
    assert "rnn_step_forward" in sentence and sentence.endswith("is released on 2027-03-08 00:00.")
