"""Read the ``submission_metadata.yml`` of submissions that were exported from Gradescope."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from autograder.collecting.moments import moment_of
from autograder.errors import BadInput
from autograder.platforms.people import Student

METADATA = "submission_metadata.yml"
LARGEST = 100_000_000  # bytes; it holds the results of every submission


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads plain data, also where Ruby says of which class it was."""


def _plain(loader: Any, _: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("", _plain)


@dataclass(frozen=True)
class Submission:
    """One that was exported.

    Attributes
    ----------
    folder : str
    submitters : tuple of Student
        Their ids are what Gradescope calls SID, else the email.
    created : datetime or None
        When it was handed in, in UTC and without a zone.
    """

    folder: str
    submitters: tuple[Student, ...]
    created: datetime | None


def read(path: Path) -> dict[str, Submission]:
    """Return the submissions by folder.

    Raises
    ------
    BadInput
        If the file is not such a list.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        found = yaml.load(data[:LARGEST], Loader=_Loader)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"{path.name} is not YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(found, dict) or not all(isinstance(about, dict) for about in found.values()):
        raise BadInput(f"{path.name} is not Gradescope's list of submissions.")
    return {str(folder): _submission(str(folder), about) for folder, about in found.items()}


def _submission(folder: str, about: dict[Any, Any]) -> Submission:
    listed = about.get(":submitters")
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Submission(
        folder, tuple(filter(lambda one: one.id, map(_student, people))), _moment(about.get(":created_at"))
    )


def _student(one: dict[Any, Any]) -> Student:
    sid, email = (str(one.get(key) or "").strip() for key in (":sid", ":email"))
    return Student(sid or email, email=email)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return moment_of(value) if isinstance(value, str) else None
