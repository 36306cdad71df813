"""What commands import of nbgrader, nbconvert and jupytext: what only some functions need, when they are called."""

import subprocess
import sys

import pytest

from autograder.lean_imports import LATER, NEVER

SERVER = "jupyter_server"
EXTENSION = "nbgrader.server_extensions.formgrader"


def printed(text):
    """Return what a Python of its own prints while it runs a text."""
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("imports", "there"),
    [
        ("import autograder, nbgrader.api", False),
        ("import autograder, jupytext", False),
        ("import nbgrader.api", True),
        ("import jupytext", True),
    ],
)
def test_a_command_imports_no_server(imports, there):
    assert printed(f"{imports}\nimport sys\nprint({SERVER!r} in sys.modules)") == str(there)


def test_what_a_server_loads_is_there():
    text = (
        "import sys\nimport autograder, nbgrader\n"
        f"print({EXTENSION!r} in sys.modules)\n"
        "try:\n    nbgrader.load_formgrader(None)\nexcept AttributeError:\n    pass\n"  # None is no server
        f"from {EXTENSION} import handlers\nprint(sys.modules[{EXTENSION!r}].handlers is handlers)"
    )
    assert printed(text).split() == ["False", "True"]


def test_jupytext_reads_and_writes_without_its_server_part():
    text = (
        "import autograder, jupytext\n"
        "print(jupytext.writes(jupytext.reads('# %% [markdown]\\n# one', fmt='py:percent'), fmt='py:percent')[-5:])"
    )
    assert printed(text).endswith("one")


PUT_OFF = sorted({other for others in LATER.values() for other in others})


def test_these_modules_import_what_is_put_off_where_we_are_not():
    # Else an entry would be of no use: these packages change what they import.
    wanted = [*PUT_OFF, *NEVER["jupytext"]]
    text = f"import {', '.join([*LATER, *NEVER])}, sys\nprint([one for one in {wanted} if one not in sys.modules])"
    assert printed(text) == "[]"


def test_grading_imports_none_of_it():
    text = f"import sys, autograder.grading.grade\nprint([one for one in {PUT_OFF} if one in sys.modules])"
    assert printed(text) == "[]"


def test_no_stand_in_is_left_for_others():
    text = (
        "import autograder.grading.grade\n"
        "import requests, yaml, bs4, setuptools.archive_util\n"
        "from nbconvert.filters.markdown_mistune import IPythonRenderer\n"
        "print(requests.Session, bs4.BeautifulSoup, yaml.SafeLoader, IPythonRenderer, setuptools.archive_util.__file__)"
    )
    assert "Later" not in printed(text)
    assert printed(text).count("<class") == 4


def test_what_is_put_off_works_when_it_is_called(tmp_path):
    text = (
        "import autograder.grading.grade\n"
        "import zipfile\nimport nbformat.v4 as v4\nfrom nbconvert import HTMLExporter\n"
        "from nbgrader.utils import unzip\n"
        "from nbgrader.preprocessors.instantiatetests import yaml\n"
        "cells = [v4.new_markdown_cell('*one* $h_t$\\n\\n<img src=\"a.png\">')]\n"
        "html, _ = HTMLExporter(template_name='basic').from_notebook_node(v4.new_notebook(cells=cells))\n"
        "print('<em>one</em>' in html)\n"
        f"path = {str(tmp_path / 'one.zip')!r}\n"
        "with zipfile.ZipFile(path, 'w') as archive:\n    archive.writestr('a.txt', 'one')\n"
        f"unzip(path, {str(tmp_path)!r})\nprint(open({str(tmp_path / 'a.txt')!r}).read())\n"
        "print(yaml.safe_load('[1]'), yaml.parser.ParserError.__mro__[-2])"
    )
    assert printed(text).split("\n") == ["True", "one", "[1] <class 'BaseException'>"]


def test_a_module_that_is_put_off_still_shows_its_source():
    text = (
        "import autograder.grading.grade, inspect, nbgrader.utils\nprint(inspect.getsource(nbgrader.utils.unzip)[:9])"
    )
    assert printed(text) == "def unzip"
