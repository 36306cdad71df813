"""CITATION.cff follows the Citation File Format and names this version."""

import tomllib

import pytest
import yaml


@pytest.fixture
def citation(course):
    return yaml.safe_load((course.root / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def project(course):
    return tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_version_and_licence_are_those_of_the_project(citation, project):
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_the_required_fields_are_there(citation):
    """Version 1.2.0 of the format requires these four; an author without a person's name is an entity."""
    assert citation["cff-version"] == "1.2.0"
    assert isinstance(citation["message"], str) and isinstance(citation["title"], str)
    assert citation["authors"] == [{"name": "Unrolled contributors"}]
