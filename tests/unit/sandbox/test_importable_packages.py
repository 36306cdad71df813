"""Which files a submission may import is read from the metadata of what is installed, however it was installed."""

import json
import os
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from autograder.errors import InfrastructureError
from autograder.sandbox import packages


def install(site, name, files, requires=(), record=True, **about):
    """Lay a package into a folder of packages as pip does, or without the list of its files, as Debian does."""
    folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
    folder.mkdir(parents=True)
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}", "utf-8")
    for one, text in about.items():
        (folder / one).write_text(text, encoding="utf-8")
    for one in files:
        (site / one).parent.mkdir(parents=True, exist_ok=True)
        (site / one).touch()
    if record:
        lines = [f"{one},sha256=x,1\n" for one in (*files, *(f"{folder.name}/{one}" for one in ("METADATA", *about)))]
        (folder / "RECORD").write_text("".join([*lines, f"{folder.name}/RECORD,,\n"]), encoding="utf-8")
    return folder.name


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Give a folder of packages where Python would look for them."""
    folder = tmp_path / "lib" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(packages, "_search_path", lambda: [str(folder)])
    packages._owned.cache_clear()
    yield folder
    packages._owned.cache_clear()


def shown(site):
    return sorted(os.path.relpath(path, site) for path in packages.shown())


def test_the_closure_is_shown_as_few_folders_and_the_package_itself_and_all_others_are_not(site):
    install(
        site,
        "unrolled",
        ["utils/__init__.py", "autograder/__init__.py"],
        ["Numeric.Arrays>=2", 'tests; extra == "test"'],
    )
    arrays = install(
        site, "numeric-arrays", ["arrays/__init__.py", "arrays/core/a.so", "numeric.libs/b.so"], ["one[more]"]
    )
    one = install(
        site,
        "one",
        ["one.py", "__pycache__/one.cpython-311.pyc"],
        ['more; extra == "more"', 'none; python_version < "3"'],
    )
    more = install(site, "more", ["more.py", "../../bin/more"])
    for name in ("tests", "none", "autograd"):
        install(site, name, [f"{name}/__init__.py"])
    (site / "planted.pth").touch()
    (site / "arrays" / "__pycache__").mkdir()
    (site / "arrays" / "__pycache__" / "__init__.cpython-311.pyc").touch()
    wanted = [arrays, one, more, "arrays", "numeric.libs", "one.py", "more.py", "__pycache__/one.cpython-311.pyc"]
    (site / "__pycache__" / "planted.cpython-311.pyc").touch()
    assert shown(site) == sorted(wanted)


def test_of_a_folder_that_packages_share_only_the_closures_files_are_shown(site):
    install(site, "unrolled", [], ["ours"])
    ours = install(site, "ours", ["space/ours/__init__.py", "space/both/a.py"])
    install(site, "theirs", ["space/theirs/__init__.py", "space/both/b.py"])
    assert shown(site) == sorted([ours, "space/ours", "space/both/a.py"])


def test_packages_without_a_list_of_files_are_found_by_the_names_of_their_modules(site):
    install(site, "unrolled", [], ["Pictures", "shapes"])
    first = install(site, "Pictures", ["PIC/__init__.py", "_pic.so"], record=False, **{"top_level.txt": "PIC\n_pic\n"})
    second = install(site, "shapes", ["shapes.py"], record=False)
    install(site, "pic-extras", ["pic_extras.py"], record=False)
    assert shown(site) == sorted([first, second, "PIC", "_pic.so", "shapes.py"])


def test_a_package_that_stays_in_a_folder_elsewhere_is_shown_there(site, monkeypatch):
    elsewhere = site.parent / "elsewhere"
    (elsewhere / "stays").mkdir(parents=True)
    (elsewhere / "stays" / "__init__.py").touch()
    (elsewhere / "secret").touch()
    install(site, "unrolled", [], ["stays"])
    about = {"direct_url.json": json.dumps({"url": elsewhere.as_uri(), "dir_info": {"editable": True}})}
    stays = install(site, "stays", ["stays.pth"], **about)
    monkeypatch.syspath_prepend(str(elsewhere))
    assert shown(site) == sorted([stays, "stays.pth", "../elsewhere/stays"])


def test_what_is_not_installed_is_said(site):
    with pytest.raises(InfrastructureError, match="unrolled is not installed"):
        packages.shown()


def test_debian_says_which_files_a_package_has():
    place = "/usr/lib/python3/dist-packages"
    found = [one for one in metadata.distributions(path=[place]) if one.read_text("RECORD") is None]
    if not found or not shutil.which("dpkg-query"):
        pytest.skip("no package of Debian's that lacks its list of files")
    listed = {one.name: packages._of_the_system(one, place) for one in found}
    assert any(any(name.endswith(".py") for name in names) for names in listed.values())
    for name in (name for names in listed.values() for name in names):
        assert os.path.isfile(f"{place}/{name}")


def test_the_folders_of_packages_are_found_wherever_they_lie(tmp_path):
    for place in ("python3/dist-packages/x", "a/b/lib/python3.9/site-packages/y/site-packages", "python3.11/encodings"):
        (tmp_path / place).mkdir(parents=True)
    Path(tmp_path / "lib64").symlink_to("a")
    names = ["a/b/lib/python3.9/site-packages", "python3/dist-packages"]
    assert packages.folders([str(tmp_path)]) == [str(tmp_path / name) for name in names]
