"""Read when something was handed in from what a ``timestamp.txt`` says, or say that it cannot be known."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import cast

from dateutil import parser, tz

_PLACE = re.compile(r"\s+([A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)$")  # as nbgrader writes zones: Europe/Berlin
_YEAR_FIRST = re.compile(r"^(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{8})(?!\d)")
_FROM_UTC = re.compile(r"\b(?:UTC|GMT) ?(?=[+-]\d)")  # dateutil takes UTC-8 for eight hours before UTC's clock
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))
# One meaning each. PST is Manila's, too, BST London's and Dhaka's, EST New York's and Sydney's.
_KNOWN = {"UTC", "GMT", "UCT", "UT", "Z", "WET", "CET", "EET"}


def moment_of(text: str) -> datetime | None:
    """Return the moment that a text names, in UTC and without a zone.

    Parameters
    ----------
    text : str
        Without a zone it is taken for UTC, as nbgrader takes it.

    Returns
    -------
    datetime or None
        None where the text is no time, lacks the day or the year, or may mean several: ``03/04/2026`` is a day in March
        or in April, and most abbreviations of zones are those of several places.
    """
    place = _PLACE.search(text)
    zone = tz.gettz(place[1]) if place else None
    if place and zone is None:
        return None
    clock = _FROM_UTC.sub("", text[: place.start()] if place else text)
    orders = ({"yearfirst": True},) if _YEAR_FIRST.match(clock.strip()) else ({"dayfirst": True}, {"dayfirst": False})
    try:
        found = {parser.parse(clock, default=day, tzinfos=_zone, **order) for day in _DEFAULTS for order in orders}
        if len(found) != 1:
            return None
        moment = found.pop()
        moment = moment.replace(tzinfo=zone or UTC) if moment.tzinfo is None else moment
        return cast(datetime, moment.astimezone(UTC).replace(tzinfo=None))
    except Exception:  # odd numbers and zones raise other exceptions in the parser than its own
        return None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Return a zone by its offset in seconds or its name; raise if it cannot be known."""
    if offset is not None and abs(offset) <= 14 * 3600 and offset % 900 == 0:
        return timezone(timedelta(seconds=offset))
    if name is None and offset is None:
        return None
    if name not in _KNOWN or offset:
        raise ValueError(f"unknown zone {name}")
    return cast(tzinfo, tz.gettz(name) or UTC)
