"""A time stamp says one moment, or that it says none."""

from datetime import datetime

import pytest

from autograder.collecting.submissions import time_of

TEN, SIX_PM = datetime(2026, 1, 5, 10), datetime(2026, 1, 5, 18)
MOMENTS = {
    "2026-01-05 10:00:00": TEN,
    "2026-01-05 10:00:00 UTC": TEN,
    "2026-01-05T10:00:00Z": TEN,
    "20260105T100000Z": TEN,
    "2026/1/5 10:00": TEN,
    "5 Jan 2026 10:00": TEN,
    "Mon Jan  5 10:00:00 2026": TEN,
    "Mon Jan  5 10:00:00 UTC 2026": TEN,
    "2026-01-05 10:00:00.000000 UTC": TEN,
    "2026-01-05 10:00:00 -0800": SIX_PM,
    "2026-01-05 10:00:00-08:00": SIX_PM,
    "2026-01-05 10:00:00 -08": SIX_PM,
    "2026-01-05 10:00 UTC-8": SIX_PM,
    "2026-01-05 10:00 GMT-08:00": SIX_PM,
    "Mon, 05 Jan 2026 10:00:00 -0800 (PST)": SIX_PM,
    "2026-01-05 10:00:00 America/Los_Angeles": SIX_PM,
    "2026-07-05 11:00:00 America/Los_Angeles": datetime(2026, 7, 5, 18),
    "2026-01-05 23:30:00 +0530": SIX_PM,
    "2026-01-05 23:45 +0545": SIX_PM,
    "2026-01-06 08:00 +14:00": SIX_PM,
    "1/25/2026 3:05 PM": datetime(2026, 1, 25, 15, 5),
    "25.01.2026 15:05": datetime(2026, 1, 25, 15, 5),
    "25/01/2026 15:05 +0100": datetime(2026, 1, 25, 14, 5),
    "05/05/2026 10:00": datetime(2026, 5, 5, 10),
}


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_a_moment_is_read(text, moment):
    assert time_of(text) == (moment, "")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05 10:00:00 PST",
        "2026-01-05 10:00:00 IST",
        "2026-01-05 10:00:00 EST",
        "2026-07-05 10:00:00 CEST",
        "2026-01-05 10:00:00 pst",
        "Mon Jan  5 10:00:00 PST 2026",
        "2026-01-05 10:00:00 Mars/Base",
        "2026-01-05 10:00:00 -28800",
        "2026-01-05 10:00:00 +9900",
        "05/01/2026 10:00",
        "05.01.2026 10:00",
        "5-1-2026 10:00 UTC",
        "05/01/26 10:00",
        "Jan 5 10:00",
        "10:00",
        "UTC",
        "1767607200",
        "soon",
        "2026-13-05 10:00",
    ],
)
def test_what_may_mean_several_moments_is_none(text):
    moment, reason = time_of(text)
    assert moment is None and "holds no time" in reason and text in reason and "lateness was not looked at" in reason
