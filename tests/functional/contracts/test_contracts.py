"""Every name of other packages that we override or rely on is there, with the parameters that we count on."""

import importlib
import inspect
import re
from importlib import metadata

import pytest
from contracts_table import OVERRIDDEN, USED
from own_overrides import ROOT, overrides


def find(name):
    """Return what a dotted name stands for; raise LookupError, with the part that is missing, if there is none."""
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for number, part in enumerate(parts[1:], 1):
        if inspect.ismodule(found) and not hasattr(found, part):
            try:
                importlib.import_module(".".join(parts[: number + 1]))
            except ImportError:
                raise LookupError(".".join(parts[: number + 1])) from None
        if isinstance(found, type) and not hasattr(found, part) and set_by_methods(found, part):
            return None
        try:  # a module may make its names when they are asked for; a class's are looked at, not called
            found = getattr(found, part) if inspect.ismodule(found) else inspect.getattr_static(found, part)
        except AttributeError:
            raise LookupError(".".join(parts[: number + 1])) from None
    return found


def set_by_methods(kind, name):
    """Whether a class, or one that it rests on, keeps something under this name on `self`."""
    classes = [one for one in kind.__mro__ if one.__module__ != "builtins"]
    return any(
        name in inspect.get_annotations(one) or re.search(rf"\bself\.{name}\b[^(\n]*=", inspect.getsource(one))
        for one in classes
    )


def parameters(found):
    """Return the names of a callable's parameters, without `self`."""
    found = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
    return tuple(name for name in inspect.signature(found).parameters if name != "self")


def complaint(file, name, expected, ours):
    """Return what no longer holds of a row of the table, as a sentence; "" if it holds."""
    package = name.split(".")[0]
    version = metadata.version(package)
    try:
        found = find(name)
    except LookupError as error:
        return f"{package} {version} has no {error.args[0]} (renamed or moved?); {file} {ours} {name}."
    if expected is None:
        return ""
    has = parameters(found)
    if has == expected if ours == "overrides" else set(expected) <= set(has):
        return ""
    return f"{package} {version}: {name} takes {has}, not {expected}; {file} {ours} it."


ROWS = [(*row, "overrides") for row in OVERRIDDEN] + [(*row, "uses") for row in USED]


def test_everything_that_we_override_and_use_exists():
    complaints = [complaint(*row) for row in ROWS]
    assert list(filter(None, complaints)) == []


CLIENT = "nbclient.client.NotebookClient"


@pytest.mark.parametrize(
    ("name", "expected", "ours", "sentence"),
    [
        (f"{CLIENT}._get_time", None, "overrides", rf"has no {CLIENT}\._get_time "),
        ("nbclient.customer.NotebookClient", None, "uses", r"has no nbclient\.customer "),
        ("nbclient.client.Customer._get_timeout", None, "uses", r"has no nbclient\.client\.Customer "),
        (f"{CLIENT}.task_poll_for_an_answer", None, "uses", rf"has no {CLIENT}\.task_poll_for_an_answer "),
        (f"{CLIENT}._get_timeout", ("cells",), "overrides", r"takes \('cell',\), not \('cells',\)"),
        (f"{CLIENT}._get_timeout", (), "overrides", r"takes \('cell',\), not \(\)"),
        ("nbgrader.utils.is_grade", ("cell", "more"), "uses", r"takes \('cell',\), not \('cell', 'more'\)"),
    ],
)
def test_a_missing_name_and_changed_parameters_are_reported(name, expected, ours, sentence):
    found = complaint("our/file.py", name, expected, ours)
    assert re.search(sentence, found) and f"our/file.py {ours} " in found


def test_the_table_names_all_that_our_subclasses_override():
    ours = {(place.rpartition(".")[0].replace(".", "/") + ".py", theirs) for place, theirs in overrides()}
    table = {(file, name) for file, name, _ in OVERRIDDEN}
    assert ours - table == set(), "overridden, and not in contracts_table.py"
    assert table - ours == set(), "in contracts_table.py, and no longer overridden there"


def test_each_file_in_the_table_uses_the_name_listed_for_it():
    for file, name, _ in USED:
        kind, used = name.split(".")[-2:]
        word = kind if used == "__init__" else used.removeprefix("async_")  # nbclient's async methods have plain twins
        assert re.search(rf"\b{word}\b", (ROOT / file).read_text(encoding="utf-8")), (file, name)


def test_every_kind_of_override_is_found(tmp_path):
    (tmp_path / "autograder").mkdir()
    (tmp_path / "autograder/first.py").write_text(
        "from nbclient import NotebookClient as Client\n"
        "class First(Client):\n"
        "    timeout = 3\n"
        "    async def _async_poll_kernel_alive(self): ...\n"
        "    def our_own(self): ...\n",
        encoding="utf-8",
    )
    (tmp_path / "autograder/second.py").write_text(
        "import nbclient.client\n"
        "from autograder.first import First\n"
        "class Second(First):\n"
        "    def _get_timeout(self, cell): ...\n"
        "def make():\n"
        "    class Inner(nbclient.client.NotebookClient):\n"
        "        def process_message(self): ...\n",
        encoding="utf-8",
    )
    client = "nbclient.client.NotebookClient."
    assert overrides(tmp_path) == {
        ("autograder.first.First", client + "timeout"),
        ("autograder.first.First", client + "_async_poll_kernel_alive"),
        ("autograder.second.Second", client + "_get_timeout"),
        ("autograder.second.Inner", client + "process_message"),
    }


def test_every_overridden_package_has_an_upper_bound():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package in {name.split(".")[0] for _, name, _ in OVERRIDDEN}:
        assert re.search(rf'"{package.replace("_", "-")}>=[\d.]+,<', project), package
