"""What commands import of nbgrader and jupytext: no Jupyter server, and everything that a server would load."""

import subprocess
import sys

import pytest

HEAVY = "jupyter_server"
EXTENSION = "nbgrader.server_extensions.formgrader"


def printed(text):
    """Return what a Python of its own prints while it runs a text."""
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("imports", "there"),
    [
        ("import autograder, nbgrader.api", False),
        ("from autograder.lean_imports import import_jupytext\nimport_jupytext()\nimport jupytext", False),
        ("import nbgrader.api", True),
        ("import jupytext", True),
    ],
)
def test_a_command_imports_no_server(imports, there):
    assert printed(f"{imports}\nimport sys\nprint({HEAVY!r} in sys.modules)") == str(there)


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
        "from autograder.lean_imports import import_jupytext\nimport_jupytext()\nimport jupytext\n"
        "print(jupytext.writes(jupytext.reads('# %% [markdown]\\n# one', fmt='py:percent'), fmt='py:percent')[-5:])"
    )
    assert printed(text).endswith("one")
