"""Derive what is installed for a student from the course's own `pyproject.toml` and `constraints.txt`."""

import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from autograder.errors import BadRequest

# What is promised, as markers call it; that a package may be left out elsewhere does not matter.
_SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
_PINS = "# The versions everything was tried with: pip install -c constraints.txt"


@dataclass(frozen=True)
class Project:
    """What a course's own files say of its dependencies.

    Attributes
    ----------
    root : Path
        The folder that holds `pyproject.toml` and `constraints.txt`.
    """

    root: Path

    @cached_property
    def _declared(self) -> dict[str, Any]:
        return tomllib.loads(self._text("pyproject.toml"))

    @property
    def about(self) -> dict[str, Any]:
        """The table ``[project]``."""
        table: dict[str, Any] = self._declared["project"]
        return table

    @property
    def base(self) -> list[str]:
        """The base dependencies, as they are declared."""
        return list(self.about["dependencies"])

    def data(self, package: str) -> list[str]:
        """Return the patterns of files other than code that `utils` or `autograder` reads."""
        return list(self._declared["tool"]["setuptools"]["package-data"][package])

    @property
    def pythons(self) -> list[str]:
        """The Pythons that are promised: ``["3.11", …]``."""
        wanted = SpecifierSet(self.about["requires-python"])
        return [f"3.{minor}" for minor in range(99) if f"3.{minor}.0" in wanted]

    def pins(self) -> str:
        """Return the lines of `constraints.txt` that the base rests on."""
        lines = {canonicalize_name(Requirement(line).name): line for line in self._pinned()}
        needed = self._needed(set(lines))
        return "\n".join([_PINS, *(line for name, line in lines.items() if name in needed)]) + "\n"

    def pyproject(self) -> str:
        """Return a `pyproject.toml` that installs `utils`, and what it imports, and nothing else."""
        kept = ("name", "version", "description", "license", "license-files", "requires-python", "dependencies")
        tables: dict[str, dict[str, Any]] = {
            "build-system": self._declared["build-system"],
            "project": {key: self.about[key] for key in kept},
            "tool.setuptools.packages.find": {"include": ["utils*"]},
            "tool.setuptools.package-data": {"utils": self.data("utils")},
        }
        # a text or a list of texts is written alike in JSON and in TOML
        return "\n".join(
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
            for name, table in tables.items()
        )

    def environment(self) -> str:
        """Return an `environment.yml` for conda."""
        lines = [f"  - {line}" for line in ("python=3.12", *self.base, "pip", "pip:")]
        head = "# conda env create -f environment.yml && conda activate unrolled\nname: unrolled\nchannels:\n"
        return head + "  - conda-forge\ndependencies:\n" + "\n".join(lines) + "\n      - -e .\n"

    def _text(self, name: str) -> str:
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except OSError as error:
            raise BadRequest(f"{self.root / name} is needed to make a bundle: {error.strerror}.") from None

    def _pinned(self) -> list[str]:
        lines = self._text("constraints.txt").splitlines()
        return [line for line in lines if line and not line.startswith("#")]

    def _needed(self, pinned: set[str]) -> set[str]:
        """Return the packages that the base rests on, on any promised system and Python, by what is installed here.

        What is installed on another system only rests on nothing: tests/unit/course/test_pins.py asks.
        """
        here = {name: str(value) for name, value in default_environment().items()}
        surroundings = [
            here
            | {"sys_platform": platform, "platform_system": system, "os_name": name}
            | {"python_version": python, "python_full_version": f"{python}.0"}
            for (platform, system, name), python in product(_SYSTEMS, self.pythons)
        ]
        found: set[tuple[str, str]] = set()
        waiting = [Requirement(line) for line in self.base]
        while waiting:
            requirement = waiting.pop()
            name = canonicalize_name(requirement.name)
            for extra in ("", *requirement.extras):
                if name not in pinned or (name, extra) in found:
                    continue
                found.add((name, extra))
                for line in map(Requirement, _requires(name)):
                    marker = line.marker
                    if marker is None or any(marker.evaluate(one | {"extra": extra}) for one in surroundings):
                        waiting.append(line)
        return {name for name, _ in found}


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
