"""Let a released notebook be opened in Colab: a badge, and a first cell that installs the course's code there."""

import re

from nbformat import v4
from nbformat.notebooknode import NotebookNode

from autograder.errors import BuildError

_ON_GITHUB = re.compile(
    r"https://(?:raw\.githubusercontent\.com/(?P<repository>[\w.-]+/[\w.-]+)/(?:refs/heads/)?"
    r"|github\.com/(?P<other>[\w.-]+/[\w.-]+)/raw/(?:refs/heads/)?)"
    r"(?P<branch>[\w.-]+)/(?P<folder>(?:[\w.-]+/)*)[\w.-]+\.whl"
)
_BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({})"
_INSTALL = """# On Colab, this installs the course's code; anywhere else it does nothing.
import subprocess
import sys

if "google.colab" in sys.modules:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "{}"], check=True)
    import unrolled.as_utils"""


def add_first_cells(notebook: NotebookNode, name: str, bundle_url: str, folder: str = "") -> None:
    """Put a badge and the cell that installs a wheel before all others.

    Parameters
    ----------
    notebook : NotebookNode
        A released one.
    name : str
        The notebook's, which is an assignment's or a page's.
    bundle_url : str
        The wheel's address on GitHub; ``notebooks/`` lies beside it, as in the zip of ``autograder bundle --hub``.
    folder : str, optional
        The one in ``notebooks/`` that it lies in; by default it is called like the notebook.

    Raises
    ------
    BuildError
        If it is another address.
    """
    found = _ON_GITHUB.fullmatch(bundle_url)
    if not found:
        raise BuildError(
            f"course.toml: bundle_url is {bundle_url!r}. It must be the address of a wheel in a GitHub "
            "repository, https://raw.githubusercontent.com/OWNER/NAME/BRANCH/….whl: Colab opens notebooks from there."
        )
    place = f"{found['repository'] or found['other']}/blob/{found['branch']}/{found['folder']}"
    address = f"https://colab.research.google.com/github/{place}notebooks/{folder or name}/{name}.ipynb"
    notebook.cells[:0] = [
        v4.new_markdown_cell(_BADGE.format(address), id=f"{name}-colab-badge"),
        v4.new_code_cell(_INSTALL.format(bundle_url), id=f"{name}-colab-install"),
    ]
