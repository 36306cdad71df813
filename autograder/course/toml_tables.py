"""Read a TOML file whose keys are known, and say in one sentence what is wrong with it."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Any

from autograder.errors import BadInput


class Entries:
    """A table of a TOML file, with its place in it; every error names the file and that place.

    Parameters
    ----------
    path : Path
    values : dict
    at : str
        The table's own key, with dots; empty for the whole file.
    """

    def __init__(self, path: Path, values: Mapping[str, Any], at: str = "") -> None:
        self.path, self.values, self.at = path, values, at

    def only(self, known: Iterable[str], what: str = "setting") -> "Entries":
        """Return this table, or raise if it has another key than these."""
        names = [*known]
        for key in self.values:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                guess = f" Did you mean {near[0]}?" if near else f" There are {', '.join(names)}."
                raise self.error(key, f"there is no such {what}.{guess}")
        return self

    def table(self, key: str) -> "Entries":
        """Return the table under `key`, empty if there is none."""
        found = self.values.get(key, {})
        if not isinstance(found, dict):
            raise self.error(key, f"{found!r} is not a table: write [{self._place(key)}] on a line above its entries.")
        return Entries(self.path, found, self._place(key))

    def number(self, key: str, default: float, most: float) -> float:
        """Return a number from 0 to `most`."""
        found = self.values.get(key, default)
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= most:
            raise self.error(key, f"{found!r} is not a number from 0 to {most:g}.")
        return float(found)

    def text(self, key: str, default: str, choices: Iterable[str] = ()) -> str:
        """Return a text, one of `choices` if there are any."""
        found, allowed = self.values.get(key, default), [*choices]
        if not isinstance(found, str) or (allowed and found not in allowed):
            raise self.error(key, f"{found!r} is not {' or '.join(map(repr, allowed)) or 'a text in quotes'}.")
        return found

    def texts(self, key: str, choices: Iterable[str] = ()) -> tuple[str, ...]:
        """Return a list of texts, all of them of `choices` if there are any."""
        found, allowed = self.values[key], [*choices]
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.error(key, f'{found!r} is not a list of texts: write ["…", "…"].')
        for text in found if allowed else ():
            if text not in allowed:
                raise self.error(key, f"there is no {text!r}. There are {', '.join(allowed)}.")
        return tuple(found)

    def moment(self, key: str, zone: tzinfo | None) -> datetime:
        """Return a moment with its zone; a day alone means its last second."""
        found = self.values[key]
        if isinstance(found, date) and not isinstance(found, datetime):
            found = datetime.combine(found, time(23, 59, 59))
        if not isinstance(found, datetime):
            raise self.error(key, f"{found!r} is not a time: write 2027-03-01T18:00:00, without quotes.")
        if found.tzinfo is None and zone is None:
            raise self.error(
                key, f"{found} names no time zone: set time_zone in course.toml, or write {found.isoformat()}Z for UTC."
            )
        # Of an hour that the clock shows twice, the later one is meant.
        return found if found.tzinfo else found.replace(tzinfo=zone, fold=1)

    def error(self, key: str, reason: str) -> BadInput:
        """Return what to raise about the entry under `key`."""
        return BadInput(f"{self.path}, {self._place(key)}: {reason}")

    def _place(self, key: str) -> str:
        own = key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'
        return f"{self.at}.{own}" if self.at else own


def read(path: Path) -> Entries:
    """Read a TOML file; one that is not there is empty.

    Raises
    ------
    BadInput
        If it cannot be read, or is not TOML.
    """
    try:
        return Entries(path, tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return Entries(path, {})
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not TOML: {error}.") from None
